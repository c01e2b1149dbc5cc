"""`deps diff [REV]`: what changed in the lock since a revision of the project."""

import subprocess

import pytest

from support.program import Program
from support.repos import Repo
from support.sandbox import Sandbox

HEAD = '[project]\nworkspace = "acme"\n[dependencies]\n'


def git(deps: Program, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=deps.root, env=deps.environment, check=True, capture_output=True)


@pytest.fixture
def lib(sandbox: Sandbox, deps: Program) -> Repo:
    """Give a project in git with one package locked and committed."""
    repo = sandbox.repository("lib", {"a": "1"}, tags=["v1.0"])
    sandbox.repository("other", {"a": "1"}, tags=["v1"])
    deps.manifest(HEAD + 'lib = { tag = "v1.0" }\n')
    git(deps, "init", "-q")
    git(deps, "commit", "-q", "--allow-empty", "-m", "empty")
    git(deps, "tag", "empty")
    deps("lock")
    git(deps, "add", "deps.toml", "deps.lock")
    git(deps, "commit", "-q", "-m", "locked")
    return repo


def test_what_came_went_and_changed(deps: Program, sandbox: Sandbox, lib: Repo) -> None:
    assert (deps("diff").stdout, deps("diff").stderr) == ("", "deps.lock is as in `HEAD`\n")
    lib.commit({"a": "2"}, tags=["v1.1"])
    deps.manifest(HEAD + 'lib = { tag = "v1.1", into = "lib" }\nother = { tag = "v1" }\n')
    deps("lock")
    sandbox.clear_requests()
    assert deps("diff").stdout == (
        "~ lib v1.0 -> v1.1\n"
        "    path vendor/lib -> lib\n"
        "    requested: - project: tag v1.0\n"
        "    requested: + project: tag v1.1\n"
        "+ other v1\n"
    )
    assert sandbox.requests() == []
    [changed, added] = deps("diff", "HEAD~0", "--json").document
    assert (changed["change"], changed["name"], changed["identity"]) == ("changed", "lib", "acme/lib")
    assert (changed["old"]["label"], changed["new"]["label"]) == ("v1.0", "v1.1")
    assert (added["change"], added["old"]) == ("added", None)
    git(deps, "commit", "-q", "-a", "-m", "more")
    assert deps("diff", "HEAD~1").stdout.splitlines()[-1] == "+ other v1"


def test_the_same_tag_at_another_commit_is_shown(deps: Program, lib: Repo) -> None:
    old = deps.lock["acme/lib"]["commit"]
    new = lib.commit({"a": "2"})
    lib.tag("v1.0", new)
    deps("lock", "--accept-moved", "lib")
    assert deps("diff").stdout == f"~ lib v1.0\n    commit {old[:12]} -> {new[:12]}\n"


@pytest.mark.usefixtures("lib")
def test_a_lock_that_is_missing_holds_nothing(deps: Program) -> None:
    ran = deps("diff", "empty")
    assert (ran.stdout, ran.stderr) == ("+ lib v1.0\n", "note: `empty` has no `deps.lock`\n")
    (deps.root / "deps.lock").unlink()
    ran = deps("diff")
    assert (ran.stdout, ran.stderr) == ("- lib\n", "note: there is no `deps.lock` now\n")


@pytest.mark.usefixtures("lib")
@pytest.mark.parametrize("revision", ["nope", "--output=x", "HEAD:deps.toml"])
def test_an_unknown_revision(deps: Program, revision: str) -> None:
    """Also one that git would take for an option, or for a file."""
    assert deps("diff", "--", revision, code=1).text == (
        f"error: `{revision}`: git knows no such revision\n\nhint: `git log -- deps.lock` lists those that changed it\n"
    )
    assert not (deps.root / "x").exists()


def test_outside_of_git(deps: Program) -> None:
    deps.manifest(HEAD)
    assert deps("diff", code=1, GIT_CEILING_DIRECTORIES=str(deps.root.parent)).text == (
        f"error: `{deps.root}`: git cannot be asked: not a git repository\n"
        "\n"
        "hint: run it inside a git repository (`git init`)\n"
    )


@pytest.mark.usefixtures("lib")
def test_a_project_below_the_top_of_its_repository(deps: Program) -> None:
    below = deps.root / "part"
    below.mkdir()
    (below / "deps.toml").write_text(HEAD)
    assert deps("diff", cwd=below).stderr.splitlines()[0] == "note: there is no `deps.lock` now"
    deps("lock", cwd=below)
    git(deps, "add", "part")
    git(deps, "commit", "-q", "-m", "part")
    assert deps("diff", cwd=below).stderr == "deps.lock is as in `HEAD`\n"
