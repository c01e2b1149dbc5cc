"""What the known manifests of an identity have in common, so that one clause speaks for many."""

from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Demand
from bitdeps.core.resolver.candidates import Candidates
from bitdeps.core.resolver.model import Catalog


class Manifests:
    """The manifests of a catalog by identity and commit."""

    def __init__(self, catalog: Catalog, candidates: Candidates) -> None:
        self._found: dict[Identity, dict[int, DependencyManifest | Unusable]] = {}
        self._requiring: dict[Identity, dict[Demand, int]] = {}
        for query, manifest in catalog.manifests.items():
            bit = candidates.bit(query.identity, query.commit)
            self._found.setdefault(query.identity, {})[bit] = manifest

    def of(self, identity: Identity, bit: int) -> DependencyManifest | Unusable | None:
        """Return the manifest of one candidate, or None where it is unknown."""
        return self._found.get(identity, {}).get(bit)

    def requiring(self, identity: Identity, demand: Demand) -> int:
        """Return all known candidates of an identity that have this demand."""
        if identity not in self._requiring:
            shared = self._requiring[identity] = {}
            for bit, manifest in self._found[identity].items():
                for each in manifest.demands if isinstance(manifest, DependencyManifest) else ():
                    shared[each] = shared.get(each, 0) | bit
        return self._requiring[identity][demand]

    def unusable(self, identity: Identity, reason: str) -> int:
        """Return all known candidates of an identity whose manifest is unusable for this reason."""
        values = 0
        for bit, manifest in self._found[identity].items():
            if isinstance(manifest, Unusable) and manifest.reason == reason:
                values |= bit
        return values
