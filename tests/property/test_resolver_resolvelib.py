"""The resolver against resolvelib (pip's), where that one terminates."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from resolvelib import AbstractProvider, BaseReporter, ResolutionImpossible, ResolutionTooDeep, Resolver

from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Demand
from bitdeps.core.resolver.model import ManifestQuery, Root
from support.graphs import World, attempt
from support.random_graphs import random_case
from support.slow_search import accepts, closure

COUNT = 400
ROUNDS = 2_000
Choice = tuple[Identity, str]


class Provider(AbstractProvider):  # type: ignore[type-arg]
    """The least that resolvelib needs to know of a world."""

    def __init__(self, world: World, root: Root) -> None:
        self.world, self.root = world, root

    def identify(self, requirement_or_candidate: Demand | Choice) -> Identity:
        if isinstance(requirement_or_candidate, Demand):
            return requirement_or_candidate.identity
        return requirement_or_candidate[0]

    def get_preference(self, identifier: Identity, *_: object, **__: object) -> str:
        return str(identifier)

    def find_matches(
        self,
        identifier: Identity,
        requirements: Mapping[Identity, Iterator[Demand]],
        incompatibilities: Mapping[Identity, Iterator[Choice]],
    ) -> Sequence[Choice]:
        excluded = {commit for _, commit in incompatibilities[identifier]}
        found = set(self.world.commits(identifier))
        for demand in requirements[identifier]:
            found &= self._accepted(demand)
        return [(identifier, commit) for commit in sorted(found - excluded) if self._usable(identifier, commit)]

    def is_satisfied_by(self, requirement: Demand, candidate: Choice) -> bool:
        return candidate[1] in self._accepted(requirement)

    def get_dependencies(self, candidate: Choice) -> Iterable[Demand]:
        found = self.world.manifest(ManifestQuery(identity=candidate[0], commit=candidate[1]))
        return found.demands if isinstance(found, DependencyManifest) else ()

    def _accepted(self, demand: Demand) -> set[str]:
        requirement = self.root.overrides.get(demand.identity, demand.requirement)
        return accepts(self.world, demand.identity, requirement, {})

    def _usable(self, identity: Identity, commit: str) -> bool:
        return not isinstance(self.world.manifest(ManifestQuery(identity=identity, commit=commit)), Unusable)


def without_alone(world: World, root: Root) -> Root:
    """Make every demand transitive: resolvelib has no other."""
    for query, found in world.manifests.items():
        if isinstance(found, DependencyManifest):
            world.manifests[query] = DependencyManifest(
                demands=tuple(replace(each, transitive=True) for each in found.demands)
            )
    demands = tuple(replace(each, demand=replace(each.demand, transitive=True)) for each in root.demands)
    return replace(root, demands=demands)


def verdict(world: World, root: Root) -> dict[Identity, str] | None:
    """Return what resolvelib chooses, None where it finds nothing.

    Raises:
        RecursionError: resolvelib 1.2 does not end on some cycles.
        ResolutionTooDeep: nor does it on others.

    """
    resolver: Resolver[Demand, Choice, Identity] = Resolver(Provider(world, root), BaseReporter())
    try:
        found = resolver.resolve([entry.demand for entry in root.demands], max_rounds=ROUNDS)
    except ResolutionImpossible:
        return None
    return {identity: commit for identity, (_, commit) in found.mapping.items()}


def test_resolvelib_agrees_where_it_terminates() -> None:
    """The same verdict; its answer keeps every requirement too."""
    compared = endless = 0
    for seed in range(COUNT):
        case = random_case(seed)
        root = without_alone(case.world, case.root)
        try:
            expected = verdict(case.world, root)
        except (RecursionError, ResolutionTooDeep):
            endless += 1
            continue
        compared += 1
        found = attempt(root, case.world.full_catalog(root))
        assert (found is None) == (expected is None), seed
        assert expected is None or closure(case.world, root, expected, {}) is not None, seed
    assert (compared + endless, compared > 0.9 * COUNT) == (COUNT, True)
