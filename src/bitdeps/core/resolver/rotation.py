"""Which premises cannot be dropped, seen from one choice that breaks no other.

A choice that breaks a single premise shows that the rest can be kept together, so that premise is
needed. Changing one value of such a choice often gives another one: a hundred premises of one
shape are then shown to be needed by a single search.

Source: model rotation, Marques-Silva and Lynce, "On improving MUS extraction algorithms" (2011).
"""

from collections.abc import Sequence

from bitdeps.core.resolver.clause import ABSENT, EVERYTHING, Clause

Premise = tuple[Clause, ...]
"""What is said in one sentence, which may take more than one clause."""
Model = dict[int, int]
"""One value for each variable, as a set."""


def rotated(premises: Sequence[Premise], model: Model) -> set[int]:
    """Return the ids of premises that this choice and its neighbours show to be needed."""
    by_variable: dict[int, list[Premise]] = {}
    for premise in premises:
        for variable in _variables(premise):
            by_variable.setdefault(variable, []).append(premise)
    choice = {variable: model.get(variable, ABSENT) for variable in by_variable}
    broken = [
        premise
        for premise in premises
        if any(_breaking(premise, variable, choice) & choice[variable] for variable in _variables(premise))
    ]
    needed: set[int] = set()
    stack = [(broken[0], choice)] if len(broken) == 1 else []
    while stack:
        premise, choice = stack.pop()
        if id(premise) in needed:
            continue
        needed.add(id(premise))
        for variable in _variables(premise):
            for other, value in _alone_broken(by_variable[variable], variable, choice):
                if id(other) not in needed:
                    stack.append((other, {**choice, variable: value}))
    return needed


def _alone_broken(premises: Sequence[Premise], variable: int, choice: Model) -> list[tuple[Premise, int]]:
    """Return the premises that some value of a variable breaks without breaking another, with such a value."""
    breaking = [(premise, _breaking(premise, variable, choice)) for premise in premises]
    once = more = 0
    for _, values in breaking:
        more |= once & values
        once |= values
    alone = once & ~more
    return [(premise, values & alone & -(values & alone)) for premise, values in breaking if values & alone]


def _breaking(premise: Premise, variable: int, choice: Model) -> int:
    """Return the values of a variable that break a premise, everything else being as chosen."""
    found = 0
    for clause in premise:
        if all(choice[other] & accepted for other, accepted in clause.terms.items() if other != variable):
            found |= clause.terms.get(variable, EVERYTHING)
    return found


def _variables(premise: Premise) -> set[int]:
    return {variable for clause in premise for variable in clause.terms}
