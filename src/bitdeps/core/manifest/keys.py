"""The keys of `deps.toml`; docs/reference/manifest.md is compared with these tables by a test."""

from dataclasses import dataclass
from typing import Literal

KeyType = Literal["string", "Boolean", "integer", "array of strings", "table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that may stand in a table."""

    name: str
    type: KeyType
    default: str | None = None
    """What an absent key means, in the words of the reference page; None where it means nothing special."""


TOP = (
    Key(name="project", type="table"),
    Key(name="dependencies", type="table"),
    Key(name="groups", type="table"),
    Key(name="overrides", type="table"),
)
PROJECT = (
    Key(name="name", type="string"),
    Key(name="workspace", type="string"),
    Key(name="vendor", type="string", default='`"vendor"`'),
    Key(name="ignore", type="array of strings", default="`[]`"),
    Key(name="commit-vendor", type="Boolean", default="`false`"),
    Key(name="min-age", type="string"),
    Key(name="requires-deps", type="string"),
)
SOURCE = (
    Key(name="workspace", type="string", default="`workspace` of `[project]`"),
    Key(name="repo", type="string", default="the entry's key"),
    Key(name="subdir", type="string"),
)
REQUIREMENT = (
    Key(name="tag", type="string"),
    Key(name="version", type="string"),
    Key(name="branch", type="string"),
    Key(name="commit", type="string"),
    Key(name="tag-pattern", type="string", default='`"{version}"` or `"v{version}"`'),
    Key(name="prereleases", type="Boolean", default="`false`"),
)
PLACEMENT = (
    Key(name="include", type="array of strings", default='`["**"]`'),
    Key(name="exclude", type="array of strings", default="`[]`"),
    Key(name="patches", type="array of strings", default="`[]`"),
    Key(name="into", type="string", default="`VENDOR/KEY`"),
    Key(name="lfs", type="string"),
)
TRANSITIVE = (Key(name="transitive", type="Boolean", default="`true`"),)
ENTRY = SOURCE + REQUIREMENT + PLACEMENT + TRANSITIVE

# What people who come from other tools write.
_ALIASES = {
    "url": "repo",
    "git": "repo",
    "repository": "repo",
    "rev": "commit",
    "ref": "commit",
    "sha": "commit",
    "revision": "commit",
    "path": "into",
    "dest": "into",
    "dir": "subdir",
    "directory": "subdir",
    "subdirectory": "subdir",
    "files": "include",
    "ver": "version",
    "pre": "prereleases",
}


def suggestion(name: str, keys: tuple[Key, ...]) -> str | None:
    """Return the known key that was probably meant."""
    known = [key.name for key in keys]
    spelled = name.lower().replace("_", "-")
    if _ALIASES.get(spelled) in known:
        return _ALIASES[spelled]
    from difflib import get_close_matches

    close = get_close_matches(spelled, known, n=1)
    return close[0] if close else None


def unknown_key(name: str, keys: tuple[Key, ...]) -> str:
    """Say that a table has no such key, and which it has."""
    meant = suggestion(name, keys)
    if meant is not None:
        return f"unknown key; did you mean `{meant}`?"
    if keys is TOP and name in [key.name for key in PROJECT]:
        return "unknown key; it belongs in `[project]`"
    return f"unknown key; known are {', '.join(f'`{key.name}`' for key in keys)}"
