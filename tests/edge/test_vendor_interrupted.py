"""Promises P1 and P3: after any interruption each place is its old tree or its new one, and the next run heals."""

import random
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest

from bitdeps.vendor.commit import recover
from bitdeps.vendor.state import load_state
from support.killed import killed_after, killed_at
from support.placing import MEMORY, Tree, Vendored, expect_tree, mode_and_bytes, read_tree
from support.repos import Executable, Link

OLD: dict[str, Tree] = {
    "vendor/gone": {"only": "in the old lock\n"},
    "vendor/kept": {"same": "in both\n"},
    "vendor/one": {"a": "old\n", "dir/b": Executable("old\n"), "dir/link": Link("b")},
    "vendor/two": {"a": "old\n", "b": "old\n"},
}
NEW: dict[str, Tree] = {
    "third_party/fresh": {"a/b/c": "new\n"},
    "vendor/kept": {"same": "in both\n"},
    "vendor/one": {"a": "new\n", "dir": "new\n"},
    "vendor/two": {"c": "new\n"},
}


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A directory in memory where there is one: a process is killed here, not the power cut."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as directory:
        yield Path(directory)


def content(root: Path, place: str) -> dict[str, tuple[str, bytes]] | None:
    return read_tree(root / place) if (root / place).exists() else None


def expect_old_or_new(root: Path, old: Mapping[str, Tree], new: Mapping[str, Tree], *, absent: bool) -> None:
    for place in old.keys() | new.keys():
        allowed = [None if tree is None else flat(tree) for tree in (old.get(place), new.get(place))]
        assert content(root, place) in [*allowed, *([None] if absent else [])], place


def flat(tree: Tree) -> dict[str, tuple[str, bytes]]:
    return {path: mode_and_bytes(value) for path, value in tree.items()}


def expect_healed(project: Vendored, trees: Mapping[str, Tree]) -> None:
    """The next run succeeds, gives the right trees and leaves nothing lying about."""
    project.install(trees)
    for place, tree in trees.items():
        expect_tree(project.root / place, tree)
    assert project.foreign(trees) == ()
    assert project.kept() == len(trees)
    assert list((project.root / ".deps/staging").iterdir()) == []
    assert list((project.root / "third_party").glob(".deps-*")) == []


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("exchanges", [True, False])
def test_killed_before_each_single_call(scratch: Path, *, exchanges: bool, beside: bool) -> None:
    """Kill -9 before the first call on files, before the second, and so on until the install gets through.

    Without an exchange a place may be empty until the next run, which the reference page says; the first thing that
    run does is to put the new tree or the old one there.
    """
    project = Vendored(root=scratch / "project", beside=beside)
    if not exchanges:
        project.swap = lambda _one, _other: False
    project.install(NEW)
    old, new = NEW, OLD
    for number in count(1):
        if not killed_at(number, lambda: project.install(new)):  # noqa: B023 - runs before the next turn
            break
        expect_old_or_new(project.root, old, new, absent=not exchanges)
        recover(str(project.root), load_state(str(project.root)), project.ignored)
        expect_old_or_new(project.root, old, new, absent=False)
        expect_healed(project, new)
        old, new = new, old
    assert number > 100
    assert project.trashed == []
    assert project.trash() == {}


def test_first_install_killed_before_each_single_call(scratch: Path) -> None:
    for number in count(1):
        project = Vendored(root=scratch / f"project-{number}")
        if not killed_at(number, lambda: project.install(NEW)):  # noqa: B023 - runs before the next turn
            break
        expect_old_or_new(project.root, {}, NEW, absent=True)
        expect_healed(project, NEW)
        assert project.trash() == {}
    assert number > 50


def test_forced_install_killed_before_each_single_call_loses_no_edit(scratch: Path) -> None:
    """What was edited or added is in the vendor directory or in the trash, and in the trash at the end."""
    for number in count(1):
        project = Vendored(root=scratch / f"project-{number}")
        project.install(OLD)
        (project.root / "vendor/one/a").write_text("edited\n")
        (project.root / "vendor/gone/mine").write_text("mine\n")
        going = killed_at(number, lambda: project.install(NEW, force=True))  # noqa: B023 - runs before the next turn
        project.install(NEW, force=True)
        assert project.trash() == {"one/a": b"edited\n", "gone/mine": b"mine\n"}
        expect_healed(project, NEW)
        if not going:
            break
    assert number > 100


def test_a_kill_and_another_lock(scratch: Path) -> None:
    """Whichever tree a kill left, it counts as ours when the lock wants a third one."""
    third: dict[str, Tree] = {"vendor/one": {"third": "tree\n"}, "vendor/kept": {"same": "in both\n"}}
    for number in count(1):
        project = Vendored(root=scratch / f"project-{number}")
        project.install(OLD)
        if not killed_at(number, lambda: project.install(NEW)):  # noqa: B023 - runs before the next turn
            break
        project.install(third)
        for place, tree in third.items():
            expect_tree(project.root / place, tree)
        assert project.trash() == {}
    assert number > 100


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_killed_a_hundred_times_at_random_moments(scratch: Path, number: int) -> None:
    """Kill -9 and Ctrl-C in the middle of placing 5 packages."""
    chance = random.Random(f"{number}")  # noqa: S311 - moments, no secrets
    old, new = (
        {f"vendor/p{place}": {f"dir{i % 3}/{i}": f"{text} {i}\n" for i in range(40)} for place in range(5)}
        for text in ("old", "new")
    )
    project = Vendored(root=scratch / "project")
    project.install(new)
    start = time.perf_counter()
    project.install(old)
    whole = time.perf_counter() - start
    interrupted = 0
    for _ in range(100):
        interrupted += killed_after(chance.uniform(0, whole), number, lambda: project.install(new))  # noqa: B023
        expect_old_or_new(project.root, old, new, absent=False)
        project.install(new)
        for place, tree in new.items():
            expect_tree(project.root / place, tree)
        old, new = new, old
    assert interrupted > 0
    assert project.trash() == {}
