"""The bytes inside a gzip file: one member, checksum and length verified, nothing behind it.

RFC 1952. `isal` inflates (twice as fast as zlib and as strict about CRC and length, which
tests/edge/test_archive_gzip.py shows); the header is checked here, since isal skips reserved flags.
"""

import os
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bitdeps.archive.limits import Limits
from bitdeps.archive.sniff import HEAD_BYTES, kind_of
from bitdeps.core.member_paths import refusal

if TYPE_CHECKING:
    from hashlib import _Hash

    from isal.igzip_lib import IgzipDecompressor

READ_BYTES: Final = 256 * 1024
CHUNK_BYTES: Final = 1024 * 1024

_HEADER_BYTES: Final = 10
_LONGEST_HEADER: Final = 4096
_DEFLATE: Final = 8
_HEADER_CRC, _EXTRA, _NAME, _COMMENT, _RESERVED = 0x02, 0x04, 0x08, 0x10, 0xE0


def inflate(descriptor: int, size: int, limits: Limits, digest: "_Hash") -> Iterator[bytes]:
    """Yield the tar inside the first `size` bytes of a file, in chunks of at most 1 MiB.

    `digest` has seen every compressed byte when the iterator ends.

    Raises:
        ArchiveRefusedError: where the gzip is damaged, not alone, or larger inside than the caps allow.
        OSError: when the file cannot be read.

    """
    from isal.igzip_lib import DECOMP_GZIP, IgzipDecompressor

    most = min(limits.unpacked, max(limits.ratio_floor, limits.ratio * size))
    stream = IgzipDecompressor(DECOMP_GZIP)
    unpacked = 0
    for compressed in _compressed(descriptor, size, digest):
        for chunk in _decompress(stream, compressed):
            unpacked += len(chunk)
            if unpacked > most:
                raise _too_large(most, limits)
            yield chunk
    if not stream.eof:
        raise refusal("gzip-truncated", "the compressed data ends too early")


def _decompress(stream: "IgzipDecompressor", compressed: bytes) -> Iterator[bytes]:
    """Yield all that comes out for one piece of the file."""
    from isal.igzip_lib import IsalError

    if stream.eof:
        raise _tail(compressed)
    piece = compressed
    while True:
        try:
            chunk = stream.decompress(piece, CHUNK_BYTES)
        except IsalError as error:  # type: ignore[misc]  # the stub calls the class an instance
            raise refusal("gzip-data", f"the compressed data is damaged ({error})") from error
        if chunk:
            yield chunk
        if stream.needs_input or stream.eof:
            break
        piece = b""
    if stream.unused_data:
        raise _tail(stream.unused_data)


def _compressed(descriptor: int, size: int, digest: "_Hash") -> Iterator[bytes]:
    """Read the file in order, without moving its offset; check the gzip header first."""
    offset = 0
    while offset < size:
        piece = os.pread(descriptor, min(READ_BYTES, size - offset), offset)
        if not piece:
            break
        digest.update(piece)
        if offset == 0:
            _check_header(piece)
        offset += len(piece)
        yield piece
    if size == 0:
        _check_header(b"")


def _check_header(head: bytes) -> None:
    kind = kind_of(head[:HEAD_BYTES])
    if kind != "gzip":
        raise refusal("not-gzip", f"this is no gzip file (it looks like: {kind})")
    if len(head) < _HEADER_BYTES:
        raise refusal("gzip-truncated", "the compressed data ends too early")
    flags = head[3]
    if head[2] != _DEFLATE or flags & _RESERVED:
        raise refusal("gzip-header", "the gzip header has an unknown method or flag")
    end = _header_end(head, flags)
    if end > min(len(head), _LONGEST_HEADER):
        raise refusal("gzip-header", f"the gzip header is longer than {_LONGEST_HEADER} bytes or cut")
    if flags & _HEADER_CRC and int.from_bytes(head[end - 2 : end], "little") != zlib.crc32(head[: end - 2]) & 0xFFFF:
        raise refusal("gzip-header", "the gzip header has a wrong checksum")


def _header_end(head: bytes, flags: int) -> int:
    """Return the length of the gzip header, or a number beyond the cap where it has no end."""
    end = _HEADER_BYTES
    if flags & _EXTRA:
        end += 2 + int.from_bytes(head[end : end + 2], "little")
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            end = (head.find(b"\0", end) + 1) or _LONGEST_HEADER + 1
    return end + 2 if flags & _HEADER_CRC else end


def _tail(rest: bytes) -> Exception:
    if rest.startswith(b"\x1f\x8b"):
        return refusal("gzip-tail", "a second gzip member follows the first")
    return refusal("gzip-tail", "something follows the compressed data")


def _too_large(most: int, limits: Limits) -> Exception:
    if most == limits.unpacked:
        return refusal("unpacked-size", f"it unpacks to more than {most} bytes")
    return refusal("ratio", f"it unpacks to more than {most} bytes, over {limits.ratio} times its compressed size")
