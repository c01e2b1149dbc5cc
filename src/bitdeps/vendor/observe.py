"""Look at the places of a project, reading as little as is needed to decide (DESIGN section 8)."""

import os
import stat
from collections.abc import Callable, Mapping

from bitdeps.core.digest import content_digest
from bitdeps.core.plan.decide import places_below
from bitdeps.core.plan.edits import ALL, Abilities, File, compare, differing_names
from bitdeps.core.plan.model import Edit, Known, Observed, Wanted
from bitdeps.vendor.disk import open_parent, refusing
from bitdeps.vendor.hashing import Tree, hash_tree, with_ours
from bitdeps.vendor.records import clock_or_never, quiet_clock, text, tree_record
from bitdeps.vendor.scan import Ignored, Scan, scan
from bitdeps.vendor.state import PlaceState, State

Expected = Callable[[Wanted], Mapping[str, File] | None]
"""Gives the files that a place shall hold, by path, or None where only a download would tell."""
EMPTY = content_digest(())


class Sight:
    """What was seen, for the plan, and what the record should say of places that are ours but looked unlike it."""

    __slots__ = ("fresh", "observed")

    def __init__(self) -> None:
        """Start blind."""
        self.observed: dict[str, Observed] = {}
        self.fresh: dict[str, PlaceState] = {}


def known_places(state: State | None) -> dict[str, Known]:
    """Return what the state says that we placed, for the plan."""
    places = {} if state is None else state.places
    return {
        path: Known(
            path=path,
            identity=place.identity,
            name=place.name,
            label=place.label,
            digest=place.digest,
            pending=place.pending,
        )
        for path, place in places.items()
    }


def observe(
    project: str,
    wanted: Mapping[str, Wanted],
    state: State | None,
    ignored: Ignored,
    *,
    partial: bool = False,
    expected: Expected = lambda _: None,
    abilities: Abilities = ALL,
) -> Sight:
    """Look at every place that is wanted and, unless `partial`, at every place that is known.

    Where nothing is known of what we placed, `expected` lets an edited tree be told file by file, and one
    that the file system could not hold whole (`abilities`) be taken for right.

    Raises:
        LocalError: where a link or file lies on the way to a place, or something cannot be read.

    """
    known = {} if state is None else state.places
    every = {*wanted, *known}
    below = places_below(every)
    sight = Sight()
    for path in sorted(wanted) if partial else sorted(every):
        look = _Look(project, path, wanted.get(path), known.get(path), ignored, below.get(path, frozenset()))
        with refusing("read", path):
            sight.observed[path] = look.at_place(expected, abilities)
            if look.too_young():
                sight.observed[path] = look.at_place(expected, abilities)
        if look.fresh is not None:
            sight.fresh[path] = look.fresh
    return sight


class _Look:
    """One look at one place."""

    def __init__(
        self,
        project: str,
        path: str,
        wanted: Wanted | None,
        record: PlaceState | None,
        ignored: Ignored,
        below: frozenset[str],
    ) -> None:
        self.project = project
        self.path = path
        self.root = os.path.join(project, path)
        self.wanted = wanted
        self.record = record
        self.ignored = ignored
        self.below = below
        self.fresh: PlaceState | None = None

    def at_place(self, expected: Expected, abilities: Abilities) -> Observed:
        try:
            parent, name = open_parent(self.project, self.path)
        except FileNotFoundError:
            return Observed(lies="absent")
        try:
            mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
            if stat.S_ISLNK(mode):
                digest = f"link:{os.fsdecode(os.readlink(name, dir_fd=parent))}"
                return Observed(lies="link", digest=digest, edits=(_ROOT,), recorded=self._says(digest))
        except FileNotFoundError:
            return Observed(lies="absent")
        finally:
            os.close(parent)
        if not stat.S_ISDIR(mode):
            return Observed(lies="other", edits=(_ROOT,))
        return self._at_tree(expected, abilities)

    def too_young(self) -> bool:
        """Wait for the next tick where a record would have files that the next run must read again; tell whether."""
        if self.fresh is None or not self.fresh.clock:
            return False
        youngest = max((seen[3] for seen in self.fresh.stats), default=0)
        if youngest < self.fresh.clock or quiet_clock(os.path.dirname(self.root), youngest) <= youngest:
            return False
        self.fresh = None
        return True

    def _at_tree(self, expected: Expected, abilities: Abilities) -> Observed:
        clock = clock_or_never(os.path.dirname(self.root))
        edits: tuple[Edit, ...] = ()
        if self.record is not None and self.record.paths:
            found = scan(self.root, self.record, self.ignored, self.below)
            if found.clean:
                self._refresh(found, clock)
                return Observed(lies="tree", digest=self.record.digest, recorded=True)
            if len(found.missing) == len(self.record.paths) and not found.extra:
                return Observed(lies="vacant")
            edits = scan_edits(found)
        ours = () if self.record is None else {text(path) for path in self.record.paths}
        tree = hash_tree(self.root, self.path, self.ignored, self.below, ours)
        if not tree.files and not tree.left_out:
            return Observed(lies="vacant", digest=EMPTY, recorded=self._says(EMPTY))
        return self._judge(tree, clock, edits, expected, abilities)

    def _judge(
        self, tree: Tree, clock: int, edits: tuple[Edit, ...], expected: Expected, abilities: Abilities
    ) -> Observed:
        right = self._right_digests()
        files: Mapping[str, File] | None = None
        is_unlike = abilities != ALL  # From a file system that holds less no tree has the digest that it should.
        if tree.digest not in right and self.wanted is not None and (tree.left_out or not edits or is_unlike):
            files = expected(self.wanted)
        if tree.digest not in right and tree.left_out:
            whole = with_ours(self.root, tree, files)
            tree = whole if files is not None or whole.digest in right else tree
        digest = tree.digest
        if digest not in right and files is not None and self.wanted is not None:
            differing = compare(files, tree.files, abilities)
            edits = edits or differing
            if not differing:
                digest = self.wanted.digest
                tree = Tree(dict(files), tree.stats, tree.left_out)
        if not tree.files:
            return Observed(lies="vacant", digest=EMPTY, recorded=self._says(EMPTY))
        if digest is not None and digest in right:
            self.fresh = self._fresh(digest, tree, clock)
        return Observed(lies="tree", digest=digest, edits=edits)

    def _right_digests(self) -> frozenset[str]:
        """Return those of the trees that are ours or wanted."""
        wanted = "" if self.wanted is None else self.wanted.digest
        known = () if self.record is None else (self.record.digest, self.record.pending)
        return frozenset((wanted, *known)) - {""}

    def _fresh(self, digest: str, tree: Tree, clock: int) -> PlaceState:
        subject = (
            self.wanted if self.wanted is not None and digest == self.wanted.digest else self.record or self.wanted
        )
        assert subject is not None, "a digest is that of a record or of what is wanted"  # noqa: S101 - for mypy
        return tree_record(subject, digest, tree, clock)

    def _refresh(self, found: Scan, clock: int) -> None:
        record = self.record
        if found.hashed and record is not None:
            self.fresh = PlaceState(
                path=record.path,
                identity=record.identity,
                name=record.name,
                label=record.label,
                digest=record.digest,
                clock=clock,
                paths=record.paths,
                modes=record.modes,
                sha256s=record.sha256s,
                stats=found.stats,
            )

    def _says(self, digest: str) -> bool:
        return self.record is not None and self.record.digest == digest


_ROOT = Edit(path="", kind="kind")


def scan_edits(found: Scan) -> tuple[Edit, ...]:
    """Return the differences of a scan for the plan."""
    edits = [Edit(path=text(path), kind="modified") for path in found.modified]
    edits += [Edit(path=text(path), kind="mode") for path in found.mode]
    edits += [Edit(path=text(path), kind="kind") for path in found.kind]
    edits += differing_names(missing=[text(path) for path in found.missing], extra=[text(path) for path in found.extra])
    return tuple(sorted(edits))
