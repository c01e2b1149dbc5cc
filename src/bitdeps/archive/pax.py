"""Extended headers of a tar (POSIX.1-2001 pax), of which `git archive` writes few.

Measured with git 2.39: `path`, `linkpath`, `size` before one member; `comment` (the commit) and
`mtime` (a time after the year 2242) in the global header. Ownership, times and attributes of other
writers are ignored; every other key is refused, since it would change what a member is: so does an
access list, of which libarchive makes permissions.

https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03
"""

import re
from typing import Final, NamedTuple

from bitdeps.core.member_paths import display, refusal

_LONGEST_LENGTH: Final = 8
_LONGEST_SIZE: Final = 18
_IGNORED: Final = frozenset([b"mtime", b"atime", b"ctime", b"uid", b"gid", b"uname", b"gname", b"comment"])
_IGNORED_FAMILIES: Final = (b"SCHILY.xattr.", b"LIBARCHIVE.xattr.", b"RHT.security.")
_SPARSE: Final = (b"GNU.sparse.", b"SCHILY.realsize", b"SUN.holesdata")
_COMMIT: Final = re.compile(rb"(?:[0-9a-f]{40}|[0-9a-f]{64})")


class Overrides(NamedTuple):
    """What an extended header says about the member behind it."""

    path: bytes | None = None
    target: bytes | None = None
    size: int | None = None


NO_OVERRIDES: Final = Overrides()


def parse_overrides(body: bytes) -> Overrides:
    """Read the extended header of one member.

    Raises:
        ArchiveRefusedError: where it is malformed, or holds a key that would change what the member is.

    """
    records = _records(body)
    for key in records:
        if key.startswith(_SPARSE):
            raise refusal("sparse", "a member is a sparse file")
        if key not in (b"path", b"linkpath", b"size") and key not in _IGNORED and not key.startswith(_IGNORED_FAMILIES):
            raise refusal("pax-key", f"an extended header has the key `{_shown(key)}`")
    size = records.get(b"size")
    return Overrides(_name(records, b"path"), _name(records, b"linkpath"), None if size is None else _size(size))


def parse_global(body: bytes) -> str | None:
    """Read the global header; return the commit that it claims.

    Raises:
        ArchiveRefusedError: where it is malformed, or says anything about members.

    """
    records = _records(body)
    if not records.keys() <= {b"comment", b"mtime"}:
        raise refusal("global-header", "the global header says more than the commit and its time")
    comment = records.get(b"comment")
    if comment is None:
        return None
    if not _COMMIT.fullmatch(comment):
        raise refusal("global-header", "the comment of the global header is no commit")
    return comment.decode("ascii")


def _records(body: bytes) -> dict[bytes, bytes]:
    """Split `LENGTH SP KEY=VALUE LF` records; LENGTH counts the whole record."""
    records: dict[bytes, bytes] = {}
    start = 0
    while start < len(body):
        space = body.find(b" ", start, start + _LONGEST_LENGTH)
        digits = body[start:space] if space > 0 else b""
        if not digits.isdigit() or digits.startswith(b"0"):
            raise refusal("pax-record", "an extended header has a record without a length")
        end = start + int(digits)
        if not space < end - 1 < len(body) or body[end - 1] != ord("\n"):
            raise refusal("pax-record", "an extended header has a record of wrong length")
        key, equals, value = body[space + 1 : end - 1].partition(b"=")
        if not key or not equals or key in records:
            raise refusal("pax-record", "an extended header has a record without a key, or a key twice")
        records[key] = value
        start = end
    if not records:
        raise refusal("pax-record", "an extended header is empty")
    return records


def _name(records: dict[bytes, bytes], key: bytes) -> bytes | None:
    value = records.get(key)
    if value is not None and (not value or b"\0" in value):
        raise refusal("pax-value", f"an extended header has an empty `{_shown(key)}` or one with a NUL byte")
    return value


def _size(value: bytes) -> int:
    if not value.isdigit() or len(value) > _LONGEST_SIZE or (value.startswith(b"0") and value != b"0"):
        raise refusal("pax-value", "an extended header has a size that is no decimal number")
    return int(value)


def _shown(key: bytes) -> str:
    return display(key[:40].decode("utf-8", "surrogateescape"))
