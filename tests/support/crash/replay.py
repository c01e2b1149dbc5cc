"""Power loss, as ALICE plays it: a log of calls is replayed up to a point, and what no sync made durable is dropped.

The model is stricter than ext4: a new name is durable when its directory was synced, a file's bytes when the file was,
and everything when the file system was.
"""

import os
import random
import shutil
import stat
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from bitdeps.vendor.state import encode_state, load_state
from support.crash.shim import Call

EXCHANGE = 2
Variant = Literal["names without bytes", "names with zeros", "synced alone", "some"]
VARIANTS: tuple[Variant, ...] = ("names without bytes", "names with zeros", "synced alone", "some")


@dataclass(slots=True, kw_only=True)
class Node:
    """A file, a directory or a link; `inode` is the number that it had on the real file system."""

    kind: Literal["file", "directory", "link"]
    data: bytearray = field(default_factory=bytearray)
    entries: dict[str, int] = field(default_factory=dict)
    target: str = ""
    inode: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names that change in one step: directory, name, and the node that it is then."""

    changes: tuple[tuple[int, str, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes:
    """Bytes of a file that change; `size` cuts it there first."""

    file: int
    offset: int = 0
    data: bytes = b""
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """A file, a directory, or (None) all of them become durable."""

    node: int | None


Event = Names | Bytes | Sync


class Disk:
    """What is on the disk before a run, and the events of the run."""

    def __init__(self, top: Path) -> None:
        """Read what is there."""
        self.top = str(top)
        self.nodes: dict[int, Node] = {}
        self.root = self._read(top)
        self.begin = deepcopy(self.nodes)
        self.made: dict[int, Node] = {}
        self.events: list[Event] = []

    def _read(self, path: Path) -> int:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return self._new(Node(kind="link", target=str(path.readlink()), inode=status.st_ino))
        if stat.S_ISDIR(status.st_mode):
            entries = {child.name: self._read(child) for child in path.iterdir()}
            return self._new(Node(kind="directory", entries=entries, inode=status.st_ino))
        return self._new(Node(kind="file", data=bytearray(path.read_bytes()), inode=status.st_ino))

    def _new(self, node: Node) -> int:
        self.nodes[len(self.nodes)] = node
        return len(self.nodes) - 1

    def _make(self, node: Node) -> int:
        number = self._new(node)
        self.made[number] = deepcopy(node)
        return number

    def record(self, calls: Sequence[Call]) -> None:
        """Follow the calls of a run."""
        for call in calls:
            if call.result >= 0 and call.path.startswith(f"{self.top}/"):
                for event in self._events(call):
                    apply(self.nodes, event)
                    self.events.append(event)

    def _at(self, path: str) -> tuple[int | None, str, int | None]:
        """Return the directory, the name in it, and what it is."""
        *parents, name = os.path.relpath(path, self.top).split("/")
        node: int | None = self.root
        for part in parents:
            node = None if node is None else self.nodes[node].entries.get(part)
        return node, name, None if node is None else self.nodes[node].entries.get(name)

    def _events(self, call: Call) -> list[Event]:  # noqa: C901, PLR0911 - one for each kind of call
        parent, name, node = self._at(call.path)
        if call.name == "syncfs":
            return [Sync(node=None)]
        if parent is None:
            return []
        match call.name:
            case "open":
                return self._opened(call, parent, name, node)
            case "write" if node is not None:
                return [Bytes(file=node, offset=call.detail, data=call.data)]
            case "truncate" if node is not None:
                return [Bytes(file=node, size=call.detail)]
            case "fsync" if node is not None:
                return [Sync(node=node)]
            case "mkdir":
                made = self._make(Node(kind="directory", inode=call.detail))
                return [Names(changes=((parent, name, made),))]
            case "symlink":
                return [Names(changes=((parent, name, self._make(Node(kind="link", target=call.other))),))]
            case "unlink":
                return [Names(changes=((parent, name, None),))]
            case "rename":
                home, target, there = self._at(call.other)
                assert home is not None
                left = there if call.detail == EXCHANGE else None
                return [Names(changes=((parent, name, left), (home, target, node)))]
        return []

    def _opened(self, call: Call, parent: int, name: str, node: int | None) -> list[Event]:
        if call.detail & os.O_TMPFILE == os.O_TMPFILE or not call.detail & (os.O_WRONLY | os.O_RDWR):
            return []
        if node is None:
            return [Names(changes=((parent, name, self._make(Node(kind="file"))),))]
        return [Bytes(file=node, size=0)] if call.detail & os.O_TRUNC else []

    def after(self, number: int, variant: Variant) -> dict[int, Node]:
        """Return what a power loss after so many events leaves."""
        happened = self.events[:number]
        durable = _durable(happened)
        chance = random.Random(f"{number}")  # noqa: S311 - which writes survive
        nodes = deepcopy(self.begin) | deepcopy(self.made)
        for position, event in enumerate(happened):
            survives = position in durable or (variant == "some" and chance.random() < 0.5)
            if survives or (isinstance(event, Names) and variant.startswith("names")):
                apply(nodes, event)
            elif isinstance(event, Bytes) and variant == "names with zeros":
                apply(nodes, replace(event, data=bytes(len(event.data))))
        return nodes

    def write(self, nodes: dict[int, Node]) -> None:
        """Make the real directory what is left; the state learns the numbers that its trees have now."""
        shutil.rmtree(self.top)
        now = self._write(nodes, self.root, Path(self.top))
        project = f"{self.top}/project"
        state = load_state(project)
        if state is not None:
            for place in state.places.values():
                place.staged_inode = now.get(place.staged_inode, 0)
            Path(project, ".deps/state").write_bytes(encode_state(state))

    def _write(self, nodes: dict[int, Node], number: int, path: Path) -> dict[int, int]:
        node = nodes[number]
        now: dict[int, int] = {}
        if node.kind == "link":
            path.symlink_to(node.target)
        elif node.kind == "file":
            path.write_bytes(node.data)
        else:
            path.mkdir()
            now[node.inode] = path.lstat().st_ino
            for name, child in node.entries.items():
                now |= self._write(nodes, child, path / name)
        return now


def apply(nodes: dict[int, Node], event: Event) -> None:
    if isinstance(event, Names):
        for directory, name, node in event.changes:
            if node is None:
                nodes[directory].entries.pop(name, None)
            else:
                nodes[directory].entries[name] = node
    elif isinstance(event, Bytes):
        data = nodes[event.file].data
        if event.size is not None:
            del data[event.size :]
            data.extend(bytes(event.size - len(data)))
        end = event.offset + len(event.data)
        data.extend(bytes(max(0, end - len(data))))
        data[event.offset : end] = event.data


def _durable(events: Sequence[Event]) -> set[int]:
    """Return the positions of those that a later sync covers."""
    found: set[int] = set()
    for position, event in enumerate(events):
        if isinstance(event, Sync):
            for earlier in range(position):
                before = events[earlier]
                touched = {before.file} if isinstance(before, Bytes) else _directories(before)
                if event.node is None or event.node in touched:
                    found.add(earlier)
    return found


def _directories(event: Event) -> set[int]:
    return {directory for directory, _, _ in event.changes} if isinstance(event, Names) else set()
