"""Files that are being written: unique names, locked while in use, swept when nobody holds them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import time
from typing import Final

from bitdeps.cache.locks import try_lock
from bitdeps.errors import LocalError

SUFFIX: Final = ".part"
ABANDONED_SECONDS: Final = 3600.0
"""A file younger than this is left alone, locked or not: it may not be locked yet."""


@contextmanager
def unique_file(directory: str) -> Iterator[str]:
    """Make a new empty file, hold its lock for the time of a block, and delete what is left of it.

    Raises:
        LocalError: when it cannot be made.

    """
    path = f"{directory}/{os.getpid()}-{os.urandom(8).hex()}{SUFFIX}"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise LocalError(f"cannot write `{path}`: {error.strerror}") from error
    try:
        with suppress(OSError):
            try_lock(descriptor, exclusive=True)
        yield path
    finally:
        os.close(descriptor)
        with suppress(OSError):
            os.unlink(path)


@contextmanager
def outside_file() -> Iterator[str]:
    """Make a new empty file in the system's directory for such, and delete it at the end of a block.

    Raises:
        LocalError: when it cannot be made.

    """
    from tempfile import mkstemp

    try:
        descriptor, path = mkstemp(prefix="deps-", suffix=SUFFIX)
    except OSError as error:
        raise LocalError(f"cannot make a temporary file: {error.strerror}") from error
    os.close(descriptor)
    try:
        yield path
    finally:
        with suppress(OSError):
            os.unlink(path)


def sweep(directory: str) -> None:
    """Delete the files of processes that died: old, and locked by nobody."""
    oldest = time() - ABANDONED_SECONDS
    with suppress(OSError):
        for entry in list(os.scandir(directory)):
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < oldest:
                    _delete_unless_locked(entry.path)


def _delete_unless_locked(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        if try_lock(descriptor, exclusive=True):
            os.unlink(path)
    finally:
        os.close(descriptor)
