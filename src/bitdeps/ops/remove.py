"""Remove an entry from the manifest."""

from collections.abc import Sequence
from dataclasses import dataclass

from bitdeps.config.settings import Settings
from bitdeps.core.lockfile.requested import read_lines
from bitdeps.core.rewrite import without_entry
from bitdeps.errors import UsageError
from bitdeps.ops.edge import open_edge
from bitdeps.ops.edit import edited, entry_path, write_both
from bitdeps.ops.local import read_local
from bitdeps.ops.lock import LockRequest, relock, start_from
from bitdeps.ops.previous import Previous, read_previous
from bitdeps.ops.project import LOCAL_OVERRIDES, MANIFEST, Project, decode
from bitdeps.ops.report import LockReport
from bitdeps.ops.targets import unknown_name


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveReport:
    """What was removed."""

    lock: LockReport
    notes: tuple[str, ...] = ()


async def remove(project: Project, settings: Settings, names: Sequence[str], *, write: bool) -> RemoveReport:
    """Remove entries and lock; neither file changes unless all of it succeeds.

    Raises:
        UsageError: where the manifest has no entry of a name.
        DepsError: whatever else stands in the way.

    """
    previous = read_previous(project)
    entries = {entry.key: entry for entry in project.manifest.dependencies}
    text = decode(project.manifest_bytes, MANIFEST)
    for name in dict.fromkeys(names):
        if name not in entries:
            raise _no_entry(name, list(entries), previous)
        text = without_entry(text, entry_path(entries[name]))
    changed = edited(project, text)
    async with open_edge(settings) as edge:
        report = await relock(changed, edge, start_from(changed, previous), LockRequest(write=False))
    if write:
        report = write_both(changed, project, report)
    return RemoveReport(lock=report, notes=_notes(project, names, report))


def _no_entry(name: str, known: Sequence[str], previous: Previous) -> UsageError:
    package = next((each for each in previous.packages.values() if each.name == name), None)
    if package is None:
        return unknown_name(name, known)
    origins = ", ".join(f"`{line.origin}`" for line in read_lines(package.requested))
    message = f"`{name}`: is no entry of `{MANIFEST}`; required by {origins}"
    return UsageError(message, hint=f"`deps why {name}` shows what leads to it")


def _notes(project: Project, names: Sequence[str], report: LockReport) -> tuple[str, ...]:
    notes = []
    left = {package.identity: package for package in report.lockfile.packages.values()}
    for entry in project.manifest.dependencies:
        package = left.get(entry.identity)
        if entry.key in names and package is not None:
            origins = ", ".join(f"`{line.origin}`" for line in read_lines(package.requested))
            notes.append(f"`{package.identity}` stays, as `{package.name}`: it is required by {origins}")
    local = read_local(project.root)
    notes += [f"`{name}` is still named in `{LOCAL_OVERRIDES}`" for name in names if name in local]
    return tuple(notes)
