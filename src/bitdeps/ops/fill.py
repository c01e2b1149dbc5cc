"""Stage the trees that a plan needs: archives in parallel, each checked before anything is swapped."""

import asyncio
from collections.abc import Mapping, Sequence

from bitdeps.archive import Archive
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.core.names import Identity
from bitdeps.core.plan.model import Step
from bitdeps.errors import StaleLockError
from bitdeps.ops.contents import content_of, selection_of
from bitdeps.ops.edges import check_edges
from bitdeps.ops.project import Project
from bitdeps.ops.sources import Sources, archive_of
from bitdeps.vendor.content import Content, unpack
from bitdeps.vendor.staging import Staged, Staging


async def fill(
    project: Project, sources: Sources, staging: Staging, steps: Sequence[Step], packages: Mapping[str, LockedPackage]
) -> list[Staged]:
    """Stage a tree for each step.

    Raises:
        DepsError: the first failure in the order of the steps; all others have ended by then.

    """
    requested = {package.identity: package.requested for package in packages.values()}
    results = await asyncio.gather(
        *(_stage(project, sources, staging, step, packages[step.path], requested) for step in steps),
        return_exceptions=True,
    )
    staged = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        staged.append(result)
    return staged


async def _stage(
    project: Project,
    sources: Sources,
    staging: Staging,
    step: Step,
    package: LockedPackage,
    requested: Mapping[Identity, Sequence[str]],
) -> Staged:
    if step.digest.startswith("link:"):
        return staging.stage(step, lambda _: {})
    content = content_of(project, package.identity, package.name, sources.limits)
    _require_selection(package, content)

    def work(archive: Archive) -> Staged:
        check_edges(archive, package.identity, package.name, requested)
        return staging.stage(step, lambda root: unpack(archive, content, root))

    return await sources.use(archive_of(package), work)


def _require_selection(package: LockedPackage, content: Content) -> None:
    # Only `--frozen` comes here with another selection: the lock has its digest, the globs are in the manifest.
    if selection_of(content) != package.selection:
        message = f"`{package.name}`: `deps.lock` was made with another selection than `deps.toml` has"
        raise StaleLockError(message, hint="run `deps lock`")
