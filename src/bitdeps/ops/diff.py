"""What changed in the lockfile since a revision of the project."""

from dataclasses import dataclass

from bitdeps.core.lockdiff import PackageChange, lock_diff
from bitdeps.core.lockfile.model import Lockfile
from bitdeps.ops.project import Project
from bitdeps.ops.revision import lockfile_at


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffReport:
    """What was compared, and what differs."""

    changes: tuple[PackageChange, ...]
    had_lock: bool
    has_lock: bool


async def diff(project: Project, revision: str) -> DiffReport:
    """Compare the lockfile on disk with that of a revision; a missing one holds nothing.

    Raises:
        NotFoundError: where git knows no such revision.
        LockfileError: where one of the two is wrong.
        LocalError: where the project is in no git repository.

    """
    before = await lockfile_at(project.root, revision)
    after = project.lockfile()
    nothing = Lockfile(packages={})
    changes = lock_diff(nothing if before is None else before, nothing if after is None else after)
    return DiffReport(changes=changes, had_lock=before is not None, has_lock=after is not None)
