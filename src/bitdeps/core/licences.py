"""Which files of a repository say what its licence is, and how several of them are joined.

- A licence text is a file `LICENSE`, `LICENCE`, `COPYING` or `UNLICENSE` (with any ending) beside the package: in its
  subdir, else in the nearest directory above that has one.
- A directory `LICENSES` there holds texts whose names are SPDX identifiers (https://reuse.software/spec/).
- Several texts are joined with `AND`: whether one may choose among them, no text tells for sure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_TEXT = re.compile(r"(?:un)?licen[sc]es?(?:[._-][^/]*)?|copying(?:[._-][^/]*)?", re.IGNORECASE)
_REUSE = re.compile(r"LICENSES/(?P<id>(?:LicenseRef-)?[A-Za-z0-9][A-Za-z0-9.+-]*)\.(?:txt|md)")
_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*(?P<expression>[A-Za-z0-9.+() \t-]+)")
# Code is no text of a licence, whatever its name.
_CODE = re.compile(r"\.(?:py|js|ts|c|h|cc|cpp|go|rs|rb|java|sh|toml|json|ya?ml)$", re.IGNORECASE)

Source = Literal["text", "name", "tag"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceFile:
    """A file that says something about the licence."""

    path: str
    """Within the repository."""
    expression: str | None
    """SPDX; None where the text was not recognised."""
    source: Source | None = None
    """What told it: the text itself, the file's name, or a line `SPDX-License-Identifier`."""
    score: float | None = None
    """How much of the text is that of the licence, from 0 to 1."""
    digest: str = ""
    """SHA-256 of its bytes, in hex."""
    likely: str | None = None
    """The closest licence, where that is not close enough."""


def licence_paths(paths: Iterable[str], subdir: str | None) -> tuple[str, ...]:
    """Return the files that say what the licence of a package is, sorted."""
    known = list(paths)
    directory = subdir or ""
    while True:
        prefix = f"{directory}/" if directory else ""
        below = [path for path in known if path.startswith(prefix)]
        found = [path for path in below if _is_licence(path[len(prefix) :])]
        if found or not directory:
            return tuple(sorted(found))
        directory = directory.rpartition("/")[0]


def named_licence(path: str) -> str | None:
    """Return the identifier that a file of a directory `LICENSES` is named after, or None."""
    match = _REUSE.search(path)
    return None if match is None or match.end() != len(path) else match["id"]


def tagged_licence(text: str) -> str | None:
    """Return what the line `SPDX-License-Identifier` of a text says, or None where it has none, or several."""
    found = {match["expression"].strip() for match in _TAG.finditer(text)}
    return found.pop() if len(found) == 1 else None


def joined(files: Iterable[LicenceFile]) -> str | None:
    """Join what the files of a package say; None where nothing was recognised."""
    expressions = sorted({each.expression for each in files if each.expression is not None})
    if len(expressions) > 1:
        expressions = [f"({text})" if " OR " in text else text for text in expressions]
    return " AND ".join(expressions) or None


def _is_licence(path: str) -> bool:
    if "/" in path:
        return named_licence(path) is not None and path.startswith("LICENSES/")
    return _TEXT.fullmatch(path) is not None and _CODE.search(path) is None
