"""Unit propagation and learning from conflicts, over clauses alone.

Nothing here knows of packages, so the same code searches for a solution and refutes a handful
of premises.
"""

from bitdeps.core.resolver.clause import Clause, resolvent
from bitdeps.core.resolver.trail import Trail


class Refuted(Exception):  # noqa: N818 - an answer, not an error
    """The clauses contradict each other; `clause` has no terms, and its derivation is the proof."""

    def __init__(self, clause: Clause) -> None:
        super().__init__("no solution")
        self.clause = clause


class Propagation:
    """Clauses, and what follows from them under the decisions made so far."""

    def __init__(self) -> None:
        self.trail = Trail()
        self._clauses: dict[int, list[Clause]] = {}

    def add(self, clause: Clause) -> None:
        """Add a clause without looking at it yet.

        Raises:
            Refuted: where it has no terms.

        """
        if not clause.terms:
            raise Refuted(clause)
        for variable in clause.terms:
            self._clauses.setdefault(variable, []).append(clause)

    def propagate(self, variables: list[int]) -> None:
        """Derive all that follows from what is known of these variables, backjumping out of conflicts.

        Raises:
            Refuted: where there is no solution.

        """
        queue = dict.fromkeys(variables)
        while queue:
            variable, _ = queue.popitem()
            for clause in reversed(self._clauses.get(variable, [])):
                open_term = self._open_term(clause)
                if open_term is None:
                    continue
                if open_term < 0:
                    queue = {self._learn(clause): None}
                    break
                self.trail.derive(open_term, ~clause.terms[open_term], clause)
                queue[open_term] = None

    def _open_term(self, clause: Clause) -> int | None:
        """Return the one variable whose term is not yet true, -1 for a conflict, None where nothing follows."""
        found = -1
        values = self.trail.values
        for variable, accepted in clause.terms.items():
            current = values(variable)
            if not current & ~accepted:
                continue
            if not current & accepted or found >= 0:
                return None
            found = variable
        return found

    def _learn(self, conflict: Clause) -> int:
        """Resolve a conflict, backjump to where the learned clause says something new, and note it."""
        clause = conflict
        while clause.terms:
            last, level_before = self.trail.satisfier(clause)
            if last.cause is None or level_before < last.level:
                self.trail.backjump(level_before)
                if clause is not conflict:
                    self.add(clause)
                self.trail.derive(last.variable, ~clause.terms[last.variable], clause)
                return last.variable
            clause = resolvent(clause, last.cause, last.variable)
        raise Refuted(clause)
