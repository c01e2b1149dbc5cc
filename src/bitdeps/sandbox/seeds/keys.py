"""Typed look-ups in the tables of a seed file."""

from datetime import UTC, date, datetime
from typing import Any, TypeVar

from bitdeps.sandbox.problems import SeedError

Table = dict[str, Any]
T = TypeVar("T")
S = TypeVar("S", bound=str)
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


def take_texts(table: Table, key: str, default: list[str] = _REQUIRED) -> tuple[str, ...]:
    """Remove a list of texts.

    Raises:
        SeedError: when it is missing without a default, or anything else.
    """
    values = take(table, key, list, default)
    if not all(isinstance(value, str) for value in values):
        msg = f"`{key}` must be a list of texts"
        raise SeedError(msg)
    return tuple(values)


def take_choice(table: Table, key: str, choices: tuple[S, ...], default: S) -> S:
    """Remove a text that is one of a few.

    Raises:
        SeedError: for any other.
    """
    value = take(table, key, str, default)
    if value not in choices:
        msg = f"`{key}` is one of {', '.join(choices)}"
        raise SeedError(msg)
    return value


def take_moment(table: Table, key: str) -> datetime | None:
    """Remove a date, or a date and time, in UTC unless it says otherwise; TOML's own or text in ISO 8601.

    Raises:
        SeedError: for anything else.
    """
    value = table.pop(key, None)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = False
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if value is not None and not isinstance(value, datetime):
        msg = f"`{key}` is not a date"
        raise SeedError(msg)
    return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def as_table(value: Any, where: str) -> Table:  # noqa: ANN401 (a value of a TOML or JSON file)
    """Give a copy of a table.

    Raises:
        SeedError: when the value is no table.
    """
    if not isinstance(value, dict):
        msg = f"{where}: a table is needed"
        raise SeedError(msg)
    return dict(value)
