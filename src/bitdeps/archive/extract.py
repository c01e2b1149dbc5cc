"""The second pass: write what was selected of a surveyed archive below a fresh directory.

Every name and link is judged before the first byte is written. Each file is created exclusively,
relative to the descriptor of its directory, which is opened without following links: nobody who
swaps a directory for a link meanwhile makes this write elsewhere. Links are made last; where the file
system holds none, each is a file with its target as the content, as git makes it there. Modes are
git's, 0644 or 0755 under the usual umask; owners, times and attributes of the archive are ignored.

Nothing is synced: who moves the tree into place decides about that (docs/reference/cache.md).
"""

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from bitdeps.archive.blocks import Blocks
from bitdeps.archive.directories import Directories
from bitdeps.archive.limits import Limits
from bitdeps.archive.source import Source
from bitdeps.archive.survey import Survey, WrongBytesError
from bitdeps.core.digest import EXECUTABLE, LINK, Entry, Mode
from bitdeps.core.member_paths import check_members
from bitdeps.errors import ArchiveRefusedError, LocalError

Select = Callable[[str], str | None]

_NO_LINKS: Final = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP)
"""What Linux says on FAT, on FUSE, and elsewhere: https://man7.org/linux/man-pages/man2/symlink.2.html"""
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A file or link that was written; `path` is relative to the root, `size` in bytes."""

    path: str
    mode: Mode
    sha256: str
    size: int


def place(source: Source, found: Survey, limits: Limits, root: str | int, select: Select | None) -> list[Placed]:
    """Write the selected files and links of a surveyed archive below `root`.

    Raises:
        ArchiveRefusedError: where a selected name or link may not be placed; nothing was written.
        WrongBytesError: when the file changed since the survey; what was written must be thrown away.
        LocalError: when the system refuses; what was written must be thrown away.

    """
    chosen = [(path, entry) for entry in found.entries if (path := _selected(entry.path, select)) is not None]
    targets = {path: found.links[entry.path] for path, entry in chosen if entry.mode == LINK}
    check_members([path for path, _ in chosen], targets, limits=limits, windows=sys.platform == "win32")
    with Directories(root) as directories:
        placed = list(_place_files(source, found, limits, chosen, directories))
        placed += _place_links(chosen, targets, directories)
    return placed


@contextmanager
def second_pass(source: Source, found: Survey, limits: Limits) -> Iterator[Blocks]:
    """Give the tar again, for a block; at its end it is known to be the surveyed one.

    Raises:
        WrongBytesError: when the file changed since the survey.
        LocalError: when it cannot be read.

    """
    chunks, digest = source.chunks(limits)
    blocks = Blocks(chunks)
    try:
        yield blocks
        if digest is None:
            return
        blocks.drain()
    except ArchiveRefusedError as error:
        raise WrongBytesError(f"`{source.path}`: it changed while it was read") from error
    if digest.hexdigest() != found.sha256:
        raise WrongBytesError(f"`{source.path}`: it changed while it was read")


def _selected(path: str, select: Select | None) -> str | None:
    return path if select is None else select(path)


def _place_files(
    source: Source, found: Survey, limits: Limits, chosen: Iterable[tuple[str, Entry]], directories: Directories
) -> Iterator[Placed]:
    with second_pass(source, found, limits) as blocks:
        for path, entry in chosen:
            if entry.mode != LINK:
                offset, size = found.offsets[entry.path]
                blocks.skip_to(offset)
                _write_file(directories, path, entry, blocks, size)
                yield Placed(path=path, mode=entry.mode, sha256=entry.sha256, size=size)


def _write_file(directories: Directories, path: str, entry: Entry, blocks: Blocks, size: int) -> None:
    try:
        parent, name = directories.parent_of(path)
        file = os.open(name, _CREATE, 0o777 if entry.mode == EXECUTABLE else 0o666, dir_fd=parent)
        try:
            while size:
                piece = blocks.some(size)
                size -= len(piece)
                _write_all(file, piece)
        finally:
            os.close(file)
    except OSError as error:
        raise _refused(path, error) from error


def _write_all(file: int, piece: memoryview) -> None:
    while piece:
        piece = piece[os.write(file, piece) :]


def _place_links(
    chosen: Iterable[tuple[str, Entry]], targets: dict[str, str], directories: Directories
) -> Iterator[Placed]:
    for path, entry in chosen:
        if entry.mode == LINK:
            target = targets[path].encode()
            try:
                parent, name = directories.parent_of(path)
                _write_link(target, name, parent)
            except OSError as error:
                raise _refused(path, error) from error
            yield Placed(path=path, mode=entry.mode, sha256=entry.sha256, size=len(target))


def _write_link(target: bytes, name: bytes | str, parent: int) -> None:
    try:
        os.symlink(target, name, dir_fd=parent)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Where the directory itself may not be written, this fails too, and says so.
        file = os.open(name, _CREATE, 0o666, dir_fd=parent)
        try:
            _write_all(file, memoryview(target))
        finally:
            os.close(file)


def _refused(path: str, error: OSError) -> LocalError:
    return LocalError(f"cannot write `{path}`: {error.strerror}")
