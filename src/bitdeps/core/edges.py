"""Whether a package's own manifest says what the lock says that it requires.

The manifest lies in the archive, so `content` covers its bytes: who edits an edge of the lock, or
answers the resolver with another manifest than the archive holds, is found out here (DESIGN section 3).
"""

from collections.abc import Mapping, Sequence

from bitdeps.core.lockfile.requested import read_lines
from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Demand


def edge_problem(
    identity: Identity,
    manifest: DependencyManifest | Unusable,
    requested: Mapping[Identity, Sequence[str]],
) -> str | None:
    """Say how the demands of a package differ from those in `requested`, or return None.

    A package that everybody asks for alone has no edges, whatever its manifest says: nobody read it.
    """
    is_read = any(line.transitive for line in read_lines(requested[identity]))
    if is_read and isinstance(manifest, Unusable):
        return f"its manifest cannot be used: {manifest.reason}"
    demands = manifest.demands if is_read and isinstance(manifest, DependencyManifest) else ()
    own = {_edge(demand) for demand in demands}
    locked = {
        _edge(Demand(identity=target, requirement=line.requirement, transitive=line.transitive))
        for target, lines in requested.items()
        for line in read_lines(lines)
        if line.origin == str(identity)
    }
    differing = [f"only the lock has `{edge}`" for edge in sorted(locked - own)]
    differing += [f"only its manifest has `{edge}`" for edge in sorted(own - locked)]
    return "; ".join(differing) or None


def _edge(demand: Demand) -> str:
    return f"{demand.identity} {demand.requirement}{'' if demand.transitive else ' alone'}"
