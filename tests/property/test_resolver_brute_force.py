"""The resolver against every choice there is, and each explanation against the catalog.

`DEPS_LONG=1` runs 10,000 worlds instead of 300.
"""

import os
from collections import Counter

import pytest

from bitdeps.core.resolver.failure import ConflictError
from bitdeps.core.resolver.model import Resolution
from bitdeps.core.resolver.solve import solve
from bitdeps.errors import NoSolutionError
from support.conflicts import check_conflict
from support.graphs import Driver
from support.random_graphs import random_case
from support.slow_search import FirstInOrder, brute_force, size

COUNT = 10_000 if os.environ.get("DEPS_LONG") else 300
MOST_CHOICES = 2_000
"""Beyond these the depth-first search alone is the yardstick; it too tries everything that is not excluded."""


def check(seed: int) -> str:
    """Check one world in every way, and return what kind it is."""
    case = random_case(seed)
    expected = FirstInOrder(case.world, case.root, case.pins).solve()
    if size(case.world) <= MOST_CHOICES:
        solutions = list(brute_force(case.world, case.root, case.pins))
        assert (expected is not None) == bool(solutions)
        assert expected is None or expected in solutions
    try:
        answer = solve(case.root, case.world.full_catalog(case.root), prefer=case.pins)
    except ConflictError as error:
        check_conflict(error, case.world, case.root, case.pins)
        with pytest.raises(NoSolutionError):
            Driver(case.world).solve(case.root, case.pins)
        return "unsolvable" if error.hint is None else "unsolvable with a hint"
    assert isinstance(answer, Resolution)
    assert {identity: pin.commit for identity, pin in answer.pins.items()} == expected
    assert Driver(case.world).solve(case.root, case.pins) == answer
    return "solvable"


@pytest.mark.timeout(3600)
def test_every_world_is_solved_as_brute_force_does() -> None:
    """The same verdict and the same choice; proofs, premises and hints hold; at least 30 % have no solution."""
    kinds = Counter(check(seed) for seed in range(COUNT))
    assert kinds.total() == COUNT
    assert kinds["solvable"] <= 0.7 * COUNT
    assert kinds["unsolvable with a hint"] > 10 * kinds["unsolvable"]
