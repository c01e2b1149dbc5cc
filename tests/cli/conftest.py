"""The program in a project of its own, beside the local Bitbucket."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.hostile_server import free_port
from support.program import Program
from support.repos import Repo
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


@pytest.fixture
def three(sandbox: Sandbox, deps: Program) -> dict[str, Repo]:
    """Give three repositories and a project that has locked them."""
    made = {
        name: sandbox.repository(name, {"name.txt": f"{name}\n" * 50}, tags=["v1"]) for name in ("one", "two", "three")
    }
    deps.manifest(
        '[project]\nworkspace = "acme"\n\n[dependencies]\n'
        + "".join(f'{name} = {{ tag = "v1" }}\n' for name in ("one", "two", "three"))
    )
    deps("lock")
    return made


@pytest.fixture
def share(deps: Program, three: dict[str, Repo], tmp_path: Path) -> Path:  # noqa: ARG001 (they are locked)
    """Give a directory that holds every archive of the lock."""
    folder = tmp_path / "share"
    folder.mkdir()
    deps("mirror", "push", folder.as_uri())
    return folder


@pytest.fixture
def another_machine(deps: Program, sandbox: Sandbox) -> Callable[[], None]:
    """Forget everything but the manifest and the lock."""

    def forget() -> None:
        for folder in (deps.vendor, deps.cache, deps.root / ".deps"):
            shutil.rmtree(folder, ignore_errors=True)
        sandbox.clear_requests()

    return forget
