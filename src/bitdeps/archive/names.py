"""The names of an archive: one tree below one directory.

Rules on structure, which hold for every archive: no name is absolute, or has an empty part, `.`
or `..`; all lie below one top directory; none is there twice; only a directory holds others.
"""

from typing import Final

from bitdeps.core.member_paths import refusal

NAME_BYTES: Final = 32 * 1024 * 1024
"""Most bytes that all names together take in memory, directories included, whatever the caps say."""

_WIDEST: Final = 4


class Names:
    """The names seen so far, below the top directory."""

    def __init__(self, most: int) -> None:
        self.top = ""
        self._most = most
        self._files: set[str] = set()
        self._directories: set[str] = {""}
        self._listed: set[str] = set()
        self._occupied: set[str] = set()
        self._bytes = 0

    def add_file(self, name: str) -> str:
        """Take in a file or link; return its path below the top directory.

        Raises:
            ArchiveRefusedError: where the name breaks a rule.

        """
        path = self._below_top(name)
        if not path:
            raise refusal("top-level", "is a file beside the top directory, or is not below it", name)
        if path in self._files or path in self._directories:
            raise refusal("duplicate", "is there twice", name)
        self._count(path)
        self._files.add(path)
        parent = path.rpartition("/")[0]
        if parent not in self._directories:
            self._add_directories(parent)
        self._occupied.add(parent)
        return path

    def add_directory(self, name: str) -> None:
        """Take in a directory.

        Raises:
            ArchiveRefusedError: where the name breaks a rule.

        """
        path = self._below_top(name.removesuffix("/"))
        if path in self._listed:
            raise refusal("duplicate", "is there twice", name)
        self._listed.add(path)
        self._add_directories(path)

    def empty_directories(self) -> list[str]:
        """Return the directories that hold nothing, sorted."""
        return sorted(self._directories - self._occupied - {""})

    def _below_top(self, name: str) -> str:
        if "//" in name or "/." in name or name.startswith(("/", ".")) or name.endswith("/") or not name:
            _check_parts(name)
        top, _, path = name.partition("/")
        if top != self.top:
            if self.top:
                raise refusal("top-level", f"is not below the top directory `{self.top}`", name)
            self.top = top
        return path

    def _add_directories(self, path: str) -> None:
        while path not in self._directories:
            if path in self._files:
                raise refusal("duplicate", "is there as a file or link and as a directory", path)
            self._count(path)
            self._directories.add(path)
            path = path.rpartition("/")[0]
            self._occupied.add(path)

    def _count(self, path: str) -> None:
        self._bytes += len(path) if path.isascii() else _WIDEST * len(path)
        if len(self._files) + len(self._directories) > self._most:
            raise refusal("entries", f"there are more than {self._most} files and directories")
        if self._bytes > NAME_BYTES:
            raise refusal("names", f"all names together are longer than {NAME_BYTES} bytes")


def _check_parts(name: str) -> None:
    if name.startswith("/"):
        raise refusal("absolute", "is absolute", name)
    for part in name.split("/"):
        if part in ("", ".", ".."):
            raise refusal("dot-part", "has an empty part, `.` or `..`", name or "?")
