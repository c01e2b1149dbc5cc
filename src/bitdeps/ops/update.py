"""Move tags in the manifest and re-lock ranges and branches (DESIGN, "Settled semantics": update)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bitdeps.config.settings import Settings
from bitdeps.core.bump import Reach
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.names import Identity
from bitdeps.core.rewrite import with_tags
from bitdeps.errors import NoSolutionError
from bitdeps.ops.blame import Tried, with_advice
from bitdeps.ops.changelog import write_changelog
from bitdeps.ops.edge import Edge, open_edge
from bitdeps.ops.edit import edited, entry_path, write_both
from bitdeps.ops.knowledge import Knowledge, locked_tags
from bitdeps.ops.lock import LockRequest, Start, relock
from bitdeps.ops.moved import check_all_tags, require_left
from bitdeps.ops.offers import Held, Offer, held_back, offer, stays
from bitdeps.ops.precise import Precise, check_precise, read_precise
from bitdeps.ops.previous import Previous, read_previous
from bitdeps.ops.project import MANIFEST, Project, decode
from bitdeps.ops.report import LockReport
from bitdeps.ops.targets import Targets, choose_targets, has_range


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRequest:
    """What to update, and how far."""

    names: tuple[str, ...] = ()
    """Nothing but these, and others only if they must; empty means everything."""
    reach: Reach = "compatible"
    precise: Mapping[str, str] = field(default_factory=dict)
    """The tag that a package is to have, by its name."""
    write: bool = True
    changelog: str | None = None
    """The file to write Markdown to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReport:
    """What an update did."""

    lock: LockReport
    tags: Mapping[KeyPath, tuple[str, str]]
    """Old and new tag of each entry whose line in the manifest changed."""
    held: tuple[Held, ...]
    notes: tuple[str, ...] = ()


async def update(project: Project, settings: Settings, request: UpdateRequest) -> UpdateReport:
    """Update a project; neither file changes unless all of it succeeds, and the lock is written last.

    Raises:
        MovedTagError: where a locked tag names another commit now.
        NoSolutionError: where the newest versions do not fit together.
        DepsError: whatever else stands in the way.

    """
    previous = read_previous(project)
    targets = choose_targets(project.manifest, previous, request.names, request.precise)
    async with open_edge(settings) as edge:
        knowledge = Knowledge(
            manifests=dict(previous.manifests), min_age=project.manifest.min_age, locked=locked_tags(previous.packages)
        )
        await _learn(targets, previous, knowledge, edge)
        watched = () if settings.offline else previous.packages.values()
        gone = await check_all_tags(watched, knowledge, edge)
        offers = [offer(entry, knowledge, request.reach) for entry in targets.bumped]
        precise = await read_precise(project.manifest, previous, targets, knowledge, edge)
        start = _start(previous, targets.free, precise, knowledge)
        tags = _tags(offers, precise)
        tried = Tried(tags=tags, targets=targets, reach=request.reach)
        report, changed = await _relocked(project, edge, start, tried)
        check_precise(precise, report.lockfile)
        require_left(gone, report.lockfile)
        if request.changelog is not None and request.write:
            await write_changelog(request.changelog, edge, previous.packages, report.lockfile.packages)
        if request.write:
            report = write_both(changed, project, report)
    return UpdateReport(
        lock=report,
        tags=tags,
        held=tuple(held_back(targets, offers, knowledge, report.lockfile)),
        notes=stays(targets, frozenset(request.names)),
    )


async def _learn(targets: Targets, previous: Previous, knowledge: Knowledge, edge: Edge) -> None:
    """List the tags of every repository whose tags decide, all at once."""
    wanted = {entry.identity.repository for entry in targets.bumped}
    for identity in targets.free - targets.precise.keys():
        package = previous.packages.get(identity)
        entry = next((each for each in targets.entries if each.identity == identity), None)
        if (entry is not None and entry.requirement.kind == "version") or (package is not None and has_range(package)):
            wanted.add(identity.repository)
    await asyncio.gather(*(knowledge.learn_tags(repository, edge.remote) for repository in sorted(wanted)))


def _tags(offers: list[Offer], precise: Precise) -> Mapping[KeyPath, tuple[str, str]]:
    """Return old and new tag of each entry that is to move."""
    tags = {
        entry_path(each.entry): (each.entry.requirement.value, tag) for each in offers if (tag := each.tag) is not None
    }
    return {**tags, **precise.tags}


async def _relocked(project: Project, edge: Edge, start: Start, tried: Tried) -> tuple[LockReport, Project]:
    text = decode(project.manifest_bytes, MANIFEST)
    tags = {path: new for path, (_, new) in tried.tags.items()}
    changed = edited(project, with_tags(text, tags) if tags else text)
    try:
        report = await relock(changed, edge, start, LockRequest(write=False))
    except NoSolutionError as error:
        raise await with_advice(error, project, edge, start, tried) from error
    return report, changed


def _start(previous: Previous, free: frozenset[Identity], precise: Precise, knowledge: Knowledge) -> Start:
    prefer = {
        identity: previous.candidate(package) for identity, package in previous.packages.items() if identity not in free
    }
    return Start(previous=previous, prefer={**prefer, **precise.pins}, knowledge=knowledge, is_checked=True)
