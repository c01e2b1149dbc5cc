"""Values of the right type, or a problem that says what was expected and what was found."""

from collections.abc import Mapping
from datetime import date, time

from bitdeps.core.manifest.keys import Key, KeyType, unknown_key
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.manifest.problems import Problems

Table = Mapping[str, object]

_EXPECTED: dict[KeyType, str] = {
    "string": "a string",
    "Boolean": "`true` or `false`",
    "integer": "an integer",
    "array of strings": "an array of strings",
    "table": "a table",
}
_TYPES: dict[KeyType, type | tuple[type, ...]] = {
    "string": str,
    "Boolean": bool,
    "integer": int,
    "array of strings": (),
    "table": dict,
}
_LONGEST_NUMBER = 64  # bits


def right_values(table: Table, path: KeyPath, keys: tuple[Key, ...], problems: Problems) -> dict[str, object]:
    """Return the values whose key is known and whose type is right; report the others."""
    types = {key.name: key.type for key in keys}
    right: dict[str, object] = {}
    for name, value in table.items():
        if name not in types:
            problems.add((*path, name), unknown_key(name, keys))
        elif has_type(value, types[name], (*path, name), problems):
            right[name] = value
    return right


def has_type(value: object, wanted: KeyType, path: KeyPath, problems: Problems) -> bool:
    """Check the type of a value, and of the elements of an array."""
    if wanted == "array of strings" and isinstance(value, list):
        wrong = [(index, element) for index, element in enumerate(value) if not isinstance(element, str)]
        for index, element in wrong:
            problems.add((*path, index), f"expected a string, found {found(element)}")
        return not wrong
    if isinstance(value, _TYPES[wanted]) and (wanted == "Boolean" or not isinstance(value, bool)):
        return True
    quotes = "; write it in quotes" if wanted == "string" and isinstance(value, int | float | date | time) else ""
    brackets = "; write it in brackets" if wanted == "array of strings" and isinstance(value, str) else ""
    problems.add(path, f"expected {_EXPECTED[wanted]}, found {found(value)}{quotes}{brackets}")
    return False


def found(value: object) -> str:
    """Describe a TOML value; strings and containers by their type alone."""
    # Booleans first: `isinstance(True, int)` holds.
    if isinstance(value, bool):
        return f"the Boolean `{str(value).lower()}`"
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return "a huge number"
    if isinstance(value, int | float):
        return f"the number `{value}`"
    if isinstance(value, date | time):
        return f"the date or time `{value}`"
    return "a string" if isinstance(value, str) else "a table" if isinstance(value, dict) else "an array"


def string(values: Table, key: str) -> str | None:
    """Return a string that `right_values` let through."""
    value = values.get(key)
    return value if isinstance(value, str) else None


def boolean(values: Table, key: str, *, default: bool) -> bool:
    """Return a Boolean that `right_values` let through."""
    value = values.get(key)
    return value if isinstance(value, bool) else default


def strings(values: Table, key: str) -> tuple[str, ...]:
    """Return an array of strings that `right_values` let through."""
    value = values.get(key)
    return tuple(str(element) for element in value) if isinstance(value, list) else ()


def table(values: Table, key: str) -> dict[str, object]:
    """Return a table that `right_values` let through."""
    value = values.get(key)
    return value if isinstance(value, dict) else {}
