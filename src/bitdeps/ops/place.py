"""Make the vendor directory what the lock says: observe, plan, stage, swap."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass

from bitdeps.cache import Cache
from bitdeps.config.settings import ArchiveLimits, Settings
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.plan.decide import plan, wanted_places
from bitdeps.core.plan.edits import ALL, Abilities, edited_error, ignore_line
from bitdeps.core.plan.model import Plan
from bitdeps.errors import LocalError
from bitdeps.ops.contents import patch_patterns
from bitdeps.ops.edge import Edge
from bitdeps.ops.expected import cached_files
from bitdeps.ops.fill import fill
from bitdeps.ops.project import Project, remove_leftovers
from bitdeps.ops.report import Change
from bitdeps.ops.sources import archive_of
from bitdeps.vendor.abilities import held
from bitdeps.vendor.commit import commit, recover
from bitdeps.vendor.foreign import foreign_beside
from bitdeps.vendor.gitfiles import git_files, git_files_as_written, git_files_step
from bitdeps.vendor.idle import ignored_paths
from bitdeps.vendor.lock import project_lock
from bitdeps.vendor.observe import Expected, Sight, known_places, observe
from bitdeps.vendor.scan import Ignored
from bitdeps.vendor.staging import Staging, sweep
from bitdeps.vendor.state import State, load_state
from bitdeps.vendor.verify import abilities_of, ability_notes, placed_notes


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRequest:
    """What is to be placed, and how."""

    lockfile: Lockfile
    links: Mapping[str, str]
    """Local checkouts: target of the link, by package name."""
    groups: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    inputs: str = ""
    """What a later run may compare to know that there is nothing to do; empty where it may not."""
    force: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """What was done, or would be."""

    changes: tuple[Change, ...]
    kept: int
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


async def place(project: Project, edge: Edge, request: PlaceRequest, say: Callable[[str], None]) -> Placing:
    """Bring every place to what the lock wants; nothing that `deps` did not write is deleted.

    Raises:
        EditedVendorError: where a place was edited and `force` is off; nothing is changed then.
        DepsError: where a package cannot be had; each place is its old tree or its new one.

    """
    ignored = ignored_paths(project.manifest.ignore, project.manifest.vendor)
    timeout = edge.settings.timeouts.lock
    with nullcontext() if request.dry_run else project_lock(project.root, timeout=timeout, waiting=say):
        state = load_state(project.root)
        if not request.dry_run:
            remove_leftovers(project.root)
        moved = () if request.dry_run else recover(project.root, state, ignored)
        sight, todo, abilities = await _decide(project, edge, request, state, ignored)
        known = () if state is None else tuple(state.places)
        packages = {package.path: package for package in request.lockfile.packages.values()}
        foreign = foreign_beside(project.root, project.manifest.vendor, {*packages, *known}, ignored)
        if project.manifest.commit_vendor:
            foreign = tuple(path for path in foreign if path not in git_files(project.manifest.vendor))
        placed = ALL
        if not request.dry_run:
            more, placed = await _carry_out(project, edge, request, state, (sight, todo))
            moved += more
    vendor = project.manifest.vendor
    return Placing(
        changes=tuple(_changes(todo)),
        kept=len(todo.having("keep", "adopt")),
        notes=(
            *(f"what was edited or foreign is now in `{path}`" for path in moved),
            *ability_notes(abilities, vendor),
            *placed_notes(placed, vendor),
        ),
        warnings=_foreign_warning(foreign),
    )


async def _decide(
    project: Project, edge: Edge, request: PlaceRequest, state: State | None, ignored: Ignored
) -> tuple[Sight, Plan, Abilities]:
    packages = {package.path: package for package in request.lockfile.packages.values()}
    sight, todo = _look(project, edge, request, state, ignored)
    unnamed = [packages[step.path] for step in todo.stops if step.digest.startswith("d1:") and not step.edits]
    if unnamed and not edge.settings.offline:
        # Neither the record nor the cache knows the files: the archives tell which of them differ.
        await asyncio.gather(*(_fetch(edge, package) for package in unnamed), return_exceptions=True)
        sight, todo = _look(project, edge, request, state, ignored)
    doubtful = todo.stops or (request.force and todo.having("replace"))
    abilities = abilities_of(project.root, project.manifest.vendor, []) if doubtful else ALL
    if abilities != ALL:
        # It may be right for a file system that cannot hold the whole of it.
        sight, todo = _look(project, edge, request, state, ignored, abilities)
    stops = list(todo.stops)
    if project.manifest.commit_vendor and not request.force:
        files = git_files_step(project.root, project.manifest.vendor)
        stops += [] if files is None else [files]
    if stops:
        raise edited_error(stops)
    return sight, todo, abilities


def _look(
    project: Project,
    edge: Edge,
    request: PlaceRequest,
    state: State | None,
    ignored: Ignored,
    abilities: Abilities = ALL,
) -> tuple[Sight, Plan]:
    wanted = wanted_places(request.lockfile, groups=request.groups, names=request.names, links=request.links)
    expected = _expected(project, edge.sources.cache, request.lockfile, edge.settings.limits)
    partial = bool(request.names)
    sight = observe(project.root, wanted, state, ignored, partial=partial, expected=expected, abilities=abilities)
    return sight, plan(wanted, known_places(state), sight.observed, partial=partial, force=request.force)


def _expected(project: Project, cache: Cache, lockfile: Lockfile, limits: ArchiveLimits) -> Expected:
    packages = {package.path: package for package in lockfile.packages.values()}
    return lambda place: cached_files(project, cache, packages[place.path], limits)


async def _fetch(edge: Edge, package: LockedPackage) -> None:
    await edge.sources.use(archive_of(package), lambda _: None)


async def _carry_out(
    project: Project,
    edge: Edge,
    request: PlaceRequest,
    before: State | None,
    decided: tuple[Sight, Plan],
) -> tuple[tuple[str, ...], Abilities]:
    """Return what was moved to the trash, and what the file system held of what was placed."""
    sight, todo = decided
    packages = {package.path: package for package in request.lockfile.packages.values()}
    ignored = ignored_paths(project.manifest.ignore, project.manifest.vendor)
    after = State(
        inputs=request.inputs,
        vendor=project.manifest.vendor,
        ignore=project.manifest.ignore,
        patches=patch_patterns(project),
        git_files=project.manifest.commit_vendor,
    )
    vendor = after.vendor
    is_written = not after.git_files or git_files_as_written(project.root, vendor)
    if todo.idle and not sight.fresh and before is not None and _header(before) == _header(after) and is_written:
        return (), ALL
    places = {*packages, *(() if before is None else before.places)}
    kept = tuple(sweep(project.root, places))
    try:
        staging = Staging(project.root)
        staged = await fill(project, edge.sources, staging, todo.fills, packages)
        kept += commit(staging, todo, sight, staged, before=before, after=after, ignored=ignored)
        return kept, held(after.places[step.path] for step in todo.fills)
    except LocalError:
        if todo.changes_vendor:
            raise
        # A read-only tree that is right already: only the record cannot be kept.
        return (), ALL
    finally:
        sweep(project.root, places)


def adopt(project: Project, lockfile: Lockfile, settings: Settings, say: Callable[[str], None]) -> None:
    """Record what is already as a lock wants it, where nothing is recorded yet.

    Before a new lock replaces this one: else a tree that nobody edited could not be told from an edited one, in a
    clone of a project that keeps its vendor directory in git, or where `.deps/` was lost.
    """
    ignored = ignored_paths(project.manifest.ignore, project.manifest.vendor)
    wanted = wanted_places(lockfile, groups=project.manifest.groups)
    with project_lock(project.root, timeout=settings.timeouts.lock, waiting=say):
        if load_state(project.root) is not None:
            return
        sight = observe(project.root, wanted, None, ignored, partial=True)
        todo = plan(wanted, {}, sight.observed, partial=True)
        abilities = abilities_of(project.root, project.manifest.vendor, []) if todo.stops else ALL
        if abilities != ALL:
            expected = _expected(project, Cache(settings.cache_dir), lockfile, settings.limits)
            sight = observe(project.root, wanted, None, ignored, partial=True, expected=expected, abilities=abilities)
            todo = plan(wanted, {}, sight.observed, partial=True)
        steps = todo.having("adopt")
        if steps:
            after = State(vendor=project.manifest.vendor, ignore=project.manifest.ignore)
            staging = Staging(project.root)
            commit(staging, Plan(steps=steps), sight, [], before=None, after=after, ignored=ignored)


def _header(state: State) -> tuple[object, ...]:
    return (state.inputs, state.vendor, state.ignore, state.patches, state.git_files)


def _changes(todo: Plan) -> list[Change]:
    changes = [Change(sign="+", name=step.name, new=step.label) for step in todo.having("place")]
    changes += [
        Change(sign="~", name=step.name, old=step.old_label or None, new=step.label) for step in todo.having("replace")
    ]
    changes += [Change(sign="-", name=step.name, old=step.old_label or None) for step in todo.having("remove")]
    return sorted(changes, key=lambda change: change.name)


def _foreign_warning(foreign: tuple[str, ...]) -> tuple[str, ...]:
    if not foreign:
        return ()
    listed = ", ".join(f"`{path}`" for path in foreign)
    verb = "is" if len(foreign) == 1 else "are"
    hint = f"to allow, write {ignore_line(foreign)} in `[project]`"
    return (f"{listed}: {verb} not from `deps.lock`, and left alone\n{hint}",)
