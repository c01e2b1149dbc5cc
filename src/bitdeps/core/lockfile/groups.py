"""Which groups of the project lead to a package (DESIGN section 3, `groups`)."""

from collections.abc import Mapping, Sequence

from bitdeps.core.lockfile.requested import group_of, is_root, read_lines
from bitdeps.core.names import Identity

_Arrival = tuple[Identity, bool]


def package_groups(requested: Mapping[Identity, Sequence[str]]) -> dict[Identity, tuple[str, ...]]:
    """Return the groups of each package that the project leads to, from `requested` strings alone.

    None are listed where an ungrouped entry leads there too; a package that nothing leads to is
    absent. A requirement with `alone` leads to its package and not beyond.
    """
    roots: dict[str | None, list[_Arrival]] = {}
    edges: dict[str, list[_Arrival]] = {}
    for identity, texts in requested.items():
        for line in read_lines(texts):
            if is_root(line.origin):
                roots.setdefault(group_of(line.origin), []).append((identity, line.transitive))
            else:
                edges.setdefault(line.origin, []).append((identity, line.transitive))
    leading: dict[Identity, list[str | None]] = {}
    for group, arrivals in roots.items():
        for identity in _reached(arrivals, edges):
            leading.setdefault(identity, []).append(group)
    return {
        identity: () if None in groups else tuple(sorted(group for group in groups if group is not None))
        for identity, groups in leading.items()
    }


def _reached(arrivals: Sequence[_Arrival], edges: Mapping[str, Sequence[_Arrival]]) -> set[Identity]:
    reached: set[Identity] = set()
    followed: set[Identity] = set()
    left = list(arrivals)
    while left:
        identity, is_transitive = left.pop()
        reached.add(identity)
        if is_transitive and identity not in followed:
            followed.add(identity)
            left.extend(edges.get(str(identity), ()))
    return reached
