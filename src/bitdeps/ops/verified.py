"""The short way of `verify`: nothing changed since a complete install, so only bytes and digests are compared.

Reads every byte as the long way does, and compares each place with the digest in the lock itself; what it saves
is the reading of the manifest and of the program around it. Whatever is not plainly right is left to the long way,
which names it.
"""

import os
import tomllib

from bitdeps.core.plan.decide import places_below
from bitdeps.errors import LocalError
from bitdeps.ops.trees import placed_tree
from bitdeps.vendor.foreign import foreign_beside
from bitdeps.vendor.gitfiles import git_files_as_written
from bitdeps.vendor.idle import ignored_paths
from bitdeps.vendor.inputs import inputs_digest
from bitdeps.vendor.state import State, load_state
from bitdeps.vendor.verify import read_place


def verified(root: str) -> tuple[int, int] | None:
    """Return how many packages and files are right where all are, else None."""
    state = load_state(root)
    if state is None or not state.inputs or state.inputs != inputs_digest(root, patches=state.patches, groups=()):
        return None
    try:
        with open(os.path.join(root, "deps.lock"), "rb") as file:
            packages = tomllib.load(file)["packages"]
        return _compare(root, state, packages)
    except (OSError, LocalError, tomllib.TOMLDecodeError, KeyError, TypeError):
        return None


def _compare(root: str, state: State, packages: dict[str, dict[str, object]]) -> tuple[int, int] | None:
    ignored = ignored_paths(state.ignore, state.vendor)
    paths = [str(package["path"]) for package in packages.values()]
    below = places_below(set(paths))
    count = files = 0
    for path, package in zip(paths, packages.values(), strict=True):
        ours = {name for name, _, _ in state.places[path].rows()} if path in state.places else ()
        is_whole = "placed" not in package
        reading = read_place(root, path, ignored, below.get(path, frozenset()), ours, blobs=is_whole)
        if reading.lies in ("absent", "vacant") and "groups" in package:
            continue
        if reading.digest != package.get("placed", package["content"]):
            return None
        if is_whole and (reading.tree is None or placed_tree(reading.tree) != package["tree"]):
            return None
        count, files = count + 1, files + len(reading.files)
    if foreign_beside(root, state.vendor, paths, ignored) or not _git_files_right(root, state):
        return None
    return count, files


def _git_files_right(root: str, state: State) -> bool:
    return not state.git_files or git_files_as_written(root, state.vendor)
