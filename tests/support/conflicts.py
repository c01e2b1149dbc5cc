"""One conflict, and everything that must be true of how it is explained."""

from collections.abc import Mapping

import pytest

from bitdeps.core.names import Identity
from bitdeps.core.resolver.failure import ConflictError
from bitdeps.core.resolver.model import Candidate, Root
from bitdeps.core.resolver.solve import solve
from support.graphs import World
from support.hints import follow
from support.premises import Reader, satisfiable
from support.proof import ProofChecker
from support.slow_search import FirstInOrder


def unfolded(text: str) -> str:
    """Join lines that an indentation continues; four dots stand for the margin beside numbered lines."""
    return text.strip().replace("\n        ", " ").replace("\n    ", "\n").replace("....", "    ")


def conflict(world: World, root: Root, pins: Mapping[Identity, Candidate] | None = None) -> ConflictError:
    """Return the error, after its proof, its printed premises and its hint were checked by other means."""
    with pytest.raises(ConflictError) as caught:
        solve(root, world.full_catalog(root), prefer=pins or {})
    check_conflict(caught.value, world, root, pins or {})
    return caught.value


def check_conflict(error: ConflictError, world: World, root: Root, pins: Mapping[Identity, Candidate]) -> None:
    """Check the proof, the printed premises and the hint of an error."""
    assert FirstInOrder(world, root, pins).solve() is None
    ProofChecker(world, root, pins).check(error.derivation)
    claims = Reader(world, root, pins).claims(str(error))
    assert not satisfiable(claims)
    for index in range(len(claims)):
        assert satisfiable([*claims[:index], *claims[index + 1 :]]), claims[index]
    assert error.hint is not None
    assert FirstInOrder(world, follow(error.hint, root), pins).solve() is not None, error.hint
