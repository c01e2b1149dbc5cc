"""What the tags of its repository offer to each entry, and what is held back, with the way to take it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bitdeps.core.bump import Choice, Reach, choose, pattern_for
from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.manifest.model import Dependency
from bitdeps.core.resolver.model import Tag
from bitdeps.core.versions import TaggedVersion, allows, read_tags, read_version
from bitdeps.errors import NoSolutionError
from bitdeps.ops.knowledge import Knowledge
from bitdeps.ops.targets import Targets

_SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something newer that an update leaves alone."""

    name: str
    tag: str | None
    why: str
    take: str
    """What to do in order to have it."""

    @property
    def text(self) -> str:
        """Write it on one line."""
        what = f"`{self.tag}` {self.why}" if self.tag is not None else self.why
        return f"`{self.name}`: {what}; {self.take}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An entry whose tag is to move, and what its repository has."""

    entry: Dependency
    choice: Choice[Tag]
    young: Choice[Tag]
    """The same with the tags that `min-age` keeps out."""

    @property
    def tag(self) -> str | None:
        """The tag to move to; None where the entry stays.

        Raises:
            NoSolutionError: where the version to take is tagged on two commits.
        """
        newest = self.choice.newest
        return None if newest is None else the_tag(newest, self.entry)


def the_tag(version: TaggedVersion[Tag], entry: Dependency) -> str:
    """Return the tag of a version that is to be taken.

    Raises:
        NoSolutionError: where it is tagged on two commits.

    """
    if version.is_ambiguous:
        listed = " and ".join(f"`{tag.name}` ({tag.commit[:_SHORT]})" for tag in version.tags)
        message = f"`{entry.key}`: the version {version.version} is tagged on more than one commit: {listed}"
        raise NoSolutionError(message, hint=f"choose one: `deps update --precise {entry.key}={version.tags[0].name}`")
    return version.tags[0].name


def offer(entry: Dependency, knowledge: Knowledge, reach: Reach) -> Offer:
    """Look up what a repository, whose tags are known, has for an entry."""
    requirement, repository = entry.requirement, entry.identity.repository
    pattern = pattern_for(requirement.value, requirement.pattern)

    def chosen(tags: Sequence[Tag]) -> Choice[Tag]:
        return choose(requirement.value, tags, pattern=pattern, prereleases=requirement.prereleases, reach=reach)

    every = knowledge.all_tags(repository) or ()
    return Offer(entry=entry, choice=chosen(knowledge.tags[repository]), young=chosen(every))


def held_back(targets: Targets, offers: Sequence[Offer], knowledge: Knowledge, lockfile: Lockfile) -> list[Held]:
    """Return what stays behind although there is something newer, in the order of the manifest."""
    by_key = {each.entry.key: each for each in offers}
    held: list[Held] = []
    for entry in targets.entries:
        if entry.key in by_key:
            held += _of_offer(by_key[entry.key])
        elif entry.identity not in targets.overridden and entry.requirement.kind == "version":
            held += _of_range(entry, knowledge, lockfile)
    return held


def _of_offer(offered: Offer) -> list[Held]:
    entry, choice = offered.entry, offered.choice
    name = entry.key
    if not choice.is_version:
        take = f"set `tag-pattern`, or name a tag: `deps update --precise {name}=TAG`"
        return [Held(name=name, tag=None, why=f"its tag `{entry.requirement.value}` is no version", take=take)]
    ways: Mapping[Reach, str] = {"compatible": f"`deps update {name}`", "major": f"`deps update --major {name}`"}
    held = [
        Held(name=name, tag=found.tags[0].name, why="is newer", take=f"{ways[reach]} takes it")
        for reach, found in choice.beyond
    ]
    found = choice.prerelease
    if found is not None:
        held.append(_precise(name, found.tags[0].name, "is a pre-release"))
    newest = offered.young.newest
    if newest is not None and (choice.newest is None or newest.version > choice.newest.version):
        held.append(_precise(name, newest.tags[0].name, "is younger than `min-age`"))
    return held


def _precise(name: str, tag: str, why: str) -> Held:
    return Held(name=name, tag=tag, why=why, take=f"`deps update --precise {name}={tag}` takes it")


def _of_range(entry: Dependency, knowledge: Knowledge, lockfile: Lockfile) -> list[Held]:
    pinned = lockfile.packages.get(entry.identity)
    tags = knowledge.tags.get(entry.identity.repository)
    requirement = entry.requirement
    current = None if pinned is None or pinned.tag is None else read_version(pinned.tag, requirement.pattern)
    if tags is None or current is None:
        return []
    newer = [
        found
        for found in read_tags(tags, requirement.pattern).versions
        if found.version > current and (requirement.prereleases or not found.version.is_prerelease)
    ]
    if not newer:
        return []
    tag = newer[0].tags[0].name
    if allows(requirement, newer[0].version):
        why, take = "fits the entry, and something else keeps it out", f"`deps why {entry.key}` shows what"
    else:
        why = f"is newer than `{requirement.value}` allows"
        take = "change `version` in `deps.toml` to have it"
    return [Held(name=entry.key, tag=tag, why=why, take=take)]


def stays(targets: Targets, named: frozenset[str]) -> tuple[str, ...]:
    """Say why entries that were named do not move."""
    notes = []
    for entry in targets.entries:
        if entry.key not in named:
            continue
        if entry.identity in targets.overridden:
            notes.append(f"`{entry.key}` stays: `[overrides]` decides about `{entry.identity}`")
        elif entry.requirement.kind == "commit":
            notes.append(f"`{entry.key}` stays: it asks for a commit; change `commit` in `deps.toml`")
    return tuple(notes)
