"""Proofs that begin while versions are still resolved, so that they are there when the archives are.

Only what the root manifest names itself, and no lock holds, is asked for early: that is what will be pinned, or nothing
will. What a range or another package's manifest leads to may still change, and each exchange would be for nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.model import RefQuery, Root, RootDemand
from bitdeps.ops.gitsource import is_ssh
from bitdeps.ops.knowledge import Knowledge
from bitdeps.ops.previous import Previous
from bitdeps.ops.proof import Prover
from bitdeps.ops.sources import Wanted, ref_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is resolved, what is known of it so far, and who proves."""

    root: Root
    knowledge: Knowledge
    previous: Previous
    prover: Prover

    def prepare(self) -> None:
        """Begin to ask what git's server can do, where a repository comes new into the lock."""
        first = next(iter(self._new()), None)
        if first is not None:
            self.prover.remote.git_host.prepare(first.demand.identity.repository)

    def begin(self) -> None:
        """Begin with every commit that is known by now."""
        for entry in self._new():
            repository, requirement = entry.demand.identity.repository, self._requirement(entry)
            query = RefQuery(repository=repository, kind=requirement.kind, name=requirement.value)
            commit = self.knowledge.refs.get(query)
            if commit is not None:
                tag, branch = (requirement.value if requirement.kind == kind else None for kind in ("tag", "branch"))
                wanted = Wanted(name=entry.key, repository=repository, commit=commit, ref=ref_of(tag, branch))
                self.prover.begin(wanted)

    def _new(self) -> Iterator[RootDemand]:
        """Yield the entries that are not locked; none where nothing is asked, or a key is all there is.

        Over SSH a commit costs a run of git, and resolving has fetched most of them already.
        """
        settings = self.prover.settings
        if self.prover.policy == "skip" or settings.offline or is_ssh(settings):
            return
        for entry in self.root.demands:
            if entry.demand.identity not in self.previous.packages:
                yield entry

    def _requirement(self, entry: RootDemand) -> Requirement:
        return self.root.overrides.get(entry.demand.identity, entry.demand.requirement)
