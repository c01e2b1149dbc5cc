"""What changed between two lockfiles, package by package."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.names import Identity

_SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageChange:
    """One package that came, went, or is another one now."""

    sign: Literal["+", "~", "-"]
    identity: Identity
    name: str
    old: LockedPackage | None
    new: LockedPackage | None
    details: tuple[str, ...] = ()
    """What else is another than the label tells, such as `path vendor/a -> lib/a`."""


def lock_diff(before: Lockfile, after: Lockfile) -> tuple[PackageChange, ...]:
    """Compare two locks, in the order of the packages' names."""
    old, new = before.packages, after.packages
    found = [_came(new[each]) for each in new.keys() - old.keys()]
    found += [_went(old[each]) for each in old.keys() - new.keys()]
    found += [_changed(old[each], new[each]) for each in old.keys() & new.keys() if old[each] != new[each]]
    return tuple(sorted(found, key=lambda change: (change.name, str(change.identity))))


def _came(new: LockedPackage) -> PackageChange:
    return PackageChange(sign="+", identity=new.identity, name=new.name, old=None, new=new)


def _went(old: LockedPackage) -> PackageChange:
    return PackageChange(sign="-", identity=old.identity, name=old.name, old=old, new=None)


def _changed(old: LockedPackage, new: LockedPackage) -> PackageChange:
    details = tuple(_details(old, new))
    return PackageChange(sign="~", identity=new.identity, name=new.name, old=old, new=new, details=details)


def _details(old: LockedPackage, new: LockedPackage) -> Iterable[str]:
    if old.label == new.label and old.commit != new.commit:
        yield f"commit {old.commit[:_SHORT]} -> {new.commit[:_SHORT]}"
    if old.commit == new.commit and (old.content, old.tree) != (new.content, new.tree):
        yield "content changed, and the commit did not"
    if old.uuid is not None and new.uuid is not None and old.uuid != new.uuid:
        yield f"repository {old.uuid} -> {new.uuid}"
    for what, before, after in (("name", old.name, new.name), ("path", old.path, new.path)):
        if before != after:
            yield f"{what} {before} -> {after}"
    if old.proof != new.proof:
        yield f"proof {old.proof or 'not attempted'} -> {new.proof or 'not attempted'}"
    if old.selection != new.selection:
        yield "selection changed"
    yield from _list("groups", old.groups, new.groups)
    yield from _list("requires", map(str, old.requires), map(str, new.requires))
    yield from _list("requested", old.requested, new.requested)


def _list(what: str, old: Iterable[str], new: Iterable[str]) -> Iterable[str]:
    before, after = list(old), list(new)
    yield from (f"{what}: - {text}" for text in before if text not in after)
    yield from (f"{what}: + {text}" for text in after if text not in before)
