"""Directories below a root, made once and held open while files are written to them."""

import os
from typing import Final, Self

from bitdeps.errors import LocalError

_OPEN: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Directories:
    """The way from a root to the directory of the last file, as open descriptors.

    Names go to the system as UTF-8 bytes, whatever the locale says.
    """

    def __init__(self, root: str | int) -> None:
        """Take a fresh directory: its path, or a descriptor that stays the caller's.

        Raises:
            LocalError: when it cannot be opened, or is a link.

        """
        try:
            first = os.dup(root) if isinstance(root, int) else os.open(root, _OPEN)
        except OSError as error:
            raise LocalError(f"cannot open `{root}`: {error.strerror}") from error
        self._open = [first]
        self._parts: list[bytes] = []
        self._parent = ""
        self._made: set[tuple[bytes, ...]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave(0)
        os.close(self._open.pop())

    def parent_of(self, path: str) -> tuple[int, bytes]:
        """Return an open directory and the name in it; make the directory where it is not there.

        Raises:
            OSError: when the system refuses, or when what should be a fresh directory is there already.

        """
        parent, _, name = path.rpartition("/")
        if parent != self._parent:
            self._enter(parent.encode().split(b"/") if parent else [])
            self._parent = parent
        return self._open[-1], name.encode()

    def _enter(self, parts: list[bytes]) -> None:
        kept = 0
        while kept < min(len(parts), len(self._parts)) and parts[kept] == self._parts[kept]:
            kept += 1
        self._leave(kept)
        for part in parts[kept:]:
            way = (*self._parts, part)
            if way not in self._made:
                os.mkdir(part, dir_fd=self._open[-1])
                self._made.add(way)
            self._open.append(os.open(part, _OPEN, dir_fd=self._open[-1]))
            self._parts.append(part)

    def _leave(self, kept: int) -> None:
        while len(self._parts) > kept:
            self._parts.pop()
            os.close(self._open.pop())
