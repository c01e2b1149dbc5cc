"""The gzip around it, bombs, and archives of nothing (cases 32, 33, 35, 40)."""

import struct
import zlib
from collections.abc import Callable, Iterator

from support.tarballs import BLOCK, directory, end_of_tar, entry, global_header, gz, header, record, tar, targz

HEAD = b"\x1f\x8b\x08%c\0\0\0\0\0\x03"
PLAIN = tar(entry("top/x", b"x"))
MIB = 1024 * 1024


def head(flags: int, extra: bytes = b"") -> Callable[[], bytes]:
    return lambda: gz(PLAIN, head=HEAD % flags + extra)


def trailer(crc: int, length: int) -> Callable[[], bytes]:
    return lambda: gz(PLAIN, tail=struct.pack("<II", zlib.crc32(PLAIN) ^ crc, len(PLAIN) + length))


def _zeros(count: int) -> Iterator[bytes]:
    for _ in range(count // MIB):
        yield bytes(MIB)


def _bomb_in_file() -> bytes:
    def pieces() -> Iterator[bytes]:
        yield global_header() + directory("top/") + header("top/x", size=256 * MIB)
        yield from _zeros(256 * MIB)
        yield end_of_tar(0)

    return gz(pieces(), level=9)


def _bomb_behind_end() -> bytes:
    def pieces() -> Iterator[bytes]:
        yield PLAIN
        yield from _zeros(256 * MIB)

    return gz(pieces(), level=9)


def _many(count: int) -> bytes:
    """Make so many empty files; their headers differ in digits alone, so the checksum is patched."""

    def pieces() -> Iterator[bytes]:
        yield global_header() + directory("top/")
        block = header("top/0000000")
        zero = int(block[148:155], 8)
        for start in range(0, count, 1000):
            numbers = [b"%07d" % number for number in range(start, min(start + 1000, count))]
            sums = (b"%07o" % (zero + sum(digits) - 7 * ord("0")) for digits in numbers)
            yield b"".join(
                block[:4] + digits + block[11:148] + total + block[155:]
                for digits, total in zip(numbers, sums, strict=True)
            )
        yield end_of_tar(0)

    return gz(pieces(), level=1)


def _nothing(*members: bytes) -> Callable[[], bytes]:
    body = b"".join(members)
    return lambda: gz(body + end_of_tar(len(body)))


CASES: dict[str, Callable[[], bytes]] = {
    "30-gzip-without-trailer": lambda: gz(PLAIN, tail=b""),
    "30-gzip-half-a-trailer": lambda: gz(PLAIN)[:-4],
    "30-gzip-cut-in-data": lambda: gz(PLAIN)[:60],
    "30-gzip-cut-in-header": lambda: gz(PLAIN)[:7],
    "32-gzip-crc": trailer(1, 0),
    "32-gzip-length": trailer(0, 1),
    "32-gzip-data": lambda: gz(PLAIN)[:10] + b"\xff" * 30 + gz(PLAIN)[40:],
    "32-gzip-garbage-behind": lambda: gz(PLAIN) + b"garbage",
    "32-gzip-zeros-behind": lambda: gz(PLAIN) + bytes(BLOCK),
    "32-gzip-second-member": lambda: gz(PLAIN) + gz(b"more"),
    "32-gzip-empty-second-member": lambda: gz(PLAIN) + gz(b""),
    "32-gzip-two-halves": lambda: gz(PLAIN[:2048]) + gz(PLAIN[2048:]),
    "32-gzip-behind-a-megabyte": lambda: gz(PLAIN + bytes(MIB), level=0) + b"x" * 300_000,
    "32-gzip-file-name": head(0x08, b"x.tar\0"),
    "32-gzip-comment-and-extra": head(0x14, struct.pack("<H", 4) + b"abcd" + b"hello\0"),
    "32-gzip-header-checksum": head(0x02, struct.pack("<H", zlib.crc32(HEAD % 0x02) & 0xFFFF)),
    "32-gzip-header-checksum-wrong": head(0x02, b"\0\0"),
    "32-gzip-file-name-huge": head(0x08, b"n" * 100_000 + b"\0"),
    "32-gzip-file-name-endless": lambda: HEAD % 0x08 + b"n" * 1000,
    "32-gzip-extra-huge": head(0x04, struct.pack("<H", 65_535) + bytes(65_535)),
    "32-gzip-reserved-flag": head(0x80),
    "32-gzip-method": lambda: gz(PLAIN, head=b"\x1f\x8b\x07\0\0\0\0\0\0\x03"),
    "32-html": lambda: b"<!DOCTYPE html>\n<html><title>Log in</title></html>\n",
    "32-json": lambda: b'{"type": "error"}',
    "32-zip": lambda: b"PK\x03\x04" + bytes(100),
    "32-zstd": lambda: b"\x28\xb5\x2f\xfd" + bytes(100),
    "32-plain-tar": lambda: PLAIN,
    "33-bomb-in-file": _bomb_in_file,
    "33-bomb-behind-end": _bomb_behind_end,
    "33-bomb-nested": lambda: targz(entry("top/bomb.tar.gz", gz(_zeros(64 * MIB), level=9))),
    "35-entries-250000": lambda: _many(250_000),
    "35-entries-250001": lambda: _many(250_001),
    "35-long-names": lambda: gz(
        tar(
            *(
                entry("0.paxheader", record("path", f"top/{number:06}" + "\U0001f600" * 15_000), kind=b"x")
                + header("0.data")
                for number in range(3000)
            )
        ),
        level=1,
    ),
    "40-nothing": _nothing(),
    "40-empty-gzip": lambda: gz(b""),
    "40-zero-bytes": lambda: b"",
    "40-global-header-alone": _nothing(global_header()),
    "40-top-alone": _nothing(global_header(), directory("top/")),
    "40-directories-alone": lambda: targz(directory("top/a/"), directory("top/a/b/")),
}
