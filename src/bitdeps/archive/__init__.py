"""A strict reader of the archives that `git archive` makes: nothing hostile gets in.

The first pass (`open_archive`) checks and digests everything and writes nothing; the second
(`Archive.extract`) writes what was selected. Whatever the bytes, only `ArchiveRefusedError` comes
out, and `LocalError` where the machine refuses. docs/adr/0003-own-archive-reader.md has the rules.
"""

from bitdeps.archive.extract import Placed, Select
from bitdeps.archive.lfs import lfs_pointer
from bitdeps.archive.opened import Archive, open_archive
from bitdeps.archive.sniff import Kind, kind_of, looks_like
from bitdeps.archive.survey import Survey, WrongBytesError

__all__ = [
    "Archive",
    "Kind",
    "Placed",
    "Select",
    "Survey",
    "WrongBytesError",
    "kind_of",
    "lfs_pointer",
    "looks_like",
    "open_archive",
]
