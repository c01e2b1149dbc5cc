"""Vendor against lock, every byte, without a network and without writing (DESIGN section 8)."""

import os
import stat
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bitdeps.core.plan.edits import ALL, Abilities, File, compare
from bitdeps.core.plan.model import Edit, Lies, Wanted
from bitdeps.vendor.abilities import judge, probe
from bitdeps.vendor.disk import open_parent, refusing
from bitdeps.vendor.hashing import Tree, files_digest, hash_tree, with_ours
from bitdeps.vendor.scan import Ignored
from bitdeps.vendor.state import State

Cached = Callable[[], Mapping[str, File] | None]
"""Gives the files that a place should hold, by path, from a cached archive, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one place holds, read to the last byte."""

    path: str
    lies: Lies
    digest: str | None = None
    """As in `Observed`."""
    files: Mapping[str, File]
    tree: Tree | None = None


def read_against(
    place: Wanted,
    project: str,
    state: State | None,
    ignored: Ignored,
    *,
    skip: frozenset[str],
    cached: Cached,
    blobs: bool = False,
) -> tuple[Reading, Mapping[str, File] | None]:
    """Read a place; return also what it should hold, by path, where record or cache know and it is not right.

    What is ours counts as ours also where a pattern of `ignore` matches it.

    Raises:
        LocalError: where something cannot be read.

    """
    expected: Mapping[str, File] | None = recorded_files(state, place.path, place.digest)
    reading = read_place(project, place.path, ignored, skip, () if expected is None else expected, blobs=blobs)
    if reading.digest == place.digest or reading.lies != "tree":
        return reading, expected
    if expected is None:
        expected = cached()
        if reading.tree is not None and reading.tree.left_out:
            with refusing("read", place.path):
                tree = with_ours(os.path.join(project, place.path), reading.tree, expected)
            if expected is not None or tree.digest == place.digest:
                reading = Reading(path=place.path, lies="tree", digest=tree.digest, files=tree.files, tree=tree)
    return reading, expected


def read_place(
    project: str,
    path: str,
    ignored: Ignored,
    skip: frozenset[str] = frozenset(),
    ours: Collection[str] = (),
    *,
    blobs: bool = False,
) -> Reading:
    """Read every byte of a place, once; `skip` names the places below it, `ours` its files, relative to it.

    `blobs` asks for git's object ids too.

    Raises:
        LocalError: where a link or file lies on the way to it, or something cannot be read.

    """
    with refusing("read", path):
        try:
            parent, name = open_parent(project, path)
        except FileNotFoundError:
            return Reading(path=path, lies="absent", files={})
        try:
            mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
            if stat.S_ISLNK(mode):
                target = os.fsdecode(os.readlink(name, dir_fd=parent))
                return Reading(path=path, lies="link", digest=f"link:{target}", files={})
        except FileNotFoundError:
            return Reading(path=path, lies="absent", files={})
        finally:
            os.close(parent)
        if not stat.S_ISDIR(mode):
            return Reading(path=path, lies="other", files={})
        tree = hash_tree(os.path.join(project, path), path, ignored, skip, ours, blobs=blobs)
    lies: Lies = "tree" if tree.files or tree.left_out else "vacant"
    return Reading(path=path, lies=lies, digest=tree.digest, files=tree.files, tree=tree)


def recorded_files(state: State | None, path: str, digest: str) -> dict[str, File] | None:
    """Return what the record says lies at a place, by path; None where it does not add up to the lock's digest."""
    place = None if state is None else state.places.get(path)
    if place is None:
        return None
    files = {name: (mode, sha256) for name, mode, sha256 in place.rows()}
    return files if files_digest(files) == digest else None


def differences(
    reading: Reading, digest: str, expected: Mapping[str, File] | None, abilities: Abilities = ALL
) -> tuple[Edit, ...] | None:
    """Name how a place differs from what the lock wants; None where it does but cannot be told file by file.

    `expected` comes from the record or from a cached archive; it is used only where the digests differ.
    """
    if reading.digest == digest:
        return ()
    if reading.lies in ("absent", "link", "other"):
        return (Edit(path="", kind="missing" if reading.lies == "absent" else "kind"),)
    if expected is None:
        return None
    return compare(expected, reading.files, abilities)


def abilities_of(project: str, vendor: str, pairs: list[tuple[Mapping[str, File], Mapping[str, File]]]) -> Abilities:
    """Find out what the file system of the vendor directory can hold: by trying, else from what it holds.

    Ask only where a difference in modes or links was found: it writes, where it may.
    """
    home = os.path.join(project, vendor)
    for path in (home, os.path.join(project, ".deps")):
        if os.path.isdir(home) and os.path.isdir(path) and os.lstat(path).st_dev == os.lstat(home).st_dev:
            found = probe(path)
            if found is not None:
                return found
    return judge(pairs)


def ability_notes(abilities: Abilities, vendor: str) -> tuple[str, ...]:
    """Say what was not compared because the file system cannot hold it."""
    notes: list[str] = []
    if not abilities.modes:
        notes.append(f"the file system of `{vendor}` holds no executable bits: compared without them")
    if not abilities.links:
        notes.append(f"the file system of `{vendor}` holds no symbolic links: compared by their targets")
    return tuple(notes)


def placed_notes(abilities: Abilities, vendor: str) -> tuple[str, ...]:
    """Say what was not placed because the file system cannot hold it."""
    notes: list[str] = []
    if not abilities.modes:
        notes.append(f"the file system of `{vendor}` holds no executable bits: placed without them")
    if not abilities.links:
        notes.append(f"the file system of `{vendor}` holds no symbolic links: each is a file that holds its target")
    return tuple(notes)


def unnamed(name: str, path: str, expected: str, found: str | None) -> str:
    """Say that a package differs where the files cannot be told, and how to be told them."""
    return (
        f"`{name}`: `{path}` is {found or 'no tree of plain files'}, the lock wants {expected}; "
        "neither `.deps/` nor the cache knows its files"
    )


UNNAMED_HINT = "`deps install` with network or a filled cache names the files"
