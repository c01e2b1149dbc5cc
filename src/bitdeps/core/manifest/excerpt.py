"""The lines of a file that are meant, each with a caret below the place.

What is quoted comes from strangers too: it is cut to `WIDEST` columns around the place, nothing in it reaches the
terminal as a control character, and the name and password of an address are left out.
"""

import re
import unicodedata
from collections.abc import Sequence

from bitdeps.core.manifest.positions import Position

WIDEST = 72
MOST = 5
_USER = re.compile(r"(?<=://)[^\s\"']*(?=@)")
_KEY = re.compile(r"[A-Za-z0-9_.-]+")


def excerpts(text: str, positions: Sequence[Position]) -> str:
    """Quote the lines of these places, at most `MOST`, with their numbers; empty where there is nothing to quote."""
    lines = text.split("\n")
    shown = [at for at in dict.fromkeys(positions) if at.line <= len(lines) and lines[at.line - 1].strip()][:MOST]
    if not shown:
        return ""
    gutter = max(len(str(at.line)) for at in shown)
    blocks = [_block(lines[at.line - 1], at, gutter) for at in shown]
    return "\n".join([" " * gutter + " |", *blocks])


def _block(line: str, at: Position, gutter: int) -> str:
    column = at.column - 1
    line = _USER.sub(lambda match: "*" * len(match[0]), line.rstrip("\r"))
    meant = _KEY.match(line, column)
    length = len(meant[0]) if meant else 1
    safe = "".join(map(_shown, line))
    start = max(0, min(column - WIDEST // 3, len(safe) - WIDEST))
    window = safe[start : start + WIDEST].rstrip()
    carets = "^" * max(1, min(length, WIDEST - (column - start)))
    return f"{at.line:>{gutter}} | {window}\n{' ' * gutter} | {' ' * (column - start)}{carets}"


def _shown(char: str) -> str:
    """Keep what takes one column, so that the carets stand where they should."""
    if char == "\t":
        return " "
    is_one = char.isascii() or not (unicodedata.combining(char) or unicodedata.east_asian_width(char) in "WF")
    return char if is_one and char.isprintable() else "?"
