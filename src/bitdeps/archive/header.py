"""One 512-byte header of a tar, as `git archive` writes it: POSIX.1-1988 ustar.

https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06
Owner, group, device numbers and time are not read.
"""

import struct
from typing import Final, NamedTuple
from zlib import adler32

from bitdeps.core.member_paths import refusal
from bitdeps.errors import ArchiveRefusedError

_FIELDS: Final = struct.Struct("100s 8s 8x 8x 12s 12x 8s c 100s 8s 32x 32x 8x 8x 155s 12s")
_CHECKSUM: Final = slice(148, 156)
_MAGIC: Final = b"ustar\x0000"
_EMPTY_LINK: Final = bytes(100)
_EMPTY_PREFIX: Final = bytes(155)
_EMPTY_END: Final = bytes(12)
_SPACES: Final = 8 * ord(" ")
_OWNER_EXECUTES: Final = 0o100


class Header(NamedTuple):
    """What a header says; names are raw bytes."""

    name: bytes
    kind: bytes
    size: int
    target: bytes
    executable: bool


def parse_header(block: bytes) -> Header:
    """Read a header.

    Raises:
        ArchiveRefusedError: where it is not what `git archive` writes.

    """
    name, mode, size, checksum, kind, target, magic, prefix, end = _FIELDS.unpack(block)
    if _octal(checksum, "checksum", name) != _sum(block):
        raise _refused("checksum", "has a header with a wrong checksum", name)
    if magic != _MAGIC or end != _EMPTY_END:
        raise _refused("format", "has a header that is not ustar", name)
    text = _text(name, name)
    return Header(
        text if prefix == _EMPTY_PREFIX else b"%b/%b" % (_text(prefix, name), text),
        kind,
        _octal(size, "size", name),
        b"" if target == _EMPTY_LINK else _text(target, name),
        bool(_octal(mode, "mode", name) & _OWNER_EXECUTES),
    )


def _sum(block: bytes) -> int:
    """Add the bytes, the checksum field as spaces.

    The low half of Adler-32 is 1 plus the sum modulo 65,521, and 255 times 256 is less: exact, and
    ten times as fast as `sum()`.
    """
    halves = (adler32(block[:256]) & 0xFFFF) + (adler32(block[256:]) & 0xFFFF) - 2
    return halves - (adler32(block[_CHECKSUM]) & 0xFFFF) + 1 + _SPACES


def _octal(field: bytes, what: str, name: bytes) -> int:
    digits = field.rstrip(b"\0 ")
    try:
        if digits.isdigit():
            return int(digits, 8)
    except ValueError:
        pass
    raise _refused("number", f"has a {what} that is no octal number", name)


def _text(field: bytes, name: bytes) -> bytes:
    text, _, rest = field.partition(b"\0")
    if rest.strip(b"\0"):
        raise _refused("format", "has a name with something hidden behind its end", name)
    return text


def _refused(rule: str, why: str, name: bytes) -> ArchiveRefusedError:
    shown = name.partition(b"\0")[0].decode("utf-8", "surrogateescape")
    return refusal(rule, why, shown) if shown else refusal(rule, f"a member {why}")
