"""Changes of the root manifest that may resolve a conflict, and which of them do.

Each is tried by solving with it. What the catalog does not know leaves a change undecided; what
would have to be fetched to decide it is collected.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import chain

from bitdeps.core.explain.derivation import Barred, Derivation, Overridden, Required
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.changes import (
    Change,
    alone,
    changed,
    overriding,
    with_overrides,
    with_pattern,
    with_prereleases,
    with_requirement,
    without_override,
)
from bitdeps.core.resolver.loose import Loose
from bitdeps.core.resolver.model import Catalog, Incomplete, Resolution, Root, RootDemand
from bitdeps.core.resolver.repair import Conflict, pattern_of, repair
from bitdeps.core.versions import derive_pattern, read_version

Trial = Callable[[Root], Resolution | Incomplete | None]
"""Solve with a changed root; None where there is no solution."""

_SIMILAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The first change that works, and what must be known to decide about an earlier one."""

    hint: str | None
    wanted: Incomplete | None


class Relaxations:
    """The changes that might help against one conflict."""

    def __init__(self, root: Root, catalog: Catalog, trial: Trial, conflict: Conflict) -> None:
        self._root = root
        self._conflict = conflict
        self._catalog = catalog
        self._loose = Loose(catalog)
        self._trial = trial
        self._wanted: Incomplete | None = None

    def advice(self, derivation: Derivation) -> Advice:
        """Return the first change that works against a contradiction."""
        advice = self.first(chain(self._changes(derivation), self._several(derivation)))
        return replace(advice, hint=advice.hint or self._similar(derivation))

    def first(self, changes: Iterable[Change]) -> Advice:
        """Return the first of some changes that works."""
        for change in changes:
            if self._try(change.root) is not None:
                return Advice(hint=change.hint, wanted=self._wanted)
        return Advice(hint=None, wanted=self._wanted)

    def _try(self, root: Root) -> Resolution | None:
        answer = self._trial(root)
        if isinstance(answer, Incomplete):
            self._wanted = self._wanted or answer
            return None
        return answer

    def _changes(self, derivation: Derivation) -> Iterator[Change]:
        facts = [premise.fact for premise in derivation.premises()]
        required = [fact for fact in facts if isinstance(fact, Required)]
        overridden = [fact.subject.identity for fact in facts if isinstance(fact, Overridden)]
        barred = {fact.subject.identity for fact in facts if isinstance(fact, Barred)}
        asked = [fact.demand.identity for fact in required]
        entries = self._entries(required)
        clashing = {each for each in asked if asked.count(each) > 1} | barred
        clashing |= {fact.demand.identity for fact in required if fact.accepted == frozenset()}
        for entry in entries:
            yield from self._respelled(entry)
        for identity in dict.fromkeys(overridden):
            yield without_override(self._root, identity)
            yield from self._overridden(identity, self._root.overrides[identity].pattern)
        for entry in entries:
            if entry.demand.identity in clashing:
                yield from self._relaxed(entry)
        own = {entry.demand.identity for entry in entries}
        others = [each for each in dict.fromkeys(asked) if each not in overridden]
        for identity in sorted(others, key=lambda each: (each not in clashing, each in own, str(each))):
            yield from self._overridden(identity, pattern_of(required, identity))
        for entry in entries:
            if entry.demand.identity not in clashing:
                yield from self._relaxed(entry)
        yield from (alone(self._root, entry) for entry in entries if entry.demand.identity in barred)

    def _entries(self, required: list[Required]) -> list[RootDemand]:
        """Return the entries of the root manifest that the contradiction rests on."""
        lines = {(fact.line, fact.demand) for fact in required if fact.demander is None and fact.accepted is not None}
        found = [entry for entry in self._root.demands if (entry.line, entry.demand) in lines]
        return sorted(found, key=lambda entry: (entry.line, str(entry.demand.identity)))

    def _respelled(self, entry: RootDemand) -> Iterator[Change]:
        """Propose tags with a similar name, a pattern that reads the tags, or pre-releases."""
        identity, requirement = entry.demand.identity, entry.demand.requirement
        if requirement.kind == "tag":
            for tag in self._near(identity, requirement.value):
                yield changed(self._root, entry, replace(requirement, value=tag))
        if requirement.kind == "version":
            if not self._loose.has_versions(identity, requirement.pattern):
                patterns = self._loose.patterns(identity)
                yield from (with_pattern(self._root, entry, pattern) for pattern in patterns)
            if not requirement.prereleases:
                yield with_prereleases(self._root, entry)

    def _relaxed(self, entry: RootDemand) -> Iterator[Change]:
        """Propose the newest version of an entry that goes with the rest."""
        requirement = entry.demand.requirement
        pattern = requirement.pattern
        if requirement.kind == "tag" and pattern is None and read_version(requirement.value) is None:
            pattern = derive_pattern(requirement.value)
        for loose in self._loose.requirements(entry.demand.identity, pattern):
            found = self._try(with_requirement(self._root, entry, loose))
            pin = None if found is None else found.pins.get(entry.demand.identity)
            if pin is None or pin.tag is None:
                continue
            same = requirement.kind == "version" and loose.pattern == requirement.pattern
            # PEP 440 allows no local version after `>=`.
            if same and pin.version is not None and "+" not in pin.version:
                yield changed(self._root, entry, replace(requirement, value=f">={pin.version}"))
            yield changed(self._root, entry, Requirement(kind="tag", value=pin.tag, pattern=requirement.pattern))

    def _overridden(self, identity: Identity, pattern: str | None) -> Iterator[Change]:
        for loose in self._loose.requirements(identity, pattern):
            found = self._try(with_overrides(self._root, {identity: loose}))
            pin = None if found is None else found.pins.get(identity)
            if pin is not None and pin.tag is not None:
                yield overriding(self._root, identity, pin.tag)

    def _several(self, derivation: Derivation) -> Iterator[Change]:
        """Propose as many changes as it takes, where one is not enough."""
        change = repair(
            self._root,
            derivation,
            conflict=self._conflict,
            attempt=self._try,
            loosest=self._loose.requirements,
        )
        if change is not None:
            yield change

    def _near(self, identity: Identity, tag: str) -> list[str]:
        tags = self._catalog.tags.get(identity.repository, ())
        names = sorted(each.name for each in tags)
        return [] if tag in names else get_close_matches(tag, names, n=_SIMILAR, cutoff=0.5)

    def _similar(self, derivation: Derivation) -> str | None:
        """Return tags with names like one that does not exist, where nothing better is known."""
        for premise in derivation.premises():
            fact = premise.fact
            if isinstance(fact, Required) and fact.demand.requirement.kind == "tag" and not fact.accepted:
                near = self._near(fact.demand.identity, fact.demand.requirement.value)
                if near:
                    listed = ", ".join(f"`{tag}`" for tag in near)
                    return f"tags of {fact.demand.identity.repository} with a similar name: {listed}"
        return None
