"""What the lock lists, for other programs."""

import os
from collections.abc import Sequence

from bitdeps.config.settings import Settings
from bitdeps.core.bom import json_document
from bitdeps.core.lockfile.model import Lockfile
from bitdeps.ops.edge import open_edge
from bitdeps.ops.init import project_name
from bitdeps.ops.licenses import PackageLicence, licences_of, require_detector
from bitdeps.ops.project import Project
from bitdeps.ops.stale import require_lock


def export_json(project: Project) -> dict[str, object]:
    """Return the document of `deps export json`; it needs no network.

    Raises:
        StaleLockError: where the lock is missing, or does not match the manifest.

    """
    return json_document(require_lock(project), name_of(project))


async def export_cyclonedx(project: Project, settings: Settings, *, licences: bool, moment: int | None) -> str:
    """Return a bill of materials in CycloneDX's JSON; `moment` is its time, in seconds since 1970.

    Raises:
        StaleLockError: where the lock is missing, or does not match the manifest.
        LocalError: where the libraries for it are not installed.
        DepsError: where licences are wanted, and an archive cannot be had.

    """
    from bitdeps.ops.export_cyclonedx import bill_of_materials, require_library

    require_library()
    lockfile = require_lock(project)
    found = await _licences(lockfile, settings) if licences else ()
    return bill_of_materials(lockfile, name_of(project), licences=found, moment=moment)


def name_of(project: Project) -> str:
    """Return what the project is called, or else what its directory is."""
    return project.manifest.name or project_name(os.path.realpath(project.root))


async def _licences(lockfile: Lockfile, settings: Settings) -> Sequence[PackageLicence]:
    require_detector()
    async with open_edge(settings) as edge:
        return await licences_of(lockfile.packages.values(), edge)
