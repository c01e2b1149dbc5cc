"""Everything that is wrong with one file, said at once.

One problem reads `FILE:LINE:COLUMN: KEY.PATH: REASON`; several stand below a line that counts
them, in the order of the file.
"""

import re
from dataclasses import dataclass, field

from bitdeps.core.manifest.positions import KeyPath, Layout, Position, scan
from bitdeps.errors import DepsError

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong; `hint` says what to do where the reason does not."""

    position: Position
    path: KeyPath
    reason: str
    hint: str | None = None

    def line(self, file: str) -> str:
        """Write it after the name of its file."""
        subject = f"{key_text(self.path)}: " if self.path else ""
        return f"{file}:{self.position.line}:{self.position.column}: {subject}{self.reason}"


@dataclass(slots=True, kw_only=True)
class Problems:
    """Collects the problems of one file; positions are looked up only when there is one."""

    file: str
    text: str
    found: list[Problem] = field(default_factory=list)
    _layout: Layout | None = None

    @property
    def layout(self) -> Layout:
        """Where the keys of the file stand."""
        if self._layout is None:
            self._layout = scan(self.text)
        return self._layout

    def position(self, path: KeyPath) -> Position:
        """Return where a key stands, else the table that should hold it, else the first line."""
        positions = self.layout.positions
        for length in range(len(path), 0, -1):
            if path[:length] in positions:
                return positions[path[:length]]
        return Position(1, 1)

    def add(self, path: KeyPath, reason: str, *, hint: str | None = None, position: Position | None = None) -> None:
        """Note what is wrong with a key, or at a position."""
        at = self.position(path) if position is None else position
        self.found.append(Problem(position=at, path=path, reason=reason, hint=hint))

    def lines(self) -> list[str]:
        """Write every problem in the order of the file."""
        return [problem.line(self.file) for problem in sorted(self.found, key=lambda problem: problem.position)]

    def raise_if_any(self, kind: type[DepsError], *, hint: str | None = None) -> None:
        """Raise one error for all problems, with the hint of the first that has one, else the given one."""
        if not self.found:
            return
        lines = self.lines()
        hints = [problem.hint for problem in self.found if problem.hint is not None]
        message = lines[0] if len(lines) == 1 else "\n  ".join([f"{self.file}: {len(lines)} problems", *lines])
        from bitdeps.core.manifest.excerpt import excerpts

        error = kind(message, hint=hints[0] if hints else hint)
        error.excerpt = excerpts(self.text, sorted(problem.position for problem in self.found))
        raise error


def key_text(path: KeyPath) -> str:
    """Write a key path as TOML does, with indexes in brackets and nothing invisible."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if _BARE.fullmatch(part) else _quoted(part))
    return text


def _quoted(key: str) -> str:
    safe = "".join(char if char.isprintable() and char not in '"\\' else _escaped(char) for char in key)
    return f'"{safe}"'


def _escaped(char: str) -> str:
    return f"\\{char}" if char in '"\\' else f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"  # noqa: PLR2004
