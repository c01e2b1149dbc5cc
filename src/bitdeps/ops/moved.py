"""The alarm for tags that were moved, and repositories that were replaced (DESIGN section 5)."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bitdeps.core.bitbucket.answers import Found
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.names import Identity
from bitdeps.core.resolver.model import Candidate, RefQuery, Resolution
from bitdeps.errors import DepsError, MovedTagError, NotFoundError
from bitdeps.ops.edge import Edge
from bitdeps.ops.history import descends
from bitdeps.ops.knowledge import Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What the service says about a locked tag now."""

    package: LockedPackage
    found: Found | None


async def check_tags(
    resolution: Resolution, locked: Mapping[Identity, LockedPackage], accepted: frozenset[Identity], edge: Edge
) -> tuple[str, ...]:
    """Ask again for every locked tag that the resolution keeps; return notes about renamed repositories.

    Raises:
        MovedTagError: where a tag names another commit than the lock, or the repository is another one.
        NotFoundError: where a locked tag is gone.

    """
    watched = [package for key, package in locked.items() if key in resolution.pins and key not in accepted]
    kept = [package for package in watched if _kept(package, resolution.pins[package.identity])]
    answers = await _ask(kept, edge, None)
    await _raise_alarms(watched, answers, edge)
    gone = [answer.package for answer in answers if answer.found is None]
    if gone:
        raise _gone(gone)
    return tuple(note for answer in answers if (note := _renamed(answer.package, answer.found)) is not None)


async def check_all_tags(
    packages: Iterable[LockedPackage], knowledge: Knowledge, edge: Edge
) -> tuple[LockedPackage, ...]:
    """Compare every locked tag with the service, also those that are about to be left; return those that are gone.

    Listings that are known are not asked for again.

    Raises:
        MovedTagError: where a tag names another commit than the lock, or the repository is another one.

    """
    watched = list(packages)
    answers = await _ask([package for package in watched if package.tag is not None], edge, knowledge)
    await _raise_alarms(watched, answers, edge)
    return tuple(answer.package for answer in answers if answer.found is None)


def require_left(gone: Iterable[LockedPackage], lockfile: Lockfile) -> None:
    """Check that no tag that is gone is locked again.

    Raises:
        NotFoundError: where one is.

    """
    kept = [
        package
        for package in gone
        if (new := lockfile.packages.get(package.identity)) is not None
        and (new.tag, new.commit) == (package.tag, package.commit)
    ]
    if kept:
        raise _gone(kept)


async def _ask(packages: Sequence[LockedPackage], edge: Edge, knowledge: Knowledge | None) -> list[_Answer]:
    async def ask(package: LockedPackage) -> _Answer:
        repository = package.identity.repository
        listed = None if knowledge is None else knowledge.all_tags(repository)
        if listed is None:
            found = await edge.remote.tag(repository, str(package.tag))
            if knowledge is not None:
                query = RefQuery(repository=repository, kind="tag", name=str(package.tag))
                knowledge.refs[query] = None if found is None else found.commit
            return _Answer(package=package, found=found)
        commit = next((tag.commit for tag in listed if tag.name == package.tag), None)
        return _Answer(package=package, found=None if commit is None else Found(commit=commit))

    return list(await asyncio.gather(*map(ask, packages)))


async def _raise_alarms(watched: Iterable[LockedPackage], answers: Iterable[_Answer], edge: Edge) -> None:
    alarms = {package.name: alarm for package in watched if (alarm := _replaced(package, edge)) is not None}
    moved = [answer for answer in answers if answer.found and answer.found.commit != answer.package.commit]
    texts = await asyncio.gather(*(_moved(answer, edge) for answer in moved))
    alarms |= {answer.package.name: text for answer, text in zip(moved, texts, strict=True)}
    if alarms:
        names = " ".join(f"--accept-moved {name}" for name in sorted(alarms))
        hint = f"ask the owners why; where what is there now is right, run `deps lock {names}`"
        raise MovedTagError("\n".join(alarms[name] for name in sorted(alarms)), hint=hint)


def _kept(package: LockedPackage, pin: Candidate) -> bool:
    return package.tag is not None and (package.tag, package.commit) == (pin.tag, pin.commit)


def _replaced(package: LockedPackage, edge: Edge) -> str | None:
    repository = package.identity.repository
    uuid = edge.remote.uuid(repository)
    if package.uuid is None or uuid is None or package.uuid == uuid:
        return None
    return (
        f"`{package.name}`: `{repository}` is another repository than the locked one\n"
        f"  locked  {package.uuid}\n  now     {uuid}"
    )


async def _moved(answer: _Answer, edge: Edge) -> str:
    package, now = answer.package, answer.found.commit if answer.found else ""
    repository = package.identity.repository
    return (
        f"`{package.name}`: the tag `{package.tag}` of `{repository}` was moved\n"
        f"  locked  {package.commit}\n  now     {now}, {await _descent(package, now, edge)}"
    )


async def _descent(package: LockedPackage, now: str, edge: Edge) -> str:
    try:
        answer = await descends(edge.remote, edge.settings, package.identity.repository, new=now, old=package.commit)
    except DepsError:
        # The alarm is what matters; why it could not be looked into is not.
        return "and nobody could tell whether it descends from the locked one"
    if answer is None:
        return "and the locked commit is gone from the repository"
    return "which descends from the locked one" if answer else "which does not descend from the locked one"


def _gone(packages: list[LockedPackage]) -> NotFoundError:
    lines = [
        f"`{package.name}`: the locked tag `{package.tag}` of `{package.identity.repository}` is gone"
        for package in packages
    ]
    hint = f'ask for another tag in `deps.toml`, or for the commit itself: `commit = "{packages[0].commit}"`'
    return NotFoundError("\n".join(lines), hint=hint)


def _renamed(package: LockedPackage, answer: Found | None) -> str | None:
    if answer is None or answer.full_name is None or package.uuid is None or package.uuid != answer.uuid:
        return None
    new = answer.full_name.lower()
    if new == str(package.identity.repository):
        return None
    workspace, _, repo = new.partition("/")
    return (
        f"`{package.name}`: `{package.identity.repository}` is now called `{new}`; "
        f'write `workspace = "{workspace}"`, `repo = "{repo}"` in `deps.toml`'
    )
