"""`deps lock merge` and `deps init --merge-driver`: real branches of a real project."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.program import Program
from support.sandbox import Sandbox

HEAD = '[project]\nworkspace = "acme"\n'


def git(deps: Program, *arguments: str, status: int = 0) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=deps.root, env=with_deps(deps), check=False, capture_output=True
    )
    assert done.returncode == status, done.stderr.decode()
    return done.stdout.decode() + done.stderr.decode()


def with_deps(deps: Program) -> dict[str, str]:
    """Give the environment of a person who has `deps` on PATH."""
    environment = deps.environment
    return {**environment, "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}"}


def entry(name: str, tag: str) -> str:
    return f'\n[dependencies.{name}]\nworkspace = "acme"\nrepo = "{name}"\ntag = "{tag}"\n'


def commit(deps: Program, manifest: str, branch: str) -> None:
    git(deps, "checkout", "-q", "-B", branch)
    deps.manifest(manifest)
    deps("lock")
    git(deps, "add", "-A")
    git(deps, "commit", "-q", "-m", branch)


@pytest.fixture
def project(deps: Program, sandbox: Sandbox) -> Program:
    """Give a project in git with the merge driver and one package; three more exist."""
    for name in ("alpha", "beta", "gamma", "delta"):
        sandbox.repository(name, {"a": "1"}, tags=["v1"]).commit({"a": "2"}, tags=["v2", "v3"])
    git(deps, "init", "-q", "-b", "main")
    deps.manifest(HEAD)
    assert deps("init", "--merge-driver").text == ("Wrote .gitattributes\nSet the merge driver `deps` of this clone\n")
    commit(deps, HEAD + entry("alpha", "v1"), "main")
    return deps


def test_neighbours_merge_with_the_driver(project: Program) -> None:
    """Both sides add a package at the same place: plain git gives up on the lock, the driver does not."""
    base = HEAD + entry("alpha", "v1")
    commit(project, base + entry("gamma", "v1"), "theirs")
    git(project, "checkout", "-q", "main")
    commit(project, base + entry("beta", "v2"), "ours")
    git(project, "merge", "-q", "theirs", status=1)
    assert git(project, "diff", "--name-only", "--diff-filter=U") == "deps.toml\n"
    project.manifest(base + entry("beta", "v2") + entry("gamma", "v1"))
    assert {name: locked["tag"] for name, locked in project.lock.items()} == {
        "acme/alpha": "v1",
        "acme/beta": "v2",
        "acme/gamma": "v1",
    }
    assert project("lock", "--check", "--offline").text == "deps.lock matches deps.toml\n"
    assert project("lock").text == "Resolved 3 packages in TIME\n"


def test_what_contradicts_is_left_for_lock(project: Program) -> None:
    """One pin, moved differently: markers around that package alone, and `deps lock` follows the manifest."""
    base = HEAD + entry("alpha", "v1")
    commit(project, base.replace("v1", "v2"), "theirs")
    git(project, "checkout", "-q", "main")
    commit(project, base.replace("v1", "v3") + entry("beta", "v1"), "ours")
    said = git(project, "merge", "theirs", status=1)
    assert "warning: `deps.lock`: 1 package cannot be merged: `acme/alpha`\n" in said
    assert "hint: merge `deps.toml`, run `deps lock`, then `git add deps.toml deps.lock`\n" in said
    lines = project.lock_text.splitlines()
    assert [line for line in lines if line[:7] in ("<<<<<<<", "=======", ">>>>>>>")] == [
        "<<<<<<< ours",
        "=======",
        ">>>>>>> theirs",
    ]
    project.manifest(base.replace("v1", "v3") + entry("beta", "v1"))
    assert project("lock").text == "Resolved 2 packages in TIME\n"
    assert {name: locked["tag"] for name, locked in project.lock.items()} == {"acme/alpha": "v3", "acme/beta": "v1"}


def test_the_driver_is_set_up_once(project: Program) -> None:
    attributes = (project.root / ".gitattributes").read_text()
    assert attributes == "deps.lock merge=deps\n"
    assert git(project, "config", "merge.deps.driver") == "deps lock merge %O %A %B\n"
    assert project("init", "--merge-driver").text == "Set the merge driver `deps` of this clone\n"
    assert (project.root / ".gitattributes").read_text() == attributes


def test_a_new_project_with_the_driver(deps: Program) -> None:
    assert deps("init", "--merge-driver", "--dry-run").text.splitlines()[-2:] == [
        "Would set the merge driver `deps` of this clone",
        "Add a dependency with `deps add WORKSPACE/REPO`",
    ]
    assert list(deps.root.iterdir()) == []
    git(deps, "init", "-q")
    document = deps("init", "--merge-driver", "--json").document
    assert document == {
        "root": str(deps.root),
        "written": ["deps.toml", ".gitignore", ".gitattributes"],
        "merge_driver": True,
    }
    assert (deps.root / ".gitattributes").read_text() == "deps.lock text eol=lf\ndeps.lock merge=deps\n"


def test_a_file_that_is_no_lock_is_an_error_and_stays(project: Program) -> None:
    """Exit code 2: git takes the merge for failed and keeps our side."""
    (project.root / "broken").write_text("lock-version = 1\n[packages.x]\n")
    before = project.lock_text
    text = project("lock", "merge", "deps.lock", "deps.lock", "broken", code=2).text
    assert text.startswith("error: deps.lock (theirs): 7 problems\n  deps.lock (theirs):2:11: packages.x: must be ")
    assert project("lock", "merge", "deps.lock", "nope", "deps.lock", code=1).text == (
        "error: `nope`: there is no such file\n\nhint: git calls this as `deps lock merge %O %A %B`\n"
    )
    assert project.lock_text == before


def test_both_sides_made_the_first_lock(project: Program) -> None:
    """Git gives an empty file as their ancestor."""
    (project.root / "empty").write_text("")
    document = project("lock", "merge", "empty", "deps.lock", "deps.lock", "--json").document
    assert document == {"merged": True, "conflicts": []}
    assert project("lock", "--check").text.endswith("deps.lock would stay as it is\n")


def test_lock_itself_is_still_a_command(project: Program) -> None:
    """Its options stand where they stood, and an unknown word is an error of the command line."""
    assert project("lock", "--check", "-q").stderr == ""
    assert project("-q", "lock").stderr == ""
    assert project("lock", "nonsense", code=2).text.startswith("error: no such command `nonsense`")
