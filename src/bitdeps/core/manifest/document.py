"""TOML text to values, with an error that says where and what to do.

- A byte order mark, git conflict markers and nesting too deep for the parser have their own words.
- A hostile file costs no more than its length.
- A key or table that is defined twice is named, and the rest of the file is still read, so that
  all of its problems are told at once.
"""

import re
import tomllib

from bitdeps.core.manifest.positions import Position, Repeat
from bitdeps.core.manifest.problems import Problems, key_text

_MARKER = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?: .*)?$", re.MULTILINE)
# Dotted keys of so many parts, for which tomllib takes time in the square of their number.
_LONG_KEY = re.compile(r"(?<![^\s.])(?:[^\s.]++[ \t]*+\.[ \t]*+){64}")
# How tomllib writes a key path: as a tuple of Python.
_TUPLE = re.compile(r"\((?=['\"]).*['\"],?\)")
_AT = re.compile(r" \(at (?:line (?P<line>[0-9]+), column (?P<column>[0-9]+)|end of document)\)$")


def read_document(text: str, problems: Problems, *, conflict_hint: str) -> dict[str, object]:
    """Return the values of a TOML text; none where it cannot be read, and `problems` then knows why."""
    if text.startswith("\ufeff"):
        problems.add((), "begins with a byte order mark; save it as UTF-8 without one", position=Position(1, 1))
        return {}
    values = _parsed(text)
    return values if isinstance(values, dict) else _read_broken(text, problems, values, conflict_hint)


def _parsed(text: str) -> dict[str, object] | ValueError:
    if _LONG_KEY.search(text):
        return ValueError("Nesting is too deep")
    try:
        return tomllib.loads(text)
    except RecursionError:
        return ValueError("Nesting is too deep")
    # Not TOMLDecodeError alone: tomllib lets int()'s own error out for numbers of thousands of digits.
    except ValueError as error:
        return error


def _read_broken(text: str, problems: Problems, error: ValueError, conflict_hint: str) -> dict[str, object]:
    text = text.replace("\r\n", "\n")
    marker = _MARKER.search(text)
    if marker is not None:
        line = text.count("\n", 0, marker.start()) + 1
        problems.add((), "git conflict markers", hint=conflict_hint, position=Position(line, 1))
        return {}
    problems.text = text
    repeats = problems.layout.repeats
    for repeat in repeats:
        problems.add(repeat.path, f"is defined twice, first on line {repeat.first.line}", position=repeat.again)
    rest = _without(text, repeats)
    values = _parsed(rest) if repeats else error
    if isinstance(values, dict):
        return values
    _add_syntax_error(rest, problems, values)
    return {}


def _without(text: str, repeats: tuple[Repeat, ...]) -> str:
    """Blank what is defined again, so that everything else keeps its place."""
    for repeat in repeats:
        blank = "".join(char if char in "\r\n" else " " for char in text[repeat.start : repeat.end])
        text = text[: repeat.start] + blank + text[repeat.end :]
    return text


def _add_syntax_error(text: str, problems: Problems, error: ValueError) -> None:
    message = str(error)
    match = _AT.search(message)
    if match is None:
        position = Position(1, 1)
    elif match["line"] is None:
        lines = text.split("\n")
        position = Position(len(lines), len(lines[-1]) + 1)
    else:
        position = Position(int(match["line"]), int(match["column"]))
    reason = message if match is None else message[: match.start()]
    reason = _TUPLE.sub(_key_path, reason[:1].lower() + reason[1:])
    problems.add((), f"is no TOML: {reason}", position=position)


def _key_path(match: re.Match[str]) -> str:
    from ast import literal_eval

    return f"`{key_text(literal_eval(match[0]))}`"
