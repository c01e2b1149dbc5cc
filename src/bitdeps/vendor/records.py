"""Make the record of a tree: what it holds, and how each file looks."""

import os
import time

from bitdeps.core.plan.edits import File
from bitdeps.core.plan.model import Step, Wanted
from bitdeps.errors import LocalError
from bitdeps.vendor.disk import clock_of
from bitdeps.vendor.hashing import Tree, list_tree
from bitdeps.vendor.state import MODES, PlaceState

TICK = 0.001
"""Seconds between two looks at the clock of a file system."""
MOST_TICKS = 25
"""A file system with a coarser clock than this many looks take: its youngest files are read again next time."""


def raw(path: str) -> bytes:
    """Return the bytes of a path as they are on the disk, whatever the locale."""
    return path.encode("utf-8", "surrogateescape")


def text(path: bytes) -> str:
    """Return the text of a path as it is on the disk, whatever the locale."""
    return path.decode("utf-8", "surrogateescape")


def tree_record(subject: Wanted | Step | PlaceState, digest: str, tree: Tree, clock: int) -> PlaceState:
    """Record a tree at the place of `subject`; `clock` was read before the tree's stats were."""
    paths = sorted(tree.files)
    return PlaceState(
        path=subject.path,
        identity=subject.identity,
        name=subject.name,
        label=subject.label,
        digest=digest,
        clock=clock,
        paths=[raw(path) for path in paths],
        modes=b"".join(MODES[tree.files[path][0].encode()] for path in paths),
        sha256s=b"".join(bytes.fromhex(tree.files[path][1]) for path in paths),
        stats=[tree.stats[path] for path in paths],
    )


def clock_or_never(directory: str) -> int:
    """Return the present time of a file system, or 0 (read it again) where nothing can be written."""
    try:
        return clock_of(directory)
    except OSError:
        return 0


def quiet_clock(directory: str, youngest: int) -> int:
    """Return a time of the file system that is later than `youngest`, waiting for its next tick if need be."""
    clock = clock_of(directory)
    for _ in range(MOST_TICKS):
        if clock > youngest:
            break
        time.sleep(TICK)
        clock = clock_of(directory)
    return clock


def staged_record(step: Step, root: str, files: dict[str, File]) -> PlaceState:
    """Record a tree that was just written, by the stats of now.

    Raises:
        OSError: where it cannot be read.
        LocalError: where the file system does not keep names as they are.

    """
    parent = os.path.dirname(root)
    stats = list_tree(root)
    lost = sorted(files.keys() - stats.keys())
    if lost:
        message = f"`{step.path}/{lost[0]}`: the file system does not keep this name as it is written"
        raise LocalError(message, hint="place the project on a file system that does")
    clock = quiet_clock(parent, max((seen[3] for seen in stats.values()), default=0))
    return tree_record(step, step.digest, Tree(files, stats, {}), clock)
