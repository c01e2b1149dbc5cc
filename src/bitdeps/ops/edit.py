"""A manifest that is about to change: read anew in memory, and written together with its lock."""

import os
from dataclasses import replace

from bitdeps.core.lockfile.format import format_lockfile
from bitdeps.core.manifest.model import Dependency
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.errors import DepsError
from bitdeps.ops.project import MANIFEST, Project, write_atomic
from bitdeps.ops.report import LockReport


def entry_path(entry: Dependency) -> KeyPath:
    """Return where an entry stands in the manifest."""
    return ("dependencies", entry.key) if entry.group is None else ("groups", entry.group, entry.key)


def edited(project: Project, text: str) -> Project:
    """Return a project as if its manifest had this text.

    Entries keep the lines that they have on disk, where messages lead to; new ones have none.

    Raises:
        ManifestError: where the text breaks a rule of the manifest.

    """
    from bitdeps import __version__
    from bitdeps.core.manifest.parse import parse_manifest

    manifest = parse_manifest(text, tool_version=__version__)
    lines = {entry_path(entry): entry.line for entry in project.manifest.dependencies}
    entries = tuple(replace(entry, line=lines.get(entry_path(entry), 0)) for entry in manifest.dependencies)
    return replace(project, manifest=replace(manifest, dependencies=entries), manifest_bytes=text.encode())


def write_both(changed: Project, project: Project, report: LockReport) -> LockReport:
    """Write the manifest and then its lock, each whole; where the lock cannot be written, the manifest goes back.

    Raises:
        LocalError: where a file cannot be written.

    """
    path = os.path.join(project.root, MANIFEST)
    rewritten = changed.manifest_bytes != project.manifest_bytes
    if rewritten:
        write_atomic(path, changed.manifest_bytes)
    if not report.changed:
        return report
    try:
        write_atomic(project.lock_path, format_lockfile(report.lockfile).encode())
    except DepsError:
        if rewritten:
            write_atomic(path, project.manifest_bytes)
        raise
    return replace(report, written=True)
