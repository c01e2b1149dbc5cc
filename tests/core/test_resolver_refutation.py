"""Refuting a handful of clauses: with or without decisions, and down to what is needed."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from bitdeps.core.resolver.clause import Clause, resolvent
from bitdeps.core.resolver.refutation import leaves, minimal, refute, shortest, steps

TWO = 0b01, 0b10
"""The two values of a variable, as sets; neither is "everything"."""


def never(fact: int, **terms: int) -> Clause:
    """Make a clause over the variables a, b, c: 0 and 1 are values."""
    return Clause({"abc".index(letter): ~TWO[1 - value] for letter, value in terms.items()}, fact=fact)


def premises(proof: Clause) -> list[tuple[Clause, ...]]:
    return [(clause,) for clause in leaves(proof)]


def test_clauses_that_need_a_decision_are_refuted() -> None:
    """All four corners are excluded; no single clause says anything by itself."""
    corners = [never(2 * a + b, a=a, b=b) for a, b in product((0, 1), repeat=2)]
    proof = refute(corners)
    assert proof is not None
    assert leaves(proof) == corners
    assert all(refute(list(rest)) is None for rest in combinations(corners, 3))


def test_premises_that_are_not_needed_are_dropped() -> None:
    """Of two contradictions one is left, whichever proof it started from."""
    corners = [never(2 * a + b, a=a, b=b) for a, b in product((0, 1), repeat=2)]
    spare = [never(4 + a, a=a, c=0) for a in (0, 1)]
    pair = [never(6, c=0), never(7, c=1)]
    everything = [*corners, *spare, *pair]
    for order in (everything, everything[::-1]):
        proof = refute(order)
        assert proof is not None
        assert minimal(premises(proof)) in ([*pair], [*corners])


def test_a_proof_from_too_many_premises_becomes_short() -> None:
    """A detour over four premises, of which two contradict each other."""
    one, two = never(0, a=0), never(1, a=1)
    to_c = resolvent(one, never(2, a=1, c=0), 0)
    to_other_c = resolvent(two, never(3, a=0, c=1), 0)
    detour = resolvent(to_c, to_other_c, 2)
    assert (detour.terms, len(leaves(detour)), len(steps(detour))) == ({}, 4, 7)
    assert minimal(premises(detour)) == [one, two]
    assert len(steps(shortest([one, two]))) == 3


def test_a_step_that_is_used_twice_counts_once() -> None:
    """The steps of a proof are a graph, not a tree."""
    shared = resolvent(never(0, a=0, b=0), never(1, a=0, b=1), 1)
    one, two = resolvent(shared, never(2, a=1, c=0), 0), resolvent(shared, never(3, a=1, c=1), 0)
    last = resolvent(one, two, 2)
    assert (last.terms, len(leaves(last)), len(steps(last))) == ({}, 4, 8)


values = st.integers(min_value=-15, max_value=14).filter(lambda mask: mask not in (0, -1))
clauses = st.dictionaries(st.integers(min_value=0, max_value=3), values, min_size=1, max_size=3)


@settings(deadline=None)
@given(st.lists(clauses, max_size=12))
def test_a_refutation_is_found_exactly_where_there_is_no_choice(found: list[dict[int, int]]) -> None:
    """Against every assignment; and what `minimal` keeps is minimal."""
    made = [Clause(terms, fact=fact) for fact, terms in enumerate(found)]
    proof = refute(made)
    assert (proof is None) == possible(made)
    if proof is not None:
        kept = minimal(premises(proof))
        assert not possible(kept)
        assert all(possible([*kept[:index], *kept[index + 1 :]]) for index in range(len(kept)))
        assert leaves(shortest(kept)) == kept


def possible(made: list[Clause]) -> bool:
    """Try every choice: five values for each of four variables tell all the sets apart."""
    choices = product([1, 2, 4, 8, 16], repeat=4)
    return any(
        all(any(not choice[variable] & accepted for variable, accepted in clause.terms.items()) for clause in made)
        for choice in choices
    )
