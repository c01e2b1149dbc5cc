"""An archive that was checked whole, ready to be written."""

from typing import Self

from bitdeps.archive.extract import Placed, Select, place, second_pass
from bitdeps.archive.limits import Limits
from bitdeps.archive.source import Source
from bitdeps.archive.survey import Survey, survey, wrong_bytes
from bitdeps.errors import ArchiveRefusedError, NotFoundError


class Archive:
    """An open archive; use it as a context manager, or call `close`."""

    def __init__(self, source: Source, found: Survey, limits: Limits) -> None:
        self.survey = found
        self._source = source
        self._limits = limits

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def extract(self, root: str | int, select: Select | None = None) -> list[Placed]:
        """Write files and links below `root`, a fresh directory (its path or a descriptor).

        Args:
            root: the directory; it must not be a link.
            select: gives the path below `root` for a path of the archive, or None to leave it out;
                without it everything is written as it is called in the archive.

        Returns:
            What was written: files in the order of the archive, then links.

        Raises:
            ArchiveRefusedError: where a selected name or link may not be placed; nothing was written.
            WrongBytesError: when the file changed since it was opened; throw `root` away.
            LocalError: when the system refuses; throw `root` away.

        """
        return place(self._source, self.survey, self._limits, root, select)

    def read(self, path: str) -> bytes:
        """Return the bytes of a small file, such as the package's own manifest.

        Raises:
            NotFoundError: when the archive has no such file.
            WrongBytesError: when the archive's file changed since it was opened.

        """
        where = self.survey.offsets.get(path)
        if where is None:
            raise NotFoundError(f"`{path}`: there is no such file in the archive")
        with second_pass(self._source, self.survey, self._limits) as blocks:
            blocks.skip_to(where[0])
            return blocks.take(where[1])


def open_archive(path: str, *, limits: Limits, expected_sha256: str | None = None, tree: bool = True) -> Archive:
    """Open a `.tar.gz` that `git archive` made, and check all of it; nothing is written.

    Args:
        path: the file.
        limits: caps.
        expected_sha256: what the file must be; a file with another SHA-256 is not judged as an archive.
        tree: whether to compute git's ids of the files and of the tree.

    Raises:
        ArchiveRefusedError: where a rule on structure is broken (docs/adr/0003-own-archive-reader.md).
        WrongBytesError: when the file has another SHA-256 than expected.
        LocalError: when it cannot be read.

    """
    source = Source(path)
    try:
        found = survey(source, limits, expected_sha256=expected_sha256, tree=tree)
    except ArchiveRefusedError as error:
        sha256 = source.whole_sha256() if expected_sha256 is not None else None
        source.close()
        if expected_sha256 is not None and sha256 is not None and sha256 != expected_sha256:
            raise wrong_bytes(path, sha256, expected_sha256) from error
        raise
    except BaseException:
        source.close()
        raise
    return Archive(source, found, limits)
