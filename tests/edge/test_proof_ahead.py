"""Proofs that begin while versions are still resolved: when, for what, and what comes of a failure."""

from pathlib import Path

import pytest

from bitdeps.errors import MovedTagError, NotFoundError, ServiceError
from support.locking import Locking
from support.sandbox import Sandbox


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path) -> Locking:
    return Locking(sandbox=sandbox, root=tmp_path / "shop")


def order(sandbox: Sandbox) -> list[str]:
    """Say which requests there were, in their order: `object`, `manifest` or `archive`."""
    kinds = {"git-upload-pack": "object", "deps.toml": "manifest", ".tar.gz": "archive"}
    paths = [one.path.partition("?")[0] for one in sandbox.requests()]
    return [kind for path in paths for end, kind in kinds.items() if path.endswith(end)]


@pytest.mark.parametrize("entry", ['tag = "v1"', 'branch = "main"'])
def test_what_the_project_names_is_proved_beside_the_manifests(project: Locking, sandbox: Sandbox, entry: str) -> None:
    """An answer that is late shows it: the object is asked for before the manifest has come, once."""
    kit = sandbox.repository("kit", {"a": "a"}, tags=["v1"])
    sandbox.fault("latency", path="*/deps.toml", seconds=0.7, times=None)
    project.write(f"kit = {{ {entry} }}")
    project.lock()
    assert order(sandbox) == ["object", "manifest", "archive"]
    assert project.entry(kit)["proof"] == "commit"


def test_what_an_override_names_is_proved_in_place_of_what_the_entry_names(project: Locking, sandbox: Sandbox) -> None:
    kit = sandbox.repository("kit", {"a": "a"}, tags=["v1"])
    second = kit.commit({"a": "b"}, tags=["v2"])
    project.write(f'kit = {{ tag = "v1" }}\n[overrides]\n"{kit.full_name}" = {{ tag = "v2" }}')
    project.lock()
    assert (project.entry(kit)["commit"], project.entry(kit)["proof"]) == (second, "commit")
    assert order(sandbox).count("object") == 1


def test_one_exchange_for_two_parts_of_one_repository(project: Locking, sandbox: Sandbox) -> None:
    sandbox.repository("kit", {"x/a": "a", "y/b": "b"}, tags=["v1"])
    parts = "\n".join(f'{part} = {{ repo = "kit", subdir = "{part}", tag = "v1" }}' for part in ("x", "y"))
    project.write(parts)
    project.lock()
    assert {table["proof"] for table in project.packages.values()} == {"commit"}
    assert order(sandbox).count("object") == 1


def test_nothing_is_asked_about_a_commit_that_may_not_be_locked(project: Locking, sandbox: Sandbox) -> None:
    """A moved tag, a lock that is fresh, and `--no-proof`."""
    kit = sandbox.repository("kit", {"a": "a"}, tags=["v1"])
    project.write('kit = { tag = "v1" }')
    project.lock(proof="skip")
    project.lock()
    kit.tag("v1", kit.commit({"a": "b"}))
    assert isinstance(project.refused(), MovedTagError)
    assert "object" not in order(sandbox)


def test_a_failure_of_git_is_told_once_and_one_of_the_service_first(project: Locking, sandbox: Sandbox) -> None:
    """What git says about one package does not hide that there is no tag for another."""
    sandbox.repository("kit", {"a": "a"}, tags=["v1"])
    sandbox.fault("error", path="*/git-upload-pack", method="POST", status=500, times=None)
    project.write('kit = { tag = "v1" }')
    error = project.refused(DEPS_RETRIES="0")
    assert isinstance(error, ServiceError)
    assert str(error).startswith("`kit`: git cannot be asked about commit ")
    assert order(sandbox).count("object") == 1
    sandbox.repository("gone", {"a": "a"})
    project.write('kit = { tag = "v1" }\ngone = { tag = "v9" }')
    assert isinstance(project.refused(DEPS_RETRIES="0"), NotFoundError)
