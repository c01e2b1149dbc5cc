"""A gzip encoder whose bytes are the same on every machine.

`zlib` is replaced by zlib-ng, isa-l or a patched build on many systems, and each gives other bytes for the same
level. A checksum of an archive that people commit must not depend on that, so this encoder is written out: a greedy
LZ77 search, then for each block the shorter of a stored and a fixed-Huffman encoding (RFC 1951).
"""

import struct
import zlib

BLOCK = 60_000
WINDOW = 32_768
SHORTEST, LONGEST = 4, 258
# 10 bytes of RFC 1952: no name, no time, no level, unknown system.
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


def _bits(value: int, width: int) -> str:
    """Write extra bits: least significant first."""
    return format(value, f"0{width}b")[::-1] if width else ""


def _literal(symbol: int) -> str:
    """Write a literal or length symbol in the fixed code, most significant bit first (RFC 1951, 3.2.6)."""
    if symbol < 144:  # noqa: PLR2004 (the four ranges of the fixed code)
        return format(0x30 + symbol, "08b")
    if symbol < 256:  # noqa: PLR2004
        return format(0x190 + symbol - 144, "09b")
    if symbol < 280:  # noqa: PLR2004
        return format(symbol - 256, "07b")
    return format(0xC0 + symbol - 280, "08b")


def _length_codes() -> list[str]:
    """Give the bits of each match length, by length."""
    codes = [""] * (LONGEST + 1)
    length = 3
    for symbol in range(257, 285):
        extra = max(0, (symbol - 261) // 4)
        for offset in range(1 << extra):
            codes[length + offset] = _literal(symbol) + _bits(offset, extra)
        length += 1 << extra
    codes[LONGEST] = _literal(285)
    return codes


def _distance_bases() -> list[tuple[int, int, str]]:
    """Give first distance, number of extra bits and code of each distance symbol."""
    bases = []
    distance = 1
    for symbol in range(30):
        extra = max(0, symbol // 2 - 1)
        bases.append((distance, extra, format(symbol, "05b")))
        distance += 1 << extra
    return bases


_LITERALS = [_literal(byte) for byte in range(256)]
_LENGTHS = _length_codes()
_DISTANCES = _distance_bases()
_END = _literal(256)


def _distance(distance: int) -> str:
    # Two symbols for each doubling, so the symbol follows from the position of the highest bits.
    if distance <= 4:  # noqa: PLR2004 (the first four have no extra bits)
        symbol = distance - 1
    else:
        top = (distance - 1).bit_length() - 1
        symbol = 2 * top + ((distance - 1) >> (top - 1) & 1)
    base, extra, code = _DISTANCES[symbol]
    return code + _bits(distance - base, extra)


def _match_length(data: bytes, left: int, right: int, limit: int) -> int:
    length = SHORTEST
    while (
        length + 16 <= limit and data[left + length : left + length + 16] == data[right + length : right + length + 16]
    ):
        length += 16
    while length < limit and data[left + length] == data[right + length]:
        length += 1
    return length


def _tokens(data: bytes, start: int, end: int, seen: dict[bytes, int]) -> list[str]:
    """Encode one block; `seen` maps four bytes to where they were last."""
    out: list[str] = []
    position, misses = start, 0
    while position < end:
        key = data[position : position + SHORTEST]
        before = seen.get(key, -1)
        seen[key] = position
        if before >= 0 and position - before <= WINDOW and len(key) == SHORTEST and position + SHORTEST <= end:
            length = _match_length(data, before, position, min(LONGEST, end - position))
            out.append(_LENGTHS[length] + _distance(position - before))
            position, misses = position + length, 0
            continue
        # The longer nothing repeats, the larger the steps: data without repetition costs little time.
        step = min(1 + (misses >> 5), end - position)
        out.extend([_LITERALS[byte] for byte in data[position : position + step]])
        position, misses = position + step, misses + 1
    return out


def _pack(bits: str) -> bytes:
    return int(bits[::-1] or "0", 2).to_bytes((len(bits) + 7) // 8, "little")


class _BitStream:
    """Collects blocks; keeps the bits that do not fill a byte yet."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self._rest = ""

    def add(self, bits: str) -> None:
        bits = self._rest + bits
        whole = len(bits) // 8 * 8
        self.parts.append(_pack(bits[:whole]))
        self._rest = bits[whole:]

    def align(self) -> None:
        self.parts.append(_pack(self._rest))
        self._rest = ""


def deflate(data: bytes) -> bytes:
    """Compress to a raw DEFLATE stream (RFC 1951)."""
    stream = _BitStream()
    seen: dict[bytes, int] = {}
    for start in range(0, len(data) or 1, BLOCK):
        end = min(start + BLOCK, len(data))
        last = "1" if end == len(data) else "0"
        bits = "".join(_tokens(data, start, end, seen)) + _END
        if len(bits) < 8 * (end - start):
            stream.add(last + "10" + bits)
        else:
            stream.add(last + "00")
            stream.align()
            stream.parts.append(struct.pack("<HH", end - start, (end - start) ^ 0xFFFF) + data[start:end])
        if len(seen) > 8 * BLOCK:
            seen = {key: where for key, where in seen.items() if end - where <= WINDOW}
    stream.align()
    return b"".join(stream.parts)


def gzip_fixed(data: bytes) -> bytes:
    """Compress to gzip (RFC 1952), with the same bytes on every machine."""
    return _GZIP_HEADER + deflate(data) + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
