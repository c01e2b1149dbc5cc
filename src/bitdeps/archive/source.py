"""The archive's file: opened once, read twice, and the second time it must hold the same bytes."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from typing import Final

from bitdeps.archive.inflate import READ_BYTES, inflate
from bitdeps.archive.limits import Limits
from bitdeps.errors import LocalError

HELD_BYTES: Final = 32 * 1024 * 1024
"""A tar up to this size is kept in memory; a larger one is inflated again to be written."""


class Source:
    """An open archive; `path` is for messages."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._chunks: list[bytes] | None = []
        self._digest = hashlib.sha256()
        try:
            # O_NONBLOCK: a FIFO must not hang the open; it changes nothing for a file.
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise LocalError(f"cannot open `{path}`: {error.strerror}") from error
        facts = os.fstat(self._descriptor)
        self.size = facts.st_size
        if not stat.S_ISREG(facts.st_mode):
            self.close()
            raise LocalError(f"cannot read `{path}`: it is no file")

    def close(self) -> None:
        """Let go of the file and of what is held of it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1
        self._chunks = None

    def first_pass(self, limits: Limits) -> Iterator[bytes]:
        """Yield the tar in chunks, and keep them unless they are too many.

        Raises:
            ArchiveRefusedError: where the gzip is damaged or too large inside.
            LocalError: when the file cannot be read.

        """
        held: list[bytes] | None = []
        total = 0
        for chunk in self._inflate(limits, self._digest):
            total += len(chunk)
            if total > HELD_BYTES:
                held = None
            elif held is not None:
                held.append(chunk)
            yield chunk
        self._chunks = held

    def sha256(self) -> str:
        """Return the SHA-256 of the compressed bytes, once the first pass has ended."""
        return self._digest.hexdigest()

    def whole_sha256(self) -> str:
        """Hash the whole file as it is now.

        Raises:
            LocalError: when it cannot be read.

        """
        digest = hashlib.sha256()
        offset = 0
        try:
            while piece := os.pread(self._descriptor, READ_BYTES, offset):
                digest.update(piece)
                offset += len(piece)
        except OSError as error:
            raise LocalError(f"cannot read `{self.path}`: {error.strerror}") from error
        return digest.hexdigest()

    def chunks(self, limits: Limits) -> tuple[Iterable[bytes], "hashlib._Hash | None"]:
        """Return the tar again, and what will have hashed the file when it is read again for that."""
        if self._chunks is not None:
            return self._chunks, None
        digest = hashlib.sha256()
        return self._inflate(limits, digest), digest

    def _inflate(self, limits: Limits, digest: "hashlib._Hash") -> Iterator[bytes]:
        try:
            yield from inflate(self._descriptor, self.size, limits, digest)
        except OSError as error:
            raise LocalError(f"cannot read `{self.path}`: {error.strerror}") from error
