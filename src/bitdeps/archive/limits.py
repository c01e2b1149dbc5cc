"""What the reader must be told about caps."""

from typing import Protocol

from bitdeps.core.member_paths import PathLimits


class Limits(PathLimits, Protocol):
    """The caps that `bitdeps.config.settings.ArchiveLimits` holds; sizes in bytes.

    A protocol, since `archive` and `config` stand side by side and import nothing from each other.
    """

    @property
    def entries(self) -> int:
        """Most files, links and directories."""

    @property
    def pax_header(self) -> int:
        """Largest extended header."""

    @property
    def unpacked(self) -> int:
        """Largest tar."""

    @property
    def ratio(self) -> int:
        """Largest tar as a multiple of its compressed size, above `ratio_floor`."""

    @property
    def ratio_floor(self) -> int:
        """Size of a tar up to which the ratio is not asked."""
