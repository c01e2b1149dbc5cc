"""The user's `config.toml`: every problem of the file at once."""

from collections.abc import Mapping
from difflib import get_close_matches

from bitdeps.config.table import OPTIONS
from bitdeps.config.values import Value, read_value
from bitdeps.errors import UsageError


def read_user_file(path: str) -> dict[str, Value]:
    """Read a `config.toml` into values by dotted key.

    Raises:
        UsageError: it cannot be read, is no TOML, or holds an unknown key or a wrong value.
    """
    import tomllib

    try:
        with open(path, "rb") as file:
            data = tomllib.load(file)
    except OSError as error:
        raise UsageError(f"`{path}`: {error.strerror}", hint=f"correct or remove `{path}`") from error
    except ValueError as error:
        raise UsageError(f"`{path}`: not TOML: {error}", hint=f"correct or remove `{path}`") from error
    forms = {option.key: option.form for option in OPTIONS}
    values: dict[str, Value] = {}
    problems: list[str] = []
    for key, raw in _flatten(data):
        if key not in forms:
            problems.append(f"`{path}`: `{key}`: unknown setting{_nearest(key, forms)}")
            continue
        try:
            values[key] = read_value(forms[key], raw, f"`{path}`: `{key}`")
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("\n".join(problems), hint="`docs/reference/settings.md` lists every setting")
    return values


def _flatten(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = []
    for key, value in table.items():
        pairs += _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return pairs


def _nearest(key: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(key, known, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
