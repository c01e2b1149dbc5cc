"""Make the vendor directory equal the lock; lock first where the manifest changed."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bitdeps.config.settings import Settings
from bitdeps.core.lockfile.model import Lockfile
from bitdeps.errors import UsageError
from bitdeps.ops.contents import patch_patterns
from bitdeps.ops.edge import open_edge
from bitdeps.ops.local import links_for, local_notes, read_local, refuse_local
from bitdeps.ops.place import PlaceRequest, adopt, place
from bitdeps.ops.project import LOCKFILE, MANIFEST, Project, open_project, read_file
from bitdeps.ops.report import InstallReport, LockReport
from bitdeps.ops.stale import require_lock, stale_differences
from bitdeps.vendor.idle import kept_places
from bitdeps.vendor.inputs import inputs_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallRequest:
    """What to install."""

    names: tuple[str, ...] = ()
    """Nothing but these and what they require; empty means everything."""
    locked: bool = False
    """Stop where the lock is missing or stale."""
    frozen: bool = False
    """Take the lock without comparing it."""
    groups: frozenset[str] = frozenset()
    all_groups: bool = False
    force: bool = False
    dry_run: bool = False


async def install(
    project: Project, settings: Settings, request: InstallRequest, *, say: Callable[[str], None]
) -> InstallReport:
    """Place what the lock names; `say` gets what is worth a line while it runs, such as waiting for a lock.

    Raises:
        StaleLockError: where the lock is missing or stale, and may not be written.
        EditedVendorError: where a package in the vendor directory was edited.
        DepsError: whatever else stands in the way; each package is its old tree or its new one.

    """
    started = time.monotonic()
    groups = chosen_groups(project, request)
    local = read_local(project.root)
    if request.locked:
        refuse_local(local)
    kept = None if _is_special(request, local) else kept_places(project.root, groups)
    if kept is not None:
        return InstallReport(kept=kept, seconds=time.monotonic() - started)
    project, lockfile, lock_report = await _locked(project, settings, request, say)
    placing = PlaceRequest(
        lockfile=lockfile,
        links=links_for(project.root, local, lockfile),
        groups=groups,
        names=request.names,
        inputs="" if _is_special(request, local) else _inputs(project, groups),
        force=request.force,
        dry_run=request.dry_run,
    )
    async with open_edge(settings) as edge:
        done = await place(project, edge, placing, say)
    return InstallReport(
        changes=done.changes,
        kept=done.kept,
        lock=lock_report,
        notes=(*local_notes(local), *edge.sources.notes, *done.notes),
        warnings=(*done.warnings, *edge.sources.warnings),
        seconds=time.monotonic() - started,
    )


def chosen_groups(project: Project, request: InstallRequest) -> frozenset[str]:
    """Return the groups to place.

    Raises:
        UsageError: where the manifest has no such group.

    """
    known = project.manifest.groups
    unknown = sorted(request.groups - known)
    if unknown:
        names = ", ".join(f"`{name}`" for name in sorted(known))
        message = f"`--group {unknown[0]}`: `deps.toml` has no such group"
        raise UsageError(message, hint=f"the groups are {names}" if names else "it has no groups at all")
    return known if request.all_groups else request.groups


def _is_special(request: InstallRequest, local: Mapping[str, str]) -> bool:
    """Tell whether this run says less than that everything is as manifest and lock want it."""
    return bool(request.names or request.frozen or local)


def _inputs(project: Project, groups: frozenset[str]) -> str:
    """Return what a later run compares; empty where the files are not those that were parsed any more."""
    digest = inputs_digest(project.root, patches=patch_patterns(project), groups=groups)
    parsed = (project.manifest_bytes, project.lock_bytes)
    now = (read_file(os.path.join(project.root, MANIFEST)), read_file(os.path.join(project.root, LOCKFILE)))
    return digest if digest is not None and parsed == now else ""


async def _locked(
    project: Project, settings: Settings, request: InstallRequest, say: Callable[[str], None]
) -> tuple[Project, Lockfile, LockReport | None]:
    if request.locked or request.frozen:
        return project, require_lock(project, compare=not request.frozen), None
    lockfile = project.lockfile()
    if lockfile is not None and not stale_differences(project, lockfile):
        return project, lockfile, None
    from bitdeps.ops.lock import LockRequest, lock

    if lockfile is not None and not request.dry_run:
        adopt(project, lockfile, settings, say)
    report = await lock(project, settings, LockRequest(write=not request.dry_run))
    return open_project(project.root) if report.written else project, report.lockfile, report
