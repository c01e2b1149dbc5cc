"""From the proof that the search found to a short one.

The premises are cut down until none can be left out, then narrowed to the candidates that
matter, and refuted again in several orders; the proof with the fewest steps is kept.
"""

from collections.abc import Iterable, Sequence

from bitdeps.core.resolver.clause import Clause
from bitdeps.core.resolver.propagation import Propagation, Refuted
from bitdeps.core.resolver.rotation import Model, Premise, rotated

_ORDERS = 12
_PREMISES_TRIED = 300


def refute(clauses: Sequence[Clause]) -> Clause | None:
    """Return the proof that clauses contradict each other, or None where they do not."""
    found = prove(clauses)
    return found if isinstance(found, Clause) else None


def prove(clauses: Sequence[Clause]) -> Clause | Model:
    """Return the proof that clauses contradict each other, else a value for each variable that keeps them all."""
    engine = Propagation()
    variables = sorted({variable for clause in clauses for variable in clause.terms})
    try:
        for clause in clauses:
            engine.add(clause)
        engine.propagate(variables)
        while (choice := _open_term(engine, clauses)) is not None:
            variable, values = choice
            engine.trail.decide(variable, values)
            engine.propagate([variable])
    except Refuted as refuted:
        return refuted.clause
    found = {variable: engine.trail.values(variable) for variable in variables}
    return {variable: values & -values for variable, values in found.items()}


def _open_term(engine: Propagation, clauses: Sequence[Clause]) -> tuple[int, int] | None:
    """Return a way to keep one clause that is not yet kept, or None where all are."""
    values = engine.trail.values
    for clause in clauses:
        if all(values(variable) & accepted for variable, accepted in clause.terms.items()):
            return next((each, ~accepted) for each, accepted in clause.terms.items() if values(each) & ~accepted)
    return None


def steps(last: Clause) -> list[Clause]:
    """Return every clause of a proof once, each after those it rests on."""
    done: dict[int, Clause] = {}
    stack = [(last, False)]
    while stack:
        clause, entered = stack.pop()
        if id(clause) in done:
            continue
        if entered or clause.derived is None:
            done[id(clause)] = clause
        else:
            left, right, _ = clause.derived
            stack += [(clause, True), (right, False), (left, False)]
    return list(done.values())


def leaves(last: Clause) -> list[Clause]:
    """Return the premises of a proof, in the order in which they became facts."""
    return sorted((clause for clause in steps(last) if clause.derived is None), key=lambda clause: clause.fact or 0)


def minimal(premises: Sequence[Premise]) -> list[Clause]:
    """Return clauses of premises that contradict each other, and no longer do when any premise is dropped.

    The smaller result of two attempts, from the first premise and from the last.
    """
    forward, backward = _dropped(list(premises)), _dropped(list(premises[::-1]))
    fewer = forward if len(forward) <= len(backward) else backward
    return sorted((clause for premise in fewer for clause in premise), key=lambda clause: clause.fact or 0)


def _dropped(premises: list[Premise]) -> list[Premise]:
    """Drop premises while the rest still contradicts itself, many at once at first."""
    chunk = max(1, len(premises) // 2)
    needed = premises
    critical: set[int] = set()
    while True:
        start = 0
        while start < len(needed):
            tried = needed[start : start + chunk]
            if all(id(premise) in critical for premise in tried):
                start += chunk
                continue
            rest = needed[:start] + needed[start + chunk :]
            found = prove([clause for premise in rest for clause in premise])
            if isinstance(found, Clause):
                used = {id(clause) for clause in leaves(found)}
                kept = [any(id(clause) in used for clause in premise) for premise in needed]
                start = sum(kept[:start])
                needed = [premise for premise, keep in zip(needed, kept, strict=True) if keep]
            else:
                critical |= rotated(needed, found)
                start += chunk
        if chunk == 1:
            return needed
        chunk //= 2


def shortest(premises: Sequence[Clause]) -> Clause:
    """Refute premises in several orders and return the proof with the fewest steps."""
    proofs = [proof for order in _orders(premises) if (proof := refute(order)) is not None]
    return min(proofs, key=lambda proof: len(steps(proof)))


def _orders(premises: Sequence[Clause]) -> Iterable[list[Clause]]:
    count = max(1, min(len(premises), _ORDERS, _PREMISES_TRIED // len(premises)))
    for index in range(count):
        start = index * len(premises) // count
        turned = [*premises[start:], *premises[:start]]
        yield turned
        yield turned[::-1]
