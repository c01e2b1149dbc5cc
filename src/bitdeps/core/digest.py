"""Content digest `d1` and git tree id of a tree, from its files (DESIGN section 3).

Both cover names, modes, links and bytes; neither covers compression, tar headers or times.
Directories are implied, so an empty one counts in neither, as in git.

A path is `str`; bytes that are no UTF-8 are kept as Python's `surrogateescape` keeps them, so
that every name of a git tree has a digest, also one that may not be placed.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from hashlib import _Hash

Mode = Literal["100644", "100755", "120000"]

FILE: Final = "100644"
EXECUTABLE: Final = "100755"
LINK: Final = "120000"

CONTENT_PREFIX: Final = "d1:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file or symbolic link of a tree; the bytes of a link are its target."""

    path: str
    """Relative to the root of the tree, parts joined by `/`."""
    mode: Mode
    sha256: str
    """SHA-256 of the bytes, lower-case hex."""
    blob: str = ""
    """Git's object id of the bytes, lower-case hex; empty where no tree id is wanted."""


def content_digest(entries: Iterable[Entry]) -> str:
    """Return `d1:` and the SHA-256 over one line `MODE SP SHA256 SP PATH LF` for each entry, sorted by path."""
    digest = hashlib.sha256()
    for entry in sorted(entries, key=_raw_path):
        digest.update(b"%b %b %b\n" % (entry.mode.encode("ascii"), entry.sha256.encode("ascii"), _raw_path(entry)))
    return CONTENT_PREFIX + digest.hexdigest()


def tree_id(entries: Iterable[Entry]) -> str:
    """Return the id of git's tree object that holds the entries: 40 hex digits.

    The order of whole paths is git's order too, for git sorts a directory as `name/`. No path may
    be there twice, nor be a directory of another.
    """
    names: list[bytes] = []
    bodies = [bytearray()]
    for entry in sorted(entries, key=_raw_path):
        *parents, leaf = _raw_path(entry).split(b"/")
        kept = _shared(names, parents)
        _close(names, bodies, kept)
        names += parents[kept:]
        bodies += (bytearray() for _ in parents[kept:])
        bodies[-1] += b"%b %b\0%b" % (entry.mode.encode("ascii"), leaf, bytes.fromhex(entry.blob))
    _close(names, bodies, 0)
    return object_id("tree", bodies[0])


def object_id(kind: Literal["blob", "tree", "commit", "tag"], body: bytes | bytearray) -> str:
    """Return the id that git gives to an object: 40 hex digits."""
    digest = hashlib.sha1(f"{kind} {len(body)}\0".encode("ascii"), usedforsecurity=False)
    digest.update(body)
    return digest.hexdigest()


def blob_hash(size: int) -> "_Hash":
    """Begin git's object id of a blob of `size` bytes; feed the bytes to `update`, take `hexdigest`."""
    return hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)


def _raw_path(entry: Entry) -> bytes:
    return entry.path.encode("utf-8", "surrogateescape")


def _shared(names: list[bytes], parents: list[bytes]) -> int:
    count = 0
    for name, parent in zip(names, parents, strict=False):
        if name != parent:
            break
        count += 1
    return count


def _close(names: list[bytes], bodies: list[bytearray], kept: int) -> None:
    """Hash the directories below the first `kept` ones, innermost first, into their parents."""
    while len(names) > kept:
        body = bodies.pop()
        bodies[-1] += b"40000 %b\0%b" % (names.pop(), bytes.fromhex(object_id("tree", body)))
