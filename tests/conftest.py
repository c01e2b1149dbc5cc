"""Fixtures that every test folder shares."""

pytest_plugins = ["support.canary_fixtures", "support.sandbox_fixtures"]
