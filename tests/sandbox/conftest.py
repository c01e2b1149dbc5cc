"""Fixtures of the tests of the local Bitbucket itself."""

from collections.abc import Iterator

import httpx
import pytest

from support.sandbox import Sandbox


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A plain client: nothing of the environment, no redirects, relative addresses below the sandbox."""
    with httpx.Client(base_url=sandbox.web_url, trust_env=False, timeout=60) as client:
        yield client
