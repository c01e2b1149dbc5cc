"""What each locked package itself demands, rebuilt from the lockfile alone."""

from collections.abc import Mapping

from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.lockfile.requested import read_lines
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Demand


def locked_demands(lock: Lockfile) -> Mapping[Identity, tuple[Demand, ...]]:
    """Return for each package the demands of its own manifest, in the order of the identities demanded.

    They are the `requested` strings whose FROM is the package. A package all of whose
    requirements say `alone` demands nothing, since its manifest was not read.
    """
    demands: dict[str, list[Demand]] = {str(identity): [] for identity in lock.packages}
    for identity in sorted(lock.packages):
        for line in read_lines(lock.packages[identity].requested):
            if line.origin in demands:
                demand = Demand(identity=identity, requirement=line.requirement, transitive=line.transitive)
                demands[line.origin].append(demand)
    return {identity: tuple(demands[str(identity)]) for identity in lock.packages}
