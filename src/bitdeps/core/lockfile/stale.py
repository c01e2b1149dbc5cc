"""How a lockfile differs from what the manifest would give, entry by entry (DESIGN, "Stale").

Compared are the `requested` strings of the project, its groups and overrides, and `name`, `path`
and `selection`. Comments, order and the spelling of a specifier are gone before; the network and
the cache are not needed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.lockfile.requested import OVERRIDE, group_of, is_root, read_lines
from bitdeps.core.manifest.model import Dependency, Manifest
from bitdeps.core.placement import default_name
from bitdeps.core.requirement import Requested, Requirement
from bitdeps.core.selection import effective_exclude, selection_digest


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Difference:
    """One thing that a new lock would change."""

    name: str
    """The package, as the user calls it."""
    change: str

    def __str__(self) -> str:
        """Write it on one line, such as `http-kit: tag v2.4.1 -> v2.4.2`."""
        return f"{self.name}: {self.change}"


def differences(
    manifest: Manifest,
    lock: Lockfile,
    *,
    selections: Mapping[str, str | None],
) -> tuple[Difference, ...]:
    """Compare, sorted by name; nothing where the lock is fresh.

    `selections` has the digest of what each entry of the manifest selects, by key; the patches
    were read for it.
    """
    entries = {entry.identity: entry for entry in manifest.dependencies}
    overrides = {override.identity: override.requirement for override in manifest.overrides}
    found = [
        Difference(name=entry.key, change="added")
        for identity, entry in entries.items()
        if identity not in lock.packages
    ]
    for identity, package in lock.packages.items():
        entry = entries.get(identity)
        changes = _of_requested(entry, overrides.get(identity), package)
        # What becomes of a package that the project no longer names is for the next resolution to say.
        if "removed" not in changes:
            changes += _of_place(manifest, entry, package, selections)
        found += (Difference(name=entry.key if entry else package.name, change=change) for change in changes)
    return tuple(sorted(found))


def message(found: Iterable[Difference]) -> str:
    """Write differences as the message of a `StaleLockError`."""
    return "\n  ".join(["`deps.lock` does not match `deps.toml`:", *map(str, found)])


def _of_requested(entry: Dependency | None, override: Requirement | None, package: LockedPackage) -> list[str]:
    """Compare what the project and its overrides ask for."""
    lines = read_lines(package.requested)
    asked = next((line for line in lines if is_root(line.origin)), None)
    overridden = next((line for line in lines if line.origin == OVERRIDE), None)
    wanted = None
    if entry is not None:
        wanted = Requested(origin=entry.origin, requirement=entry.requirement, transitive=entry.transitive)
    ordered = None if override is None else Requested(origin=OVERRIDE, requirement=override)
    changes = [*_of_line(asked, wanted, ""), *_of_line(overridden, ordered, "override ")]
    if asked is not None and wanted is not None and asked.origin != wanted.origin:
        changes.append(f"{_section(asked.origin)} -> {_section(wanted.origin)}")
    return changes


def _of_line(old: Requested | None, new: Requested | None, what: str) -> list[str]:
    """Say how a requirement changed; who asks is compared elsewhere."""
    if old is None:
        return [] if new is None else [f"{what}added" if not what else f"{what}added: {_text(new)}"]
    if new is None:
        return [f"{what}removed"]
    if (old.requirement, old.transitive) == (new.requirement, new.transitive):
        return []
    before, after = _text(old), _text(new)
    kind = f"{old.requirement.kind} "
    return [f"{what}{before} -> {after.removeprefix(kind)}"]


def _text(line: Requested) -> str:
    return f"{line.requirement}{'' if line.transitive else ' alone'}"


def _section(origin: str) -> str:
    group = group_of(origin)
    return "[dependencies]" if group is None else f"[groups.{group}]"


def _of_place(
    manifest: Manifest,
    entry: Dependency | None,
    package: LockedPackage,
    selections: Mapping[str, str | None],
) -> list[str]:
    """Compare name, path and selection; a package without an entry takes them from its identity."""
    if entry is None:
        name = default_name(package.identity)
        path = f"{manifest.vendor}/{name}"
        exclude = effective_exclude((), commit_vendor=manifest.commit_vendor)
        selection = selection_digest(subdir=package.identity.subdir, include=(), exclude=exclude, patches=())
    else:
        name, path, selection = entry.key, manifest.path(entry), selections[entry.key]
    changes = []
    if name != package.name:
        changes.append(f"name {package.name} -> {name}")
    if path != package.path:
        changes.append(f"path {package.path} -> {path}")
    if selection != package.selection:
        changes.append("selection changed (subdir, include, exclude, patches, or `commit-vendor`)")
    return changes
