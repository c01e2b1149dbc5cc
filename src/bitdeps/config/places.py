"""Where the user's directories are: XDG everywhere, so on macOS too; on Windows the local profile."""

import os
import sys
from collections.abc import Mapping


def default_config_dir(environ: Mapping[str, str]) -> str:
    """Return the directory of `config.toml` and the file of credentials."""
    return _place(environ, "XDG_CONFIG_HOME", ".config", "")


def default_cache_dir(environ: Mapping[str, str]) -> str:
    """Return the directory of the cache."""
    return _place(environ, "XDG_CACHE_HOME", ".cache", "cache")


def absolute(path: str, environ: Mapping[str, str]) -> str:
    """Make a path absolute; a leading `~` is the home directory."""
    if path == "~" or path.startswith("~/"):
        path = _home(environ) + path[1:]
    return os.path.abspath(path)


def _place(environ: Mapping[str, str], variable: str, below_home: str, windows: str) -> str:
    if sys.platform == "win32":
        base = environ.get("LOCALAPPDATA") or f"{_home(environ)}\\AppData\\Local"
        return "\\".join(part for part in (base, "deps", windows) if part)
    # A relative path must be ignored: https://specifications.freedesktop.org/basedir-spec/latest
    base = environ.get(variable, "")
    return f"{base if base.startswith('/') else f'{_home(environ)}/{below_home}'}/deps"


def _home(environ: Mapping[str, str]) -> str:
    home = environ.get("USERPROFILE" if sys.platform == "win32" else "HOME", "")
    return home or os.path.expanduser("~")
