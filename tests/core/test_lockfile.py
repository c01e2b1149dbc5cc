"""A `deps.lock` is read and written, and read again."""

import tomllib

import pytest

from bitdeps.core.lockfile.demands import locked_demands
from bitdeps.core.lockfile.format import format_lockfile
from bitdeps.core.lockfile.groups import package_groups
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.lockfile.parse import parse_lockfile
from bitdeps.core.names import Identity, RepoName, parse_identity
from bitdeps.core.requirement import Demand, Requirement

ENGINE = Identity(RepoName("acme", "engine"), "runtime")
JSON = Identity(RepoName("acme", "json-lite"))
COMMIT = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"
TREE = "9b8a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b"
ZEROS = "0" * 64

TEXT = f"""\
# Written by `deps`. Commit it; do not edit it. After a merge conflict run `deps lock`.
lock-version = 1

[packages."acme/engine//runtime"]
name = "engine"
path = "third_party/engine"
uuid = "{{2c6a1f0e-0000-4000-8000-000000000000}}"
subdir = "runtime"
tag = "v1.0"
version = "1.0"
commit = "{COMMIT}"
tree = "{TREE}"
proof = "commit"
content = "d1:{ZEROS}"
archive-sha256 = "{ZEROS}"
archive-size = 48213
selection = "s1:{ZEROS}"
placed = "d1:{ZEROS}"
groups = [
    "test",
]
requires = [
    "acme/json-lite",
]
requested = [
    "project.test: tag v1.0",
]

[packages."acme/json-lite"]
name = "json-lite"
path = "vendor/json-lite"
branch = "main"
commit = "{COMMIT}"
tree = "{TREE}"
content = "d1:{ZEROS}"
groups = [
    "test",
]
requested = [
    "acme/engine//runtime: version <2,>=1",
    "override: branch main",
]
"""

LOCK = Lockfile(
    packages={
        ENGINE: LockedPackage(
            identity=ENGINE,
            name="engine",
            path="third_party/engine",
            uuid="{2c6a1f0e-0000-4000-8000-000000000000}",
            tag="v1.0",
            version="1.0",
            commit=COMMIT,
            tree=TREE,
            proof="commit",
            content=f"d1:{ZEROS}",
            archive_sha256=ZEROS,
            archive_size=48213,
            selection=f"s1:{ZEROS}",
            placed=f"d1:{ZEROS}",
            groups=("test",),
            requires=(JSON,),
            requested=("project.test: tag v1.0",),
        ),
        JSON: LockedPackage(
            identity=JSON,
            name="json-lite",
            path="vendor/json-lite",
            branch="main",
            commit=COMMIT,
            tree=TREE,
            content=f"d1:{ZEROS}",
            groups=("test",),
            requested=("acme/engine//runtime: version <2,>=1", "override: branch main"),
        ),
    },
)


def test_reading() -> None:
    assert parse_lockfile(TEXT) == LOCK


def test_writing() -> None:
    """The bytes of DESIGN section 3: keys in this order, one element of a list a line."""
    assert format_lockfile(LOCK) == TEXT


def test_writing_sorts() -> None:
    """The order in which a resolution found things is not in the file."""
    shuffled = Lockfile(packages=dict(reversed(list(LOCK.packages.items()))))
    assert format_lockfile(shuffled) == TEXT


def test_a_lock_of_nothing() -> None:
    text = format_lockfile(Lockfile(packages={}))
    assert tomllib.loads(text) == {"lock-version": 1, "packages": {}}
    assert parse_lockfile(text) == Lockfile(packages={})
    assert parse_lockfile("lock-version = 1") == Lockfile(packages={})


def test_line_ends_of_windows() -> None:
    assert parse_lockfile(TEXT.replace("\n", "\r\n")) == LOCK


def test_order_after_a_merge() -> None:
    """Whatever git made of the order of packages and lists, it means the same."""
    head, engine, json = TEXT.split("[packages.")
    two = '    "acme/engine//runtime: version <2,>=1",\n'
    text = f"{head}[packages.{json}\n[packages.{engine}".replace(two, "").replace(
        'override: branch main",\n', f'override: branch main",\n{two}'
    )
    assert text.index("json-lite") < text.index("runtime")
    assert parse_lockfile(text) == LOCK


def test_labels() -> None:
    """People call a pin by its tag, its branch and short commit, or its short commit."""
    engine, json = LOCK.packages[ENGINE], LOCK.packages[JSON]
    assert engine.label == "v1.0"
    assert json.label == "main@3f2c1e9d0a5b"
    alone = LockedPackage(identity=JSON, name="x", path="x", commit=COMMIT, tree=TREE, content=f"d1:{ZEROS}")
    assert alone.label == "3f2c1e9d0a5b"


def test_what_lies_in_the_vendor_directory() -> None:
    json = LOCK.packages[JSON]
    assert json.placed_digest == json.content
    assert LOCK.packages[ENGINE].placed_digest == LOCK.packages[ENGINE].placed


def test_demands_are_rebuilt_from_who_asks_for_what() -> None:
    requirement = Requirement(kind="version", value="<2,>=1")
    assert locked_demands(LOCK) == {
        ENGINE: (Demand(identity=JSON, requirement=requirement),),
        JSON: (),
    }


def identity(text: str) -> Identity:
    found = parse_identity(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("requested", "groups"),
    [
        ({"a/x": ["project: tag v1"]}, {"a/x": ()}),
        ({"a/x": ["project.g: tag v1"]}, {"a/x": ("g",)}),
        ({"a/x": ["override: tag v1"]}, {}),
        (
            {"a/x": ["project.g: tag v1"], "a/y": ["a/x: tag v1", "project.f: tag v1"]},
            {"a/x": ("g",), "a/y": ("f", "g")},
        ),
        ({"a/x": ["project.g: tag v1"], "a/y": ["a/x: tag v1", "project: tag v1"]}, {"a/x": ("g",), "a/y": ()}),
        ({"a/x": ["project: tag v1", "a/y: tag v1"], "a/y": ["a/x: tag v1"]}, {"a/x": (), "a/y": ()}),
        ({"a/x": ["project: tag v1 alone"], "a/y": ["a/x: tag v1"]}, {"a/x": ()}),
        (
            {
                "a/x": ["project: tag v1 alone", "a/z: tag v1"],
                "a/z": ["project.g: tag v1"],
                "a/y": ["a/x: tag v1"],
            },
            {"a/x": (), "a/z": ("g",), "a/y": ("g",)},
        ),
    ],
)
def test_groups_follow_from_who_asks(requested: dict[str, list[str]], groups: dict[str, tuple[str, ...]]) -> None:
    """No group where an ungrouped entry leads there too; `alone` leads no further; cycles end."""
    found = package_groups({identity(text): lines for text, lines in requested.items()})
    assert {str(package): names for package, names in found.items()} == groups
