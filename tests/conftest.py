"""Fixtures that every test folder shares, and how Hypothesis works here."""

import signal

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says nothing on a machine that has other work (timings belong in bench/).
settings.register_profile("patient", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("patient")

# Ignored, as `nohup make test &` has them, they would stay so in every program that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# These start many programs whose every line other tests run too: measured, each would take half as long again.
UNMEASURED = (
    "/attacks/", "/crash/", "/docs/", "/test_demo.py", "/test_git_hundred.py", "/test_killed.py", "/test_memory.py",
    "/test_vendor_interrupted.py",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _measured(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the programs that a test starts measured by coverage, or not."""
    if any(part in request.path.as_posix() for part in UNMEASURED):
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


pytest_plugins = ["support.canary_fixtures", "support.sandbox_fixtures"]
