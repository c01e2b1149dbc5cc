"""How each package is made from its archive, as the root manifest says."""

from bitdeps.config.settings import ArchiveLimits
from bitdeps.core.manifest.model import Dependency
from bitdeps.core.names import Identity
from bitdeps.core.plan.selected import Selection
from bitdeps.core.selection import effective_exclude, selection_digest
from bitdeps.ops.project import Project
from bitdeps.vendor.content import Content
from bitdeps.vendor.patches import read_patches


def content_of(project: Project, identity: Identity, name: str, limits: ArchiveLimits) -> Content:
    """Return how a package is made; one that the manifest does not name is placed whole.

    Raises:
        NotFoundError: where the manifest names a patch that is not there.
        LocalError: where a patch cannot be read.

    """
    entry = entry_of(project, identity)
    exclude = effective_exclude(entry.exclude if entry else (), commit_vendor=project.manifest.commit_vendor)
    selection = Selection(subdir=identity.subdir, include=entry.include if entry else (), exclude=exclude)
    return Content(
        package=name,
        limits=limits,
        selection=selection,
        patches=read_patches(project.root, entry.patches) if entry else (),
        lfs_pointers=entry.lfs_pointers if entry else False,
    )


def selection_of(content: Content) -> str | None:
    """Return the digest that the lock has for a selection, or None where nothing is selected."""
    selection = content.selection
    return selection_digest(
        subdir=selection.subdir,
        include=selection.include,
        exclude=selection.exclude,
        patches=[(patch.name, patch.sha256) for patch in content.patches],
    )


def entry_of(project: Project, identity: Identity) -> Dependency | None:
    """Return the manifest's entry for an identity, or None where it has none."""
    return next((entry for entry in project.manifest.dependencies if entry.identity == identity), None)


def patch_patterns(project: Project) -> tuple[str, ...]:
    """Return the patterns of all patches that the manifest names."""
    return tuple(pattern for entry in project.manifest.dependencies for pattern in entry.patches)
