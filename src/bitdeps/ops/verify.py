"""Vendor against lock, every byte, offline."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bitdeps.cache import Cache
from bitdeps.config.settings import Settings
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.plan.decide import is_wanted, places_below, wanted_place
from bitdeps.core.plan.edits import ALL, Abilities, File, edit_lines, ignore_line
from bitdeps.errors import EditedVendorError
from bitdeps.ops.expected import cached_files
from bitdeps.ops.local import read_local
from bitdeps.ops.project import LOCAL_OVERRIDES, Project
from bitdeps.ops.report import VerifyReport
from bitdeps.ops.stale import require_lock
from bitdeps.ops.trees import tree_problem
from bitdeps.ops.words import count
from bitdeps.vendor.foreign import foreign_beside
from bitdeps.vendor.gitfiles import git_file_edits, git_files
from bitdeps.vendor.idle import ignored_paths
from bitdeps.vendor.state import load_state
from bitdeps.vendor.verify import (
    UNNAMED_HINT,
    Reading,
    abilities_of,
    ability_notes,
    differences,
    read_against,
    unnamed,
)

MOST_LISTED = 50
FORCE_HINT = "`deps install --force` puts back what the lock says"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A place that was read, and what it should hold where that is known."""

    package: LockedPackage
    reading: Reading
    expected: Mapping[str, File] | None


def verify(project: Project, settings: Settings) -> VerifyReport:
    """Read every byte of the vendor directory and compare it with the lock; nothing is written.

    Raises:
        EditedVendorError: names each modified, missing and extra file, mode and link that differs.
        StaleLockError: where there is no lock.

    """
    report = examine(project, settings)
    if report.problems:
        raise edited_alarm(report)
    return report


def examine(project: Project, settings: Settings) -> VerifyReport:
    """Do the same, and return what differs instead of raising it.

    Raises:
        StaleLockError: where there is no lock.

    """
    started = time.monotonic()
    lockfile = require_lock(project, compare=False)
    judged = _read(project, settings, lockfile)
    abilities = _abilities(project, judged)
    problems, hints = _problems(judged, abilities, read_local(project.root))
    _add_trees(judged, problems, hints)
    _add_beside(project, lockfile, problems, hints)
    return VerifyReport(
        packages=len(judged),
        files=sum(len(one.reading.files) for one in judged),
        problems=tuple(problems),
        hint="; ".join(dict.fromkeys(hints)),
        notes=ability_notes(abilities, project.manifest.vendor),
        seconds=time.monotonic() - started,
    )


def _read(project: Project, settings: Settings, lockfile: Lockfile) -> list[_Judged]:
    state = load_state(project.root)
    cache = Cache(settings.cache_dir)
    ignored = ignored_paths(project.manifest.ignore, project.manifest.vendor)
    below = places_below({package.path for package in lockfile.packages.values()})
    judged = []
    for package in lockfile.packages.values():
        reading, expected = read_against(
            wanted_place(package, {}),
            project.root,
            state,
            ignored,
            skip=below.get(package.path, frozenset()),
            cached=partial(cached_files, project, cache, package, settings.limits),
            blobs=package.placed is None,
        )
        if reading.lies not in ("absent", "vacant") or is_wanted(package, ()):
            judged.append(_Judged(package=package, reading=reading, expected=expected))
    return judged


def _abilities(project: Project, judged: list[_Judged]) -> Abilities:
    """Find out what the file system can hold, only where a mode or a link differs."""
    pairs = [
        (one.expected, one.reading.files)
        for one in judged
        if one.expected is not None and one.reading.digest != one.package.placed_digest
    ]
    kinds = {
        edit.kind
        for one in judged
        for edit in differences(one.reading, one.package.placed_digest, one.expected, ALL) or ()
    }
    return abilities_of(project.root, project.manifest.vendor, pairs) if kinds & {"mode", "kind"} else ALL


def _problems(judged: list[_Judged], abilities: Abilities, local: Mapping[str, str]) -> tuple[list[str], list[str]]:
    problems: list[str] = []
    hints: list[str] = []
    extra: list[str] = []
    for one in judged:
        package, digest = one.package, one.package.placed_digest
        edits = differences(one.reading, digest, one.expected, abilities)
        if package.name in local and one.reading.lies == "link":
            problems.append(f"`{package.path}` is the local checkout `{local[package.name]}` (`{LOCAL_OVERRIDES}`)")
            hints.append(f"take `{package.name}` out of `{LOCAL_OVERRIDES}` and run `deps install`")
        elif edits is None:
            problems.append(unnamed(package.name, package.path, digest, one.reading.digest))
            hints += [UNNAMED_HINT, FORCE_HINT]
        elif edits:
            problems += edit_lines(package.path, edits)
            extra += [f"{package.path}/{edit.path}" for edit in edits if edit.kind == "extra"]
            hints.append(FORCE_HINT)
    if extra:
        hints.insert(0, f"to allow what was added, write {ignore_line(extra)} in `[project]`")
    return problems, hints


def _add_trees(judged: list[_Judged], problems: list[str], hints: list[str]) -> None:
    """Repeat that the bytes are the tree that the lock names, where a package is placed whole."""
    for one in judged:
        package, read = one.package, one.reading.tree
        if package.placed is not None or one.reading.digest != package.content or read is None:
            continue
        problem = tree_problem(package.name, read, package.tree)
        if problem is not None:
            problems.append(problem)
            hints.append("an entry of `deps.lock` was edited: compare it with version control")


def _add_beside(project: Project, lockfile: Lockfile, problems: list[str], hints: list[str]) -> None:
    manifest = project.manifest
    paths = {package.path for package in lockfile.packages.values()}
    ignored = ignored_paths(manifest.ignore, manifest.vendor)
    foreign = foreign_beside(project.root, manifest.vendor, paths, ignored)
    if manifest.commit_vendor:
        foreign = tuple(path for path in foreign if path not in git_files(manifest.vendor))
    if foreign:
        problems += [f"`{path}` is not from `deps.lock`" for path in foreign]
        hints.append(f"to allow what lies beside the packages, write {ignore_line(foreign)} in `[project]`")
    edits = git_file_edits(project.root, manifest.vendor) if manifest.commit_vendor else ()
    if edits:
        problems += edit_lines(manifest.vendor, edits)
        hints.append(FORCE_HINT)


def edited_alarm(report: VerifyReport) -> EditedVendorError:
    """Write the error that names what differs (the list is capped)."""
    shown = [f"- {problem}" for problem in report.problems[:MOST_LISTED]]
    if len(report.problems) > MOST_LISTED:
        shown.append(f"- and {len(report.problems) - MOST_LISTED} more")
    message = f"the vendor directory is not what `deps.lock` says, {count(len(report.problems), 'difference')}:\n"
    return EditedVendorError(message + "\n".join(shown), hint=report.hint)
