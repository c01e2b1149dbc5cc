"""One entry of a new lock: kept from the old one where its commit is the same, else from the archive."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bitdeps.archive import Archive, Survey
from bitdeps.core.digest import Entry
from bitdeps.core.lockfile.model import LockedPackage, Proof
from bitdeps.core.member_paths import windows_warnings
from bitdeps.core.names import Identity
from bitdeps.core.resolver.model import Resolution
from bitdeps.ops.contents import content_of, selection_of
from bitdeps.ops.edges import check_edges
from bitdeps.ops.project import Project
from bitdeps.ops.proof import Prover
from bitdeps.ops.sources import Sources, Wanted
from bitdeps.vendor.content import Content, expected_files
from bitdeps.vendor.hashing import files_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """What the lock says about the bytes of one package."""

    tree: str
    proof: Proof | None
    content: str
    archive_sha256: str | None
    archive_size: int | None
    selection: str | None
    placed: str | None
    warnings: tuple[str, ...] = ()


async def pin(
    project: Project,
    sources: Sources,
    prover: Prover,
    *,
    wanted: Wanted,
    identity: Identity,
    old: LockedPackage | None,
    resolution: Resolution,
) -> Pinned:
    """Return the facts about a pin; the archive is read, and git asked, only where the old lock does not tell them.

    Raises:
        DepsError: where the archive cannot be had, must not be placed, or is not its commit.

    """
    content = content_of(project, identity, wanted.name, sources.limits)
    selection = selection_of(content)
    if old is not None and old.selection == selection:
        kept = Pinned(
            tree=old.tree,
            proof=old.proof,
            content=old.content,
            archive_sha256=old.archive_sha256,
            archive_size=old.archive_size,
            selection=selection,
            placed=old.placed,
        )
        return await _proved(kept, prover, sources, wanted)

    def read(archive: Archive) -> tuple[Pinned, Survey]:
        return _read(archive, content, selection, identity, old, resolution), archive.survey

    if not prover.wants(None if old is None else old.proof, kept=old is not None):
        pinned, survey = await sources.use(wanted, read, tree=True)
        return pinned if old is not None else _as_brought(pinned, survey, sources, wanted)
    prover.begin(wanted)
    pinned, survey = await sources.use(wanted, read, tree=True)
    proof = await prover.prove(wanted, await prover.claim(wanted), pinned.tree, pinned.content, _of(survey))
    pinned = replace(pinned, proof=proof)
    return pinned if old is not None else _as_brought(pinned, survey, sources, wanted)


async def _proved(kept: Pinned, prover: Prover, sources: Sources, wanted: Wanted) -> Pinned:
    if not prover.wants(kept.proof, kept=True):
        return kept

    async def entries() -> Sequence[Entry]:
        return await sources.use(wanted, lambda archive: archive.survey.entries)

    claim = await prover.claim(wanted)
    return replace(kept, proof=await prover.prove(wanted, claim, kept.tree, kept.content, entries))


def _of(survey: Survey) -> Callable[[], Awaitable[Sequence[Entry]]]:
    async def entries() -> Sequence[Entry]:
        return survey.entries

    return entries


def _as_brought(pinned: Pinned, survey: Survey, sources: Sources, wanted: Wanted) -> Pinned:
    """Add what the archive's compressed bytes are, where the service made them."""
    if sources.is_by_git(wanted):
        return pinned
    return replace(pinned, archive_sha256=survey.sha256, archive_size=survey.size)


def _read(
    archive: Archive,
    content: Content,
    selection: str | None,
    identity: Identity,
    old: LockedPackage | None,
    resolution: Resolution,
) -> Pinned:
    survey = archive.survey
    files = expected_files(archive, content)
    check_edges(archive, identity, content.package, resolution.requested)
    return Pinned(
        tree=survey.tree or "",
        proof=None if old is None else old.proof,
        content=survey.content,
        archive_sha256=None if old is None else old.archive_sha256,
        archive_size=None if old is None else old.archive_size,
        selection=selection,
        placed=None if selection is None else files_digest(files),
        warnings=tuple(f"`{content.package}`: {problem}" for problem in windows_warnings(files)),
    )
