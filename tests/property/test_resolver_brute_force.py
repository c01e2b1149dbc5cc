"""The resolver against every choice there is, and each explanation against the catalog.

`DEPS_LONG=1` runs 10,000 worlds instead of 300.
"""

import os
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

import pytest

from bitdeps.core.manifest.model import DependencyManifest
from bitdeps.core.resolver.failure import ConflictError
from bitdeps.core.resolver.model import Resolution
from bitdeps.core.resolver.solve import solve
from bitdeps.errors import NoSolutionError
from support.conflicts import check_conflict
from support.graphs import Driver
from support.random_graphs import Case, random_case
from support.slow_search import FirstInOrder, brute_force, size

if TYPE_CHECKING:
    from bitdeps.core.names import Identity

COUNT = 10_000 if os.environ.get("DEPS_LONG") else 300
REPOSITORIES, VERSIONS = 8, 6
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
        return "unsolvable"
    assert isinstance(answer, Resolution)
    assert {identity: pin.commit for identity, pin in answer.pins.items()} == expected
    assert Driver(case.world).solve(case.root, case.pins) == answer
    return "solvable"


@pytest.mark.timeout(3600)
def test_every_world_is_solved_as_brute_force_does() -> None:
    """The same verdict and the same choice; proofs, premises and hints hold; at least 30 % have no solution."""
    kinds = Counter(check(seed) for seed in range(COUNT))
    assert kinds.total() == COUNT
    assert kinds["unsolvable"] >= 0.3 * COUNT


def is_cyclic(case: Case) -> bool:
    """Tell whether packages of a world require each other in a circle."""
    edges: dict[Identity, set[Identity]] = {}
    for query, found in case.world.manifests.items():
        demands = found.demands if isinstance(found, DependencyManifest) else ()
        edges.setdefault(query.identity, set()).update(demand.identity for demand in demands)
    try:
        TopologicalSorter(edges).prepare()
    except CycleError:
        return True
    return False


def test_the_worlds_are_of_every_kind() -> None:
    """Cyclic ones are among them, the largest have 8 repositories of 6 versions, and brute force takes part."""
    cases = [random_case(seed) for seed in range(300)]
    assert sum(map(is_cyclic, cases)) > 0.25 * len(cases)
    assert max(len(case.world.tags) for case in cases) == REPOSITORIES
    assert sum(size(case.world) <= MOST_CHOICES for case in cases) > 0.4 * len(cases)
    assert max(len(case.world.commits(each)) for case in cases for each in case.world.identities()) >= VERSIONS
