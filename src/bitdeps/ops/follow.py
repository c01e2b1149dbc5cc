"""Bring the vendor directory along after the manifest and the lock were edited by a command."""

from collections.abc import Callable, Iterable

from bitdeps.config.settings import Settings
from bitdeps.ops.install import InstallRequest, install
from bitdeps.ops.project import Project, open_project
from bitdeps.ops.report import InstallReport
from bitdeps.vendor.state import load_state


def placed_groups(project: Project) -> frozenset[str]:
    """Return the groups of which something is placed now, so that an edit does not take them away."""
    state, lockfile = load_state(project.root), project.lockfile()
    if state is None or lockfile is None:
        return frozenset()
    placed = (package for package in lockfile.packages.values() if package.path in state.places)
    return frozenset(group for package in placed for group in package.groups)


async def follow(root: str, settings: Settings, groups: Iterable[str], *, say: Callable[[str], None]) -> InstallReport:
    """Install what the lock on disk says, with the groups that were placed and those that were added to.

    Raises:
        DepsError: what stands in the way; manifest and lock are written already.

    """
    project = open_project(root)
    known = project.manifest.groups
    return await install(project, settings, InstallRequest(groups=frozenset(groups) & known), say=say)
