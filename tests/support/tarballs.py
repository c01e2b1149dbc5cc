"""A writer of tar archives that writes whatever it is told, wrong or right.

It shares no code with the reader, nor with `tarfile`: every field is spelled out here.
"""

import struct
import zlib
from collections.abc import Iterable

BLOCK = 512
COMMIT = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"


def raw(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text


def octal(value: int, width: int) -> bytes:
    """Write as git does: digits with leading zeros, and NUL at the end."""
    return f"{value:0{width - 1}o}".encode() + b"\0"


def header(
    name: str | bytes,
    *,
    kind: bytes = b"0",
    size: int | bytes = 0,
    mode: int | bytes = 0o644,
    link: str | bytes = b"",
    prefix: str | bytes = b"",
    magic: bytes = b"ustar\x0000",
    owner: bytes = b"root",
    uid: bytes = b"0000000\0",
    mtime: int | bytes = 1_700_000_000,
    end: bytes = bytes(12),
    checksum: int | bytes | None = None,
) -> bytes:
    """Make one header block; `bytes` go into a field as they are."""
    fields = [
        raw(name).ljust(100, b"\0"),
        octal(mode, 8) if isinstance(mode, int) else mode,
        uid,
        uid,
        octal(size, 12) if isinstance(size, int) else size,
        octal(mtime, 12) if isinstance(mtime, int) else mtime,
        b" " * 8,
        kind,
        raw(link).ljust(100, b"\0"),
        magic,
        owner.ljust(32, b"\0"),
        owner.ljust(32, b"\0"),
        b"0000000\0",
        b"0000000\0",
        raw(prefix).ljust(155, b"\0"),
        end,
    ]
    block = b"".join(fields)
    assert len(block) == BLOCK, len(block)
    total = sum(block) if checksum is None else checksum
    return block[:148] + (octal(total, 8) if isinstance(total, int) else total) + block[156:]


def padded(body: bytes, filler: bytes = b"\0") -> bytes:
    return body + filler * (-len(body) % BLOCK)


def entry(name: str | bytes, body: bytes = b"", **fields: object) -> bytes:
    """Make a file: header and body."""
    return header(name, **{"size": len(body), **fields}) + padded(body)  # type: ignore[arg-type]


def directory(name: str | bytes, **fields: object) -> bytes:
    return header(name, **{"kind": b"5", "mode": 0o755, **fields})  # type: ignore[arg-type]


def symlink(name: str | bytes, target: str | bytes, **fields: object) -> bytes:
    return header(name, **{"kind": b"2", "mode": 0o777, "link": target, **fields})  # type: ignore[arg-type]


def record(key: str | bytes, value: str | bytes) -> bytes:
    """Make a pax record; its length counts its own digits."""
    rest = b" " + raw(key) + b"=" + raw(value) + b"\n"
    length = len(rest)
    while len(str(length)) + len(rest) != length:
        length = len(str(length)) + len(rest)
    return str(length).encode() + rest


def pax(*records: bytes, kind: bytes = b"x", **fields: object) -> bytes:
    body = b"".join(records)
    return entry("0123.paxheader" if kind == b"x" else "pax_global_header", body, **{"kind": kind, **fields})


def global_header(comment: str = COMMIT) -> bytes:
    return pax(record("comment", comment), kind=b"g")


def end_of_tar(so_far: int) -> bytes:
    """Two blocks of zeros, and more up to a multiple of 10,240 bytes."""
    return bytes(2 * BLOCK + -(so_far + 2 * BLOCK) % (20 * BLOCK))


def tar(*members: bytes, top: str = "top/") -> bytes:
    """Make a tar as `git archive` does: global header, top directory, members, end."""
    body = global_header() + directory(top) + b"".join(members)
    return body + end_of_tar(len(body))


def gz(data: bytes | Iterable[bytes], *, head: bytes | None = None, level: int = 6, tail: bytes | None = None) -> bytes:
    """Compress as one gzip member; `head` and `tail` replace its header and its trailer."""
    deflate = zlib.compressobj(level, zlib.DEFLATED, -15)
    crc = size = 0
    out = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03" if head is None else head]
    for piece in [data] if isinstance(data, bytes) else data:
        crc = zlib.crc32(piece, crc)
        size += len(piece)
        out.append(deflate.compress(piece))
    out.append(deflate.flush())
    out.append(struct.pack("<II", crc, size & 0xFFFFFFFF) if tail is None else tail)
    return b"".join(out)


def targz(*members: bytes, top: str = "top/") -> bytes:
    """Make a whole archive with these members below (or beside) the top directory."""
    return gz(tar(*members, top=top))
