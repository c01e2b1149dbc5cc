"""A shared cache in a directory: a network share, or a disk that is carried to where there is no network."""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from bitdeps.cache.shared import StoreError

_PIECE: Final = 1024 * 1024
_NO_LINKS: Final = frozenset([errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK])


class FolderStore:
    """Files below one directory, laid out as the keys say."""

    def __init__(self, root: str) -> None:
        self._root = root

    async def get(self, key: str, target: str, cap: int) -> bool:
        """Write what is kept under a key to a file, at most `cap` bytes; False where there is nothing.

        Raises:
            StoreError: it cannot be read, or is larger.

        """
        import asyncio

        return await asyncio.to_thread(self._get, key, target, cap)

    async def size(self, key: str) -> int | None:
        """Return the bytes of what is kept under a key, or None where there is nothing.

        Raises:
            StoreError: the directory is not there.

        """
        try:
            return os.stat(f"{self._root}/{key}").st_size
        except FileNotFoundError:
            self._require_root()
            return None
        except OSError as error:
            raise StoreError(error.strerror) from error

    async def put(self, key: str, path: str) -> bool:
        """Keep a file under a key, unless there is something already: then False.

        Raises:
            StoreError: it cannot be written.

        """
        import asyncio

        return await asyncio.to_thread(self._put, key, path)

    async def aclose(self) -> None:
        """Do nothing: no file stays open."""

    def _get(self, key: str, target: str, cap: int) -> bool:
        try:
            # O_NONBLOCK: a FIFO must not hang the open.
            descriptor = os.open(f"{self._root}/{key}", os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            self._require_root()
            return False
        except OSError as error:
            raise StoreError(error.strerror) from error
        try:
            with os.fdopen(descriptor, "rb") as source, open(target, "wb") as file:
                _copy(source.read, file.write, cap)
        except OSError as error:
            raise StoreError(error.strerror) from error
        return True

    def _put(self, key: str, path: str) -> bool:
        final = f"{self._root}/{key}"
        temporary = f"{final}.{os.urandom(8).hex()}.part"
        try:
            os.makedirs(os.path.dirname(final), exist_ok=True)
            if os.path.lexists(final):
                return False
            with open(path, "rb") as source, open(temporary, "xb") as file:
                _copy(source.read, file.write, os.fstat(source.fileno()).st_size)
                file.flush()
                os.fsync(file.fileno())
            return _name(temporary, final)
        except OSError as error:
            raise StoreError(error.strerror) from error
        finally:
            with suppress(OSError):
                os.unlink(temporary)

    def _require_root(self) -> None:
        # A disk that is not mounted must not pass for an empty one.
        if not os.path.isdir(self._root):
            raise StoreError(os.strerror(errno.ENOENT))


def _name(temporary: str, final: str) -> bool:
    """Give a whole file its name, unless another process was faster."""
    try:
        os.link(temporary, final)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # FAT has no hard links. Whoever comes between writes the same bytes under the same name.
        os.replace(temporary, final)
    return True


def _copy(read: Callable[[int], bytes], write: Callable[[bytes], int], cap: int) -> None:
    size = 0
    while piece := read(_PIECE):
        size += len(piece)
        if size > cap:
            raise StoreError(f"what it keeps is larger than the {cap:,} bytes that it should be")
        write(piece)
