"""Slow, obvious searches to compare the resolver with; every rule read from DESIGN section 2 anew."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from bitdeps.core.manifest.model import Unusable
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Demand, Requirement
from bitdeps.core.resolver.model import Candidate, ManifestQuery, RefQuery, Root
from support.graphs import World


def accepts(world: World, identity: Identity, requirement: Requirement, pins: Mapping[Identity, Candidate]) -> set[str]:
    """Return the commits that a requirement accepts, read from DESIGN section 2 word by word."""
    repository = identity.repository
    accepted: set[str] = set()
    if requirement.kind == "version":
        for tag, commit in world.tags.get(repository, {}).items():
            if _in_range(tag, requirement):
                accepted.add(commit)
    else:
        found = world.answer(RefQuery(repository=repository, kind=requirement.kind, name=requirement.value))
        accepted |= {found} - {None}  # type: ignore[arg-type]
    pin = pins.get(identity)
    if pin is not None and _pin_is_named(pin, requirement):
        accepted.add(pin.commit)
    return accepted


def _pin_is_named(pin: Candidate, requirement: Requirement) -> bool:
    if requirement.kind == "version":
        return pin.tag is not None and _in_range(pin.tag, requirement)
    return {"tag": pin.tag, "branch": pin.branch, "commit": pin.commit}[requirement.kind] == requirement.value


def version_of(tag: str, pattern: str | None) -> Version | None:
    for each in [pattern] if pattern else ["{version}", "v{version}"]:
        before, after = each.split("{version}")
        middle = tag[len(before) : len(tag) - len(after)]
        if tag == before + middle + after and middle[:1].isdigit():
            return Version(middle)
    return None


def _in_range(tag: str, requirement: Requirement) -> bool:
    version = version_of(tag, requirement.pattern)
    if version is None or not SpecifierSet(requirement.value).contains(version, prereleases=True):
        return False
    return not version.is_prerelease or requirement.prereleases or "rc" in requirement.value


def closure(
    world: World, root: Root, choice: Mapping[Identity, str | None], pins: Mapping[Identity, Candidate]
) -> set[Identity] | None:
    """Return what a choice of commits pulls in, or None where it breaks a requirement."""
    queue = [entry.demand for entry in root.demands]
    seen: set[Identity] = set()
    expanded: set[Identity] = set()
    while queue:
        demand = queue.pop()
        requirement = root.overrides.get(demand.identity, demand.requirement)
        commit = choice.get(demand.identity)
        if commit is None or commit not in accepts(world, demand.identity, requirement, pins):
            return None
        seen.add(demand.identity)
        if demand.transitive and demand.identity not in expanded:
            expanded.add(demand.identity)
            manifest = world.manifest(ManifestQuery(identity=demand.identity, commit=commit))
            if isinstance(manifest, Unusable):
                return None
            queue += manifest.demands
    return seen


def brute_force(
    world: World, root: Root, pins: Mapping[Identity, Candidate] | None = None
) -> Iterator[dict[Identity, str]]:
    """Try every choice there is."""
    identities = world.identities()
    options: list[list[str]] = [world.commits(identity) or [""] for identity in identities]
    for commits in product(*options):
        choice: dict[Identity, str | None] = dict(zip(identities, commits, strict=True))
        seen = closure(world, root, choice, pins or {})
        if seen is not None:
            yield {identity: choice[identity] or "" for identity in seen}


def size(world: World) -> int:
    """Return how many choices `brute_force` tries."""
    total = 1
    for identity in world.identities():
        total *= len(world.commits(identity)) or 1
    return total


@dataclass(frozen=True, slots=True)
class _Asked:
    demand: Demand
    requirement: Requirement
    accepted: frozenset[str]
    depth: int


class FirstInOrder:
    """Plain depth-first search, nothing learned: what the documentation calls the first solution in order."""

    def __init__(self, world: World, root: Root, pins: Mapping[Identity, Candidate]) -> None:
        self.world, self.root, self.pins = world, root, pins

    def solve(self) -> dict[Identity, str] | None:
        asked: dict[tuple[Identity, bool], list[_Asked]] = {}
        for entry in self.root.demands:
            self._ask(asked, entry.demand, 1)
        return self._extend(asked, {})

    def _ask(self, asked: dict[tuple[Identity, bool], list[_Asked]], demand: Demand, depth: int) -> None:
        requirement = self.root.overrides.get(demand.identity, demand.requirement)
        accepted = frozenset(accepts(self.world, demand.identity, requirement, self.pins))
        key = (demand.identity, not demand.transitive)
        asked[key] = [*asked.get(key, []), _Asked(demand, requirement, accepted, depth)]

    def _rank(self, key: tuple[Identity, bool], asks: list[_Asked]) -> tuple[bool, int, str, bool]:
        pin = self.pins.get(key[0])
        pinned = pin is not None and all(pin.commit in ask.accepted for ask in asks)
        return (not pinned, min(ask.depth for ask in asks), str(key[0]), key[1])

    def _order(self, identity: Identity, asks: list[_Asked]) -> list[str]:
        allowed = set.intersection(*(set(ask.accepted) for ask in asks))
        pin = self.pins.get(identity)

        def rank(commit: str) -> tuple[bool, list[Version], str]:
            versions = [
                version
                for ask in asks
                if ask.requirement.kind == "version"
                for tag, tagged in self.world.tags.get(identity.repository, {}).items()
                if tagged == commit and _in_range(tag, ask.requirement)
                for version in [version_of(tag, ask.requirement.pattern)]
                if version is not None
            ]
            return (pin is not None and pin.commit == commit, [max(versions)] if versions else [], commit)

        return sorted(allowed, key=rank, reverse=True)

    def _extend(
        self, asked: dict[tuple[Identity, bool], list[_Asked]], chosen: dict[tuple[Identity, bool], str]
    ) -> dict[Identity, str] | None:
        for (identity, alone), commit in chosen.items():
            if any(commit not in ask.accepted for ask in asked[identity, alone]):
                return None
        waiting = [key for key in asked if key not in chosen]
        if not waiting:
            return {identity: commit for (identity, _), commit in chosen.items()}
        key = min(waiting, key=lambda each: self._rank(each, asked[each]))
        identity, alone = key
        twin = chosen.get((identity, not alone))
        for commit in self._order(identity, asked[key]):
            manifest = self.world.manifest(ManifestQuery(identity=identity, commit=commit))
            if (twin is not None and twin != commit) or (isinstance(manifest, Unusable) and not alone):
                continue
            more = dict(asked)
            depth = min(ask.depth for ask in asked[key]) + 1
            for demand in () if alone or isinstance(manifest, Unusable) else manifest.demands:
                self._ask(more, demand, depth)
            found = self._extend(more, {**chosen, key: commit})
            if found is not None:
                return found
        return None
