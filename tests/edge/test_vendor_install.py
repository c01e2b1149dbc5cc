"""Placing, replacing, adopting and removing trees in a real directory."""

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from bitdeps.errors import IntegrityError, LocalError
from bitdeps.vendor.staging import Staging
from bitdeps.vendor.state import load_state
from support.placing import (
    Tree,
    Vendored,
    actions,
    expect_tree,
    names_in,
    write_tree,
)
from support.repos import Executable, Link

ONE: Tree = {
    "README.md": "one\n",
    "bin/run": Executable("#!/bin/sh\n"),
    "src/a.c": "int a;\n",
    "src/latest": Link("a.c"),
    "src/grün.txt": "ä\n",
    "empty": "",
}
TWO: Tree = {"README.md": "two\n", "src": "a file now\n", "bin/run": "not executable now\n"}
OTHER: Tree = {"lib.py": "x = 1\n"}


@pytest.fixture
def project(tmp_path: Path) -> Vendored:
    return Vendored(root=tmp_path / "project")


def test_first_install_places_every_tree(project: Vendored) -> None:
    """Bytes, executable bits and links are as wanted; `into` may lead outside the vendor directory."""
    trees = {"vendor/one": ONE, "third_party/deep/other": OTHER}
    assert actions(project.install(trees)) == {"vendor/one": "place", "third_party/deep/other": "place"}
    expect_tree(project.root / "vendor/one", ONE)
    expect_tree(project.root / "third_party/deep/other", OTHER)
    assert names_in(project.root / ".deps/staging") == []


def test_an_install_that_has_nothing_to_do_is_recognised_by_bytes_and_stats(project: Vendored) -> None:
    trees = {"vendor/one": ONE, "vendor/other": OTHER}
    project.install(trees)
    assert project.kept() == 2
    assert actions(project.install(trees)) == {"vendor/one": "keep", "vendor/other": "keep"}


def test_switching_branches_back_and_forth_gives_the_right_tree_each_time(project: Vendored) -> None:
    """The tree of the other lock is ours, so it is replaced without an alarm; nothing is left in the trash."""
    for tree in (ONE, TWO, ONE, TWO):
        project.install({"vendor/one": tree}, label=str(tree["README.md"]))
        expect_tree(project.root / "vendor/one", tree)
    assert project.trashed == []
    assert project.trash() == {}


def test_a_dropped_dependency_is_removed(project: Vendored) -> None:
    project.install({"vendor/one": ONE, "vendor/other": OTHER})
    assert actions(project.install({"vendor/other": OTHER})) == {"vendor/one": "remove", "vendor/other": "keep"}
    assert names_in(project.root / "vendor") == ["other"]
    assert project.trash() == {}


def test_a_place_that_moved_is_removed_there_and_placed_here(project: Vendored) -> None:
    """Also where the new place lies below the old one, or above it."""
    for place in ("vendor/one", "vendor/one/below", "vendor/one"):
        project.install({place: ONE})
        expect_tree(project.root / place, ONE)
    assert project.trash() == {}


def test_a_right_tree_without_state_is_adopted(project: Vendored) -> None:
    """After a fresh clone of a project that keeps its vendor directory in git, every byte is read once."""
    write_tree(project.root / "vendor/one", ONE)
    assert actions(project.install({"vendor/one": ONE})) == {"vendor/one": "adopt"}
    assert not (project.root / ".deps/stamp").exists()
    assert actions(project.install({"vendor/one": ONE})) == {"vendor/one": "keep"}
    assert project.kept() == 1


def test_without_state_a_dropped_dependency_is_foreign(project: Vendored) -> None:
    """Only what `.deps/` says we placed is ever removed."""
    project.install({"vendor/one": ONE, "vendor/other": OTHER})
    (project.root / ".deps/state").write_bytes(b"damaged")
    assert actions(project.install({"vendor/one": ONE})) == {"vendor/one": "adopt"}
    expect_tree(project.root / "vendor/other", OTHER)
    assert project.foreign(["vendor/one"]) == ("vendor/other/",)


def test_a_partial_install_leaves_everything_else_alone(project: Vendored) -> None:
    project.install({"vendor/one": ONE, "vendor/other": OTHER})
    (project.root / "vendor/one/README.md").write_text("edited\n")
    assert actions(project.install({"vendor/third": OTHER}, partial=True)) == {"vendor/third": "place"}
    assert (project.root / "vendor/one/README.md").read_text() == "edited\n"
    expect_tree(project.root / "vendor/other", OTHER)
    assert project.kept() is None
    state = load_state(str(project.root))
    assert state is not None
    assert sorted(state.places) == ["vendor/one", "vendor/other", "vendor/third"]


def test_a_package_that_is_a_local_checkout_is_a_link(project: Vendored) -> None:
    """And a tree again afterwards; the checkout is never touched."""
    checkout = project.root.parent / "checkout"
    write_tree(checkout, TWO)
    for _ in range(2):
        project.install({"vendor/one": ONE})
        expect_tree(project.root / "vendor/one", ONE)
        project.install({"vendor/one": "../../checkout"})
        assert str((project.root / "vendor/one").readlink()) == "../../checkout"
        assert project.kept() == 1
    project.install({})
    assert names_in(project.root / "vendor") == []
    expect_tree(checkout, TWO)


@pytest.mark.parametrize("place", ["vendor/one", "third_party/deep/one"])
def test_nothing_is_written_through_a_link(project: Vendored, place: str) -> None:
    """A link on the way to a place is refused, wherever it leads."""
    elsewhere = project.root.parent / "elsewhere"
    elsewhere.mkdir(parents=True)
    project.root.mkdir()
    top = place.partition("/")[0]
    (project.root / top).symlink_to(elsewhere)
    with pytest.raises(LocalError) as caught:
        project.install({place: ONE})
    assert str(caught.value) == f"`{top}`: is a symbolic link: `deps` never writes through links"
    assert names_in(elsewhere) == []


def test_a_file_on_the_way_is_named(project: Vendored) -> None:
    project.root.mkdir()
    (project.root / "vendor").write_text("file")
    with pytest.raises(LocalError) as caught:
        project.install({"vendor/one": ONE})
    assert str(caught.value) == "`vendor`: is a file where a directory is needed"


def test_a_state_directory_that_is_a_link_is_refused(project: Vendored) -> None:
    project.root.mkdir()
    (project.root / ".deps").symlink_to("/etc")
    with pytest.raises(LocalError) as caught:
        project.install({"vendor/one": ONE})
    assert str(caught.value) == "`.deps`: is a symbolic link: `deps` never writes through links"


def test_a_tree_that_is_not_what_the_lock_names_is_not_placed(project: Vendored) -> None:
    project.install({"vendor/one": ONE})
    staging = Staging(str(project.root))
    _, todo = project.look({"vendor/one": TWO})
    with pytest.raises(IntegrityError, match=r"^`one`: content differs from `deps\.lock`: expected d1:"):
        staging.stage(todo.steps[0], lambda _: {})
    expect_tree(project.root / "vendor/one", ONE)
    assert names_in(project.root / ".deps/staging") == []


def test_the_stamp_is_touched_only_when_the_vendor_directory_changed(project: Vendored) -> None:
    stamp = project.root / ".deps/stamp"
    times = []
    for trees in ({"vendor/one": ONE}, {"vendor/one": ONE}, {"vendor/one": TWO}, {"vendor/one": TWO}, {}):
        project.install(trees)
        times.append(stamp.stat().st_mtime_ns)
    assert [later > earlier for earlier, later in pairwise(times)] == [False, True, False, True]


def test_the_state_directory_hides_itself_from_git(project: Vendored) -> None:
    project.root.mkdir()
    subprocess.run(["git", "init", "-q", project.root], check=True)
    project.install({"vendor/one": ONE})
    seen = subprocess.run(
        ["git", "-C", project.root, "status", "--porcelain", "--ignored"], check=True, capture_output=True, text=True
    )
    assert "?? vendor/\n" in seen.stdout
    assert "?? .deps" not in seen.stdout


def test_modification_times_are_the_time_of_placement(project: Vendored) -> None:
    """So that make and CMake see a change, whatever the commit's date is."""
    project.install({"vendor/one": ONE})
    placed = (project.root / "deps.lock").stat().st_mtime_ns
    project.install({"vendor/one": {**ONE, "src/a.c": "int b;\n"}})
    assert (project.root / "vendor/one/src/a.c").stat().st_mtime_ns > placed
    assert (project.root / "vendor/one/README.md").stat().st_mtime_ns > placed


@pytest.mark.parametrize("tree", [{}, ONE])
def test_an_empty_tree_can_be_wanted(project: Vendored, tree: Tree) -> None:
    project.install({"vendor/one": tree})
    project.install({"vendor/one": {}})
    assert (project.root / "vendor/one").is_dir()
    assert actions(project.install({"vendor/one": {}})) == {"vendor/one": "keep"}
    assert project.kept() == 1


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("exchanges", [False, True])
def test_every_way_of_swapping_ends_the_same(project: Vendored, *, beside: bool, exchanges: bool) -> None:
    """With and without renameat2, staged in `.deps/` or beside the place."""
    project.beside = beside
    if not exchanges:
        project.swap = lambda _one, _other: False
    for tree in (ONE, TWO, ONE):
        project.install({"vendor/one": tree})
        expect_tree(project.root / "vendor/one", tree)
        assert names_in(project.root / "vendor") == ["one"]
        assert names_in(project.root / ".deps/staging") == []
    project.install({})
    assert names_in(project.root / "vendor") == []


def test_a_package_inside_a_place_that_goes(project: Vendored) -> None:
    """`install NAME` put it there while the other one had not been removed yet."""
    project.install({"vendor/one": ONE})
    project.install({"vendor/one/in": OTHER}, partial=True)
    project.install({"vendor/one/in": OTHER})
    assert names_in(project.root / "vendor/one") == ["in"]
    expect_tree(project.root / "vendor/one/in", OTHER)
    assert project.kept() == 1


def test_a_place_inside_one_that_goes_is_placed_beside_what_is_ignored_there(project: Vendored) -> None:
    """Found by the property test: the inner place existed because of the ignored file alone."""
    project.ignore = ("**/*.o",)
    (project.root / "vendor/b/inside").mkdir(parents=True)
    (project.root / "vendor/b/inside/y.o").write_text("theirs\n")
    project.install({"vendor/b": OTHER})
    project.install({"vendor/b/inside": OTHER})
    assert (project.root / "vendor/b/inside/y.o").read_text() == "theirs\n"
    assert (project.root / "vendor/b/inside/lib.py").read_text() == "x = 1\n"
