"""Submodules of a git repository, read from what git says of them (https://git-scm.com/docs/gitmodules)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bitdeps.core.names import COMMIT
from bitdeps.core.resolver.model import Tag
from bitdeps.core.versions import derive_pattern, read_version

_KEY = re.compile(r"submodule\.(?P<name>.+)\.(?P<key>[A-Za-z0-9-]+)", re.DOTALL)
_NESTED = re.compile(r'^[ \t]*path[ \t]*=[ \t]*"?(?P<path>[^"\r\n]+?)"?[ \t]*\r?$', re.MULTILINE)
_LINK = re.compile(r"160000 (?P<commit>[0-9a-f]{40}) [0-3]\t(?P<path>.+)", re.DOTALL)
_UNUSED = {"shallow", "ignore", "fetchrecursesubmodules", "active"}
"""Settings of a submodule that say nothing about what its content is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submodule:
    """One submodule; `path` is relative to the top of the repository."""

    path: str
    url: str | None
    """As written, perhaps relative; None where `.gitmodules` does not name it."""
    commit: str | None
    """What the repository pins; None where it pins nothing there."""
    branch: str | None = None
    settings: tuple[str, ...] = ()
    """Names of other settings, which have no counterpart."""


def read_submodules(config: bytes, index: bytes) -> tuple[Submodule, ...]:
    """Join `git config --list -z` of `.gitmodules` with `git ls-files --stage -z`, sorted by path."""
    named: dict[str, dict[str, str]] = {}
    for entry in config.decode("utf-8", "replace").split("\0"):
        key, _, value = entry.partition("\n")
        match = _KEY.fullmatch(key)
        if match is not None:
            named.setdefault(match["name"], {})[match["key"].lower()] = value
    by_path = {values["path"]: values for values in named.values() if "path" in values}
    commits = _links(index)
    return tuple(_submodule(path, by_path.get(path, {}), commits.get(path)) for path in sorted({*by_path, *commits}))


def _links(index: bytes) -> Mapping[str, str]:
    lines = (_LINK.fullmatch(line) for line in index.decode("utf-8", "replace").split("\0"))
    return {match["path"]: match["commit"] for match in lines if match is not None}


def _submodule(path: str, values: Mapping[str, str], commit: str | None) -> Submodule:
    others = sorted(values.keys() - {"path", "url", "branch"} - _UNUSED)
    return Submodule(
        path=path,
        url=values.get("url"),
        commit=commit if commit is not None and COMMIT.fullmatch(commit) else None,
        branch=values.get("branch"),
        settings=tuple(name for name in others if (name, values[name]) != ("update", "checkout")),
    )


def is_relative(url: str) -> bool:
    """Tell whether an address is relative to that of the repository itself."""
    return url.startswith(("./", "../"))


def resolve_url(url: str, origin: str) -> str:
    """Resolve a relative address as git does: each `../` takes one part off the end of the origin's."""
    base = origin.rstrip("/")
    while is_relative(url):
        head, slash, url = url.partition("/")
        if head == "..":
            base = base[: max(base.rfind("/"), base.rfind(":") + 1, 0)]
    separator = "" if not base or base.endswith(":") else slash
    return f"{base}{separator}{url}"


def nested_paths(gitmodules: bytes) -> tuple[str, ...]:
    """Return the paths that the `.gitmodules` of a submodule names, sorted."""
    text = gitmodules.decode("utf-8", "replace")
    return tuple(sorted({match["path"] for match in _NESTED.finditer(text)}))


def best_tag(tags: Iterable[Tag], commit: str) -> str | None:
    """Return the tag to write for a commit: its newest version, else the shortest name; None where it has none."""
    names = sorted((tag.name for tag in tags if tag.commit == commit), key=lambda name: (len(name), name))
    versions = [(version, name) for name in names if (version := read_version(name)) is not None]
    if versions:
        newest = max(version for version, _ in versions)
        return next(name for version, name in versions if version == newest)
    return next((name for name in names if derive_pattern(name) is not None), names[0] if names else None)
