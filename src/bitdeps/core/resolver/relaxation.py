"""Changes of the root manifest that may resolve a conflict, and which of them do.

Each is tried by solving with it. What the catalog does not know leaves a change undecided; what
would have to be fetched to decide it is collected.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import chain

from bitdeps.core.explain.derivation import Barred, Derivation, Overridden, Required
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.model import Catalog, Incomplete, Resolution, Root, RootDemand
from bitdeps.core.versions import derive_pattern, read_version

Trial = Callable[[Root], Resolution | Incomplete | None]
"""Solve with a changed root; None where there is no solution."""
Conflict = Callable[[Root], Derivation | None]
"""Return why a changed root has no solution, or None where it may have one."""

_ANY = ">=0"
_SIMILAR = 3
_MOST_OVERRIDES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One edit of the root manifest, in words, and the root that it gives."""

    hint: str
    root: Root


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
        asked = [fact.demand.identity for fact in required]
        entries = self._entries(required)
        clashing = {each for each in asked if asked.count(each) > 1}
        clashing |= {fact.demand.identity for fact in required if fact.accepted == frozenset()}
        clashing |= {fact.subject.identity for fact in facts if isinstance(fact, Barred)}
        for entry in entries:
            yield from self._respelled(entry)
        for identity in dict.fromkeys(overridden):
            yield from self._without_override(identity)
        for entry in entries:
            if entry.demand.identity in clashing:
                yield from self._relaxed(entry)
        own = {entry.demand.identity for entry in entries}
        others = [each for each in dict.fromkeys(asked) if each not in overridden]
        for identity in sorted(others, key=lambda each: (each not in clashing, each in own, str(each))):
            yield from self._overridden(identity, _pattern(required, identity))
        for entry in entries:
            if entry.demand.identity not in clashing:
                yield from self._relaxed(entry)

    def _entries(self, required: list[Required]) -> list[RootDemand]:
        """Return the entries of the root manifest that the contradiction rests on."""
        lines = {(fact.line, fact.demand) for fact in required if fact.demander is None and fact.accepted is not None}
        found = [entry for entry in self._root.demands if (entry.line, entry.demand) in lines]
        return sorted(found, key=lambda entry: (entry.line, str(entry.demand.identity)))

    def _respelled(self, entry: RootDemand) -> Iterator[Change]:
        """Propose tags with a similar name, or pre-releases."""
        requirement = entry.demand.requirement
        if requirement.kind == "tag":
            for tag in self._near(entry.demand.identity, requirement.value):
                yield changed(self._root, entry, replace(requirement, value=tag))
        elif requirement.kind == "version" and not requirement.prereleases:
            root = _with_requirement(self._root, entry, replace(requirement, prereleases=True))
            yield Change(hint=f"add `prereleases = true` to {_entry(entry)}", root=root)

    def _without_override(self, identity: Identity) -> Iterator[Change]:
        overrides = {each: value for each, value in self._root.overrides.items() if each != identity}
        yield Change(
            hint=f"remove `{quoted(str(identity))}` from `[overrides]`", root=replace(self._root, overrides=overrides)
        )
        yield from self._overridden(identity, self._root.overrides[identity].pattern)

    def _relaxed(self, entry: RootDemand) -> Iterator[Change]:
        """Propose the newest version of an entry that goes with the rest."""
        requirement = entry.demand.requirement
        pattern = requirement.pattern
        if requirement.kind == "tag" and pattern is None and read_version(requirement.value) is None:
            pattern = derive_pattern(requirement.value)
        for loose in _loose(pattern):
            found = self._try(_with_requirement(self._root, entry, loose))
            pin = None if found is None else found.pins.get(entry.demand.identity)
            if pin is None or pin.tag is None:
                continue
            same = requirement.kind == "version" and loose.pattern == requirement.pattern
            # PEP 440 allows no local version after `>=`.
            if same and pin.version is not None and "+" not in pin.version:
                yield changed(self._root, entry, replace(requirement, value=f">={pin.version}"))
            yield changed(self._root, entry, Requirement(kind="tag", value=pin.tag, pattern=requirement.pattern))

    def _overridden(self, identity: Identity, pattern: str | None) -> Iterator[Change]:
        for loose in _loose(pattern):
            found = self._try(self._override(identity, loose))
            pin = None if found is None else found.pins.get(identity)
            if pin is not None and pin.tag is not None:
                yield overriding(self._root, identity, pin.tag)

    def _several(self, derivation: Derivation) -> Iterator[Change]:
        """Propose overrides for as many identities as stand in the way, where one is not enough."""
        free: dict[Identity, Requirement] = {}
        conflict: Derivation | None = derivation
        while conflict is not None and len(free) < _MOST_OVERRIDES:
            identity = next((each for each in _asked(conflict) if each not in free), None)
            if identity is None:
                return
            facts = [premise.fact for premise in conflict.premises()]
            pattern = _pattern([fact for fact in facts if isinstance(fact, Required)], identity)
            free[identity] = Requirement(kind="version", value=_ANY, pattern=pattern, prereleases=True)
            conflict = self._conflict(self._with_overrides(free))
        for identity in list(free):
            fewer = {each: value for each, value in free.items() if each != identity}
            if self._try(self._with_overrides(fewer)) is not None:
                free = fewer
        found = self._try(self._with_overrides(free))
        if found is None:
            return
        tags = {identity: found.pins[identity].tag for identity in sorted(free) if identity in found.pins}
        exact = {each: Requirement(kind="tag", value=tag) for each, tag in tags.items() if tag is not None}
        lines = [_line(identity, requirement) for identity, requirement in exact.items()]
        hint = f"let `[overrides]` say {' and '.join(lines)}"
        yield Change(hint=hint, root=self._with_overrides(exact))

    def _with_overrides(self, overrides: Mapping[Identity, Requirement]) -> Root:
        return replace(self._root, overrides={**self._root.overrides, **overrides})

    def _override(self, identity: Identity, requirement: Requirement) -> Root:
        return self._with_overrides({identity: requirement})

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


def overriding(root: Root, identity: Identity, tag: str) -> Change:
    """Propose an override."""
    requirement = Requirement(kind="tag", value=tag)
    line = _line(identity, requirement)
    hint = f"let `[overrides]` say {line}" if identity in root.overrides else f"add {line} to `[overrides]`"
    return Change(hint=hint, root=replace(root, overrides={**root.overrides, identity: requirement}))


def changed(root: Root, entry: RootDemand, requirement: Requirement) -> Change:
    """Propose another tag or range for an entry."""
    root = _with_requirement(root, entry, requirement)
    return Change(hint=f"change {_entry(entry)} to `{requirement.kind} = {quoted(requirement.value)}`", root=root)


def quoted(text: str) -> str:
    """Write a TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _entry(entry: RootDemand) -> str:
    place = f" (deps.toml:{entry.line})" if entry.line else ""
    return f"`{entry.key or entry.demand.identity}`{place}"


def _line(identity: Identity, requirement: Requirement) -> str:
    return f"`{quoted(str(identity))} = {{ {requirement.kind} = {quoted(requirement.value)} }}`"


def _asked(derivation: Derivation) -> list[Identity]:
    """Return the identities that a contradiction asks for, those it asks for most first."""
    facts = [premise.fact for premise in derivation.premises()]
    asked = [fact.demand.identity for fact in facts if isinstance(fact, Required)]
    empty = {fact.demand.identity for fact in facts if isinstance(fact, Required) and not fact.accepted}
    return sorted(set(asked), key=lambda each: (each not in empty, -asked.count(each), str(each)))


def _loose(pattern: str | None) -> Iterator[Requirement]:
    """Ask for any version: releases first, under the pattern in use first."""
    for each in dict.fromkeys((pattern, None)):
        for prereleases in (False, True):
            yield Requirement(kind="version", value=_ANY, pattern=each, prereleases=prereleases)


def _pattern(required: list[Required], identity: Identity) -> str | None:
    patterns = [fact.demand.requirement.pattern for fact in required if fact.demand.identity == identity]
    return next((pattern for pattern in patterns if pattern is not None), None)


def _with_requirement(root: Root, entry: RootDemand, requirement: Requirement) -> Root:
    demand = replace(entry.demand, requirement=requirement)
    demands = tuple(replace(each, demand=demand) if each is entry else each for each in root.demands)
    return replace(root, demands=demands)
