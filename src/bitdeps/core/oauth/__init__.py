"""Credentials and OAuth as pure functions: wire forms, tokens, the steps of a sign-in."""
