"""Sequential access to bytes that arrive in chunks."""

from collections.abc import Iterable
from typing import Final

from bitdeps.core.member_paths import refusal

BLOCK: Final = 512
"""Tar's unit in bytes."""


class Blocks:
    """The tar as one run of bytes; holds one chunk at a time."""

    __slots__ = ("_at", "_base", "_chunks", "_end", "_window")

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._window = memoryview(b"")
        self._at = 0
        self._end = 0
        self._base = 0

    @property
    def position(self) -> int:
        """Offset of the next byte from the beginning."""
        return self._base + self._at

    def some(self, most: int) -> memoryview:
        """Return between 1 and `most` bytes: what is there without copying.

        Raises:
            ArchiveRefusedError: at the end of the data.

        """
        if self._at == self._end and not self._next_chunk():
            raise refusal("truncated", "the tar ends too early")
        start = self._at
        self._at = end = min(start + most, self._end)
        return self._window[start:end]

    def take(self, count: int) -> bytes:
        """Return exactly `count` bytes.

        Raises:
            ArchiveRefusedError: when fewer are left.

        """
        start = self._at
        end = start + count
        if end <= self._end:
            self._at = end
            return self._window[start:end].tobytes()
        joined = bytearray()
        while len(joined) < count:
            joined += self.some(count - len(joined))
        return bytes(joined)

    def skip_to(self, position: int) -> None:
        """Pass over the bytes before `position`.

        Raises:
            ArchiveRefusedError: when the data ends before it.

        """
        while self.position < position:
            self.some(position - self.position)

    def drain(self) -> bool:
        """Read to the end; tell whether nothing but whole blocks of zeros was left."""
        clean = True
        while self._at < self._end or self._next_chunk():
            clean = clean and not self._window[self._at :].tobytes().strip(b"\0")
            self._at = self._end
        return clean and self.position % BLOCK == 0

    def _next_chunk(self) -> bool:
        self._base += self._end
        self._at = self._end = 0
        for chunk in self._chunks:
            self._window = memoryview(chunk)
            self._end = len(chunk)
            return True
        self._window = memoryview(b"")
        return False
