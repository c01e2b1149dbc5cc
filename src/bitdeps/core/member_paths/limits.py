"""The caps on names, as the rules must be told them."""

from typing import Protocol


class PathLimits(Protocol):
    """The caps on names that `bitdeps.config.settings.ArchiveLimits` holds; bytes and parts."""

    @property
    def depth(self) -> int:
        """Most parts of a path."""

    @property
    def path(self) -> int:
        """Most bytes of a path or link target."""

    @property
    def part(self) -> int:
        """Most bytes of one part."""
