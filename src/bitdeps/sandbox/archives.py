"""Archives made by `git archive`, kept on disk; the gzip is our own, so its bytes are the same everywhere."""

import bz2
import gzip
import hashlib
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from uuid import uuid4

from bitdeps.sandbox.deflate import gzip_fixed
from bitdeps.sandbox.git import git
from bitdeps.sandbox.store import Repository

# Suffix of the address and kind of archive (BITBUCKET.md section 2); the first that fits counts.
SUFFIXES = {".tar.gz": "tar.gz", ".tar.bz2": "tar.bz2", ".zip": "zip", ".gz": "tar.gz", ".bz2": "tar.bz2"}
MEDIA_TYPES = {"tar.gz": "application/x-tar-gz", "tar.bz2": "application/x-bzip2", "zip": "application/zip"}
TAR_BLOCK = 512


def top_directory(repository: Repository, commit: str) -> str:
    """Give the one directory that everything in an archive is below."""
    return f"{repository.workspace}-{repository.slug}-{commit[:12]}"


class ArchiveStore:
    """One file for each repository, commit, kind and way of making it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()

    def path(self, repository: Repository, commit: str, kind: str, way: str = "fixed") -> Path:
        """Give the file of an archive; makes it when it is not there."""
        top = top_directory(repository, commit)
        name = hashlib.sha256(f"{repository.full_name}\n{commit}\n{kind}\n{way}".encode()).hexdigest()
        path = self.folder / name[:2] / name
        if path.is_file():
            return path
        with self._lock:
            if not path.is_file():
                self._write(path, _archive(repository, commit, top, kind, way))
        return path

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{uuid4().hex}")
        draft.write_bytes(data)
        os.replace(draft, path)  # noqa: PTH105 (atomic)


def _archive(repository: Repository, commit: str, top: str, kind: str, way: str) -> bytes:
    form = "zip" if kind == "zip" else "tar"
    # Stored, not deflated: git would use the machine's zlib.
    level = ["-0"] if form == "zip" else []
    data = git(repository.path, "archive", f"--format={form}", *level, f"--prefix={top}/", commit)
    if kind == "zip":
        return data
    if kind == "tar.bz2":
        return bz2.compress(data)
    return _WAYS[way](data)


def _recompressed(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=9, mtime=1)


def _changed(data: bytes) -> bytes:
    """Change the first byte of the first file that has one; no header is touched."""
    body, position = bytearray(data), 0
    while position + TAR_BLOCK <= len(body) and body[position]:
        size = int(bytes(body[position + 124 : position + 135]), 8)
        if body[position + 156 : position + 157] == b"0" and size:
            body[position + TAR_BLOCK] ^= 0x01
            break
        position += TAR_BLOCK + -(-size // TAR_BLOCK) * TAR_BLOCK
    return gzip_fixed(bytes(body))


def _bad_crc(data: bytes) -> bytes:
    packed = gzip_fixed(data)
    return packed[:-8] + (zlib.crc32(data) ^ 1).to_bytes(4, "little") + packed[-4:]


def _extra_member(data: bytes) -> bytes:
    return gzip_fixed(data) + gzip_fixed(b"more")


_WAYS: dict[str, Callable[[bytes], bytes]] = {
    "fixed": gzip_fixed,
    "recompressed": _recompressed,
    "content": _changed,
    "crc": _bad_crc,
    "extra-member": _extra_member,
}
