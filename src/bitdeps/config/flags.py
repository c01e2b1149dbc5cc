"""The options that every command takes, from the command line and from `DEPS_...` variables.

One table serves the full program, the lean path that answers before typer is imported, and
the reference page. What is given on the command line wins over the environment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from bitdeps.errors import UsageError

Color = Literal["auto", "always", "never"]
COLORS = ("auto", "always", "never")
FALSE = ("", "0", "false", "no", "off")
TRUE = ("1", "true", "yes", "on")

VARIABLES = {
    "directory": "DEPS_DIRECTORY",
    "quiet": "DEPS_QUIET",
    "verbose": "DEPS_VERBOSE",
    "color": "DEPS_COLOR",
    "no_progress": "DEPS_NO_PROGRESS",
    "json": "DEPS_JSON",
    "offline": "DEPS_OFFLINE",
    "cache_dir": "DEPS_CACHE_DIR",
    "dry_run": "DEPS_DRY_RUN",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """The options of DESIGN section 4 that are taken everywhere."""

    directory: str | None = None
    quiet: bool = False
    verbose: int = 0
    color: Color = "auto"
    no_progress: bool = False
    json: bool = False
    offline: bool = False
    cache_dir: str | None = None
    dry_run: bool = False


def switch(name: str, text: str) -> bool:
    """Read a yes-or-no variable.

    Raises:
        UsageError: where the text is neither.

    """
    if text.lower() in FALSE:
        return False
    if text.lower() in TRUE:
        return True
    message = f"{name}={text}: is neither yes nor no"
    raise UsageError(message, hint=f"set {name} to `1` or `0`")


def read_flags(given: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Flags:
    """Merge what the command line gave (None and absent mean not given) with the environment.

    `NO_COLOR` (https://no-color.org) counts where neither says anything about colour.

    Raises:
        UsageError: where a variable cannot be read.

    """
    env = os.environ if environ is None else environ
    # A dumb terminal cannot erase what was drawn, and shows codes as text.
    is_dumb = env.get("TERM") == "dumb"
    values: dict[str, object] = {"color": "never"} if env.get("NO_COLOR") or is_dumb else {}
    if is_dumb:
        values["no_progress"] = True
    for name, variable in VARIABLES.items():
        value = given.get(name)
        text = env.get(variable)
        if value is None and text is not None:
            value = _read(name, variable, text)
        if value is not None:
            values[name] = value
    return Flags(**values)  # type: ignore[arg-type]  # the table's names are the fields


def _read(name: str, variable: str, text: str) -> object:
    if name in ("directory", "cache_dir"):
        return text or None
    if name == "verbose":
        return _count(variable, text)
    if name == "color":
        if text not in COLORS:
            message = f"{variable}={text}: is none of `auto`, `always`, `never`"
            raise UsageError(message, hint=f"unset {variable}, or set it to one of them")
        return cast("Color", text)
    return switch(variable, text)


def _count(variable: str, text: str) -> int:
    if text in ("0", "1", "2"):
        return int(text)
    return int(switch(variable, text))
