"""The state file `.deps/state`: what we placed, and how every file of it looked then.

It is a cache with a memory: it may be lost or damaged at any time (then nothing is known, and
every byte is read again), and nothing in it is believed that the lockfile does not confirm.

Layout, version 1: the line `deps-state 1`, 32 bytes SHA-256 over all that follows, the texts of
the project, then for each place its texts and four columns: paths (joined by NUL), modes (one
letter each), digests (32 bytes each) and stats (see `STAT`). Columns, because they load without
a step for each file: 2,080 files take about half a millisecond (docs/adr/0004).

This module lies on the path of a run that has nothing to do, so it does without dataclasses
and typing, whose import costs more than all of its work.
"""

import os
import struct
from collections.abc import Iterable

MAGIC = b"deps-state 1\n"
STAT = struct.Struct("<IQqqQ")
"""st_mode, st_size, st_mtime_ns, st_ctime_ns, st_ino."""
PLACE = struct.Struct("<IqQQ")
"""Number of files, clock, inode of the staged tree, bytes of the paths."""
MODES = {b"100644": b"f", b"100755": b"x", b"120000": b"l"}
LETTERS = {letter[0]: mode.decode() for mode, letter in MODES.items()}

Stat = tuple[int, int, int, int, int]


class PlaceState:
    """What we placed at one path: texts about it, and one row for each file in parallel columns."""

    __slots__ = (
        "clock",
        "digest",
        "holder",
        "identity",
        "label",
        "modes",
        "name",
        "path",
        "paths",
        "pending",
        "sha256s",
        "staged_inode",
        "stats",
    )

    def __init__(  # noqa: PLR0913 - one for each column and text
        self,
        *,
        path: str,
        identity: str,
        name: str,
        label: str,
        digest: str,
        pending: str = "",
        holder: str = "",
        staged_inode: int = 0,
        clock: int = 0,
        paths: list[bytes] | None = None,
        modes: bytes = b"",
        sha256s: bytes = b"",
        stats: list[Stat] | None = None,
    ) -> None:
        """Keep everything; `digest` is empty where nothing of ours lay here before `pending`.

        `pending` is the digest that a swap under way puts here and `holder` its staging directory,
        relative to the project. `clock` is a time of the file system (ns): a file changed at or after it
        cannot be told by its stat alone.
        """
        self.path = path
        self.identity = identity
        self.name = name
        self.label = label
        self.digest = digest
        self.pending = pending
        self.holder = holder
        self.staged_inode = staged_inode
        self.clock = clock
        self.paths = paths or []
        self.modes = modes
        self.sha256s = sha256s
        self.stats = stats or []

    def sha256(self, index: int) -> str:
        """Return the recorded digest of one file, in hex."""
        return self.sha256s[32 * index : 32 * index + 32].hex()

    def rows(self) -> Iterable[tuple[str, str, str]]:
        """Yield (path, mode, sha256) of every file."""
        for index, path in enumerate(self.paths):
            yield path.decode("utf-8", "surrogateescape"), LETTERS[self.modes[index]], self.sha256(index)


class State:
    """Everything that `.deps/state` says."""

    __slots__ = ("git_files", "ignore", "inputs", "patches", "places", "vendor")

    def __init__(
        self,
        *,
        inputs: str = "",
        vendor: str = "vendor",
        ignore: tuple[str, ...] = (),
        patches: tuple[str, ...] = (),
        git_files: bool = False,
        places: dict[str, PlaceState] | None = None,
    ) -> None:
        """Keep everything; `inputs` is empty unless the last install was complete.

        `inputs` is the digest of `vendor.inputs`; `ignore` and `patches` are the patterns of the manifest
        that it was made from; `git_files` tells whether we wrote the two files of `commit-vendor`.
        """
        self.inputs = inputs
        self.vendor = vendor
        self.ignore = ignore
        self.patches = patches
        self.git_files = git_files
        self.places = places or {}


def state_path(project: str) -> str:
    """Return where the state of a project lies."""
    return os.path.join(project, ".deps", "state")


def load_state(project: str) -> State | None:
    """Read the state; None where there is none that can be believed, which is never an error."""
    try:
        with open(state_path(project), "rb") as file:
            return decode_state(file.read())
    except OSError:
        return None


def encode_state(state: State) -> bytes:
    """Write a state as bytes."""
    import hashlib

    flags = "git-files" if state.git_files else ""
    body = [
        _texts([state.inputs, state.vendor, flags]),
        _texts(state.ignore),
        _texts(state.patches),
        struct.pack("<I", len(state.places)),
    ]
    for path in sorted(state.places):
        body += _encode_place(state.places[path])
    joined = b"".join(body)
    return MAGIC + hashlib.sha256(joined).digest() + joined


def decode_state(content: bytes) -> State | None:
    """Read a state; None where it is damaged or of another version."""
    import hashlib

    start = len(MAGIC) + 32
    body = content[start:]
    if not content.startswith(MAGIC) or hashlib.sha256(body).digest() != content[len(MAGIC) : start]:
        return None
    try:
        return _decode_body(body)
    except (struct.error, ValueError):
        return None


def _decode_body(body: bytes) -> State:
    (inputs, vendor, flags), offset = _read_texts(body, 0)
    ignore, offset = _read_texts(body, offset)
    patches, offset = _read_texts(body, offset)
    (count,) = struct.unpack_from("<I", body, offset)
    offset += 4
    places: dict[str, PlaceState] = {}
    for _ in range(count):
        place, offset = _decode_place(body, offset)
        places[place.path] = place
    return State(
        inputs=inputs,
        vendor=vendor,
        ignore=tuple(ignore),
        patches=tuple(patches),
        git_files=flags == "git-files",
        places=places,
    )


def _encode_place(place: PlaceState) -> list[bytes]:
    paths = b"\0".join(place.paths)
    texts = [place.path, place.identity, place.name, place.label, place.digest, place.pending, place.holder]
    return [
        _texts(texts),
        PLACE.pack(len(place.paths), place.clock, place.staged_inode, len(paths)),
        paths,
        place.modes,
        place.sha256s,
        b"".join(map(_pack_stat, place.stats)),
    ]


def _pack_stat(stat: Stat) -> bytes:
    try:
        return STAT.pack(*stat)
    except struct.error:
        # Times beyond the year 2262 do not fit: such a file is hashed each time.
        return STAT.pack(0, 0, 0, 0, 0)


def _decode_place(body: bytes, offset: int) -> tuple[PlaceState, int]:
    (path, identity, name, label, digest, pending, holder), offset = _read_texts(body, offset)
    count, clock, inode, size = PLACE.unpack_from(body, offset)
    at_paths = offset + PLACE.size
    at_modes = at_paths + size
    at_digests = at_modes + count
    at_stats = at_digests + 32 * count
    end = at_stats + STAT.size * count
    place = PlaceState(
        path=path,
        identity=identity,
        name=name,
        label=label,
        digest=digest,
        pending=pending,
        holder=holder,
        staged_inode=inode,
        clock=clock,
        paths=body[at_paths:at_modes].split(b"\0") if count else [],
        modes=body[at_modes:at_digests],
        sha256s=body[at_digests:at_stats],
        stats=list(STAT.iter_unpack(body[at_stats:end])),
    )
    return place, end


def _texts(texts: Iterable[str]) -> bytes:
    encoded = [text.encode("utf-8", "surrogateescape") for text in texts]
    lengths = struct.pack(f"<I{len(encoded)}I", len(encoded), *map(len, encoded))
    return lengths + b"".join(encoded)


def _read_texts(body: bytes, offset: int) -> tuple[list[str], int]:
    (count,) = struct.unpack_from("<I", body, offset)
    lengths = struct.unpack_from(f"<{count}I", body, offset + 4)
    offset += 4 + 4 * count
    texts: list[str] = []
    for length in lengths:
        texts.append(body[offset : offset + length].decode("utf-8", "surrogateescape"))
        offset += length
    return texts, offset
