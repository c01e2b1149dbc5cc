"""Which files of an archive are placed, and where (DESIGN, "Selection")."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bitdeps.core.selection import COMMIT_VENDOR_EXCLUDE, compile_globs
from bitdeps.errors import NotFoundError

KEPT = re.compile(r"(?:licen[sc]e|copying|notice)(?:[.-][^/]*)?", re.IGNORECASE)
"""Top-level files that stay unless an `exclude` pattern names them."""
NAMES_KEPT = re.compile(r"(?:licen[sc]e|copying|notice)[^/]*", re.IGNORECASE)
"""The last part of a pattern that names such files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What of a repository is placed, before patches."""

    subdir: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def select_paths(paths: Iterable[str], selection: Selection, *, package: str) -> dict[str, str]:
    """Return the path placed for each path of the archive that is, in the order given.

    Raises:
        NotFoundError: where the subdir does not exist, an `include` pattern matches nothing (names all of them), or
            `exclude` leaves nothing.

    """
    below = _below(paths, selection.subdir)
    if not below and selection.subdir is not None:
        raise NotFoundError(f"`{package}`: has no directory `{selection.subdir}`", hint="check `subdir` in `deps.toml`")
    _check_include(below.values(), selection.include, package)
    included = compile_globs(selection.include or ("**",))
    excluded = compile_globs(selection.exclude)
    by_name = compile_globs([glob for glob in selection.exclude if NAMES_KEPT.fullmatch(glob.rpartition("/")[2])])
    chosen = {
        source: path
        for source, path in below.items()
        if (not by_name(path) if KEPT.fullmatch(path) else included(path) and not excluded(path))
    }
    if below and not chosen and not set(selection.exclude) <= set(COMMIT_VENDOR_EXCLUDE):
        raise NotFoundError(f"`{package}`: `exclude` leaves no file to place", hint="check `exclude` in `deps.toml`")
    return chosen


def select_submodules(directories: Iterable[str], selection: Selection) -> tuple[str, ...]:
    """Return where the submodules among the empty directories of an archive would be placed.

    One is left out by a pattern for the directory itself or for what would lie below it.
    """
    below = _below(directories, selection.subdir).values()
    included = compile_globs(selection.include or ("**",))
    excluded = compile_globs(selection.exclude)
    return tuple(
        path
        for path in below
        if (included(path) or included(f"{path}/any")) and not (excluded(path) or excluded(f"{path}/any"))
    )


def _below(paths: Iterable[str], subdir: str | None) -> dict[str, str]:
    prefix = "" if subdir is None else f"{subdir}/"
    return {path: path[len(prefix) :] for path in paths if path.startswith(prefix)}


def _check_include(paths: Iterable[str], include: Sequence[str], package: str) -> None:
    left = {glob: compile_globs([glob]) for glob in include}
    for path in paths:
        for glob in [glob for glob, matches in left.items() if matches(path)]:
            del left[glob]
        if not left:
            return
    if left:
        listed = ", ".join(f"`{glob}`" for glob in left)
        verb = "matches" if len(left) == 1 else "match"
        raise NotFoundError(f"`{package}`: `include`: {listed} {verb} no file", hint="check `include` in `deps.toml`")
