"""Several changes of the root manifest at once, where one is not enough against a conflict.

One conflict after the other is taken away: by letting `[overrides]` decide about something it asks
for, else by leaving out what an entry of the project requires, else by leaving out the entry. Each
conflict rests on an entry, so this ends. Then whatever turned out to be needless is taken back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bitdeps.core.explain.derivation import Derivation, Required
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.changes import Change, alone, overrides_hint, removed, with_overrides
from bitdeps.core.resolver.model import Resolution, Root, RootDemand

Attempt = Callable[[Root], Resolution | None]
"""Solve with a changed root; None where that has no solution, or none is known."""
Conflict = Callable[[Root], Derivation | None]
"""Return why a changed root has no solution, or None where it may have one."""
Loosest = Callable[[Identity, str | None], list[Requirement]]
"""Return the requirements that ask for as little as possible of an identity, the stricter first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repair:
    """What is changed so far."""

    overrides: Mapping[Identity, Requirement] = field(default_factory=dict)
    alone: tuple[RootDemand, ...] = ()
    removed: tuple[RootDemand, ...] = ()

    def applied(self, root: Root) -> Root:
        """Return the root with all of it."""
        for entry in self.alone:
            root = alone(root, entry).root
        for entry in self.removed:
            root = removed(root, entry).root
        return with_overrides(root, self.overrides)

    def hint(self, root: Root) -> str:
        """Say all of it."""
        parts = [overrides_hint(root, self.overrides)] if self.overrides else []
        parts += [alone(root, entry).hint for entry in self.alone]
        parts += [removed(root, entry).hint for entry in self.removed]
        return "; ".join(parts)

    def without(self, change: RootDemand | Identity) -> "_Repair":
        """Take one change back."""
        return _Repair(
            overrides={each: value for each, value in self.overrides.items() if each != change},
            alone=tuple(each for each in self.alone if each is not change),
            removed=tuple(each for each in self.removed if each is not change),
        )


def repair(
    root: Root, derivation: Derivation, *, conflict: Conflict, attempt: Attempt, loosest: Loosest
) -> Change | None:
    """Return changes that lead to a solution, each of them needed; None where too little is known to be sure."""
    found = _Repair()
    cause: Derivation | None = derivation
    while cause is not None:
        found = _more(found, cause, root, loosest)
        cause = conflict(found.applied(root))
    if attempt(found.applied(root)) is None:
        return None
    found = _needed(found, root, attempt)
    answer = attempt(found.applied(root))
    tags = {} if answer is None else {each: answer.pins[each].tag for each in found.overrides if each in answer.pins}
    exact = {each: Requirement(kind="tag", value=tag) for each, tag in tags.items() if tag is not None}
    found = replace(found, overrides=exact)
    return Change(hint=found.hint(root), root=found.applied(root))


def _more(found: _Repair, cause: Derivation, root: Root, loosest: Loosest) -> _Repair:
    """Add the gentlest change that takes away a cause."""
    required = [premise.fact for premise in cause.premises() if isinstance(premise.fact, Required)]
    for identity in _asked(required):
        steps = loosest(identity, pattern_of(required, identity))
        current = found.overrides.get(identity)
        further = steps[steps.index(current) + 1 :] if current in steps else steps if current is None else []
        if further:
            return replace(found, overrides={**found.overrides, identity: further[0]})
    lines = {(fact.line, fact.demand.identity) for fact in required if fact.demander is None}
    entries = [each for each in root.demands if (each.line, each.demand.identity) in lines]
    left = [entry for entry in reversed(entries) if entry not in found.removed]
    for entry in left:
        if entry.demand.transitive and entry not in found.alone:
            return replace(found, alone=(*found.alone, entry))
    rest = found.without(left[0])
    return replace(rest, removed=(*rest.removed, left[0]))


def _needed(found: _Repair, root: Root, attempt: Attempt) -> _Repair:
    """Take back every change without which there is a solution too; no entry was removed that could stay."""
    changes: list[RootDemand | Identity] = [*found.alone, *found.overrides]
    for change in changes:
        fewer = found.without(change)
        if attempt(fewer.applied(root)) is not None:
            found = fewer
    return found


def _asked(required: list[Required]) -> list[Identity]:
    """Return the identities that a contradiction asks for, those it asks for most first."""
    identities = [fact.demand.identity for fact in required]
    empty = {fact.demand.identity for fact in required if not fact.accepted}
    return sorted(set(identities), key=lambda each: (each not in empty, -identities.count(each), str(each)))


def pattern_of(required: list[Required], identity: Identity) -> str | None:
    """Return the first `tag-pattern` by which an identity is asked for."""
    patterns = [fact.demand.requirement.pattern for fact in required if fact.demand.identity == identity]
    return next((pattern for pattern in patterns if pattern is not None), None)
