"""The beginning of a pack: its header and its first object (https://git-scm.com/docs/gitformat-pack)."""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from bitdeps.core.git.errors import GitAnswerError, NotServedError

_HEADER: Final = struct.Struct(">4sII")
_KINDS: Final = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_MORE: Final = 0x80
_LONGEST_SIZE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedObject:
    """An object and its kind: `commit`, `tree`, `blob` or `tag`."""

    kind: str
    body: bytes


class PackStart:
    """Reads a pack, which arrives in pieces, until its first object is whole; inflates no more than it must."""

    def __init__(self, most: int) -> None:
        """Set the largest object, in bytes."""
        self.first: PackedObject | None = None
        self._most = most
        self._head = bytearray()
        self._kind = ""
        self._size = -1
        self._stream = zlib.decompressobj()
        self._body = bytearray()

    def feed(self, piece: bytes) -> bool:
        """Take in a piece; tell whether the first object is there.

        Raises:
            GitAnswerError: where the bytes are no pack, or the object is larger than allowed.
            NotServedError: where the first object is only the difference to another.

        """
        if self._size < 0:
            self._head += piece
            piece = self._read_head()
        if piece and self.first is None:
            self._inflate(piece)
        return self.first is not None

    def _read_head(self) -> bytes:
        """Read both headers; return what follows them, or nothing while they are not whole."""
        if len(self._head) < _HEADER.size:
            return b""
        magic, version, count = _HEADER.unpack_from(self._head)
        if magic != b"PACK" or version not in (2, 3) or count == 0:
            raise GitAnswerError("what should be a pack of objects is none")
        end = _HEADER.size
        while end < len(self._head) and self._head[end] & _MORE:
            end += 1
        if end - _HEADER.size >= _LONGEST_SIZE:
            raise GitAnswerError("the first object of the pack has no size")
        if end == len(self._head):
            return b""
        self._read_kind(bytes(self._head[_HEADER.size : end + 1]))
        return bytes(self._head[end + 1 :])

    def _read_kind(self, head: bytes) -> None:
        code = head[0] >> 4 & 7
        size, shift = head[0] & 0x0F, 4
        for byte in head[1:]:
            size |= (byte & ~_MORE) << shift
            shift += 7
        if code not in _KINDS:
            raise NotServedError("its first object is the difference to another one")
        if size > self._most:
            raise GitAnswerError(f"its first object is larger than {self._most} bytes")
        self._kind, self._size = _KINDS[code], size

    def _inflate(self, piece: bytes) -> None:
        try:
            self._body += self._stream.decompress(piece, self._size + 1 - len(self._body))
        except zlib.error as error:
            raise GitAnswerError("the first object of the pack is damaged") from error
        if len(self._body) > self._size or (self._stream.eof and len(self._body) != self._size):
            raise GitAnswerError("the first object of the pack has another size than it says")
        if self._stream.eof:
            self.first = PackedObject(kind=self._kind, body=bytes(self._body))
