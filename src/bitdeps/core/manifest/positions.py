"""Where the keys of a TOML file stand, which `tomllib` does not tell.

A scanner for text that `tomllib` accepts: it finds keys and skips values, and checks nothing.
On other text it stops early and reports what it found, which is how a key that is defined
twice is named although `tomllib` refuses the whole file.

A key path is a tuple of keys and of indexes into arrays; those of more than `DEEPEST` parts are not
told, so that a hostile file costs no more than its length. Lines and columns count from 1, columns
in characters.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

KeyPath = tuple[str | int, ...]
DEEPEST = 16
# tomllib recurses, so it refuses what is nested more deeply than this.
_DEEPEST_VALUE = 1000

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_KEY = re.compile(r"""(?P<bare>[A-Za-z0-9_-]+)|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_SCALAR = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[^\s,\]}#]*"
    r"|[^\s,\[\]{}#\"'=]+",
    re.DOTALL,
)


class Position(NamedTuple):
    """A place in a text."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A second definition of a key or table."""

    path: KeyPath
    first: Position
    again: Position
    start: int
    """Offset of the text that defines it again, up to `end`."""
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where each key path of a text stands, and which are defined twice."""

    positions: Mapping[KeyPath, Position]
    repeats: tuple[Repeat, ...]


def scan(text: str) -> Layout:
    """Find every key path of a TOML text with line ends LF or CR LF."""
    scanner = _Scanner(text=text)
    try:
        scanner.document()
    except _NotToml:
        scanner.end_section()
    starts = [0] + [match.end() for match in re.finditer("\n", text)]

    def position(offset: int) -> Position:
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    repeats = (
        Repeat(
            path=path,
            first=position(scanner.defined[path]),
            again=position(again),
            start=start,
            end=end,
        )
        for path, again, start, end in scanner.repeats
    )
    positions = {path: position(offset) for path, offset in scanner.found.items()}
    return Layout(positions=positions, repeats=tuple(repeats))


class _NotToml(Exception):  # noqa: N818 (it ends a scan and reaches nobody)
    pass


@dataclass(slots=True, kw_only=True)
class _Container:
    """An array or inline table that is still open."""

    path: KeyPath
    index: int | None
    """Number of elements so far; None for an inline table."""
    comma: int = 0
    """Offset of the last comma, or of the opening bracket."""
    pending: tuple[KeyPath, int] | None = None
    """The key whose value is being read, and its offset."""


@dataclass(slots=True, kw_only=True)
class _Scanner:
    text: str
    offset: int = 0
    table: KeyPath = ()
    found: dict[KeyPath, int] = field(default_factory=dict)
    defined: dict[KeyPath, int] = field(default_factory=dict)
    arrays: dict[KeyPath, int] = field(default_factory=dict)
    """Number of elements of each array of tables."""
    repeats: list[tuple[KeyPath, int, int, int]] = field(default_factory=list)
    section: tuple[KeyPath, int, int] | None = None
    """The table that is defined again, the offsets of its key and of its header: nothing in it counts."""

    def document(self) -> None:
        self.skip(_BLANK)
        while self.offset < len(self.text):
            if self.peek() == "[":
                self.header()
            else:
                start = self.offset
                path, at = self.key(self.table)
                self.value(path)
                self.define(path, at, start, self.offset)
            self.skip(_BLANK)
        self.end_section()

    def header(self) -> None:
        self.end_section()
        start = self.offset
        is_array = self.text.startswith("[[", start)
        self.offset += 2 if is_array else 1
        path, at = self.key(())
        self.expect("]]" if is_array else "]")
        if is_array:
            self.arrays[path] = self.arrays.get(path, 0) + 1
            path = _below(path, self.arrays[path] - 1)
            self.note(path, at)
        elif self.defined.setdefault(path, at) != at and len(path) <= DEEPEST:
            self.section = (path, at, start)
        self.table = path

    def end_section(self) -> None:
        if self.section is not None:
            self.repeats.append((*self.section, self.offset))
        self.section = None

    def note(self, path: KeyPath, at: int) -> None:
        if len(path) <= DEEPEST:
            self.found.setdefault(path, at)

    def define(self, path: KeyPath, at: int, start: int, end: int) -> None:
        if self.section is None and self.defined.setdefault(path, at) != at and len(path) <= DEEPEST:
            self.repeats.append((path, at, start, end))

    def key(self, base: KeyPath) -> tuple[KeyPath, int]:
        """Read a dotted key, note each part, and return the whole path and where its last part stands."""
        path = base
        while True:
            self.skip(_SPACE)
            at = self.offset
            match = self.skip(_KEY)
            name = match[0] if match["bare"] else match[0][1:-1]
            if match[0].startswith('"') and "\\" in name:
                name = _unescaped(match[0])
            if path in self.arrays:
                path = _below(path, self.arrays[path] - 1)
            path = _below(path, name)
            self.note(path, at)
            self.skip(_SPACE)
            if self.peek() != ".":
                return path, at
            self.skip(_DOT)

    def value(self, path: KeyPath) -> None:
        """Skip `= VALUE` and note what is inside, without recursion: nesting comes from strangers."""
        self.expect("=")
        self.skip(_SPACE)
        containers: list[_Container] = []
        self.begin(path, containers)
        while containers:
            self.skip(_BLANK)
            innermost, char = containers[-1], self.peek()
            if char in (",", "]", "}"):
                self.separate(innermost)
                if char != ",":
                    containers.pop()
            elif innermost.index is None:
                inner, at = self.key(innermost.path)
                innermost.pending = (inner, at)
                self.expect("=")
                self.skip(_SPACE)
                self.begin(inner, containers)
            else:
                inner = _below(innermost.path, innermost.index)
                innermost.index += 1
                self.note(inner, self.offset)
                self.begin(inner, containers)

    def begin(self, path: KeyPath, containers: list[_Container]) -> None:
        """Skip a scalar, or the opening bracket of an array or inline table."""
        if self.peek() in ("[", "{"):
            if len(containers) > _DEEPEST_VALUE:
                raise _NotToml
            index = 0 if self.peek() == "[" else None
            containers.append(_Container(path=path, index=index, comma=self.offset))
            self.offset += 1
        else:
            self.skip(_SCALAR)

    def separate(self, container: _Container) -> None:
        """Pass a comma or closing bracket; a pair of an inline table ends here."""
        if container.pending is not None:
            path, at = container.pending
            self.define(path, at, container.comma, self.offset)
        container.pending = None
        container.comma = self.offset
        self.offset += 1

    def peek(self) -> str:
        return self.text[self.offset : self.offset + 1]

    def expect(self, text: str) -> None:
        self.skip(_SPACE)
        if not self.text.startswith(text, self.offset):
            raise _NotToml
        self.offset += len(text)

    def skip(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self.text, self.offset)
        if match is None:
            raise _NotToml
        self.offset = match.end()
        return match


def _below(path: KeyPath, part: str | int) -> KeyPath:
    """Add a part to a path; all that is too deep has one path, which is one part too long."""
    return (*path, part) if len(path) <= DEEPEST else path


def _unescaped(quoted: str) -> str:
    try:
        name = tomllib.loads(f"key = {quoted}")["key"]
    except tomllib.TOMLDecodeError as error:
        raise _NotToml from error
    return str(name)
