"""Resolve a manifest and write the lockfile."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bitdeps.config.settings import Settings
from bitdeps.core.lockfile.format import format_lockfile
from bitdeps.core.lockfile.groups import package_groups
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.names import Identity
from bitdeps.core.placement import Placement, place
from bitdeps.core.resolver.model import Candidate, Resolution
from bitdeps.errors import UsageError
from bitdeps.ops.ahead import Ahead
from bitdeps.ops.edge import Edge, open_edge
from bitdeps.ops.knowledge import Knowledge, locked_tags
from bitdeps.ops.moved import check_tags
from bitdeps.ops.pin import Pinned, pin
from bitdeps.ops.previous import Previous, read_previous
from bitdeps.ops.project import Project, remove_leftovers, write_atomic
from bitdeps.ops.proof import ProofPolicy, Prover, require_proofs
from bitdeps.ops.report import LockReport, lock_changes
from bitdeps.ops.resolve import resolve, root_of
from bitdeps.ops.sources import Wanted, archive_of, ref_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LockRequest:
    """What to do about the lock."""

    write: bool = True
    accept_moved: frozenset[str] = frozenset()
    """Names of packages whose tag may name another commit than the lock says."""
    proof: ProofPolicy = "try"
    """Whether git is asked if an archive is its commit, and whether the answer must be yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a resolution begins with."""

    previous: Previous
    prefer: Mapping[Identity, Candidate]
    knowledge: Knowledge
    accepted: frozenset[Identity] = frozenset()
    """Packages whose tag may name another commit than the lock says."""
    is_checked: bool = False
    """The locked tags were compared with the service already."""


def start_from(project: Project, previous: Previous, *, accepted: frozenset[Identity] = frozenset()) -> Start:
    """Begin with the old lock: every pin is preferred but those whose tag may have moved."""
    prefer = {
        identity: previous.candidate(package)
        for identity, package in previous.packages.items()
        if identity not in accepted
    }
    knowledge = Knowledge(
        manifests=dict(previous.manifests), min_age=project.manifest.min_age, locked=locked_tags(previous.packages)
    )
    return Start(previous=previous, prefer=prefer, knowledge=knowledge, accepted=accepted)


async def lock(project: Project, settings: Settings, request: LockRequest) -> LockReport:
    """Resolve the manifest, keeping every pin that still fits, and write the lock where it changed.

    Raises:
        DepsError: why there is no new lock; the old one is as it was.

    """
    previous = read_previous(project)
    accepted = _accepted(request.accept_moved, previous)
    async with open_edge(settings) as edge:
        return await relock(project, edge, start_from(project, previous, accepted=accepted), request)


async def relock(project: Project, edge: Edge, start: Start, request: LockRequest) -> LockReport:
    """Resolve a manifest, which may be newer than the file, and write the lock where it changed and is to be written.

    Raises:
        DepsError: why there is no new lock; the old one is as it was.

    """
    started = time.monotonic()
    previous = start.previous
    async with Prover(settings=edge.settings, remote=edge.remote, sources=edge.sources, policy=request.proof) as prover:
        resolution, notes = await _resolve(project, edge, start, start.accepted, prover)
        lockfile, warnings = await _lockfile(project, edge, previous, resolution, prover)
    notes += tuple(edge.sources.notes)
    if request.proof == "require":
        require_proofs(lockfile.packages.values())
    text = format_lockfile(lockfile).encode()
    changed = text != (project.lock_bytes or b"").replace(b"\r\n", b"\n")
    if request.write:
        if changed:
            write_atomic(project.lock_path, text)
        remove_leftovers(project.root)
    return LockReport(
        lockfile=lockfile,
        changes=lock_changes(previous.packages, lockfile.packages),
        changed=changed,
        written=changed and request.write,
        new_workspaces=_new_workspaces(previous.packages, lockfile.packages),
        notes=notes,
        warnings=(*warnings, *edge.sources.warnings),
        details=start.knowledge.ignored_keys(resolution.pins),
        requests=edge.remote.sent,
        seconds=time.monotonic() - started,
    )


def _accepted(names: frozenset[str], previous: Previous) -> frozenset[Identity]:
    known = {package.name: identity for identity, package in previous.packages.items()}
    unknown = sorted(names - known.keys())
    if unknown:
        message = f"`--accept-moved {unknown[0]}`: `deps.lock` has no package of this name"
        raise UsageError(
            message, hint=f"the names are {', '.join(f'`{name}`' for name in sorted(known)) or 'none yet'}"
        )
    return frozenset(known[name] for name in names)


async def _resolve(
    project: Project, edge: Edge, start: Start, accepted: frozenset[Identity], prover: Prover
) -> tuple[Resolution, tuple[str, ...]]:
    ahead = Ahead(root=root_of(project.manifest), knowledge=start.knowledge, previous=start.previous, prover=prover)
    ahead.prepare()
    resolution = await resolve(ahead.root, start.knowledge, edge.remote, prefer=start.prefer, learned=ahead.begin)
    if edge.settings.offline or start.is_checked:
        return resolution, ()
    return resolution, await check_tags(resolution, start.previous.packages, accepted, edge)


async def _lockfile(
    project: Project, edge: Edge, previous: Previous, resolution: Resolution, prover: Prover
) -> tuple[Lockfile, tuple[str, ...]]:
    places = place(project.manifest, resolution.requested)
    jobs = [
        pin(
            project,
            edge.sources,
            prover,
            wanted=_wanted(identity, places[identity].name, candidate, previous),
            identity=identity,
            old=previous.entries.get((identity, candidate.commit)),
            resolution=resolution,
        )
        for identity, candidate in resolution.pins.items()
    ]
    pinned = dict(zip(resolution.pins, await asyncio.gather(*jobs), strict=True))
    groups = package_groups(resolution.requested)
    packages = {
        identity: _package(
            identity,
            resolution,
            places[identity],
            pinned[identity],
            groups[identity],
            _uuid(identity, edge, previous),
        )
        for identity in sorted(resolution.pins)
    }
    warnings = [*(warning for one in pinned.values() for warning in one.warnings), *sorted(prover.warnings)]
    warnings += [
        f"the override of `{identity}` is not used: nothing requires it\nremove it from `[overrides]` in `deps.toml`"
        for identity in resolution.unused_overrides
    ]
    return Lockfile(packages=packages), tuple(warnings)


def _wanted(identity: Identity, name: str, candidate: Candidate, previous: Previous) -> Wanted:
    old = previous.entries.get((identity, candidate.commit))
    ref = ref_of(candidate.tag, candidate.branch)
    if old is None:
        return Wanted(name=name, repository=identity.repository, commit=candidate.commit, ref=ref)
    return replace(archive_of(old), name=name, ref=ref)


def _package(
    identity: Identity,
    resolution: Resolution,
    placement: Placement,
    pinned: Pinned,
    groups: tuple[str, ...],
    uuid: str | None,
) -> LockedPackage:
    candidate = resolution.pins[identity]
    return LockedPackage(
        identity=identity,
        name=placement.name,
        path=placement.path,
        uuid=uuid,
        tag=candidate.tag,
        branch=candidate.branch,
        version=candidate.version,
        commit=candidate.commit,
        tree=pinned.tree,
        proof=pinned.proof,
        content=pinned.content,
        archive_sha256=pinned.archive_sha256,
        archive_size=pinned.archive_size,
        selection=pinned.selection,
        placed=pinned.placed,
        groups=groups,
        requires=resolution.requires[identity],
        requested=resolution.requested[identity],
    )


def _uuid(identity: Identity, edge: Edge, previous: Previous) -> str | None:
    asked = edge.remote.uuid(identity.repository)
    if asked is not None:
        return asked
    locked = [package for key, package in previous.packages.items() if key.repository == identity.repository]
    return next((package.uuid for package in locked if package.uuid is not None), None)


def _new_workspaces(old: Mapping[Identity, LockedPackage], new: Mapping[Identity, LockedPackage]) -> tuple[str, ...]:
    known = {identity.repository.workspace for identity in old}
    named = {identity.repository.workspace for identity in new}
    return tuple(sorted(named - known)) if old else ()
