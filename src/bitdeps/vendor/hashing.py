"""Read every byte of a tree."""

import os
import stat
from collections.abc import Collection, Sequence
from hashlib import sha256

from bitdeps.core.digest import EXECUTABLE, FILE, LINK, Entry, Mode, blob_hash, content_digest
from bitdeps.core.plan.edits import File
from bitdeps.vendor.scan import CHUNK, Ignored, hash_file
from bitdeps.vendor.state import Stat

MODES: dict[str, Mode] = {FILE: FILE, EXECUTABLE: EXECUTABLE, LINK: LINK}
THREADS = 2
"""More gain nothing: opening files holds the interpreter's lock (docs/adr/0004)."""
FEW = 64
"""Below this number of files a second thread costs more than it saves."""


class Tree:
    """The files of a tree that were read: `files` by path relative to the root, `stats` for the same paths.

    `left_out` are those that were not read because `ignore` allows them; `blobs` git's object ids in hex of
    the files by path, where they were asked for.
    """

    __slots__ = ("blobs", "files", "left_out", "stats")

    def __init__(
        self,
        files: dict[str, File],
        stats: dict[str, Stat],
        left_out: dict[str, Stat],
        blobs: dict[str, str] | None = None,
    ) -> None:
        """Keep all of them."""
        self.files = files
        self.stats = stats
        self.left_out = left_out
        self.blobs = blobs

    @property
    def digest(self) -> str | None:
        """The content digest, or None where a pipe or its like has none."""
        return files_digest(self.files)


def files_digest(files: dict[str, File]) -> str | None:
    """Return the content digest of files by path; None where one of them is neither file nor link."""
    entries: list[Entry] = []
    for path, (text, digest) in files.items():
        mode = MODES.get(text)
        if mode is None:
            return None
        entries.append(Entry(path=path, mode=mode, sha256=digest))
    return content_digest(entries)


def hash_tree(
    root: str,
    place: str,
    ignored: Ignored,
    skip: frozenset[str] = frozenset(),
    ours: Collection[str] = (),
    *,
    blobs: bool = False,
) -> Tree:
    """Hash every file below `root` that `ignore` does not allow, and whatever is `ours`; see `scan` for the rest.

    `blobs` asks for git's object ids too, from the same reading.

    Raises:
        OSError: where something cannot be read.

    """
    stats = list_tree(root, skip)
    left_out = {path: seen for path, seen in stats.items() if ignored(f"{place}/{path}") and path not in ours}
    read = {path: seen for path, seen in stats.items() if path not in left_out} if left_out else stats
    ids: dict[str, str] | None = {} if blobs else None
    return Tree(hash_files(root, read, ids), read, left_out, ids)


def with_ours(root: str, tree: Tree, ours: Collection[str] | None) -> Tree:
    """Read what `ignore` made us leave out though it is ours; without knowing what is ours, all of it.

    Raises:
        OSError: where something cannot be read.

    """
    more = {path: seen for path, seen in tree.left_out.items() if ours is None or path in ours}
    left_out = {path: seen for path, seen in tree.left_out.items() if path not in more}
    return Tree({**tree.files, **hash_files(root, more, tree.blobs)}, {**tree.stats, **more}, left_out, tree.blobs)


def list_tree(root: str, skip: frozenset[str] = frozenset()) -> dict[str, Stat]:
    """Return the stat of everything below `root` that is no directory, by path.

    Raises:
        OSError: where a directory cannot be read.

    """
    base = os.fsencode(root) + b"/"
    found: dict[str, Stat] = {}
    prefixes = [b""]
    while prefixes:
        prefix = prefixes.pop()
        with os.scandir(base + prefix) as entries:
            for entry in entries:
                path = prefix + entry.name
                text = path.decode("utf-8", "surrogateescape")
                if entry.is_dir(follow_symlinks=False):
                    if text not in skip:
                        prefixes.append(path + b"/")
                    continue
                now = entry.stat(follow_symlinks=False)
                found[text] = (now.st_mode, now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino)
    return found


def hash_files(root: str, stats: dict[str, Stat], blobs: dict[str, str] | None = None) -> dict[str, File]:
    """Return mode and SHA-256 of files below `root`, whose stats are given, by path; add their ids to `blobs`.

    Raises:
        OSError: where one cannot be read.

    """
    paths = sorted(stats)
    if len(paths) < FEW:
        return _hash_some(root, paths, stats, blobs)
    from concurrent.futures import ThreadPoolExecutor

    share = -(-len(paths) // THREADS)
    parts = [paths[start : start + share] for start in range(0, len(paths), share)]
    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(lambda part: _hash_some(root, part, stats, blobs), parts))
    return {path: file for part in done for path, file in part.items()}


def _hash_some(
    root: str, paths: Sequence[str], stats: dict[str, Stat], blobs: dict[str, str] | None
) -> dict[str, File]:
    base = os.fsencode(root) + b"/"
    files: dict[str, File] = {}
    for path in paths:
        mode, size = stats[path][:2]
        place = base + path.encode("utf-8", "surrogateescape")
        if blobs is None:
            digest = hash_file(place, mode, size)
        else:
            digest, blobs[path] = _hash_twice(place, mode)
        files[path] = (git_mode(mode), digest.hex())
    return files


def _hash_twice(path: bytes, mode: int) -> tuple[bytes, str]:
    """Return what `hash_file` does, and git's object id of the same bytes, read once."""
    if stat.S_ISLNK(mode):
        target = os.readlink(path)
        blob = blob_hash(len(target))
        blob.update(target)
        return sha256(target).digest(), blob.hexdigest()
    if not stat.S_ISREG(mode):
        return b"", ""
    digest = sha256()
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        # git's id begins with the size; bytes that do not add up to it give an id that no tree has.
        blob = blob_hash(os.fstat(descriptor).st_size)
        while block := os.read(descriptor, CHUNK):
            digest.update(block)
            blob.update(block)
    finally:
        os.close(descriptor)
    return digest.digest(), blob.hexdigest()


def git_mode(mode: int) -> str:
    """Return git's mode for an st_mode, or `other`."""
    if stat.S_ISLNK(mode):
        return "120000"
    if not stat.S_ISREG(mode):
        return "other"
    return "100755" if mode & stat.S_IXUSR else "100644"
