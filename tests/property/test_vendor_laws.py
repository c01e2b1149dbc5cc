"""Nothing that `deps` did not write is ever deleted, whatever is done in whatever order."""

import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bitdeps.core.plan.edits import compare
from bitdeps.errors import EditedVendorError
from bitdeps.vendor.state import load_state
from support.placing import MEMORY, Tree, Vendored, d1, expect_tree, files_of, mode_and_bytes, read_tree
from support.repos import Executable, Link

PLACES = ("vendor/a", "vendor/b", "vendor/b/inside", "vendor/b2", "third_party/c", "vendor/deep/d")
NAMES = ("x", "y.o", "dir/x", "dir/sub/z", "link")
SLOW = (HealthCheck.too_slow,)
"""Real files on a machine that has other work: no reason to fail."""
IGNORES: tuple[tuple[str, ...], ...] = ((), ("**/*.o",), ("vendor/**",))
TREES: tuple[Tree, ...] = (
    {},
    {"x": "1\n"},
    {"x": "2\n", "dir/x": Executable("2\n"), "link": Link("x")},
    {"dir": "a file\n", "y.o": "ours\n"},
    {"dir/sub/z": "4\n", "y.o/deep": "4\n", "link": "no link\n"},
)


@dataclass(frozen=True, slots=True)
class Write:
    """Somebody writes a file of their own, or over one of ours."""

    path: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Somebody deletes a file."""

    path: str


@dataclass(frozen=True, slots=True)
class Install:
    """An install of some packages at some versions: an updated lock, other groups, a removal."""

    trees: tuple[tuple[str, int], ...]
    force: bool
    partial: bool


@dataclass(frozen=True, slots=True)
class Change:
    """The state is lost, or other files are ignored from now on."""

    what: Literal["state", "ignore"]
    ignore: tuple[str, ...] = ()


paths = st.builds(
    "/".join, st.tuples(st.sampled_from((*PLACES, "vendor", "vendor/mine", "third_party")), st.sampled_from(NAMES))
)
installs = st.builds(
    Install,
    trees=st.dictionaries(st.sampled_from(PLACES), st.integers(0, len(TREES) - 1)).map(
        lambda trees: tuple((path, tree) for path, tree in trees.items() if path.rpartition("/")[0] not in trees)
    ),
    force=st.booleans(),
    partial=st.booleans(),
)
changes = st.one_of(st.just(Change("state")), st.sampled_from(IGNORES).map(lambda ignore: Change("ignore", ignore)))
steps = st.lists(st.one_of(st.builds(Write, paths), st.builds(Delete, paths), installs, installs, changes), max_size=14)


class World:
    """A project, and everything that somebody else than `deps` wrote in it."""

    def __init__(self, root: Path) -> None:
        self.project = Vendored(root=root)
        self.theirs: set[bytes] = set()
        self.count = 0
        root.mkdir()

    def contents(self) -> list[bytes]:
        return [content for _, content in read_tree(self.project.root).values()]

    def write(self, path: Path) -> None:
        if any(parent.is_file() or parent.is_symlink() for parent in path.parents) or path.is_dir():
            return
        self.delete(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.count += 1
        path.write_text(f"theirs {self.count}\n")
        self.theirs.add(path.read_bytes())

    def delete(self, path: Path) -> None:
        if any(parent.is_file() or parent.is_symlink() for parent in path.parents):
            return
        if path.is_symlink() or path.is_file():
            if not path.is_symlink():
                self.theirs.discard(path.read_bytes())
            path.unlink()

    def install(self, step: Install) -> None:
        trees = {place: TREES[number] for place, number in step.trees}
        before = read_tree(self.project.root / "vendor")
        try:
            self.project.install(trees, force=step.force, partial=step.partial)
        except EditedVendorError:
            assert not step.force
            assert read_tree(self.project.root / "vendor") == before
            return
        # An install by name removes nothing, so a place of ours that the lock had inside this one stays.
        state = load_state(str(self.project.root)) if step.partial else None
        left = set() if state is None else state.places.keys() - trees.keys()
        for place, tree in trees.items():
            expect_tree_and_ignored(self.project, place, tree, left)

    def take(self, step: Write | Delete | Install | Change) -> None:
        if isinstance(step, Write):
            self.write(self.project.root / step.path)
        elif isinstance(step, Delete):
            self.delete(self.project.root / step.path)
        elif isinstance(step, Install):
            self.install(step)
        elif step.what == "state":
            (self.project.root / ".deps/state").unlink(missing_ok=True)
        else:
            self.project.ignore = step.ignore
            # As an edit of the manifest would: its bytes are others from now on.
            (self.project.root / "deps.toml").write_text(f"[project]\n# {step.ignore}\n")


def expect_tree_and_ignored(project: Vendored, place: str, tree: Tree, left: Collection[str] = ()) -> None:
    inner = tuple(f"{other}/" for other in left if other.startswith(f"{place}/"))
    everything = read_tree(project.root / place)
    found = {path: file for path, file in everything.items() if not f"{place}/{path}".startswith(inner)}
    extra = {path for path in found.keys() - tree.keys() if project.ignored(f"{place}/{path}")}
    assert {path: file for path, file in found.items() if path not in extra} == {
        path: mode_and_bytes(value) for path, value in tree.items()
    }


@given(steps)
@example(
    [
        Install((("vendor/b/inside", 0),), force=False, partial=False),
        Install((("vendor/b", 1),), force=False, partial=True),
        Write("vendor/b/inside/x"),
        Install((), force=True, partial=False),
    ]
)
@settings(max_examples=250, deadline=None, suppress_health_check=SLOW)
def test_nothing_of_somebody_else_is_ever_deleted(todo: Iterable[Write | Delete | Install | Change]) -> None:
    """It lies where it was, or in the trash; an install that stops changes nothing; one that does not is right."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as directory:
        world = World(Path(directory) / "project")
        for step in todo:
            world.take(step)
            contents = world.contents()
            assert {content for content in world.theirs if content not in contents} == set()
        assert not list(world.project.root.glob(".deps/staging/*"))


@given(steps)
@example(
    [
        Install((("vendor/b/inside", 1),), force=False, partial=False),
        Install((("vendor/b", 0),), force=False, partial=True),
    ]
)
@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
def test_the_lean_path_says_yes_only_where_everything_is_right(
    todo: Iterable[Write | Delete | Install | Change],
) -> None:
    """And where it says yes, the whole program has nothing to do."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as directory:
        world = World(Path(directory) / "project")
        wanted: dict[str, Tree] = {}
        for step in todo:
            world.take(step)
            if isinstance(step, Install):
                wanted = {place: TREES[number] for place, number in step.trees}
            if world.project.kept() is not None and not isinstance(step, Change):
                _, plan = world.project.look(wanted)
                assert plan.idle
                for place, tree in wanted.items():
                    expect_tree_and_ignored(world.project, place, tree)


files = st.dictionaries(
    st.sampled_from(("a", "b", "a/b", "a/c/d", "e")),
    st.one_of(st.sampled_from(("1", "2")), st.just(Executable("1")), st.just(Link("1"))),
).filter(lambda tree: not any(f"{path}/" in other for path in tree for other in tree))


@given(files, files)
@settings(max_examples=300, deadline=None)
def test_two_trees_have_no_difference_exactly_when_they_are_equal(one: Tree, other: Tree) -> None:
    """And each difference names a path of one of them."""
    edits = compare(files_of(one), files_of(other))
    assert (edits == ()) == (d1(one) == d1(other))
    assert {edit.path for edit in edits} <= one.keys() | other.keys()


@given(files, files)
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_a_plain_install_replaces_any_tree_by_any_other(one: Tree, other: Tree) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as directory:
        project = Vendored(root=Path(directory) / "project")
        for tree in (one, other, one):
            project.install({"vendor/kit": tree})
            expect_tree(project.root / "vendor/kit", tree)
        assert project.trash() == {}
