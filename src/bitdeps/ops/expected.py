"""What a place should hold, file by file, as far as the cache can tell."""

from collections.abc import Mapping

from bitdeps.archive import open_archive
from bitdeps.cache import Cache
from bitdeps.config.settings import ArchiveLimits
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.core.plan.edits import File
from bitdeps.errors import DepsError
from bitdeps.ops.contents import content_of, selection_of
from bitdeps.ops.project import Project
from bitdeps.vendor.content import expected_files
from bitdeps.vendor.hashing import files_digest


def cached_files(
    project: Project, cache: Cache, package: LockedPackage, limits: ArchiveLimits
) -> Mapping[str, File] | None:
    """Return mode and SHA-256 of every file that a package places, by path, or None where the cache cannot tell.

    What is returned adds up to the digest in the lock.
    """
    content = content_of(project, package.identity, package.name, limits)
    if selection_of(content) != package.selection:
        return None
    known = [] if package.archive_sha256 is None else [package.archive_sha256]
    for sha256 in [*known, *cache.by_content(package.content)]:
        path = cache.archive_path(sha256)
        if path is None:
            continue
        try:
            with open_archive(path, limits=limits, expected_sha256=sha256, tree=False) as archive:
                files = expected_files(archive, content)
        except DepsError:
            # A damaged entry tells nothing; whoever downloads the archive again replaces it.
            continue
        if files_digest(files) == package.placed_digest:
            return files
    return None
