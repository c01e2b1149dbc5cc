"""Fixtures of the local Bitbucket; tests/conftest.py names this file in `pytest_plugins`."""

from collections.abc import Iterator
from itertools import count

import pytest

from support.sandbox import Sandbox, Server, running_server

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give one server process for all tests of this (xdist) worker."""
    with running_server(tmp_path_factory.mktemp("sandbox")) as server:
        yield server
        # A client takes a 500 for a passing trouble and asks again: no defect of the sandbox may hide there.
        assert server.control("GET", "state")["defects"] == []


@pytest.fixture
def sandbox(sandbox_server: Server) -> Sandbox:
    """Give the server, back at its beginning (no faults, empty log), and a workspace of its own."""
    sandbox_server.control("POST", "reset")
    return Sandbox(server=sandbox_server, workspace=f"team{next(_NUMBERS)}")
