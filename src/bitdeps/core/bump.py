"""Which tag an entry moves to (DESIGN, "Settled semantics": update).

- Tags are read by the entry's own `tag-pattern`, else by the pattern of its current tag.
- By default the newest release with the same first component that is not zero is taken, as a
  caret of other tools would; `patch` keeps major and minor, `major` keeps nothing.
- Pre-releases are left out unless the entry says `prereleases = true`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal

from bitdeps.core.versions import T, TaggedVersion, derive_pattern, read_tags, read_version

if TYPE_CHECKING:
    from packaging.version import Version

Reach = Literal["patch", "compatible", "major"]
_WIDER: dict[Reach, tuple[Reach, ...]] = {"patch": ("compatible", "major"), "compatible": ("major",), "major": ()}
_MAJOR_MINOR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Generic[T]):
    """What the tags of a repository offer to an entry."""

    is_version: bool
    """Whether the current tag is one; where not, nothing is offered."""
    newest: TaggedVersion[T] | None = None
    """The newest version within reach, where it is newer than the current one."""
    beyond: tuple[tuple[Reach, TaggedVersion[T]], ...] = ()
    """What each wider reach would take instead, where it is newer still."""
    prerelease: TaggedVersion[T] | None = None
    """A pre-release that is newer than every release."""


def pattern_for(tag: str, pattern: str | None) -> str | None:
    """Return the pattern by which the tags of an entry are read: its own, else that of its current tag."""
    return pattern if pattern is not None else derive_pattern(tag)


def choose(
    current: str, tags: Iterable[T], *, pattern: str | None, prereleases: bool, reach: Reach = "compatible"
) -> Choice[T]:
    """Compare the current tag of an entry with all tags of its repository, read by a pattern as `read_tags` does."""
    version = read_version(current, pattern)
    if version is None:
        return Choice(is_version=False)
    newer = [found for found in read_tags(tags, pattern).versions if found.version > version]
    releases = [found for found in newer if prereleases or not found.version.is_prerelease]
    newest = _newest(releases, version, reach)
    beyond: list[tuple[Reach, TaggedVersion[T]]] = []
    best = newest
    for wider in _WIDER[reach]:
        further = _newest(releases, version, wider)
        if further is not None and (best is None or further.version > best.version):
            beyond.append((wider, further))
            best = further
    unreleased = newer[0] if newer and newer[0] not in releases else None
    return Choice(is_version=True, newest=newest, beyond=tuple(beyond), prerelease=unreleased)


def _newest(newer: Iterable[TaggedVersion[T]], current: "Version", reach: Reach) -> TaggedVersion[T] | None:
    return next((found for found in newer if _line(found.version, current, reach) == _own(current, reach)), None)


def _own(current: "Version", reach: Reach) -> tuple[int, ...]:
    return _line(current, current, reach)


def _line(version: "Version", current: "Version", reach: Reach) -> tuple[int, ...]:
    """Return the part of a version that must be that of the current one."""
    if reach == "major":
        return ()
    length = _MAJOR_MINOR if reach == "patch" else _first_component(current)
    return (version.epoch, *(version.release + (0,) * length)[:length])


def _first_component(version: "Version") -> int:
    """Return how many components there are up to the first that is not zero, or all of them."""
    release = version.release
    return next((index for index, part in enumerate(release, start=1) if part), len(release))
