"""What is asked for by the decisions made so far, and what to decide next.

The order rests on the requirements of what is decided already, never on what was learned from
conflicts: locked pins that still fit, then by distance from the root, then by name. As each
decision takes the best candidate that can be part of a solution, the answer is the first
solution in a fixed order, whatever the path to it.
"""

from dataclasses import dataclass
from heapq import heappop, heappush

from bitdeps.core.requirement import Demand
from bitdeps.core.resolver.candidates import Accepted

Rank = tuple[bool, int, str, bool]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ask:
    """One requirement on a variable, by the root or by something decided."""

    origin: str
    """As `requested` names it."""
    by_root: bool
    demand: Demand
    accepted: Accepted
    depth: int


class Agenda:
    """Requirements by variable, and an order of those that are undecided."""

    def __init__(self) -> None:
        self.asks: dict[int, list[Ask]] = {}
        self.decided: dict[int, int] = {}
        """The commit (as a set) that was chosen for a variable."""
        self._names: dict[int, tuple[str, bool]] = {}
        self._ranks: dict[int, Rank] = {}
        self._heap: list[tuple[Rank, int]] = []

    def add(self, variable: int, ask: Ask) -> None:
        """Note a requirement."""
        self.asks.setdefault(variable, []).append(ask)
        self._names.setdefault(variable, (str(ask.demand.identity), not ask.demand.transitive))
        self.queue(variable)

    def remove_last(self, variable: int) -> None:
        """Undo the last `add` of a variable."""
        self.asks[variable].pop()
        self.queue(variable)

    def depth(self, variable: int) -> int:
        """Return how far from the root a variable is, by the shortest way known."""
        return min(ask.depth for ask in self.asks[variable])

    def queue(self, variable: int) -> None:
        """Have a variable considered again, if anything asks for it."""
        asks = self.asks[variable]
        if not asks or variable in self.decided:
            self._ranks.pop(variable, None)
            return
        pinned = all(ask.accepted.holds_pin for ask in asks)
        rank = (not pinned, self.depth(variable), *self._names[variable])
        self._ranks[variable] = rank
        heappush(self._heap, (rank, variable))

    def next(self) -> int | None:
        """Return the first variable in order, and take it off, or None."""
        while self._heap:
            rank, variable = heappop(self._heap)
            if self._ranks.get(variable) == rank:
                del self._ranks[variable]
                return variable
        return None
