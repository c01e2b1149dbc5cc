"""Mutations that know what a tar is: of fields, records, members, their order and end, and of the gzip."""

import struct
from collections.abc import Callable
from random import Random

from support.fuzz.seeds import HOSTILE_PIECES, Piece, Seed
from support.tarballs import BLOCK, gz, octal, padded, record

FIELDS = {
    "name": (0, 100),
    "mode": (100, 108),
    "uid": (108, 116),
    "size": (124, 136),
    "mtime": (136, 148),
    "checksum": (148, 156),
    "kind": (156, 157),
    "link": (157, 257),
    "magic": (257, 265),
    "owner": (265, 297),
    "prefix": (345, 500),
    "end": (500, 512),
}
NAMES = (
    "/x", "//x", "x", "", ".", "..", "top", "top/", "top//x", "top/./x", "top/../x", "../x", "top/a/..",
    "top/.git/x", "top/.GIT", "top/git~1/x", "top/a\\b", "top/C:\\x", "top/a\nb", "top/\x1b[0m", "top/\u202ex",
    "top/\udce9", "top/con", "top/a.", "top/a:b", "top/readme", "top/SRC/x",
    "top/README", "top/README/x", "top/src", "top/src/link/x",
    "top/\u212a", "top/k", "top/e\u0301", "top/\u00e9", "top/" + "x" * 95, "top/" + "d/" * 40, "other/x",
)  # fmt: skip
TARGETS = (
    "", "/etc/passwd", "..", "../x", "../../x", ".", "x", "src/link", "src/link/x", "up", "l", "README",
    "a\\b", "a\x00b",
    "./README", "src/../README", "src/", "link", "\udce9", "t" * 100,
)  # fmt: skip
NUMBERS = (
    b"", b"0", b"1", b"-1", b"00000000000", b"00000000001", b"00000001000", b"00000001001", b"77777777777",
    b"99999999999",
    b"0x1", b"1_0", b" 1", b"+1", b"\x80" + bytes(10) + b"\1", b"\xff" * 12, b"000000000001",
)  # fmt: skip
KEYS = (
    "path", "linkpath", "size", "mtime", "comment", "uid", "SCHILY.xattr.user.x", "GNU.sparse.size", "hdrcharset",
    "SCHILY.realsize", "VENDOR.x", "", "path=", "charset",
)  # fmt: skip
KINDS = (b"0", b"5", b"2", b"x", b"g", b"1", b"3", b"4", b"6", b"7", b"L", b"K", b"S", b"\0", b"X", b"Z", b"V")


def _encoded(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(text.encode("utf-8", "surrogateescape") for text in texts)


VALUES: dict[str, tuple[bytes, ...]] = {
    "name": _encoded(NAMES),
    "prefix": _encoded(NAMES),
    "link": _encoded(TARGETS),
    "kind": KINDS,
    "magic": (b"ustar\x0000", b"ustar  \0", b"ustar\0\0\0", bytes(8)),
    "owner": (b"", b"\xff" * 32),
    "end": (b"", b"tar\0", b"\xff" * 12),
}

Pieces = list[Piece]


def mutate(seed: Seed, dice: Random) -> bytes:
    """Return a gzip file that is a few mutations away from the seed."""
    pieces = list(seed.pieces)
    for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3, 5))):
        dice.choices(OF_PIECES, WEIGHTS)[0](pieces, dice)
    data = b"".join(piece.header + piece.body for piece in pieces) + seed.end
    if dice.random() < 0.2:
        data = dice.choice(OF_TARS)(data, dice)
    if dice.random() < 0.9:
        return gz(data, level=1)
    return dice.choice(OF_GZIPS)(data, dice)


def with_checksum(header: bytes | bytearray) -> bytes:
    blank = bytes(header[:148]) + b" " * 8 + bytes(header[156:])
    return blank[:148] + octal(sum(blank), 8) + blank[156:]


def _sealed(header: bytes | bytearray, dice: Random) -> bytes:
    """Give a changed header its right checksum half of the time."""
    return with_checksum(header) if dice.random() < 0.5 else bytes(header)


def _field(pieces: Pieces, dice: Random) -> None:
    if not pieces:
        return
    at = dice.randrange(len(pieces))
    name = dice.choice(list(FIELDS))
    start, end = FIELDS[name]
    value = _value(name, end - start, dice)[: end - start].ljust(end - start, b"\0")
    header = bytearray(pieces[at].header)
    header[start:end] = value
    pieces[at] = pieces[at].with_header(bytes(header) if name == "checksum" else _sealed(header, dice))


def _value(name: str, width: int, dice: Random) -> bytes:
    return dice.randbytes(width) if dice.random() < 0.1 else dice.choice(VALUES.get(name, NUMBERS))


def _renamed(pieces: Pieces, dice: Random) -> None:
    """Give a file, directory or link another name or target, with a right checksum."""
    at = dice.randrange(len(pieces)) if pieces else -1
    if at < 0 or pieces[at].header[156:157] in (b"x", b"g"):
        return
    header = bytearray(pieces[at].header)
    start, end = FIELDS["link" if header[156:157] == b"2" and dice.random() < 0.7 else "name"]
    value = dice.choice(VALUES["link" if start else "name"])
    header[start:end] = value[: end - start].ljust(end - start, b"\0")
    pieces[at] = pieces[at].with_header(with_checksum(header))


def _records(pieces: Pieces, dice: Random) -> None:
    """Write new records into an extended header, or before some member; some are malformed."""
    made = []
    for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
        value = dice.choice([*NAMES, *TARGETS, "1", "0", "01", "512", "-1", "9" * 30, "a" * 40])
        one = record(dice.choice(KEYS), value.encode("utf-8", "surrogateescape"))
        if dice.random() < 0.2:
            one = dice.choice((one[:-1], one[1:], b"0" + one, one.replace(b" ", b"", 1), one + b"\0"))
        made.append(one)
    body = b"".join(made)
    header = bytearray(b"0.paxheader".ljust(BLOCK, b"\0"))
    header[100:157] = (
        octal(0o666, 8)
        + b"0000000\0" * 2
        + octal(len(body), 12)
        + octal(0, 12)
        + b" " * 8
        + dice.choice((b"x", b"x", b"x", b"g"))
    )
    header[257:265] = b"ustar\x0000"
    pieces.insert(dice.randrange(len(pieces) + 1), Piece(with_checksum(header), padded(body)))


def _body(pieces: Pieces, dice: Random) -> None:
    """Flip bytes of a body or its padding."""
    full = [at for at, piece in enumerate(pieces) if piece.body]
    if full:
        at = dice.choice(full)
        body = bytearray(pieces[at].body)
        for _ in range(dice.randint(1, 3)):
            body[dice.randrange(len(body))] = dice.randrange(256)
        pieces[at] = pieces[at].with_body(bytes(body))


def _insert(pieces: Pieces, dice: Random) -> None:
    pieces.insert(dice.randrange(len(pieces) + 1), dice.choice(HOSTILE_PIECES))


def _insert_behind(pieces: Pieces, dice: Random) -> None:
    pieces.append(dice.choice(HOSTILE_PIECES))


def _delete(pieces: Pieces, dice: Random) -> None:
    if pieces:
        del pieces[dice.randrange(len(pieces))]


def _copy(pieces: Pieces, dice: Random) -> None:
    if pieces:
        pieces.insert(dice.randrange(len(pieces) + 1), dice.choice(pieces))


def _swap(pieces: Pieces, dice: Random) -> None:
    if len(pieces) > 1:
        one, other = dice.sample(range(len(pieces)), 2)
        pieces[one], pieces[other] = pieces[other], pieces[one]


def _bytes(pieces: Pieces, dice: Random) -> None:
    """Flip bytes of a header."""
    if pieces:
        at = dice.randrange(len(pieces))
        header = bytearray(pieces[at].header)
        for _ in range(dice.randint(1, 3)):
            header[dice.randrange(BLOCK)] = dice.randrange(256)
        pieces[at] = pieces[at].with_header(_sealed(header, dice))


OF_PIECES: tuple[Callable[[Pieces, Random], None], ...] = (
    _field, _renamed, _records, _body, _insert, _insert_behind, _delete, _copy, _swap, _bytes,
)  # fmt: skip
WEIGHTS = (6, 6, 4, 2, 3, 3, 1, 2, 1, 2)


def _cut(data: bytes, dice: Random) -> bytes:
    length = dice.randrange(len(data) + 1)
    return data[: length // BLOCK * BLOCK if dice.random() < 0.5 else length]


def _longer(data: bytes, dice: Random) -> bytes:
    return data + dice.choice((b"x", bytes(100), bytes(BLOCK), data, b"x" * BLOCK, bytes(20 * BLOCK), bytes(300_000)))


def _shifted(data: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.randbytes(dice.choice((1, 3, BLOCK))) + data[at:]


def _overwritten(data: bytes, dice: Random) -> bytes:
    changed = bytearray(data or b"\0")
    for _ in range(dice.randint(1, 20)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


OF_TARS: tuple[Callable[[bytes, Random], bytes], ...] = (_cut, _cut, _longer, _shifted, _overwritten)


def _gzip_flipped(data: bytes, dice: Random) -> bytes:
    return _overwritten(gz(data, level=1), dice)


def _gzip_cut(data: bytes, dice: Random) -> bytes:
    made = gz(data, level=1)
    return made[: dice.randrange(len(made))]


def _gzip_longer(data: bytes, dice: Random) -> bytes:
    made = gz(data, level=1)
    return made + dice.choice((b"x", bytes(8), made, gz(b"")))


def _gzip_headed(data: bytes, dice: Random) -> bytes:
    flags = dice.choice((0x01, 0x02, 0x04, 0x08, 0x10, 0x1E, 0x20, 0x80))
    parts = struct.pack("<H", 3) + b"abc", b"name\0", b"comment\0", b"n" * 5000 + b"\0", b"\0\0", b""
    return gz(
        data,
        head=b"\x1f\x8b" + bytes([dice.choice((8, 8, 8, 7)), flags]) + b"\0\0\0\0\0\3" + dice.choice(parts),
        level=1,
    )


def _gzip_trailed(data: bytes, dice: Random) -> bytes:
    return gz(data, tail=dice.randbytes(dice.choice((0, 4, 8, 8, 8))), level=1)


def _no_gzip(data: bytes, dice: Random) -> bytes:
    return dice.choice((b"", b"<html></html>", b"PK\3\4", data, b"{}", dice.randbytes(50), b"\x1f\x8b\x08"))


def _bomb(data: bytes, dice: Random) -> bytes:
    return gz(data + bytes(dice.choice((1_000_000, 4_000_000))), level=6)


OF_GZIPS: tuple[Callable[[bytes, Random], bytes], ...] = (
    _gzip_flipped, _gzip_flipped, _gzip_cut, _gzip_longer, _gzip_headed, _gzip_headed, _gzip_trailed, _no_gzip, _bomb,
)  # fmt: skip
