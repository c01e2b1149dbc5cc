"""What is newer than the lock."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bitdeps.config.settings import Settings
from bitdeps.core.bump import choose, pattern_for
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.lockfile.requested import OVERRIDE, is_root, read_lines
from bitdeps.core.names import RepoName
from bitdeps.core.requirement import Requested, Requirement
from bitdeps.core.resolver.model import Tag
from bitdeps.core.versions import allows, read_tags, read_version
from bitdeps.ops.edge import Edge, open_edge
from bitdeps.ops.knowledge import Knowledge, locked_tags, young_note
from bitdeps.ops.moved import check_all_tags
from bitdeps.ops.project import Project
from bitdeps.ops.stale import require_lock

_SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """A package of which there is something newer."""

    name: str
    locked: str
    compatible: str
    """The newest within reach of `deps update` that fits everybody who asks; the locked one where there is none."""
    newest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutdatedReport:
    """What was found."""

    packages: tuple[Outdated, ...]
    checked: int
    unversioned: Mapping[str, tuple[str, ...]]
    """Tags that are no versions, by package."""
    young: str | None = None
    """Which tags `min-age` keeps out."""
    requests: int = 0


async def outdated(project: Project, settings: Settings) -> OutdatedReport:
    """Compare the lock with what the service has: one listing for each repository with tags, one look-up for a branch.

    Raises:
        StaleLockError: where there is no lock.
        MovedTagError: where a locked tag names another commit now.

    """
    lockfile = require_lock(project, compare=False)
    packages = sorted(lockfile.packages.values(), key=lambda package: package.name)
    async with open_edge(settings) as edge:
        knowledge = Knowledge(min_age=project.manifest.min_age, locked=locked_tags(lockfile.packages))
        branches, _ = await asyncio.gather(_branches(packages, edge), _learn(lockfile, knowledge, edge))
        await check_all_tags(packages, knowledge, edge)
        requests = edge.remote.sent
    rows = [row for package in packages if (row := _row(package, knowledge, branches)) is not None]
    return OutdatedReport(
        packages=tuple(rows),
        checked=len(packages),
        unversioned={package.name: names for package in packages if (names := _unversioned(package, knowledge))},
        young=young_note(knowledge),
        requests=requests,
    )


async def _learn(lockfile: Lockfile, knowledge: Knowledge, edge: Edge) -> None:
    wanted = {key.repository for key, package in lockfile.packages.items() if package.tag is not None}
    await asyncio.gather(*(knowledge.learn_tags(repository, edge.remote) for repository in sorted(wanted)))


async def _branches(packages: Sequence[LockedPackage], edge: Edge) -> Mapping[tuple[RepoName, str], str]:
    wanted = sorted({(each.identity.repository, each.branch) for each in packages if each.branch is not None})
    found = await asyncio.gather(*(edge.remote.branch(repository, name) for repository, name in wanted))
    return {key: answer.commit for key, answer in zip(wanted, found, strict=True) if answer is not None}


def _row(package: LockedPackage, knowledge: Knowledge, branches: Mapping[tuple[RepoName, str], str]) -> Outdated | None:
    if package.branch is not None:
        commit = branches.get((package.identity.repository, package.branch), package.commit)
        compatible = newest = f"{package.branch}@{commit[:_SHORT]}"
    elif package.tag is not None:
        compatible, newest = _tags(package, package.tag, knowledge)
    else:
        return None
    if compatible == newest == package.label:
        return None
    return Outdated(name=package.name, locked=package.label, compatible=compatible, newest=newest)


def _tags(package: LockedPackage, tag: str, knowledge: Knowledge) -> tuple[str, str]:
    """Return the newest tag within the limits of those who ask, and the newest of all."""
    lines = _asking(package)
    leading = _leading(lines)
    listed = knowledge.tags[package.identity.repository]
    choice = choose(tag, listed, pattern=_pattern(tag, leading), prereleases=leading.prereleases)
    newest = choice.beyond[-1][1] if choice.beyond else choice.newest
    return _compatible(tag, lines, listed), tag if newest is None else newest.tags[0].name


def _asking(package: LockedPackage) -> tuple[Requested, ...]:
    """Return who decides: an override alone, else everybody."""
    lines = read_lines(package.requested)
    return tuple(line for line in lines if line.origin == OVERRIDE) or lines


def _pattern(tag: str, requirement: Requirement) -> str | None:
    return requirement.pattern if requirement.kind == "version" else pattern_for(tag, requirement.pattern)


def _compatible(tag: str, lines: Sequence[Requested], listed: Sequence[Tag]) -> str:
    """Return the newest tag that fits everybody; the project's own tag is what an update moves."""
    ranges = [line.requirement for line in lines if line.requirement.kind == "version"]
    others = [line for line in lines if line.requirement.kind != "version"]
    if any(line.requirement.kind != "tag" or not is_root(line.origin) for line in others):
        return tag
    fitting = [each for each in listed if all(_fits(line, each.name) for line in ranges)]
    if others:
        own = others[0].requirement
        choice = choose(tag, fitting, pattern=_pattern(tag, own), prereleases=own.prereleases)
        return tag if choice.newest is None else choice.newest.tags[0].name
    found = next(iter(read_tags(fitting, ranges[0].pattern).versions), None)
    return tag if found is None else found.tags[0].name


def _fits(requirement: Requirement, tag: str) -> bool:
    version = read_version(tag, requirement.pattern)
    return version is not None and allows(requirement, version)


def _unversioned(package: LockedPackage, knowledge: Knowledge) -> tuple[str, ...]:
    listed = knowledge.tags.get(package.identity.repository)
    if package.tag is None or listed is None:
        return ()
    return tuple(tag.name for tag in read_tags(listed, _pattern(package.tag, _leading(_asking(package)))).ignored)


def _leading(lines: Sequence[Requested]) -> Requirement:
    return next((line for line in lines if is_root(line.origin)), lines[0]).requirement
