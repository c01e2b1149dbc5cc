"""What a file is that should be a gzip archive: a login page must not be called corrupt."""

from typing import Final, Literal

from bitdeps.errors import LocalError

Kind = Literal["gzip", "empty", "html", "json", "xml", "zip", "tar", "bzip2", "xz", "zstd", "text", "unknown"]

HEAD_BYTES: Final = 1024

_MAGIC: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_HTML: Final = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")
_USTAR: Final = slice(257, 262)


def looks_like(path: str) -> Kind:
    """Tell what the file at `path` seems to hold, from its first bytes.

    Raises:
        LocalError: when it cannot be read.

    """
    try:
        with open(path, "rb") as file:
            return kind_of(file.read(HEAD_BYTES))
    except OSError as error:
        raise LocalError(f"cannot read `{path}`: {error.strerror}") from error


def kind_of(head: bytes) -> Kind:
    """Tell what a file seems to hold that begins with these bytes (`HEAD_BYTES` of them are enough)."""
    if not head:
        return "empty"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[_USTAR] == b"ustar":
        return "tar"
    return _text_kind(head.removeprefix(b"\xef\xbb\xbf").lstrip())


def _text_kind(text: bytes) -> Kind:
    lower = text[:64].lower()
    if lower.startswith(_HTML) or (lower.startswith(b"<") and b"<html" in text.lower()):
        return "html"
    if lower.startswith(b"<"):
        return "xml"
    if lower.startswith((b"{", b"[")):
        return "json"
    return "unknown" if b"\0" in text or not text else "text"
