"""Read commits, tags, trees and blobs of a bare repository, each at most once."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from bitdeps.sandbox.git import git

CACHE_BYTES = 64 * 1024 * 1024
LARGEST_CACHED = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who did it and when: `raw` is `Name <mail>`, `date` ISO 8601 in UTC, as Bitbucket gives it."""

    raw: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit object."""

    hash: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedTag:
    """A tag object; `target` is what it points to, which may be another tag."""

    target: str
    tagger: Signature | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEntry:
    """One line of a tree: mode in git's octal text, name in bytes decoded as UTF-8."""

    mode: str
    name: str
    hash: str

    @property
    def is_directory(self) -> bool:
        """Tell whether it is a tree."""
        return self.mode == "40000"


class Objects:
    """A cache of git objects, of all repositories, bounded in bytes."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[str, bytes]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def read(self, repository: Path, names: Iterable[str]) -> dict[str, tuple[str, bytes]]:
        """Give type and bytes of each named object that exists (40 hex digits each)."""
        wanted = list(dict.fromkeys(names))
        found: dict[str, tuple[str, bytes]] = {}
        with self._lock:
            for name in wanted:
                held = self._known.get((str(repository), name))
                if held is not None:
                    self._known.move_to_end((str(repository), name))
                    found[name] = held
        missing = [name for name in wanted if name not in found]
        if missing:
            fresh = _batch(repository, missing)
            found.update(fresh)
            self._keep(repository, fresh)
        return found

    def _keep(self, repository: Path, fresh: dict[str, tuple[str, bytes]]) -> None:
        with self._lock:
            for name, held in fresh.items():
                if len(held[1]) <= LARGEST_CACHED and (str(repository), name) not in self._known:
                    self._known[str(repository), name] = held
                    self._bytes += len(held[1])
            while self._bytes > CACHE_BYTES:
                self._bytes -= len(self._known.popitem(last=False)[1][1])

    def forget(self, repository: Path) -> None:
        """Drop everything known about one repository."""
        with self._lock:
            for key in [key for key in self._known if key[0] == str(repository)]:
                self._bytes -= len(self._known.pop(key)[1])

    def commit(self, repository: Path, name: str) -> Commit | None:
        """Give a commit, or None when there is no such commit."""
        kind, data = self.read(repository, [name]).get(name, ("", b""))
        return parse_commit(name, data) if kind == "commit" else None

    def tree(self, repository: Path, name: str) -> tuple[TreeEntry, ...]:
        """Give the entries of a tree in git's order."""
        return tuple(_parse_tree(self.read(repository, [name])[name][1]))


def _batch(repository: Path, names: list[str]) -> dict[str, tuple[str, bytes]]:
    output = git(repository, "cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
    found: dict[str, tuple[str, bytes]] = {}
    position = 0
    while position < len(output):
        end = output.index(b"\n", position)
        words = output[position:end].decode().split(" ")
        position = end + 1
        if words[-1] in {"missing", "ambiguous"}:
            continue
        size = int(words[2])
        found[words[0]] = (words[1], output[position : position + size])
        position += size + 1
    return found


def _headers(data: bytes) -> tuple[list[tuple[str, str]], str]:
    head, _, message = data.partition(b"\n\n")
    pairs = []
    for line in head.decode("utf-8", "replace").split("\n"):
        if not line.startswith(" "):
            key, _, value = line.partition(" ")
            pairs.append((key, value))
    return pairs, message.decode("utf-8", "replace")


def parse_commit(name: str, data: bytes) -> Commit:
    """Read the bytes of a commit object."""
    pairs, message = _headers(data)
    fields = dict(pairs)
    return Commit(
        hash=name,
        tree=fields["tree"],
        parents=tuple(value for key, value in pairs if key == "parent"),
        author=parse_signature(fields["author"]),
        committer=parse_signature(fields["committer"]),
        message=message,
    )


def parse_tag(data: bytes) -> AnnotatedTag:
    """Read the bytes of a tag object."""
    pairs, message = _headers(data)
    fields = dict(pairs)
    tagger = parse_signature(fields["tagger"]) if "tagger" in fields else None
    return AnnotatedTag(target=fields["object"], tagger=tagger, message=message)


def parse_signature(text: str) -> Signature:
    """Read `Name <mail> 1700000000 +0100`."""
    raw, _, rest = text.rpartition("> ")
    seconds = rest.split(" ")[0]
    return Signature(raw=raw + ">", date=datetime.fromtimestamp(int(seconds), tz=UTC).isoformat())


def _parse_tree(data: bytes) -> Iterable[TreeEntry]:
    position = 0
    while position < len(data):
        space = data.index(b" ", position)
        end = data.index(b"\0", space)
        yield TreeEntry(
            mode=data[position:space].decode(),
            name=data[space + 1 : end].decode("utf-8", "surrogateescape"),
            hash=data[end + 1 : end + 21].hex(),
        )
        position = end + 21
