"""Requirements that ask for as little as the tags of a repository allow, for changes that are tried."""

from collections import Counter
from collections.abc import Iterator

from bitdeps.core.names import Identity
from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.model import Catalog, Tag
from bitdeps.core.versions import derive_pattern, read_tags

_ANY = ">=0"
_MOST = 3


class Loose:
    """What could be asked for instead, as far as the catalog tells."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def requirements(self, identity: Identity, pattern: str | None) -> list[Requirement]:
        """Ask for any version: releases first, under the pattern in use first; where no tag is a version, for a tag."""
        tags = self._catalog.tags.get(identity.repository)
        patterns = list(dict.fromkeys((pattern, None)))
        if tags is None:
            return [found for each in patterns for found in _any_version(each)]
        found = [each for one in patterns for each in _having(tags, one)]
        found = found or [each for one in self.patterns(identity) for each in _having(tags, one)]
        names = sorted((tag.name for tag in tags), reverse=True)
        return found or [Requirement(kind="tag", value=name) for name in names[:_MOST]]

    def patterns(self, identity: Identity) -> list[str]:
        """Return the patterns that tags seem to follow, the most common first."""
        tags = self._catalog.tags.get(identity.repository, ())
        counted = Counter(found for tag in tags if (found := derive_pattern(tag.name)) is not None)
        return sorted(counted, key=lambda each: (-counted[each], each))[:_MOST]

    def has_versions(self, identity: Identity, pattern: str | None) -> bool:
        """Tell whether a pattern reads any tag, or that is unknown."""
        tags = self._catalog.tags.get(identity.repository)
        return tags is None or bool(read_tags(tags, pattern).versions)


def _any_version(pattern: str | None) -> Iterator[Requirement]:
    for prereleases in (False, True):
        yield Requirement(kind="version", value=_ANY, pattern=pattern, prereleases=prereleases)


def _having(tags: tuple[Tag, ...], pattern: str | None) -> Iterator[Requirement]:
    """Ask for any version, where there is one; pre-releases only where there are some."""
    are_prereleases = {found.version.is_prerelease for found in read_tags(tags, pattern).versions}
    return (each for each in _any_version(pattern) if each.prereleases in are_prereleases)
