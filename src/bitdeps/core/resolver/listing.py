"""One complete listing of tags, read as versions: once, though a resolution starts many times.

A listing is an immutable tuple that the driver keeps from round to round, so what was read of it is
remembered for that very object.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.model import Tag
from bitdeps.core.versions import TagVersions, allows, read_tags

if TYPE_CHECKING:
    from packaging.version import Version

_REMEMBERED = 1 << 13


class Ranked(NamedTuple):
    """A commit that a range accepts."""

    version: "Version"
    tag: Tag
    bit: int


class Range(NamedTuple):
    """What a range accepts of a listing."""

    values: int
    ranking: tuple[Ranked, ...]
    """Newest first; commits of one version by length of the tag, then by tag."""


class Listing:
    """The tags of a repository: a bit for each commit, versions by pattern, ranges."""

    def __init__(self, tags: tuple[Tag, ...]) -> None:
        self.commits = {tag.name: tag.commit for tag in tags}
        """By tag."""
        self.bits: dict[str, int] = {}
        for tag in tags:
            self.bits.setdefault(tag.commit, 2 << len(self.bits))
        self._tags = tags
        self._versions: dict[str | None, TagVersions[Tag]] = {}
        self._ranges: dict[Requirement, Range] = {}

    def versions(self, pattern: str | None) -> TagVersions[Tag]:
        """Return the tags as a pattern reads them."""
        if pattern not in self._versions:
            self._versions[pattern] = read_tags(self._tags, pattern)
        return self._versions[pattern]

    def range(self, requirement: Requirement) -> Range:
        """Return what a requirement of kind `version` accepts."""
        if requirement not in self._ranges:
            ranking = tuple(
                Ranked(entry.version, tag, self.bits[tag.commit])
                for entry in self.versions(requirement.pattern).versions
                if allows(requirement, entry.version)
                for tag in entry.tags
            )
            values = 0
            for ranked in ranking:
                values |= ranked.bit
            self._ranges[requirement] = Range(values, ranking)
        return self._ranges[requirement]


class _This:
    """A key that stands for one object, and keeps it alive."""

    def __init__(self, tags: tuple[Tag, ...]) -> None:
        self.tags = tags

    def __hash__(self) -> int:
        return id(self.tags)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and self.tags is other.tags


@lru_cache(_REMEMBERED)
def _read(key: _This) -> Listing:
    return Listing(key.tags)


def listing_of(tags: tuple[Tag, ...]) -> Listing:
    """Return what is to be known of a listing."""
    return _read(_This(tags))
