"""The lockfile as a graph, for `deps tree` and `deps why`."""

from collections.abc import Iterable
from dataclasses import dataclass

from bitdeps.core.graph import Graph, Node, Twig, graph_of
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.ops.project import Project
from bitdeps.ops.stale import require_lock, stale_differences
from bitdeps.ops.targets import unknown_name


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedGraph:
    """Who needs what, as the lock says it."""

    lockfile: Lockfile
    graph: Graph
    is_stale: bool
    """The manifest says something else by now."""

    def find(self, name: str) -> LockedPackage:
        """Return the package of a name, or of an identity.

        Raises:
            UsageError: where there is none.

        """
        for identity, package in self.lockfile.packages.items():
            if name in (package.name, str(identity)):
                return package
        raise unknown_name(name, [package.name for package in self.lockfile.packages.values()])

    def trees(self, names: Iterable[str], *, invert: bool, depth: int | None) -> tuple[Twig, ...]:
        """Return the trees below the named packages, else below the project, or above what nothing is below.

        Raises:
            UsageError: where a name is that of no package.

        """
        roots: list[Node] = [self.find(name).identity for name in names]
        if not roots:
            roots = list(self.graph.leaves()) if invert else [None]
        return self.graph.tree(roots, invert=invert, depth=depth)


def locked_graph(project: Project) -> LockedGraph:
    """Read the lock of a project; neither network nor cache is asked.

    Raises:
        StaleLockError: where there is no lock.
        LockfileError: where it is wrong.

    """
    lockfile = require_lock(project, compare=False)
    return LockedGraph(lockfile=lockfile, graph=graph_of(lockfile), is_stale=bool(stale_differences(project, lockfile)))
