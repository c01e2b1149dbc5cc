"""Three lockfiles to one: the merge driver's part of `deps lock merge`.

- Who asks for a package is merged line by line; a package that nobody asks for any more goes.
- A pin (commit, bytes, selection) is taken from the side that changed it; where both did, and
  differently, that is a conflict.
- `groups` and `requires` follow from the rest and are computed again.
- The result obeys every rule of a lockfile, and each pin fits what is asked of it, else it is a
  conflict too: `deps lock` settles it with the manifest at hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from bitdeps.core.lockfile.format import format_lockfile
from bitdeps.core.lockfile.groups import package_groups
from bitdeps.core.lockfile.model import LockedPackage, Lockfile, upgraded
from bitdeps.core.lockfile.pins import read_lock
from bitdeps.core.lockfile.requested import OVERRIDE, read_lines
from bitdeps.core.names import Identity
from bitdeps.core.requirement import parse_requested
from bitdeps.core.resolver.candidates import fits
from bitdeps.core.resolver.model import Candidate
from bitdeps.errors import LockfileError

OURS, MIDDLE, THEIRS = "<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n"
_DERIVED = ("groups", "requires", "requested")
_PLACE = ("name", "path")

Packages = Mapping[Identity, LockedPackage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge gave: the text of a lockfile, with conflict markers where there are conflicts."""

    text: str
    conflicts: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    base: Packages
    ours: Packages
    theirs: Packages

    def of(self, identity: Identity) -> tuple[LockedPackage | None, LockedPackage | None, LockedPackage | None]:
        return self.base.get(identity), self.ours.get(identity), self.theirs.get(identity)


def merge_locks(base: Lockfile, ours: Lockfile, theirs: Lockfile) -> Merged:
    """Merge what two sides made of one lockfile."""
    sides = _Sides(base=base.packages, ours=ours.packages, theirs=theirs.packages)
    requested = _requested(sides)
    conflicts = {identity for identity in requested if _pin(*sides.of(identity)) is None}
    pinned = {identity: package for identity in requested if (package := _pin(*sides.of(identity))) is not None}
    merged = _derived(pinned, requested, conflicts)
    conflicts |= {identity for identity, package in merged.items() if not _holds(package, sides)}
    if not conflicts and not _is_lockfile(merged):
        conflicts = {identity for identity in {*ours.packages, *theirs.packages} if _differs(sides, identity)}
    if not conflicts:
        return Merged(text=format_lockfile(Lockfile(packages=merged)))
    return Merged(text=_with_markers(merged, conflicts, sides), conflicts=tuple(sorted(conflicts)))


def _requested(sides: _Sides) -> dict[Identity, tuple[str, ...]]:
    """Merge who asks for each package, and leave out what no line of the project leads to."""
    lines: dict[Identity, tuple[str, ...]] = {}
    for identity in sorted({*sides.ours, *sides.theirs}):
        base, ours, theirs = (set() if side is None else set(side.requested) for side in sides.of(identity))
        lines[identity] = tuple(sorted((ours & theirs) | ((ours ^ theirs) - base)))
    while True:
        reached = package_groups(lines)
        kept = {
            identity: tuple(text for text in lines[identity] if _origin_is(text, reached))
            for identity in lines
            if identity in reached
        }
        if kept == lines:
            return kept
        lines = kept


def _origin_is(text: str, packages: Iterable[Identity]) -> bool:
    line = parse_requested(text)
    return line is not None and ("/" not in line.origin or line.origin in set(map(str, packages)))


def _pin(base: LockedPackage | None, ours: LockedPackage | None, theirs: LockedPackage | None) -> LockedPackage | None:
    """Return the package with the pin of the side that changed it, or None where both did, differently."""
    if ours is None or theirs is None:
        return theirs if ours is None else ours
    ours, theirs = upgraded(ours, theirs), upgraded(theirs, ours)
    place = _merged(base, ours, theirs, _PLACE)
    names = [each.name for each in fields(LockedPackage) if each.name not in (*_DERIVED, *_PLACE, "identity")]
    pin = _merged(base, ours, theirs, names)
    if pin is None and ours.commit == theirs.commit:
        # One side has proved what the other has not, or has learned the repository's uuid.
        parts = [_merged(base, ours, theirs, [name]) for name in names]
        whole = [part for part in parts if part is not None]
        pin = {name: value for part in whole for name, value in part.items()} if len(whole) == len(parts) else None
    return None if place is None or pin is None else replace(ours, **place, **pin)  # type: ignore[arg-type]  # its own


def _merged(
    base: LockedPackage | None, ours: LockedPackage, theirs: LockedPackage, names: Sequence[str]
) -> dict[str, object] | None:
    """Return the values of fields that belong together, or None where both sides changed them, differently."""
    before, one, other = ({name: getattr(side, name, None) for name in names} for side in (base, ours, theirs))
    if other in (one, before):
        return one
    return other if one == before else None


def _derived(
    pinned: Packages, requested: Mapping[Identity, tuple[str, ...]], conflicts: set[Identity]
) -> dict[Identity, LockedPackage]:
    groups = package_groups(requested)
    requires: dict[str, list[Identity]] = {}
    for identity, texts in requested.items():
        for line in read_lines(texts):
            requires.setdefault(line.origin, []).append(identity)
    return {
        identity: replace(
            pinned[identity],
            groups=groups[identity],
            requires=tuple(sorted(requires.get(str(identity), ()))),
            requested=requested[identity],
        )
        for identity in sorted(requested)
        if identity not in conflicts
    }


def _holds(package: LockedPackage, sides: _Sides) -> bool:
    """Tell whether a pin is what is asked for, by its name or because a side has both together."""
    lines = [(text, line) for text in package.requested if (line := parse_requested(text)) is not None]
    ordered = [pair for pair in lines if pair[1].origin == OVERRIDE]
    pin = Candidate(commit=package.commit, tag=package.tag, branch=package.branch, version=package.version)
    known = {
        text
        for side in (sides.ours.get(package.identity), sides.theirs.get(package.identity))
        if side is not None and side.commit == package.commit
        for text in side.requested
    }
    return all(text in known or fits(line.requirement, pin) for text, line in ordered or lines)


def _is_lockfile(packages: Packages) -> bool:
    try:
        read_lock(format_lockfile(Lockfile(packages=packages)))
    except LockfileError:
        return False
    return True


def _differs(sides: _Sides, identity: Identity) -> bool:
    _, ours, theirs = sides.of(identity)
    return ours != theirs


def _with_markers(merged: Packages, conflicts: set[Identity], sides: _Sides) -> str:
    head = format_lockfile(Lockfile(packages={})).partition("[packages]")[0]
    blocks = []
    for identity in sorted({*merged, *conflicts}):
        if identity in conflicts:
            blocks.append(
                OURS + _block(sides.ours.get(identity)) + MIDDLE + _block(sides.theirs.get(identity)) + THEIRS
            )
        else:
            blocks.append(_block(merged[identity]))
    return head + "\n".join(blocks)


def _block(package: LockedPackage | None) -> str:
    if package is None:
        return ""
    text = format_lockfile(Lockfile(packages={package.identity: package}))
    return text[text.index("[packages.") :]
