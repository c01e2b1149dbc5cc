"""The project's own git repository: an older lockfile, and the merge driver."""

from bitdeps.config.git import reading_environment
from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.lockfile.pins import read_lock
from bitdeps.errors import LocalError, NotFoundError
from bitdeps.git.program import Bounds, Done, run
from bitdeps.ops.project import LOCKFILE, MAX_TEXT, decode

_SECONDS = 30.0
DRIVER = "deps lock merge %O %A %B"


async def lockfile_at(root: str, revision: str) -> Lockfile | None:
    """Read the lockfile of a revision; None where it has none.

    Raises:
        LocalError: where the project is in no git repository.
        NotFoundError: where git knows no such revision.
        LockfileError: where the lockfile of that revision is wrong.

    """
    await _require_repository(root)
    found = await _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.status != 0:
        message = f"`{revision}`: git knows no such revision"
        hint = (
            "nothing is committed yet" if revision == "HEAD" else "`git log -- deps.lock` lists those that changed it"
        )
        raise NotFoundError(message, hint=hint)
    commit = found.output.decode().strip()
    blob = await _git(root, "cat-file", "blob", f"{commit}:./{LOCKFILE}")
    if blob.status != 0:
        return None
    return read_lock(decode(blob.output, LOCKFILE), file=f"{LOCKFILE} of {revision}")


async def set_merge_driver(root: str) -> None:
    """Tell the git repository of a project how lockfiles are merged; this is kept in its own configuration.

    Raises:
        LocalError: where the project is in no git repository, or its configuration cannot be written.

    """
    await _require_repository(root)
    for key, value in (("name", "merge of deps.lock, package by package"), ("driver", DRIVER)):
        done = await _git(root, "config", "--local", f"merge.deps.{key}", value)
        if done.status != 0:
            message = f"`git config merge.deps.{key}`: {done.complaint.strip() or f'ended with status {done.status}'}"
            raise LocalError(message, hint="check the permissions of `.git/config`")


async def _require_repository(root: str) -> None:
    done = await _git(root, "rev-parse", "--git-dir")
    if done.status != 0:
        # `(or any of the parent directories): .git`, or `(or any parent up to mount point /)`.
        first = done.complaint.strip().partition("\n")[0].removeprefix("fatal: ").partition(" (or any ")[0]
        raise LocalError(f"`{root}`: git cannot be asked: {first}", hint="run it inside a git repository (`git init`)")


async def _git(root: str, *arguments: str) -> Done:
    environment = reading_environment()
    bounds = Bounds(seconds=_SECONDS, output=MAX_TEXT)
    return await run(arguments, directory=root, environment=environment, bounds=bounds)
