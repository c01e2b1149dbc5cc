"""Typed look-ups in the tables of a seed file."""

from typing import Any, TypeVar

from bitdeps.sandbox.problems import SeedError

Table = dict[str, Any]
T = TypeVar("T")
_REQUIRED: Any = object()
_NAMES = {str: "text", int: "a whole number", bool: "true or false", dict: "a table", list: "a list"}


def take(table: Table, key: str, kind: type[T], default: T = _REQUIRED) -> T:
    """Remove a key from a table and give its value, checked; what stays in the table is unknown.

    Raises:
        SeedError: when it is missing without a default, or of another type.
    """
    if key not in table:
        if default is _REQUIRED:
            msg = f"`{key}` is missing"
            raise SeedError(msg)
        return default
    value = table.pop(key)
    if type(value) is not kind:
        msg = f"`{key}` must be {_NAMES[kind]}"
        raise SeedError(msg)
    return value
