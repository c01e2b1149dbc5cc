"""What is assumed and what follows so far (PubGrub's partial solution)."""

from dataclasses import dataclass

from bitdeps.core.resolver.clause import EVERYTHING, Clause


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """A variable's value lies in `values`: a decision, or what `cause` implies."""

    variable: int
    values: int
    level: int
    """How many decisions this one rests on, itself included."""
    cause: Clause | None
    """None for a decision."""
    before: int
    """What was known of the variable before."""
    index: int

    @property
    def after(self) -> int:
        """What is known of the variable from here on."""
        return self.before & self.values


class Trail:
    """Assignments in order, undone in the opposite order."""

    def __init__(self) -> None:
        self.level = 0
        self._assignments: list[Assignment] = []
        self._values: dict[int, int] = {}
        self._of: dict[int, list[Assignment]] = {}

    def values(self, variable: int) -> int:
        """Return the set that the variable's value is known to lie in."""
        return self._values.get(variable, EVERYTHING)

    def decide(self, variable: int, values: int) -> None:
        """Assume a value, one level up."""
        self.level += 1
        self._assign(variable, values, None)

    def derive(self, variable: int, values: int, cause: Clause) -> None:
        """Note what a clause implies at this level."""
        self._assign(variable, values, cause)

    def _assign(self, variable: int, values: int, cause: Clause | None) -> None:
        before = self.values(variable)
        entry = Assignment(variable, values, self.level, cause, before, len(self._assignments))
        self._assignments.append(entry)
        self._of.setdefault(variable, []).append(entry)
        self._values[variable] = entry.after

    def backjump(self, level: int) -> None:
        """Undo everything above a level."""
        while self._assignments and self._assignments[-1].level > level:
            entry = self._assignments.pop()
            self._of[entry.variable].pop()
            self._values[entry.variable] = entry.before
        self.level = level

    def satisfier(self, clause: Clause) -> tuple[Assignment, int]:
        """Return the assignment that made every term of a clause true, and the level of the one before it.

        The level before counts what that assignment needs beside itself to make its own term true.
        """
        firsts = [self._first_within(variable, values) for variable, values in clause.terms.items()]
        last = max(firsts, key=lambda entry: entry.index)
        levels = [entry.level for entry in firsts if entry is not last]
        rest = clause.terms[last.variable] | ~last.values
        if rest != EVERYTHING:
            levels.append(self._first_within(last.variable, rest).level)
        return last, max(levels, default=0)

    def _first_within(self, variable: int, values: int) -> Assignment:
        return next(entry for entry in self._of[variable] if not entry.after & ~values)
