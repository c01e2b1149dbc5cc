"""What a git repository says of its submodules, read by git without the user's configuration."""

import os
from dataclasses import dataclass

from bitdeps.config.git import local_environment
from bitdeps.config.settings import Settings
from bitdeps.core.gitmodules import Submodule, read_submodules
from bitdeps.errors import NotFoundError, UsageError
from bitdeps.git.program import Bounds, Done, run
from bitdeps.ops.project import MANIFEST, read_file, refuse_obstacle

# A repository of a stranger may name programs in its configuration; none of them runs.
_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.directory=*")
_MOST = 64 * 1024 * 1024
"""Bytes that a listing may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Superproject:
    """A repository with submodules."""

    top: str
    """Absolute path of its work tree."""
    origin: str | None
    """The address of its remote `origin`, to which addresses may be relative."""
    submodules: tuple[Submodule, ...]


async def read_superproject(directory: str, settings: Settings) -> Superproject:
    """Read `.gitmodules` and the index of the repository that a directory is in.

    Raises:
        UsageError: where the directory is in no git repository, or `.gitmodules` cannot be read.
        NotFoundError: where it has no submodules.

    """
    found = await _git(directory, settings, "rev-parse", "--show-toplevel")
    if found.status:
        raise UsageError(
            f"`{directory}`: is in no git repository", hint="name the one with the submodules: `-C DIRECTORY`"
        )
    top = os.fsdecode(found.output).rstrip("\n")
    gitmodules = os.path.join(top, ".gitmodules")
    listed = b""
    if read_file(gitmodules) is not None:
        done = await _git(top, settings, "config", "--file", gitmodules, "--no-includes", "--list", "-z")
        if done.status:
            raise UsageError(f"`.gitmodules`: git cannot read it: {done.complaint.strip()}")
        listed = done.output
    index = await _git(top, settings, "ls-files", "--stage", "-z")
    submodules = read_submodules(listed, index.output)
    if not submodules:
        raise NotFoundError(
            f"`{top}`: the repository has no submodules", hint="name the one with the submodules: `-C DIRECTORY`"
        )
    origin = await _git(top, settings, "config", "--get", "remote.origin.url")
    address = os.fsdecode(origin.output).rstrip("\n") if origin.status == 0 else None
    return Superproject(top=top, origin=address or None, submodules=submodules)


def project_root(directory: str, superproject: Superproject) -> str:
    """Return where the manifest is, from a directory up to the top of its repository, or else the top.

    What lies above the top is another project.

    Raises:
        ManifestError: where something else than a file has the manifest's name.

    """
    here = os.path.realpath(directory)
    while here != superproject.top and here != os.path.dirname(here):
        refuse_obstacle(here)
        if os.path.exists(os.path.join(here, MANIFEST)):
            return here
        here = os.path.dirname(here)
    refuse_obstacle(superproject.top)
    return superproject.top


async def _git(directory: str, settings: Settings, *arguments: str) -> Done:
    bounds = Bounds(seconds=settings.timeouts.total, output=_MOST)
    return await run([*_QUIET, *arguments], directory=directory, environment=local_environment(), bounds=bounds)
