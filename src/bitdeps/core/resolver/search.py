"""The search: decide, add what the decision requires, propagate, until nothing is left open."""

from collections.abc import Mapping

from bitdeps.core.manifest.model import Unusable
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Demand
from bitdeps.core.resolver.agenda import Agenda, Ask
from bitdeps.core.resolver.candidates import Accepted, Candidates
from bitdeps.core.resolver.clause import ABSENT, EVERYTHING, PRESENT, Clause
from bitdeps.core.resolver.facts import Barred, Fact, OneVersion, Overridden, Requires, RootRequires
from bitdeps.core.resolver.manifests import Manifests
from bitdeps.core.resolver.model import Candidate, Catalog, Root, RootDemand
from bitdeps.core.resolver.propagation import Propagation


class Search:
    """One run over what is known.

    A variable is an identity with its dependencies, or (`transitive = false`) alone.
    """

    def __init__(self, root: Root, catalog: Catalog, prefer: Mapping[Identity, Candidate]) -> None:
        self.root = root
        self.candidates = Candidates(catalog, prefer)
        self.manifests = Manifests(catalog, self.candidates)
        self.engine = Propagation()
        self.agenda = Agenda()
        self.facts: list[Fact] = []
        self.variables: list[tuple[Identity, bool]] = []
        self._numbers: dict[tuple[Identity, bool], int] = {}
        self._decisions: list[tuple[int, tuple[int, ...]]] = []
        self._covered: dict[tuple[int, Demand], int] = {}
        self._overridden: set[int] = set()
        self._coupled: set[tuple[int, int]] = set()

    def run(self) -> None:
        """Decide everything that can be decided.

        Raises:
            Refuted: where there is no solution.

        """
        for entry in sorted(self.root.demands, key=_root_order):
            accepted = None if entry.demand.identity in self.root.overrides else self.accepted(entry.demand)
            self._require(entry.demand, RootRequires(root=entry, accepted=accepted), {})
            self._ask(entry.origin, entry.demand, depth=1, by_root=True)
        self.engine.propagate(list(range(len(self.variables))))
        while (variable := self.agenda.next()) is not None:
            self._consider(variable)
            self._undo()

    def accepted(self, demand: Demand) -> Accepted:
        """Return what a demand accepts, overrides applied."""
        requirement = self.root.overrides.get(demand.identity, demand.requirement)
        return self.candidates.accepted(demand.identity, requirement)

    def variable(self, identity: Identity, *, alone: bool) -> int:
        """Return the number of a variable."""
        key = (identity, alone)
        if key not in self._numbers:
            self._numbers[key] = len(self.variables)
            self.variables.append(key)
        return self._numbers[key]

    def _consider(self, variable: int) -> None:
        """Decide a variable, or learn why its best candidate cannot be; nothing where none is known."""
        trail = self.engine.trail
        level = trail.level
        self._couple(variable)
        before = trail.values(variable)
        bit = self._choose(variable, before) if trail.level == level else ABSENT
        if bit is None:
            return
        demands = self._add_facts(variable, bit)
        if trail.level != level or trail.values(variable) != before:
            self.agenda.queue(variable)
            return
        trail.decide(variable, bit)
        self.agenda.decided[variable] = bit
        depth = self.agenda.depth(variable) + 1
        origin = str(self.variables[variable][0])
        asked = tuple(self._ask(origin, demand, depth=depth) for demand in demands)
        self._decisions.append((variable, asked))
        self.engine.propagate([variable])

    def _undo(self) -> None:
        """Take back the decisions that were undone by a conflict."""
        while len(self._decisions) > self.engine.trail.level:
            variable, asked = self._decisions.pop()
            for target in reversed(asked):
                self.agenda.remove_last(target)
            del self.agenda.decided[variable]
            self.agenda.queue(variable)

    def _ask(self, origin: str, demand: Demand, *, depth: int, by_root: bool = False) -> int:
        target = self.variable(demand.identity, alone=not demand.transitive)
        accepted = self.accepted(demand)
        self.agenda.add(target, Ask(origin=origin, by_root=by_root, demand=demand, accepted=accepted, depth=depth))
        return target

    def _choose(self, variable: int, values: int) -> int | None:
        """Return the pin if it can be, else the newest that can be, None where none is known."""
        identity, _ = self.variables[variable]
        asks = self.agenda.asks[variable]
        pin = self.candidates.prefer.get(identity)
        if pin is not None and all(ask.accepted.holds_pin for ask in asks):
            bit = self.candidates.bit(identity, pin.commit)
            if bit & values:
                return bit
        if values < 0:
            return None
        newest = [
            next((ranked for ranked in ask.accepted.ranking if ranked.bit & values), None)
            for ask in asks
            if ask.accepted.ranking
        ]
        named = [ranked for ranked in newest if ranked is not None]
        if not named:
            return self.candidates.bit(identity, min(self.candidates.commits(identity, values)))
        version = max(ranked.version for ranked in named)
        equal = [ranked for ranked in named if ranked.version == version]
        return min(equal, key=lambda ranked: (len(ranked.tag.name), ranked.tag.name)).bit

    def _add_facts(self, variable: int, bit: int) -> tuple[Demand, ...]:
        """Add what the manifest of a candidate says, derive what follows, and return its demands."""
        identity, alone = self.variables[variable]
        found = None if alone else self.manifests.of(identity, bit)
        if isinstance(found, Unusable):
            values = self.manifests.unusable(identity, found.reason)
            self._add({variable: values}, Barred(variable=variable, values=values, reason=found.reason))
            self.engine.propagate([variable])
        if found is None or isinstance(found, Unusable):
            return ()
        demands = tuple(sorted(found.demands, key=_order))
        new = [demand for demand in demands if not self._covered.get((variable, demand), 0) & bit]
        for demand in new:
            values = self._covered[variable, demand] = self.manifests.requiring(identity, demand)
            accepted = None if demand.identity in self.root.overrides else self.accepted(demand)
            fact = Requires(variable=variable, values=values, demand=demand, accepted=accepted)
            self._require(demand, fact, {variable: values})
        if new:
            self.engine.propagate([variable, *(self._target(demand) for demand in new)])
        return demands

    def _target(self, demand: Demand) -> int:
        return self.variable(demand.identity, alone=not demand.transitive)

    def _require(self, demand: Demand, fact: RootRequires | Requires, terms: dict[int, int]) -> None:
        """Add that the target is none of what a demand leaves out, where the terms hold."""
        target = self._target(demand)
        wanted = PRESENT if fact.accepted is None else fact.accepted.values
        terms[target] = terms.get(target, EVERYTHING) & ~wanted
        if terms[target]:
            self._add(terms, fact)
        if fact.accepted is None and target not in self._overridden:
            self._overridden.add(target)
            accepted = self.accepted(demand)
            others = ~(accepted.values | ABSENT)
            if others:
                self._add({target: others}, Overridden(identity=demand.identity, accepted=accepted))

    def _couple(self, variable: int) -> None:
        """Make an identity with its dependencies and the same one alone a single commit."""
        identity, alone = self.variables[variable]
        twin = self._numbers.get((identity, not alone))
        if twin is None:
            return
        for one, other in ((variable, twin), (twin, variable)):
            values = self.engine.trail.values(one)
            if values > ABSENT and not values & (values - 1) and (one, values) not in self._coupled:
                self._coupled.add((one, values))
                self._add({one: values, other: ~(values | ABSENT)}, OneVersion(identity=identity))
        self.engine.propagate([variable, twin])

    def _add(self, terms: dict[int, int], fact: Fact) -> None:
        self.facts.append(fact)
        known = {variable: values for variable, values in terms.items() if values != EVERYTHING}
        self.engine.add(Clause(known, fact=len(self.facts) - 1))


def _order(demand: Demand) -> tuple[str, str, bool]:
    return (str(demand.identity), str(demand.requirement), demand.transitive)


def _root_order(entry: RootDemand) -> tuple[str, str, bool, str]:
    return (*_order(entry.demand), entry.origin)
