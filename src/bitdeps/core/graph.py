"""Who needs what, from a lockfile alone: the trees of `deps tree` and the ways of `deps why`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.lockfile.requested import OVERRIDE, group_of, is_root, read_lines
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Requested

Node = Identity | None
"""A package, or the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One requirement: `source` asks for `target`."""

    source: Node
    target: Identity
    asked: Requested

    @property
    def group(self) -> str | None:
        """The group of the project that asks, where one does."""
        return group_of(self.asked.origin)

    @property
    def requirement(self) -> str:
        """What is asked for, such as `tag v1.0`."""
        return f"{self.asked.requirement}{'' if self.asked.transitive else ' alone'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Twig:
    """A node of a tree, and how it was reached from the node above."""

    node: Node
    edge: Edge | None
    below: tuple["Twig", ...] = ()
    is_repeated: bool = False
    """What is below was shown further up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The requirements of a lockfile, both ways, each list in the order of the names."""

    requires: Mapping[Node, Sequence[Edge]]
    required_by: Mapping[Node, Sequence[Edge]]
    overridden: Mapping[Identity, str]
    """What the project says in `[overrides]`."""

    def tree(self, roots: Iterable[Node], *, invert: bool = False, depth: int | None = None) -> tuple[Twig, ...]:
        """Return what each root requires, or with `invert` what requires it; `depth` levels below the roots.

        Each node is unfolded once: where it was shown in full, a later place says so.
        """
        seen: set[Node] = set()
        return tuple(self._twig(root, None, seen, invert=invert, depth=depth) for root in roots)

    def _twig(self, node: Node, edge: Edge | None, seen: set[Node], *, invert: bool, depth: int | None) -> Twig:
        edges = (self.required_by if invert else self.requires).get(node, ())
        if node in seen or depth == 0:
            return Twig(node=node, edge=edge, is_repeated=node in seen and bool(edges))
        seen.add(node)
        deeper = None if depth is None else depth - 1
        below = (
            self._twig(each.source if invert else each.target, each, seen, invert=invert, depth=deeper)
            for each in edges
        )
        return Twig(node=node, edge=edge, below=tuple(below))

    def leaves(self) -> tuple[Identity, ...]:
        """Return packages from which, upward, every package is reached: those that require nothing first."""
        packages = sorted(node for node in self.required_by if node is not None)
        roots = [node for node in packages if not self.requires.get(node)]
        reached = set(self._above(roots))
        for node in packages:
            if node not in reached:
                roots.append(node)
                reached.update(self._above([node]))
        return tuple(roots)

    def _above(self, nodes: Iterable[Identity]) -> Iterator[Node]:
        left: list[Node] = list(nodes)
        seen: set[Node] = set(left)
        while left:
            node = left.pop()
            yield node
            more = {edge.source for edge in self.required_by.get(node, ())} - seen
            seen |= more
            left.extend(more)

    def ways(self, target: Identity) -> tuple[tuple[Edge, ...], ...]:
        """Return for each direct requirement on a package the shortest way from the project to it."""
        came_by = self._shortest()
        found = []
        for last in self.required_by.get(target, ()):
            way = [last]
            while way[0].source is not None and way[0].source in came_by:
                way.insert(0, came_by[way[0].source])
            found.append(tuple(way))
        return tuple(sorted(found, key=len))

    def _shortest(self) -> dict[Identity, Edge]:
        came_by: dict[Identity, Edge] = {}
        queue: list[Node] = [None]
        for node in queue:
            for edge in self.requires.get(node, ()):
                if edge.target not in came_by:
                    came_by[edge.target] = edge
                    queue.append(edge.target)
        return came_by


def graph_of(lock: Lockfile) -> Graph:
    """Read the requirements out of the `requested` strings of a lockfile."""
    known = {str(identity): identity for identity in lock.packages}
    requires: dict[Node, list[Edge]] = {None: []}
    required_by: dict[Node, list[Edge]] = {identity: [] for identity in lock.packages}
    overridden: dict[Identity, str] = {}
    for identity, package in lock.packages.items():
        for line in read_lines(package.requested):
            if line.origin == OVERRIDE:
                overridden[identity] = str(line.requirement)
                continue
            source = None if is_root(line.origin) else known[line.origin]
            edge = Edge(source=source, target=identity, asked=line)
            requires.setdefault(source, []).append(edge)
            required_by[identity].append(edge)
    names = {identity: package.name for identity, package in lock.packages.items()}
    for edges in requires.values():
        edges.sort(key=lambda edge: (edge.group or "", names[edge.target]))
    for edges in required_by.values():
        edges.sort(key=lambda edge: "" if edge.source is None else names[edge.source])
    return Graph(requires=requires, required_by=required_by, overridden=overridden)
