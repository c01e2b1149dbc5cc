"""One `deps` at a time in a project: an OS lock on `.deps/lock`, which dies with its process (promise P8)."""

import os
from collections.abc import Callable
from types import TracebackType

from bitdeps.errors import LocalError
from bitdeps.vendor.disk import READ_ONLY, prepare_state_directory, refused

POLL = 0.05
"""Seconds between two attempts."""


class project_lock:  # noqa: N801 - used as a statement: `with project_lock(...):`
    """Hold the lock of a project for a block.

    `waiting` is called once, with a message, when another process holds it. In a directory that cannot
    be written the lock file is not made, and nobody can change anything: the block runs without it.

    Raises:
        LocalError: where another process still holds the lock after `timeout` seconds.

    """

    __slots__ = ("descriptor", "project", "timeout", "waiting")

    def __init__(self, project: str, *, timeout: float, waiting: Callable[[str], None]) -> None:
        """Keep where, how long (seconds), and whom to tell."""
        self.project = project
        self.timeout = timeout
        self.waiting = waiting
        self.descriptor = -1

    def __enter__(self) -> None:
        """Wait for the lock and take it."""
        self.descriptor = _open_lock(self.project)
        if self.descriptor >= 0:
            try:
                self._take()
            except BaseException:
                os.close(self.descriptor)
                raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the next process in."""
        if self.descriptor >= 0:
            os.close(self.descriptor)

    def _take(self) -> None:
        import time

        deadline = time.monotonic() + self.timeout
        told = False
        while not _try_lock(self.descriptor):
            if time.monotonic() >= deadline:
                message = f"`{self.project}`: another `deps` has worked in it for {self.timeout:g} seconds"
                raise LocalError(message, hint="wait for it to end, or find it with `fuser .deps/lock`")
            if not told:
                self.waiting(f"Waiting for another `deps` that works in `{self.project}`")
                told = True
            time.sleep(POLL)


def _open_lock(project: str) -> int:
    path = os.path.join(project, ".deps", "lock")
    try:
        prepare_state_directory(project)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except LocalError as error:
        if not isinstance(error.__cause__, OSError) or error.__cause__.errno not in READ_ONLY:
            raise
    except OSError as error:
        if error.errno not in READ_ONLY:
            raise refused("opened", ".deps/lock", error) from error
    try:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return -1


def _try_lock(descriptor: int) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise refused("locked", ".deps/lock", error) from error
    return True
