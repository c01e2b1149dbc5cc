"""Write JSON (RFC 8259)."""

import math
from collections.abc import Mapping

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CONSTANTS = {None: "null", True: "true", False: "false"}


def dumps(value: object) -> str:
    """Write a value: keys sorted, no spaces, non-ASCII characters as they are.

    Raises:
        TypeError: it has no form in JSON.
        ValueError: a number is infinite or no number.
    """
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_text(key)}:{dumps(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(dumps(item) for item in value) + "]"
    message = f"no JSON for {type(value).__name__}"
    raise TypeError(message)


def _number(value: float) -> str:
    if not math.isfinite(value):
        message = f"no JSON for {value}"
        raise ValueError(message)
    return repr(value)


def _text(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(char, char if char >= " " else f"\\u{ord(char):04x}") for char in text) + '"'
