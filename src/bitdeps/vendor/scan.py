"""The stat cache: compare a placed tree with its record without reading it, as git's index does.

One pass over the directories, one lstat for each recorded file. A file whose mode, size, times
and inode are the recorded ones is taken as unchanged. Any other difference is a reason to read
it, never an alarm by itself. A file whose ctime is not older than the record's clock may have
changed again within one tick of that clock, so it is read too (git's racy-timestamp rule,
https://git-scm.com/docs/racy-git, with ctime, which no program can set, in place of mtime).

On the path of a run that has nothing to do: no dataclasses, no typing (see `state`).
"""

import os
import stat
from collections.abc import Callable

from bitdeps.vendor.state import PlaceState, Stat

Ignored = Callable[[str], bool]
"""Tells whether a path relative to the project matches `[project] ignore`."""
CHUNK = 256 * 1024


class Scan:
    """What differs from the record. Paths are bytes, relative to the place.

    `kind` are files that became a directory, a link or something else (or the other way round); `mode` are
    those whose executable bit changed; `ignored` are extra files that `[project] ignore` allows.
    `hashed` counts the files that were read; `stats` is the record's column as it is now.
    """

    __slots__ = ("extra", "hashed", "ignored", "kind", "missing", "mode", "modified", "stats")

    def __init__(self, stats: list[Stat]) -> None:
        """Start with no difference."""
        self.modified: list[bytes] = []
        self.missing: list[bytes] = []
        self.extra: list[bytes] = []
        self.ignored: list[bytes] = []
        self.mode: list[bytes] = []
        self.kind: list[bytes] = []
        self.hashed = 0
        self.stats = stats

    @property
    def clean(self) -> bool:
        """Whether the place holds exactly what was recorded."""
        return not (self.modified or self.missing or self.extra or self.mode or self.kind)


def scan(root: str, place: PlaceState, ignored: Ignored, skip: frozenset[str] = frozenset()) -> Scan:
    """Compare the tree at `root` with its record; `skip` names directories below it that belong to others.

    An empty directory is no difference, as for git.

    Raises:
        OSError: where the tree cannot be read.

    """
    base = os.fsencode(root) + b"/"
    skipped = frozenset(path.encode("utf-8", "surrogateescape") for path in skip)
    indexes = dict(zip(place.paths, range(len(place.paths)), strict=True))
    recorded, clock = place.stats, place.clock
    found = Scan(recorded)
    doubtful: list[tuple[int, bytes, Stat]] = []
    prefixes = [b""]
    while prefixes:
        prefix = prefixes.pop()
        with os.scandir(base + prefix) as entries:
            for entry in entries:
                path = prefix + entry.name
                index = indexes.pop(path, None)
                if index is None:
                    if not entry.is_dir(follow_symlinks=False):
                        found.extra.append(path)
                    elif path not in skipped:
                        prefixes.append(path + b"/")
                    continue
                now = entry.stat(follow_symlinks=False)
                seen = (now.st_mode, now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino)
                if seen != recorded[index] or seen[3] >= clock:
                    doubtful.append((index, path, seen))
                    if stat.S_ISDIR(now.st_mode):
                        prefixes.append(path + b"/")
    found.missing = sorted(indexes)
    if doubtful:
        _look_closer(base, place, doubtful, found)
    if found.extra:
        _set_ignored_apart(place.path, ignored, found)
    return found


def _look_closer(base: bytes, place: PlaceState, doubtful: list[tuple[int, bytes, Stat]], found: Scan) -> None:
    found.stats = list(place.stats)
    for index, path, seen in sorted(doubtful, key=lambda item: item[1]):
        then = place.stats[index]
        if stat.S_IFMT(seen[0]) != stat.S_IFMT(then[0]):
            found.kind.append(path)
            continue
        same = seen[1] == then[1]
        if same:
            found.hashed += 1
            same = hash_file(base + path, seen[0], seen[1]) == place.sha256s[32 * index : 32 * index + 32]
        if not same:
            found.modified.append(path)
        if (seen[0] ^ then[0]) & stat.S_IXUSR and not stat.S_ISLNK(seen[0]):
            found.mode.append(path)
        elif same:
            found.stats[index] = seen


def _set_ignored_apart(place: str, ignored: Ignored, found: Scan) -> None:
    extra: list[bytes] = []
    for path in sorted(found.extra):
        allowed = ignored(f"{place}/{path.decode('utf-8', 'surrogateescape')}")
        (found.ignored if allowed else extra).append(path)
    found.extra = extra


def hash_file(path: bytes, mode: int, size: int) -> bytes:
    """Return the SHA-256 of a regular file's bytes, or of a link's target; of anything else an empty digest.

    `mode` and `size` (bytes, a guess) are what lstat said.

    Raises:
        OSError: where it cannot be read.

    """
    import hashlib

    if stat.S_ISLNK(mode):
        return hashlib.sha256(os.readlink(path)).digest()
    if not stat.S_ISREG(mode):
        return b""
    ask = min(size + 1, CHUNK)
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        block = os.read(descriptor, ask)
        digest = hashlib.sha256(block)
        while len(block) == ask:
            ask = CHUNK
            block = os.read(descriptor, ask)
            digest.update(block)
        return digest.digest()
    finally:
        os.close(descriptor)
