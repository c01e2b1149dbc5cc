"""What holds between the packages of a `deps.lock`, and the two sides of one with conflict markers."""

import subprocess
from pathlib import Path

import pytest

from bitdeps.core.lockfile.conflict import conflict_sides, preferences
from bitdeps.core.lockfile.parse import parse_lockfile
from bitdeps.errors import LockfileError

COMMIT = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"
HEX = "0123456789abcdef" * 4
PROJECT = '"project: tag v1"'


def package(identity: str, requested: str, *, rest: str = "", name: str | None = None, path: str | None = None) -> str:
    name = name or identity.replace("//", "/").rpartition("/")[2]
    return f"""
[packages."{identity}"]
name = "{name}"
path = "{path or f"vendor/{name}"}"
commit = "{COMMIT}"
tree = "{COMMIT}"
content = "d1:{HEX}"
{rest}
requested = [{requested}]
"""


def fail(*packages: str) -> str:
    with pytest.raises(LockfileError) as caught:
        parse_lockfile("lock-version = 1" + "".join(packages))
    return str(caught.value)


def test_a_cycle_is_no_error() -> None:
    """Two packages may require each other, as long as the project requires one of them."""
    lock = parse_lockfile(
        "lock-version = 1"
        + package("acme/a", f'"acme/b: tag v1", {PROJECT}', rest='requires = ["acme/b"]')
        + package("acme/b", '"acme/a: tag v1"', rest='requires = ["acme/a"]')
    )
    assert [str(identity) for identity in lock.packages] == ["acme/a", "acme/b"]


def test_packages_that_only_require_each_other() -> None:
    assert (
        fail(
            package("acme/a", '"acme/b: tag v1"', rest='requires = ["acme/b"]'),
            package("acme/b", '"acme/a: tag v1"', rest='requires = ["acme/a"]'),
        )
        == """\
deps.lock: 2 problems
  deps.lock:2:11: packages."acme/a": nothing requires it
  deps.lock:11:11: packages."acme/b": nothing requires it"""
    )


def test_names_that_collide() -> None:
    assert (
        fail(
            package("acme/a", PROJECT),
            package("acme/b", PROJECT, name="A", path="lib/b"),
        )
        == 'deps.lock:12:1: packages."acme/b".name: `A` is also the name of `acme/a`'
    )


def test_places_that_overlap() -> None:
    assert (
        fail(
            package("acme/a", PROJECT),
            package("acme/b", PROJECT, path="Vendor/A/b"),
        )
        == 'deps.lock:13:1: packages."acme/b".path: `Vendor/A/b` overlaps `vendor/a`, the place of `acme/a`'
    )


def test_requires_names_a_package_that_is_absent() -> None:
    assert fail(package("acme/a", PROJECT, rest='requires = ["acme/b"]')) == (
        'deps.lock:8:1: packages."acme/a".requires: names `acme/b`, which is not in the lockfile'
    )


def test_requires_without_requested() -> None:
    assert fail(package("acme/a", PROJECT, rest='requires = ["acme/b"]'), package("acme/b", PROJECT)) == (
        'deps.lock:8:1: packages."acme/a".requires: names `acme/b`, whose `requested` does not name `acme/a`'
    )


def test_requested_without_requires() -> None:
    assert fail(package("acme/a", PROJECT), package("acme/b", f'"acme/a: tag v1", {PROJECT}')) == (
        'deps.lock:18:1: packages."acme/b".requested: names `acme/a`, whose `requires` does not name `acme/b`'
    )


def test_requested_by_a_package_that_is_absent() -> None:
    assert fail(package("acme/a", f'"acme/z: tag v1", {PROJECT}')) == (
        'deps.lock:9:1: packages."acme/a".requested: names `acme/z`, which is not in the lockfile'
    )


def test_two_lines_of_one_origin() -> None:
    """A manifest has one entry for each identity, and the project is one manifest."""
    assert fail(package("acme/a", '"project: tag v1", "project.test: tag v1"')) == (
        'deps.lock:9:1: packages."acme/a".requested: has two lines of `project`'
    )


def test_subdir_of_another_package() -> None:
    rest = f'subdir = "b"\nselection = "s1:{HEX}"\nplaced = "d1:{HEX}"'
    assert fail(package("acme/a//c", PROJECT, rest=rest)) == (
        'deps.lock:8:1: packages."acme/a//c".subdir: must be the package\'s own, which has the subdir `c`'
    )


def test_an_identity_that_is_none() -> None:
    assert (
        fail(package("acme", PROJECT), package("Acme/b", PROJECT))
        == """\
deps.lock: 2 problems
  deps.lock:2:11: packages.acme: must be `workspace/repo`, or `workspace/repo//subdir`
  deps.lock:11:11: packages."Acme/b": must be in lower case: `acme/b`"""
    )


OURS = "lock-version = 1\n" + package("acme/a", PROJECT) + package("acme/b", '"project: tag v2"')
THEIRS = OURS.replace("project: tag v2", "project: tag v3")
BASE = OURS.replace("project: tag v2", "project: tag v1")


@pytest.mark.parametrize("options", [[], ["--diff3"], ["--zdiff3"]])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_conflict_sides(options: list[str], line_end: str, tmp_path: Path) -> None:
    """What `git merge-file` leaves behind is taken apart again."""
    for name, text in (("ours", OURS), ("base", BASE), ("theirs", THEIRS)):
        (tmp_path / name).write_bytes(text.replace("\n", line_end).encode())
    command = ["git", "merge-file", "-p", *options, "ours", "base", "theirs"]
    merged = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    text = merged.stdout.decode()
    assert "<<<<<<< ours" in text
    assert conflict_sides(text) == (OURS.replace("\n", line_end), THEIRS.replace("\n", line_end))
    assert preferences(text) == (parse_lockfile(OURS), parse_lockfile(THEIRS))


def test_sides_that_contradict_themselves_are_preferences_all_the_same() -> None:
    """Git merges around a conflict, so that one side may name a package that only the other has."""
    text = OURS + "<<<<<<< HEAD\n" + package("acme/c", '"acme/gone: tag v1"') + "=======\nnonsense\n>>>>>>> topic\n"
    [ours] = preferences(text)
    assert [str(identity) for identity in ours.packages] == ["acme/a", "acme/b", "acme/c"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        OURS,
        "<<<<<<< a\n=======\n",
        "=======\n",
        "<<<<<<< a\n>>>>>>> b\n",
        "<<<<<<< a\n<<<<<<< b\n=======\n>>>>>>> c\n",
    ],
)
def test_no_sides(text: str) -> None:
    """Without markers, or with markers in no order that git writes."""
    assert conflict_sides(text) is None
    assert preferences(text) == ()
