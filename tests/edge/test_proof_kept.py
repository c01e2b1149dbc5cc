"""Proofs of entries that are kept: copied, upgraded, never lost; and who locks makes no difference."""

from pathlib import Path

import pytest

from bitdeps.errors import OfflineError, UnprovedError
from support.locking import Locking
from support.repos import Executable, Files, Link, Repo
from support.sandbox import Sandbox

PLAIN: Files = {
    "README.md": "hi\n",
    "bin/run": Executable("#!/bin/sh\n"),
    "l": Link("README.md"),
    "empty": "",
    "grün/ü": "ü",
}


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path) -> Locking:
    made = Locking(sandbox=sandbox, root=tmp_path / "shop")
    made.write('kit = { tag = "v1" }')
    return made


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    return sandbox.repository("kit", PLAIN, tags=["v1"])


def git_requests(sandbox: Sandbox) -> list[tuple[str, str]]:
    """Every request of git, and how much of a commit's objects came: method and last part of the path."""
    return [
        (one.method, one.path.partition("?")[0].rpartition("/")[2])
        for one in sandbox.requests()
        if "info/refs" in one.path or "upload-pack" in one.path
    ]


def test_require_proof_fails_where_there_is_none(project: Locking, sandbox: Sandbox, kit: Repo) -> None:
    sandbox.repository("other", PLAIN, tags=["v1"])
    project.write('kit = { tag = "v1" }\nother = { tag = "v1" }')
    sandbox.fault("error", path="*/kit.git/info/refs", status=404, times=None)
    error = project.refused(proof="require")
    assert isinstance(error, UnprovedError)
    assert str(error) == "`--require-proof`: not every archive is proved to be its commit:\n- `kit`: none"
    assert error.hint == "`deps lock` without this option says why, and locks them as they are"
    sandbox.clear_faults()
    project.lock(proof="require")
    assert project.entry(kit)["proof"] == "commit"


@pytest.mark.parametrize("before", ["none", None])
def test_a_proof_is_only_ever_upgraded(project: Locking, sandbox: Sandbox, kit: Repo, before: str | None) -> None:
    """An entry that is kept is copied; `--require-proof` proves it, without its archive; nothing takes it back."""
    if before == "none":
        sandbox.fault("error", path="*/info/refs", status=404, times=None)
    project.lock(proof="try" if before else "skip")
    assert project.entry(kit).get("proof") == before
    sandbox.clear_faults()
    first = project.bytes
    sandbox.clear_requests()
    project.lock()
    assert (project.bytes, git_requests(sandbox)) == (first, [])
    project.lock(proof="require")
    assert project.entry(kit)["proof"] == "commit"
    assert sandbox.requests("/get/") == []
    proved = project.bytes
    sandbox.switch(git_protocol="v0")
    project.lock()
    project.lock(proof="skip")
    assert project.bytes == proved


def test_a_change_of_what_is_placed_keeps_the_proof(project: Locking, sandbox: Sandbox, kit: Repo) -> None:
    project.lock()
    project.write('kit = { tag = "v1", exclude = ["empty"] }')
    sandbox.switch(git_protocol="v0")
    project.lock()
    assert project.entry(kit)["proof"] == "commit"


def test_the_lock_does_not_depend_on_who_made_it(sandbox: Sandbox, tmp_path: Path) -> None:
    """Anonymous, signed in, with a filter or without, from a warm cache or a cold one: the same bytes."""
    sandbox.repository("kit", PLAIN, tags=["v1"])
    sandbox.repository("docs", {".gitattributes": "a export-ignore\n", "a": "a", "b": "b"}, tags=["v1"])
    locks = set()
    for number, more in enumerate([{}, {"BITBUCKET_ACCESS_TOKEN": sandbox.access_token()}, {}, {}]):
        sandbox.switch(partial_clone=number != 2)
        project = Locking(sandbox=sandbox, root=tmp_path / str(number))
        project.write('kit = { tag = "v1" }\ndocs = { tag = "v1" }')
        project.lock(**more)
        locks.add(project.bytes)
        (project.root / "deps.lock").unlink()
        project.lock(**more)
        locks.add(project.bytes)
    assert len(locks) == 1


def test_the_object_of_a_commit_is_asked_for_once(project: Locking, sandbox: Sandbox, kit: Repo) -> None:
    """It is kept in the cache, where its own SHA-1 vouches for it; two parts of a repository ask once."""
    project.write('kit = { tag = "v1" }\nrun = { repo = "kit", tag = "v1", subdir = "bin" }')
    project.lock()
    assert {one["proof"] for one in project.packages.values()} == {"commit"}
    assert git_requests(sandbox) == [("GET", "refs"), ("POST", "git-upload-pack")]
    (project.root / "deps.lock").unlink()
    project.lock()
    assert [method for method, _ in git_requests(sandbox)].count("POST") == 1
    assert project.entry(kit)["proof"] == "commit"


def test_offline_what_git_said_is_not_made_up(project: Locking, kit: Repo) -> None:
    project.lock(proof="skip")
    assert project.entry(kit)["tree"] == kit.git("rev-parse", "v1^{tree}")
    error = project.refused(proof="require", DEPS_OFFLINE="1")
    assert isinstance(error, OfflineError)
    assert str(error) == (
        f"`kit`: git cannot be asked about commit {kit.git('rev-parse', 'v1')[:12]}: `{kit.full_name}`: "
        "what git's server says is not in the cache, and the network may not be used"
    )


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_a_proof_of_either_side_of_a_conflict_is_kept(
    project: Locking, sandbox: Sandbox, kit: Repo, first: str
) -> None:
    """The sides differ in what they place; what one of them proved holds for both."""
    project.lock()
    proved = project.bytes
    assert proved is not None
    assert project.entry(kit)["proof"] == "commit"
    unproved = proved.replace(b'proof = "commit"', b'proof = "none"').replace(b'name = "kit"', b'name = "kat"')
    sides = {"ours": (proved, unproved), "theirs": (unproved, proved)}[first]
    head, mark, _ = proved.partition(b"[packages.")
    one, other = (mark + side.partition(mark)[2] for side in sides)
    text = head + b"<<<<<<< ours\n" + one + b"=======\n" + other + b">>>>>>> theirs\n"
    (project.root / "deps.lock").write_bytes(text)
    sandbox.clear_requests()
    project.lock()
    assert project.bytes == proved
    assert sandbox.requests(".git/") == []
