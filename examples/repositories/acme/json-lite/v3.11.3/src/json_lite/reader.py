"""Read JSON (RFC 8259), strictly: no doubled keys, no trailing commas, no NaN."""

import re

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_TEXT = re.compile(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"')
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_MEANINGS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CONSTANTS = {"null": None, "true": True, "false": False}
_DEEPEST = 100


class JsonError(ValueError):
    """The text is no JSON."""

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(f"{problem} at character {position}")
        self.position = position


def loads(text: str) -> object:
    """Read one value.

    Raises:
        JsonError: the text is no JSON, holds a key twice, or is nested more than 100 deep.
    """
    value, position = _value(text, _skip(text, 0), 0)
    if position != len(text):
        raise JsonError("something follows the value", position)
    return value


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _value(text: str, position: int, depth: int) -> tuple[object, int]:
    if depth > _DEEPEST:
        raise JsonError("too deeply nested", position)
    opening = text[position : position + 1]
    if opening == "{":
        return _object(text, position, depth)
    if opening == "[":
        return _array(text, position, depth)
    value, end = _text(text, position) if opening == '"' else _scalar(text, position)
    return value, _skip(text, end)


def _text(text: str, position: int) -> tuple[str, int]:
    found = _TEXT.match(text, position)
    if not found:
        raise JsonError("expected a text", position)
    raw = found[1]
    return (_unescape(raw) if "\\" in raw else raw), found.end()


def _unescape(raw: str) -> str:
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _MEANINGS.get(found[2], found[2]), raw)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _scalar(text: str, position: int) -> tuple[object, int]:
    for word, value in _CONSTANTS.items():
        if text.startswith(word, position):
            return value, position + len(word)
    found = _NUMBER.match(text, position)
    if not found:
        raise JsonError("expected a value", position)
    return (float(found[0]) if found[1] or found[2] else int(found[0])), found.end()


def _array(text: str, position: int, depth: int) -> tuple[list[object], int]:
    items: list[object] = []
    position = _skip(text, position + 1)
    while not (text.startswith("]", position) and not items):
        item, position = _value(text, position, depth + 1)
        items.append(item)
        if text.startswith("]", position):
            break
        position = _expect(text, position, ",")
    return items, _skip(text, position + 1)


def _object(text: str, position: int, depth: int) -> tuple[dict[str, object], int]:
    members: dict[str, object] = {}
    position = _skip(text, position + 1)
    while not (text.startswith("}", position) and not members):
        key, end = _text(text, position)
        if key in members:
            raise JsonError("a key is there twice", position)
        position = _expect(text, _skip(text, end), ":")
        members[key], position = _value(text, position, depth + 1)
        if text.startswith("}", position):
            break
        position = _expect(text, position, ",")
    return members, _skip(text, position + 1)


def _expect(text: str, position: int, wanted: str) -> int:
    if not text.startswith(wanted, position):
        raise JsonError(f"expected `{wanted}`", position)
    return _skip(text, position + 1)
