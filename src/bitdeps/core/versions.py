"""Tags as versions: which version a tag stands for, and which versions a requirement allows.

- A tag pattern is literal text with exactly one `{version}`, against the whole tag; without one,
  `{version}` and `v{version}` are tried (DESIGN section 2).
- What stands for `{version}` is a PEP 440 version that begins with a digit, as in
  https://packaging.python.org/en/latest/specifications/version-specifiers/
- Pre-releases (development releases too) count only where a specifier names one, or
  `prereleases` is set; nothing falls back to them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

PLACEHOLDER = "{version}"
DEFAULT_PATTERNS = ("{version}", "v{version}")

_NUMBER = re.compile(r"[0-9]+", re.ASCII)
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+)+", re.ASCII)
_AFTER_SEPARATOR = re.compile(r"(?:^|[^0-9A-Za-z.!+])v?$", re.ASCII)
_WITHIN_NUMBER = re.compile(r"[0-9][._]$", re.ASCII)
# Versions are few and come back in every round of a resolution.
_REMEMBERED = 1 << 16


class NamedCommit(Protocol):
    """What is read here of a tag: its name, and the commit it names."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def commit(self) -> str: ...  # noqa: D102


class VersionRequirement(Protocol):
    """What is read here of a requirement of kind `version`."""

    @property
    def value(self) -> str: ...  # noqa: D102
    @property
    def prereleases(self) -> bool: ...  # noqa: D102


T = TypeVar("T", bound=NamedCommit)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedVersion(Generic[T]):
    """One version of a repository and the tags that stand for it."""

    version: "Version"
    tags: tuple[T, ...]
    """One for each commit, by length of the name, then by name."""

    @property
    def is_ambiguous(self) -> bool:
        """Tell whether the version stands for more than one commit."""
        return len(self.tags) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TagVersions(Generic[T]):
    """What the tags of a repository stand for under one pattern."""

    versions: tuple[TaggedVersion[T], ...]
    """Newest first."""
    ignored: tuple[T, ...]
    """Tags that are no version, by name."""


def read_version(tag: str, pattern: str | None = None) -> "Version | None":
    """Return the version that a tag stands for, or None."""
    for each in DEFAULT_PATTERNS if pattern is None else (pattern,):
        before, _, after = each.partition(PLACEHOLDER)
        if len(tag) > len(before) + len(after) and tag.startswith(before) and tag.endswith(after):
            version = parse_version(tag[len(before) : len(tag) - len(after)])
            if version is not None:
                return version
    return None


@lru_cache(_REMEMBERED)
def parse_version(text: str) -> "Version | None":
    """Read a PEP 440 version that begins with a digit, or return None."""
    from packaging.version import InvalidVersion, Version

    if not text[:1].isdigit() or text != text.strip():
        return None
    try:
        return Version(text)
    except InvalidVersion:
        return None


def read_tags(tags: Iterable[T], pattern: str | None = None) -> TagVersions[T]:
    """Sort tags by the versions they stand for; the result does not depend on their order."""
    found: dict[Version, dict[str, T]] = {}
    ignored = []
    for tag in sorted(tags, key=_by_name):
        version = read_version(tag.name, pattern)
        if version is None:
            ignored.append(tag)
        else:
            found.setdefault(version, {}).setdefault(tag.commit, tag)
    return TagVersions(
        versions=tuple(
            TaggedVersion(version=version, tags=tuple(found[version].values()))
            for version in sorted(found, reverse=True)
        ),
        ignored=tuple(sorted(ignored, key=lambda tag: tag.name)),
    )


def _by_name(tag: NamedCommit) -> tuple[int, str]:
    return (len(tag.name), tag.name)


def allows(requirement: VersionRequirement, version: "Version") -> bool:
    """Tell whether a requirement of kind `version` accepts a version."""
    return _fits(requirement.value, version) and (
        requirement.prereleases or not version.is_prerelease or names_prerelease(requirement.value)
    )


@lru_cache(_REMEMBERED)
def _fits(specifier: str, version: "Version") -> bool:
    return _specifiers(specifier).contains(version, prereleases=True)


@lru_cache(_REMEMBERED)
def _specifiers(text: str) -> "SpecifierSet":
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(text)


@lru_cache(_REMEMBERED)
def names_prerelease(specifier: str) -> bool:
    """Tell whether a specifier names a pre-release as something to have (`!=` does not)."""
    from packaging.version import Version

    return any(
        each.operator != "!=" and Version(each.version.removesuffix(".*")).is_prerelease
        for each in _specifiers(specifier)
    )


def derive_pattern(tag: str) -> str | None:
    """Return the pattern that reads a tag like its neighbours: `rev1` -> `rev{version}`.

    The version is the longest end of the tag that is one, where a separator or `v` stands
    before it, else what follows letters alone, else the one dotted number within the tag.
    """
    if PLACEHOLDER in tag:
        return None
    starts = [
        start
        for start in (match.start() for match in _NUMBER.finditer(tag))
        if parse_version(tag[start:]) is not None and not _WITHIN_NUMBER.search(tag[:start])
    ]
    separated = [start for start in starts if _AFTER_SEPARATOR.search(tag[:start])]
    first_number = [start for start in starts if not _NUMBER.search(tag[:start])]
    for start in separated + first_number:
        return tag[:start] + PLACEHOLDER
    numbers = list(_DOTTED.finditer(tag))
    if len(numbers) != 1:
        return None
    return tag[: numbers[0].start()] + PLACEHOLDER + tag[numbers[0].end() :]
