"""Clauses (PubGrub calls them incompatibilities) over sets of choices.

A variable stands for a package. Its value is one of the commits that the package can have, or
"absent". A set of values is an integer: bit 0 is "absent", bit n the n-th commit; a negative
integer is a set that holds everything but a finite number of values, so a set can be open
although not every commit is known. Union, intersection, complement are `|`, `&`, `~`.

A clause is a set of terms, each a variable with a set of values, that are never all true
together. A clause without terms says that there is no solution.

Source: https://github.com/dart-lang/pub/blob/master/doc/solver.md
"""

from collections.abc import Mapping
from dataclasses import dataclass

ABSENT = 1
PRESENT = ~ABSENT
"""Any commit, known or not."""
EVERYTHING = -1


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """Terms that are never all true: a fact (`fact` is its index) or what two clauses imply."""

    terms: Mapping[int, int]
    fact: int | None = None
    derived: "tuple[Clause, Clause, int] | None" = None
    """The two clauses it was derived from, and the variable that was resolved upon."""


def resolvent(left: Clause, right: Clause, pivot: int) -> Clause:
    """Return what two clauses imply about every other variable, whatever the pivot's value is.

    Any value of the pivot that is in neither set contradicts nothing; every other one makes the
    rest of one clause false. So the union is kept for the pivot, the intersection elsewhere.
    """
    terms = dict(left.terms)
    for variable, values in right.terms.items():
        if variable == pivot:
            union = terms[variable] | values
            if union == EVERYTHING:
                del terms[variable]
            else:
                terms[variable] = union
        else:
            terms[variable] = terms.get(variable, EVERYTHING) & values
    return Clause(terms, derived=(left, right, pivot))
