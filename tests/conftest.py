"""Fixtures that every test folder shares, and how Hypothesis works here."""

import signal

from hypothesis import HealthCheck, settings

# How long an example takes says nothing on a machine that has other work (timings belong in bench/).
settings.register_profile("patient", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("patient")

# Ignored, as `nohup make test &` has them, they would stay so in every program that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

pytest_plugins = ["support.canary_fixtures", "support.sandbox_fixtures"]
