"""Locks between processes: `flock`, which the system lets go when a process dies."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Final

from bitdeps.errors import LocalError

_PAUSE_SECONDS: Final = 0.05
_READ_ONLY: Final = frozenset([errno.EACCES, errno.EPERM, errno.EROFS])


def is_read_only(error: OSError) -> bool:
    """Tell whether an error says that this place may be read and not written."""
    return error.errno in _READ_ONLY


def try_lock(descriptor: int, *, exclusive: bool) -> bool:
    """Lock an open file unless another process holds it; tell whether it is ours."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def locked(path: str, *, exclusive: bool, timeout: float) -> Iterator[None]:
    """Hold the lock `path` for the time of a block; wait at most `timeout` seconds for it.

    Where the lock file can be neither written nor made, a shared lock is taken on what is there, if anything.

    Raises:
        LocalError: when another process holds it for longer, or the system has no locks there.

    """
    descriptor = _open(path)
    try:
        if descriptor is not None:
            _wait(descriptor, path, exclusive=exclusive, timeout=timeout)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _open(path: str) -> int | None:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        if not is_read_only(error) and error.errno != errno.ENOENT:
            raise LocalError(f"cannot lock `{path}`: {error.strerror}") from error
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def _wait(descriptor: int, path: str, *, exclusive: bool, timeout: float) -> None:
    deadline = monotonic() + timeout
    try:
        while not try_lock(descriptor, exclusive=exclusive):
            if monotonic() >= deadline:
                hint = "wait for the other process to end: its lock ends with it"
                raise LocalError(f"cannot lock `{path}`: another `deps` uses the cache", hint=hint)
            sleep(_PAUSE_SECONDS)
    except OSError as error:
        hint = "keep the cache on a local file system: set `DEPS_CACHE_DIR`"
        raise LocalError(f"cannot lock `{path}`: {error.strerror}", hint=hint) from error
