"""Credentials: where they are found, how tokens are got and kept."""
