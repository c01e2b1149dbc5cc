"""The program in a project of its own, beside the local Bitbucket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.hostile_server import free_port
from support.program import Program
from support.sandbox import Consumer, Sandbox


@pytest.fixture
def deps(sandbox: Sandbox, tmp_path: Path) -> Iterator[Program]:
    """Give `deps` in an empty project, with an empty HOME; workspace `acme` is empty too."""
    sandbox.use_workspace("acme")
    root, home = tmp_path / "storefront", tmp_path / "home"
    root.mkdir()
    home.mkdir()
    program = Program(root=root, home=home, service=sandbox.environment())
    yield program
    program.fail_again()


@pytest.fixture
def callback() -> str:
    return f"http://localhost:{free_port()}"


@pytest.fixture
def consumer(sandbox: Sandbox, deps: Program, callback: str) -> Consumer:  # noqa: ARG001 (deps names the workspace)
    sandbox.user("ada")
    return sandbox.consumer(callback=callback, scopes=["account", "repository"])
