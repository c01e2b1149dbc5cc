"""Bitbucket Cloud as pure functions: requests are built, answers are read, nothing is sent."""
