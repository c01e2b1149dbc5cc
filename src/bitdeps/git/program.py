"""Running git: found once, in a process group of its own, in limited time and space."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from bitdeps.errors import LocalError, ServiceError

OLDEST = (2, 32)
"""The first version that takes `GIT_CONFIG_GLOBAL`, without which there is no isolation."""
_READS_GPG_CONFIGURATION = (2, 40)
_STDERR = 64 * 1024
_PIECE = 64 * 1024
_LOOK_SECONDS = 0.5
_END_SECONDS = 10


class NoGitError(LocalError):
    """There is no git on this machine, or one that is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How git ended, and what it said."""

    status: int
    output: bytes
    complaint: str
    """Its standard error, which may quote what a server sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one run of git may take."""

    seconds: float
    output: int
    """Bytes on its standard output."""
    space: int = 0
    """Bytes that may lie in its directory while it runs; 0 means that nobody looks."""


@cache
def git_program() -> str:
    """Return the path of git.

    Raises:
        NoGitError: it is not installed, or older than `OLDEST`.

    """
    return _asked()[0]


def git_version() -> str:
    """Return the version of git, such as `2.47.3`; this asks git.

    Raises:
        NoGitError: it is not installed, or older than `OLDEST`.

    """
    return _asked()[1]


def isolated_git() -> tuple[str, Mapping[str, str]]:
    """Return git, and variables with which it starts no program but its own.

    The verdict on a signature, for which `export-subst` may ask, comes from gpg; before 2.40 `git archive` looks for
    it on `PATH` whatever the configuration says.
    """
    return _isolated(git_program())


@cache
def _isolated(program: str) -> tuple[str, Mapping[str, str]]:
    import subprocess

    from bitdeps.config.git import local_environment

    major, minor = git_version().split(".")[:2]
    if (int(major), int(minor)) >= _READS_GPG_CONFIGURATION or os.name == "nt":
        return program, {}
    asked = subprocess.run(
        [program, "--exec-path"], env=local_environment(), capture_output=True, text=True, check=False
    )
    home = asked.stdout.strip()
    its_own = f"{home}/git"
    return (its_own, {"PATH": home}) if os.access(its_own, os.X_OK) else (program, {})


def _asked() -> tuple[str, str]:
    import re
    import shutil
    import subprocess

    from bitdeps.config.git import local_environment

    found = shutil.which("git")
    if found is None:
        raise NoGitError("`git` is not installed", hint="install git, or make it found on `PATH`")
    done = subprocess.run([found, "version"], env=local_environment(), capture_output=True, text=True, check=False)
    version = re.match(r"git version ((\d+)\.(\d+)[\w.-]*)", done.stdout)
    if version is None or (int(version[2]), int(version[3])) < OLDEST:
        raise NoGitError(
            f"`git` is too old or cannot run: {done.stdout.strip() or done.stderr.strip()}",
            hint=f"install git {OLDEST[0]}.{OLDEST[1]} or newer",
        )
    return found, version[1]


async def run(
    arguments: Sequence[str],
    *,
    directory: str,
    environment: Mapping[str, str],
    bounds: Bounds,
    given: bytes = b"",
    inherited: Sequence[int] = (),
) -> Done:
    """Run git in a directory and wait for its end; its whole process group dies with this call.

    Args:
        arguments: what follows `git`.
        directory: where it runs.
        environment: all of it.
        bounds: what it may take.
        given: its standard input.
        inherited: file descriptors that it may use.

    Raises:
        NoGitError: there is no git.
        ServiceError: it wanted more time or space than `bounds` allows.

    """
    process = await asyncio.create_subprocess_exec(
        git_program(),
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=directory,
        env=dict(environment),
        pass_fds=inherited,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(bounds.seconds):
            return await _attend(process, directory, bounds, given)
    except TimeoutError as error:
        raise ServiceError(
            f"`git {arguments[0]}`: not done within {bounds.seconds:g} s",
            hint="`DEPS_TIMEOUTS_TOTAL` sets the limit in seconds",
        ) from error
    finally:
        await _end(process)


async def _attend(process: asyncio.subprocess.Process, directory: str, bounds: Bounds, given: bytes) -> Done:
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise AssertionError("all three are pipes")
    try:
        async with asyncio.TaskGroup() as group:
            watcher = group.create_task(_watch(directory, bounds.space))
            group.create_task(_feed(process.stdin, given))
            output = group.create_task(_read(process.stdout, bounds.output, whole=True))
            complaint = group.create_task(_read(process.stderr, _STDERR, whole=False))
            status = await process.wait()
            watcher.cancel()
    except BaseExceptionGroup as group_error:
        raise group_error.exceptions[0] from None
    return Done(status=status, output=output.result(), complaint=complaint.result().decode("utf-8", "replace"))


async def _feed(stream: asyncio.StreamWriter, given: bytes) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):
        stream.write(given)
        await stream.drain()
    stream.close()


async def _read(stream: asyncio.StreamReader, most: int, *, whole: bool) -> bytes:
    """Read to the end; of what is not wanted whole, only the beginning is kept."""
    held = bytearray()
    while piece := await stream.read(_PIECE):
        held += piece[: most + 1 - len(held)]
        if whole and len(held) > most:
            raise ServiceError(f"git wrote more than {most} bytes", hint="`DEPS_LIMITS_ANSWER` sets the limit")
    return bytes(held[:most])


async def _watch(directory: str, space: int) -> None:
    """Look from time to time how much lies there: git itself has no limit on what it fetches."""
    while space:
        await asyncio.sleep(_LOOK_SECONDS)
        if _size(directory) > space:
            raise ServiceError(
                f"git fetched more than {space} bytes", hint="`DEPS_LIMITS_DOWNLOAD` sets the limit in bytes"
            )


def _size(directory: str) -> int:
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(folder, name)).st_size
    return total


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        # asyncio tells the end only when both pipes have ended, and a full one that nobody reads never does
        # (https://github.com/python/cpython/issues/119710).
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                await asyncio.gather(*(_drain(stream) for stream in (process.stdout, process.stderr) if stream))
                await process.wait()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(_PIECE):
        pass
