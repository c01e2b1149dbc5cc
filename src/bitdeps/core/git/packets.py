"""Packet lines: four hex digits of length, then the bytes (https://git-scm.com/docs/gitprotocol-common)."""

import re
from enum import Enum
from typing import Final

from bitdeps.core.git.errors import GitAnswerError

_LENGTH: Final = re.compile(rb"[0-9a-fA-F]{4}")
_HEAD: Final = 4
_LONGEST: Final = 65520
_FIRST_BYTES: Final = 40


class Mark(Enum):
    """Packets without content."""

    FLUSH = 0
    DELIMITER = 1
    END = 2


def packet(line: str) -> bytes:
    """Write one line as a packet."""
    body = line.encode()
    return b"%04x%b" % (len(body) + _HEAD, body)


def mark(kind: Mark) -> bytes:
    """Write a packet without content."""
    return b"%04x" % kind.value


class Packets:
    """Cuts bytes, which arrive in pieces of any size, into packets."""

    def __init__(self) -> None:
        self._rest = bytearray()

    @property
    def rest(self) -> bytes:
        """What has arrived of the packet that is not yet whole."""
        return bytes(self._rest)

    def feed(self, piece: bytes) -> list[bytes | Mark]:
        """Take in a piece; return the packets that are whole now.

        Raises:
            GitAnswerError: where the bytes are no packets.

        """
        self._rest += piece
        found: list[bytes | Mark] = []
        start = 0
        while (size := self._size(start)) is not None:
            if size < _HEAD:
                found.append(Mark(size))
                start += _HEAD
                continue
            if start + size > len(self._rest):
                break
            found.append(bytes(self._rest[start + _HEAD : start + size]))
            start += size
        del self._rest[:start]
        return found

    def _size(self, start: int) -> int | None:
        head = bytes(self._rest[start : start + _HEAD])
        if len(head) < _HEAD:
            return None
        size = int(head, 16) if _LENGTH.fullmatch(head) else _LONGEST + 1
        if size > _LONGEST or size == _HEAD - 1:
            raise GitAnswerError(f"no packet begins with {bytes(self._rest[start : start + _FIRST_BYTES])!r}")
        return size


def line_of(packet_: bytes) -> str:
    """Read a packet that holds a line of text, without its line end."""
    return packet_.removesuffix(b"\n").decode("utf-8", "surrogateescape")
