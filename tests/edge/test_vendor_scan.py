"""The stat cache: every kind of difference is seen, files are read only when they look different."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bitdeps.vendor.scan import Scan, scan
from bitdeps.vendor.state import load_state
from support.placing import Tree, Vendored, actions, edit_kinds
from support.repos import Executable, Link

TREE: Tree = {
    "file": "12345\n",
    "dir/inner": "inner\n",
    "dir/deep/leaf": "leaf\n",
    "run": Executable("#!/bin/sh\n"),
    "link": Link("file"),
    "dirlink": Link("dir"),
}


@pytest.fixture
def project(tmp_path: Path) -> Vendored:
    project = Vendored(root=tmp_path / "project")
    project.install({"vendor/one": TREE})
    return project


def look(project: Vendored) -> Scan:
    state = load_state(str(project.root))
    assert state is not None
    return scan(str(project.root / "vendor/one"), state.places["vendor/one"], project.ignored)


def edits(project: Vendored) -> dict[str, str]:
    sight, _ = project.look({"vendor/one": TREE})
    return edit_kinds(sight.observed["vendor/one"].edits)


def replace(path: Path, act: Callable[[Path], object]) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
    act(path)


def exchange_names(one: Path, other: Path) -> None:
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def directory_to_link(directory: Path, away: Path) -> None:
    directory.rename(away)
    directory.symlink_to(away)


CHANGES: list[tuple[str, Callable[[Path], object], dict[str, str]]] = [
    ("content", lambda one: (one / "file").write_text("longer than before\n"), {"file": "modified"}),
    ("same size", lambda one: (one / "file").write_text("54321\n"), {"file": "modified"}),
    ("cut", lambda one: (one / "file").write_text(""), {"file": "modified"}),
    ("missing", lambda one: (one / "dir/inner").unlink(), {"dir/inner": "missing"}),
    ("extra", lambda one: (one / "dir/new").write_text(""), {"dir/new": "extra"}),
    ("extra dot", lambda one: (one / ".env").write_text(""), {".env": "extra"}),
    ("extra link", lambda one: (one / "new").symlink_to("/etc"), {"new": "extra"}),
    ("extra pipe", lambda one: os.mkfifo(one / "pipe"), {"pipe": "extra"}),
    ("no longer executable", lambda one: (one / "run").chmod(0o644), {"run": "mode"}),
    ("now executable", lambda one: (one / "file").chmod(0o755), {"file": "mode"}),
    ("other target", lambda one: replace(one / "link", lambda p: p.symlink_to("elif")), {"link": "modified"}),
    ("link to file", lambda one: replace(one / "link", lambda p: p.write_text("file")), {"link": "kind"}),
    ("file to link", lambda one: replace(one / "file", lambda p: p.symlink_to("run")), {"file": "kind"}),
    ("file to pipe", lambda one: replace(one / "file", os.mkfifo), {"file": "kind"}),
    ("file to empty directory", lambda one: replace(one / "file", lambda p: p.mkdir()), {"file": "kind"}),
    (
        "link to directory",
        lambda one: replace(one / "dirlink", lambda p: shutil.copytree(one / "dir/deep", p)),
        {"dirlink": "kind", "dirlink/leaf": "extra"},
    ),
    (
        "directory to file",
        lambda one: replace(one / "dir/deep", lambda p: p.write_text("x")),
        {"dir/deep": "kind", "dir/deep/leaf": "missing"},
    ),
    (
        "directory to link",
        lambda one: directory_to_link(one / "dir/deep", one.parent.parent / "away"),
        {"dir/deep": "kind", "dir/deep/leaf": "missing"},
    ),
    (
        "renamed",
        lambda one: (one / "dir/deep").rename(one / "dir/Deep"),
        {"dir/deep/leaf": "missing", "dir/Deep/leaf": "extra"},
    ),
    (
        "swapped",
        lambda one: exchange_names(one / "file", one / "run"),
        {"file": "modified", "run": "modified"},
    ),
]


@pytest.mark.parametrize(("change", "expected"), [(c, e) for _, c, e in CHANGES], ids=[name for name, _, _ in CHANGES])
def test_each_change_is_seen_and_named(
    project: Vendored, change: Callable[[Path], object], expected: dict[str, str]
) -> None:
    """By an install with a state, and by the lean path."""
    change(project.root / "vendor/one")
    seen = edits(project)
    if expected == {"file": "modified", "run": "modified"}:
        # Swapping a plain and an executable file changes bits, too; both differences are told.
        assert set(seen) == {"file", "run"}
    else:
        assert seen == expected
    assert not look(project).clean
    assert project.kept() is None


def test_an_edit_that_keeps_size_and_mtime_is_seen(project: Vendored) -> None:
    """No program can set the ctime back."""
    file = project.root / "vendor/one/file"
    before = file.stat()
    file.write_text("54321\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)
    assert edits(project) == {"file": "modified"}
    assert project.kept() is None


def test_an_unchanged_tree_is_not_read(project: Vendored) -> None:
    found = look(project)
    assert found.clean
    assert found.hashed == 0


@pytest.mark.parametrize(
    "touch",
    [
        lambda one: os.utime(one / "file", (1, 1)),
        lambda one: os.utime(one / "file", (2**33, 2**33)),
        lambda one: (shutil.copy2(one / "file", one / "t"), (one / "t").replace(one / "file")),
        lambda one: (one / "file").chmod(0o664),
        lambda one: os.utime(one / "link", follow_symlinks=False),
    ],
    ids=["old", "future", "another inode", "group may write", "link"],
)
def test_another_look_means_reading_never_an_alarm(project: Vendored, touch: Callable[[Path], object]) -> None:
    """The full program keeps the tree and records how it looks now; then the lean path is content again."""
    touch(project.root / "vendor/one")
    found = look(project)
    assert found.clean
    assert found.hashed == 1
    assert project.kept() is None
    assert actions(project.install({"vendor/one": TREE})) == {"vendor/one": "keep"}
    assert look(project).hashed == 0
    assert project.kept() == 1


def test_a_copied_project_is_read_once(project: Vendored, tmp_path: Path) -> None:
    shutil.copytree(project.root, tmp_path / "copy", symlinks=True)
    copy = Vendored(root=tmp_path / "copy")
    assert look(copy).hashed == len(TREE)
    assert actions(copy.install({"vendor/one": TREE})) == {"vendor/one": "keep"}
    assert copy.kept() == 1


def test_a_file_as_young_as_the_record_is_read(project: Vendored) -> None:
    """It may have changed again within one tick of the file system's clock (git's racy rule)."""
    state = load_state(str(project.root))
    assert state is not None
    place = state.places["vendor/one"]
    place.clock = max(stat[3] for stat in place.stats)
    expected = sum(stat[3] == place.clock for stat in place.stats)
    assert scan(str(project.root / "vendor/one"), place, project.ignored).hashed == expected


def test_files_that_were_just_placed_need_not_be_read(project: Vendored) -> None:
    """The record waits for the next tick of the clock, so that the first idle run reads nothing."""
    for number in range(20):
        tree = {f"{index}": f"{number}\n" for index in range(50)}
        project.install({"vendor/one": tree})
        assert look(project).hashed == 0


def test_an_edit_right_after_an_install_is_seen(project: Vendored) -> None:
    """Same size, same tick or not: twenty times in a row."""
    for number in range(20):
        tree = {"file": f"{number:04}\n"}
        project.install({"vendor/one": tree})
        (project.root / "vendor/one/file").write_text("edit\n")
        assert look(project).modified == [b"file"]
        (project.root / "vendor/one/file").write_text(tree["file"])
        assert look(project).clean


def test_empty_directories_are_no_difference(project: Vendored) -> None:
    """As for git: no tree can name one."""
    (project.root / "vendor/one/new/empty").mkdir(parents=True)
    assert look(project).clean
    assert project.kept() == 1


def test_ignored_files_are_not_reported_and_ours_are_ours(project: Vendored) -> None:
    """A pattern allows extra files; it does not allow editing what we placed."""
    project.ignore = ("vendor/one/**",)
    project.install({"vendor/one": TREE})
    (project.root / "vendor/one/new").write_text("")
    found = look(project)
    assert found.clean
    assert found.ignored == [b"new"]
    (project.root / "vendor/one/dir/inner").unlink()
    (project.root / "vendor/one/file").write_text("edited\n")
    assert edits(project) == {"dir/inner": "missing", "file": "modified"}


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        ("vendor/one/*.o", True),
        ("one/*.o", True),
        ("**/*.o", True),
        ("*.o", False),
        ("two/*.o", False),
        ("vendor/**", True),
        ("project/vendor/**", False),
    ],
)
def test_patterns_are_written_from_the_project_or_from_the_vendor_directory(
    project: Vendored, pattern: str, *, allowed: bool
) -> None:
    project.ignore = (pattern,)
    project.install({"vendor/one": TREE})
    (project.root / "vendor/one/new.o").write_text("")
    assert look(project).clean is allowed
    assert (project.kept() == 1) is allowed


def test_names_that_are_no_utf8_are_named(project: Vendored) -> None:
    path = os.fsencode(project.root / "vendor/one") + b"/\xff"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
    assert edits(project) == {"\udcff": "extra"}
