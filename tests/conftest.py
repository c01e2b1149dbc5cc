"""Fixtures that every test folder shares, and how Hypothesis works here."""

from hypothesis import HealthCheck, settings

# How long an example takes says nothing on a machine that has other work (timings belong in bench/).
settings.register_profile("patient", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("patient")

pytest_plugins = ["support.canary_fixtures", "support.sandbox_fixtures"]
