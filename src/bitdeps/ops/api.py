"""The public Python API: what the commands do, for programs (docs/reference/python-api.md)."""

from bitdeps.config.settings import Settings
from bitdeps.core.lockfile.model import Lockfile
from bitdeps.ops import install as installing
from bitdeps.ops import lock as locking
from bitdeps.ops import verify as verifying
from bitdeps.ops.project import open_project
from bitdeps.ops.report import InstallReport, VerifyReport


async def lock(directory: str, *, settings: Settings) -> Lockfile:
    """Resolve the manifest in a directory and write its lockfile.

    Raises:
        DepsError: why there is no new lock; the old one is as it was.

    """
    report = await locking.lock(open_project(directory), settings, locking.LockRequest())
    return report.lockfile


async def install(directory: str, *, settings: Settings, locked: bool = True) -> InstallReport:
    """Make the vendor directory of a project equal its lockfile; without `locked`, lock first where it is stale.

    Raises:
        DepsError: what stands in the way; each package is its old tree or its new one.

    """
    request = installing.InstallRequest(locked=locked)
    return await installing.install(open_project(directory), settings, request, say=lambda _: None)


async def verify(directory: str, *, settings: Settings) -> VerifyReport:
    """Compare every byte of the vendor directory with the lockfile, offline.

    Raises:
        EditedVendorError: names everything that differs.

    """
    import asyncio

    return await asyncio.to_thread(verifying.verify, open_project(directory), settings)
