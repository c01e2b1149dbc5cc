"""How a fact is written: its checksum first, since nothing else could tell a torn file."""

from typing import Final

_HEX_DIGITS: Final = 64


def pack(value: bytes) -> bytes:
    """Return what is written for a value: its SHA-256 in hex, LF, the value."""
    from hashlib import sha256

    return sha256(value).hexdigest().encode() + b"\n" + value


def unpack(data: bytes) -> bytes | None:
    """Return the value, or None where the data is not what `pack` wrote."""
    value = data[_HEX_DIGITS + 1 :]
    return value if pack(value) == data else None
