"""Whether the lock is what the manifest would give, decided without network or cache."""

from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.lockfile.parse import RESTORE_HINT
from bitdeps.core.lockfile.stale import Difference, differences, message
from bitdeps.core.manifest.problems import Problems
from bitdeps.core.names import contains
from bitdeps.errors import LockfileError, StaleLockError
from bitdeps.ops.contents import content_of, selection_of
from bitdeps.ops.project import LOCKFILE, Project, decode


def stale_differences(project: Project, lockfile: Lockfile) -> tuple[Difference, ...]:
    """Compare entry by entry; nothing where the lock is fresh.

    Raises:
        NotFoundError: where the manifest names a patch that is not there.

    """
    from bitdeps.config.settings import ArchiveLimits

    limits = ArchiveLimits()
    selections = {
        entry.key: selection_of(content_of(project, entry.identity, entry.key, limits))
        for entry in project.manifest.dependencies
    }
    return differences(project.manifest, lockfile, selections=selections)


def require_lock(project: Project, *, compare: bool = True) -> Lockfile:
    """Return the lock where it is there and, if it is to be compared, fresh.

    Raises:
        StaleLockError: where it is missing or stale; names every difference.
        LockfileError: where it is wrong.

    """
    lockfile = project.lockfile()
    if lockfile is None:
        text = "`deps.lock` is missing"
        raise StaleLockError(text, hint="run `deps lock` and commit `deps.lock`")
    _check_paths(project, lockfile)
    found = stale_differences(project, lockfile) if compare else ()
    if found:
        raise StaleLockError(message(found), hint="run `deps lock` and commit `deps.lock`")
    return lockfile


def _check_paths(project: Project, lockfile: Lockfile) -> None:
    """Refuse a place that no manifest could give: the vendor directory itself, or one above it."""
    vendor = project.manifest.vendor
    problems = Problems(file=LOCKFILE, text=decode(project.lock_bytes or b"", LOCKFILE))
    for package in lockfile.packages.values():
        if contains(package.path, vendor):
            path = ("packages", str(package.identity), "path")
            problems.add(path, f"`{package.path}` would replace the vendor directory `{vendor}`")
    problems.raise_if_any(LockfileError, hint=RESTORE_HINT)
