"""The two sides of a lockfile that git left with conflict markers."""

import re

from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.lockfile.parse import read_lockfile
from bitdeps.errors import LockfileError

_MARKER = re.compile(r"(?P<mark><{7}|\|{7}|={7}|>{7})(?: .*)?")
# From which part of a conflict a marker leads to which: (ours, base, theirs), "" is outside.
_NEXT = {
    ("", "<"): "ours",
    ("ours", "|"): "base",
    ("ours", "="): "theirs",
    ("base", "="): "theirs",
    ("theirs", ">"): "",
}


def conflict_sides(text: str) -> tuple[str, str] | None:
    """Return our and their side, or None where there are no conflict markers, or not in their order.

    The styles `merge`, `diff3` and `zdiff3` of git's `merge.conflictStyle` are read; the common
    ancestor is left out.
    """
    ours: list[str] = []
    theirs: list[str] = []
    part, has_markers = "", False
    for line in text.splitlines(keepends=True):
        marker = _MARKER.fullmatch(line.rstrip("\r\n"))
        if marker is not None:
            has_markers = True
            following = _NEXT.get((part, marker["mark"][0]))
            if following is None:
                return None
            part = following
            continue
        if part in ("", "ours"):
            ours.append(line)
        if part in ("", "theirs"):
            theirs.append(line)
    return ("".join(ours), "".join(theirs)) if has_markers and not part else None


def preferences(text: str) -> tuple[Lockfile, ...]:
    """Return the sides that can be read, for a resolution to prefer; ours first.

    The packages of a side may contradict each other: git has merged around the conflict.
    """
    locks = []
    for side in conflict_sides(text) or ():
        try:
            locks.append(read_lockfile(side, file="deps.lock", whole=False))
        except LockfileError:
            continue
    return tuple(locks)
