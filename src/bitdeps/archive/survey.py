"""The first pass: read an archive whole, check it, digest it, write nothing."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bitdeps.archive.blocks import Blocks
from bitdeps.archive.lfs import POINTER_BYTES, VERSION, lfs_pointer
from bitdeps.archive.limits import Limits
from bitdeps.archive.members import Member, Members
from bitdeps.archive.names import Names
from bitdeps.archive.source import Source
from bitdeps.core.digest import EXECUTABLE, FILE, LINK, Entry, blob_hash, content_digest, tree_id
from bitdeps.core.member_paths import refusal
from bitdeps.errors import IntegrityError


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What an archive holds; paths are relative to its top directory, sizes in bytes."""

    sha256: str
    """Of the compressed bytes."""
    size: int
    """Of the compressed bytes."""
    unpacked: int
    """Length of the tar."""
    top: str
    """The top directory."""
    commit: str | None
    """What the global header claims: the server's word, no proof."""
    entries: tuple[Entry, ...]
    """Files and links in the order of the archive."""
    links: Mapping[str, str]
    """Targets by path."""
    content: str
    """`d1:...` of `entries`."""
    tree: str | None
    """Git tree id of `entries`; None where it was not asked for."""
    lfs_pointers: tuple[str, ...]
    """Files that stand for larger ones."""
    empty_directories: tuple[str, ...]
    """Directories that hold nothing: git knows none, so these are submodules."""
    offsets: Mapping[str, tuple[int, int]] = field(repr=False)
    """Where each file is: offset in the tar, size."""


class WrongBytesError(IntegrityError):
    """The file is not the one that the caller named by its SHA-256: a bad cache entry, or one that changes."""


def survey(source: Source, limits: Limits, *, expected_sha256: str | None, tree: bool) -> Survey:
    """Read an archive once.

    Raises:
        ArchiveRefusedError: where a rule on structure is broken.
        WrongBytesError: when the file has another SHA-256 than expected.

    """
    blocks = Blocks(source.first_pass(limits))
    members = Members(blocks, limits)
    found = _Collected(blocks, limits, tree=tree)
    for member in members:
        found.add(member)
    sha256 = source.sha256()
    if expected_sha256 is not None and sha256 != expected_sha256:
        raise wrong_bytes(source.path, sha256, expected_sha256)
    if not found.names.top:
        raise refusal("empty", "there is nothing in it")
    return Survey(
        sha256=sha256,
        size=source.size,
        unpacked=blocks.position,
        top=found.names.top,
        commit=members.commit,
        entries=tuple(found.entries),
        links=found.links,
        content=content_digest(found.entries),
        tree=tree_id(found.entries) if tree else None,
        lfs_pointers=tuple(found.lfs_pointers),
        empty_directories=tuple(found.names.empty_directories()),
        offsets=found.offsets,
    )


def wrong_bytes(path: str, sha256: str, expected: str) -> WrongBytesError:
    """Make the error for a file with another SHA-256 than it must have."""
    return WrongBytesError(f"`{path}`: its SHA-256 is {sha256}, not {expected}")


class _Collected:
    """What the members seen so far add up to."""

    def __init__(self, blocks: Blocks, limits: Limits, *, tree: bool) -> None:
        self.names = Names(limits.entries)
        self.entries: list[Entry] = []
        self.links: dict[str, str] = {}
        self.offsets: dict[str, tuple[int, int]] = {}
        self.lfs_pointers: list[str] = []
        self._blocks = blocks
        self._tree = tree

    def add(self, member: Member) -> None:
        if member.kind == b"5":
            self.names.add_directory(member.name)
            return
        path = self.names.add_file(member.name)
        if member.kind == b"2":
            self._add_link(path, member)
        else:
            self._add_file(path, member)

    def _add_link(self, path: str, member: Member) -> None:
        body = member.target.encode("utf-8", "surrogateescape")
        blob = blob_hash(len(body))
        blob.update(body)
        self.links[path] = member.target
        self.entries.append(
            Entry(path=path, mode=LINK, sha256=hashlib.sha256(body).hexdigest(), blob=blob.hexdigest()),
        )

    def _add_file(self, path: str, member: Member) -> None:
        self.offsets[path] = (self._blocks.position, member.size)
        digest = hashlib.sha256()
        blob = blob_hash(member.size) if self._tree else None
        for piece in self._body(path, member.size):
            digest.update(piece)
            if blob is not None:
                blob.update(piece)
        self.entries.append(
            Entry(
                path=path,
                mode=EXECUTABLE if member.executable else FILE,
                sha256=digest.hexdigest(),
                blob="" if blob is None else blob.hexdigest(),
            ),
        )

    def _body(self, path: str, size: int) -> Iterator[bytes | memoryview]:
        if 0 < size < POINTER_BYTES:
            body = self._blocks.take(size)
            if body.startswith(VERSION) and lfs_pointer(body):
                self.lfs_pointers.append(path)
            yield body
            return
        while size:
            piece = self._blocks.some(size)
            size -= len(piece)
            yield piece
