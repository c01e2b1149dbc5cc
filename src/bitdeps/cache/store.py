"""The cache as a value: look up, take in, measure, clean."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bitdeps.cache import layout
from bitdeps.cache.facts import pack, unpack
from bitdeps.cache.locks import is_read_only, locked
from bitdeps.cache.temporary import outside_file, sweep, unique_file
from bitdeps.errors import LocalError


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSize:
    """How much is there; `bytes` counts all files, the index and the facts too."""

    archives: int
    bytes: int


class Cache:
    """The cache below one directory, shared by all processes of a user.

    Nothing in it is trusted: an archive is hashed whenever it is used, a fact carries its checksum.
    Whoever finds an entry bad downloads it again and adopts that, which replaces the old by rename.
    """

    def __init__(self, root: str, *, lock_timeout: float = 300.0) -> None:
        """Name a directory; it is made when something is written. `lock_timeout` is in seconds."""
        self._root = root
        self._lock_timeout = lock_timeout
        self._writable: bool | None = None

    @property
    def dir(self) -> str:
        """The directory."""
        return self._root

    @property
    def read_only(self) -> bool:
        """Whether nothing can be kept here; makes the directories when asked first.

        Raises:
            LocalError: when there can be no cache here at all.

        """
        if self._writable is None:
            self._writable = self._prepare()
        return not self._writable

    @contextmanager
    def use(self) -> Iterator[None]:
        """Keep `clean` of other processes away for the time of a block; blocks may nest.

        Raises:
            LocalError: when another process cleans for longer than the lock's time-out.

        """
        _ = self.read_only
        with locked(self._lock, exclusive=False, timeout=self._lock_timeout):
            yield

    def archive_path(self, sha256: str) -> str | None:
        """Return the archive that should have this SHA-256, or None; the reader of it must verify that."""
        path = layout.archive_path(self._root, sha256)
        return path if os.path.isfile(path) else None

    @contextmanager
    def temporary(self) -> Iterator[str]:
        """Give a new empty file on the cache's file system, to be filled and adopted in the block.

        In a read-only cache it lies elsewhere. What is not adopted is deleted at the end.

        Raises:
            LocalError: when no file can be made.

        """
        if self.read_only:
            with outside_file() as path:
                yield path
            return
        with self.use(), unique_file(self._at(layout.TEMPORARY)) as path:
            yield path

    def adopt(self, temporary: str, sha256: str) -> str:
        """Take in a filled temporary file as the archive with this SHA-256; return where it is now.

        It replaces an entry that is there. In a read-only cache the file stays where it is, until the
        block of `temporary` ends.

        Raises:
            LocalError: when it cannot be moved.

        """
        if self.read_only:
            return temporary
        path = layout.archive_path(self._root, sha256)
        self._move(temporary, path)
        return path

    def record_content(self, content: str, sha256: str) -> None:
        """Note that the archive with this SHA-256 has this content (`d1:...`); it must be adopted already."""
        if self.read_only:
            return
        path = f"{layout.content_directory(self._root, content)}/{sha256}"
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666))
        except OSError as error:
            raise LocalError(f"cannot write `{path}`: {error.strerror}") from error

    def by_content(self, content: str) -> list[str]:
        """Return the SHA-256 of each archive here that should have this content, sorted."""
        try:
            names = os.listdir(layout.content_directory(self._root, content))
        except OSError:
            return []
        return sorted(name for name in names if layout.is_sha256(name) and self.archive_path(name))

    def fact(self, host: str, key: str) -> bytes | None:
        """Return what was recorded for this API host and key, or None where nothing whole is there."""
        try:
            with open(layout.fact_path(self._root, host, key), "rb") as file:
                return unpack(file.read())
        except OSError:
            return None

    def record_fact(self, host: str, key: str, value: bytes) -> None:
        """Keep what an API host said and cannot take back, such as the files of a commit.

        Raises:
            LocalError: when it cannot be written.

        """
        if self.read_only:
            return
        path = layout.fact_path(self._root, host, key)
        with self.temporary() as temporary:
            try:
                with open(temporary, "wb") as file:
                    file.write(pack(value))
            except OSError as error:
                raise LocalError(f"cannot write `{temporary}`: {error.strerror}") from error
            self._move(temporary, path)

    def size(self) -> CacheSize:
        """Count what is there."""
        archives = total = 0
        for directory, _, names in os.walk(self._at("")):
            for name in names:
                try:
                    total += os.lstat(os.path.join(directory, name)).st_size
                except FileNotFoundError:
                    continue
                archives += name.endswith(layout.ARCHIVE_SUFFIX)
        return CacheSize(archives=archives, bytes=total)

    def clean(self) -> CacheSize:
        """Delete everything, once no other process uses the cache; return what was there.

        Raises:
            LocalError: when others use it for longer than the lock's time-out, or it is read-only.

        """
        if self.read_only:
            raise LocalError(f"cannot clean `{self._root}`: it is read-only")
        with locked(self._lock, exclusive=True, timeout=self._lock_timeout):
            size = self.size()
            for name in layout.DIRECTORIES:
                if name != layout.LOCKS:
                    self._empty(self._at(name))
        return size

    @property
    def _lock(self) -> str:
        return self._at(f"{layout.LOCKS}/{layout.USE_LOCK}")

    def _at(self, name: str) -> str:
        return f"{self._root}/{layout.VERSION}/{name}"

    def _prepare(self) -> bool:
        try:
            os.makedirs(self._root, mode=0o700, exist_ok=True)
            for name in layout.DIRECTORIES:
                os.makedirs(self._at(name), exist_ok=True)
            self._write_tag()
        except OSError as error:
            if is_read_only(error):
                return False
            raise LocalError(f"cannot make the cache `{self._root}`: {error.strerror}") from error
        effective = os.access in os.supports_effective_ids
        if not os.access(self._at(layout.TEMPORARY), os.W_OK | os.X_OK, effective_ids=effective):
            return False
        sweep(self._at(layout.TEMPORARY))
        return True

    def _write_tag(self) -> None:
        path = f"{self._root}/{layout.TAG_NAME}"
        if not os.path.exists(path):
            with open(path, "wb") as file:
                file.write(layout.TAG_TEXT)

    def _move(self, temporary: str, path: str) -> None:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.replace(temporary, path)
        except OSError as error:
            raise LocalError(f"cannot write `{path}`: {error.strerror}") from error

    def _empty(self, directory: str) -> None:
        from shutil import rmtree

        try:
            for entry in list(os.scandir(directory)):
                if entry.is_dir(follow_symlinks=False):
                    rmtree(entry.path)
                else:
                    os.unlink(entry.path)
        except OSError as error:
            raise LocalError(f"cannot clean `{directory}`: {error.strerror}") from error
