"""The one rule for "there is nothing to do", for the lean path and for the full program.

Imports neither dataclasses nor anything else that costs more than its work (see `state`).
"""

import os
import stat
from collections.abc import Iterable

from bitdeps.errors import LocalError
from bitdeps.vendor.disk import open_parent
from bitdeps.vendor.foreign import foreign_beside
from bitdeps.vendor.gitfiles import git_files_as_written
from bitdeps.vendor.inputs import inputs_digest
from bitdeps.vendor.scan import Ignored, scan
from bitdeps.vendor.state import PlaceState, State, load_state


def kept_places(project: str, groups: Iterable[str]) -> int | None:
    """Return how many places are right when nothing is to be done, else None.

    That is: the last install was complete; manifest, lock, local overrides, patches and groups are what it
    started from; every place holds what was recorded; nothing foreign lies beside. Where the answer is None
    the full program finds out why. Takes no lock and writes nothing.
    """
    state = load_state(project)
    if state is None or not state.inputs:
        return None
    if state.inputs != inputs_digest(project, patches=state.patches, groups=groups):
        return None
    try:
        return len(state.places) if _all_right(project, state) else None
    except (OSError, LocalError):
        return None


def ignored_paths(patterns: tuple[str, ...], vendor: str = "vendor") -> Ignored:
    """Return the function that tells whether a path of the project is ignored; compiles nothing until it is asked.

    A pattern is written from the project or from the vendor directory: `vendor/kit/*.o` is `kit/*.o`.
    """
    compiled: list[Ignored] = []
    prefix = f"{vendor}/"

    def ignored(path: str) -> bool:
        if not patterns:
            return False
        if not compiled:
            from bitdeps.core.selection import compile_globs

            compiled.append(compile_globs(patterns))
        return compiled[0](path) or (path.startswith(prefix) and compiled[0](path[len(prefix) :]))

    return ignored


def _all_right(project: str, state: State) -> bool:
    ignored = ignored_paths(state.ignore, state.vendor)
    return (
        all(_is_right(project, place, ignored) for place in state.places.values())
        and not foreign_beside(project, state.vendor, state.places, ignored)
        and (not state.git_files or git_files_as_written(project, state.vendor))
    )


def _is_right(project: str, place: PlaceState, ignored: Ignored) -> bool:
    parent, name = open_parent(project, place.path)
    try:
        mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            return f"link:{os.fsdecode(os.readlink(name, dir_fd=parent))}" == place.digest
    finally:
        os.close(parent)
    if place.digest.startswith("link:") or not stat.S_ISDIR(mode):
        return False
    found = scan(os.path.join(project, place.path), place, ignored)
    # Where files had to be read, the full program records how they look now, so that the next run need not.
    return found.clean and not found.hashed
