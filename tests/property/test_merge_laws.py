"""Locks merge: by git alone where packages are apart, by `deps lock merge` otherwise; `DEPS_LONG=1` takes 200 pairs."""

import os
from pathlib import Path
from random import Random

import pytest

from bitdeps.core.lockfile.conflict import conflict_sides, preferences
from bitdeps.core.lockfile.parse import parse_lockfile
from bitdeps.core.lockmerge import merge_locks
from support.merging import DRIVER, GitRepository, State, add, bump, drop, edited, expected, random_state, text

LONG = os.environ.get("DEPS_LONG") == "1"
PAIRS = 200 if LONG else 8
pytestmark = pytest.mark.timeout(1200 if LONG else 120)


def pair(seed: int) -> tuple[State, State, State]:
    """Give a base and two random edits of it."""
    rng = Random(seed)  # noqa: S311 - reproducible, no secret
    base = random_state(rng, rng.randrange(3, 12))
    return base, edited(base, rng), edited(base, rng)


def far_apart(seed: int) -> tuple[State, State, State]:
    """Give a base and two edits that touch no packages which are neighbours, counting those that come and go."""
    rng = Random(seed)  # noqa: S311 - reproducible, no secret
    base = random_state(rng, rng.randrange(5, 12))
    names = sorted(base)
    sides = [dict(base), dict(base)]
    position = 0
    while position < len(names):
        side, name = rng.choice(sides), names[position]
        requirers = [line for line in base[name][1] if line[0] == "a"]
        requires = [other for other, (_, lines) in base.items() if any(f"acme/{name}:" in line for line in lines)]
        kind = rng.choice(["bump", "add", "drop"])
        if kind == "drop" and not requirers and not requires:
            drop(side, name)
        elif kind == "add":
            add(side, f"{name}x")
        else:
            bump(side, name, rng)
        position += rng.randrange(3, 5)
    return base, sides[0], sides[1]


def as_text(states: tuple[State, State, State]) -> tuple[str, str, str]:
    base, ours, theirs = map(text, states)
    return base, ours, theirs


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(path=tmp_path)


def test_packages_that_are_not_neighbours_merge_by_git_alone(repository: GitRepository) -> None:
    """No driver, no `deps`: what git makes of the text is the lock of both edits."""
    repository.prepare("deps.lock text eol=lf\n")
    for seed in range(PAIRS):
        states = far_apart(seed)
        merged = repository.merge(*as_text(states))
        wanted = expected(*states)
        assert wanted is not None
        assert (seed, merged.status, merged.text) == (seed, 0, text(wanted))


def test_the_driver_merges_whatever_does_not_contradict(repository: GitRepository) -> None:
    """With the driver a merge fails where both sides moved one pin, and nowhere else."""
    repository.prepare("deps.lock text eol=lf merge=deps\n")
    repository.git("config", "merge.deps.driver", DRIVER)
    failed = 0
    for seed in range(PAIRS):
        states = pair(seed)
        merged = repository.merge(*as_text(states))
        wanted = expected(*states)
        if wanted is None:
            failed += 1
            assert (seed, merged.status) == (seed, 1)
            assert [sorted(side.packages) for side in preferences(merged.text)] != []
        else:
            assert (seed, merged.status, merged.text) == (seed, 0, text(wanted))
    assert 0 < failed < PAIRS / 2


def test_merges_of_many_random_pairs() -> None:
    """The same without git, for many more pairs; merging is the same from either side."""
    outcomes = set()
    for seed in range(10_000 if LONG else 300):
        states = pair(seed)
        base, ours, theirs = map(parse_lockfile, as_text(states))
        merged, mirrored = merge_locks(base, ours, theirs), merge_locks(base, theirs, ours)
        wanted = expected(*states)
        outcomes.add(wanted is None)
        assert (seed, merged.conflicts == ()) == (seed, wanted is not None)
        assert merged.conflicts == mirrored.conflicts
        if wanted is not None:
            assert merged.text == mirrored.text == text(wanted)
        else:
            assert conflict_sides(merged.text) is not None
    assert outcomes == {True, False}
