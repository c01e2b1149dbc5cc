"""What lies in the vendor directory beside the dependencies."""

import os
import stat
from collections.abc import Collection

from bitdeps.vendor.disk import open_directory, refusing
from bitdeps.vendor.gitfiles import is_git_file
from bitdeps.vendor.scan import Ignored


def foreign_beside(project: str, vendor: str, places: Collection[str], ignored: Ignored) -> tuple[str, ...]:
    """Return what lies in the vendor directory and belongs to no place, relative to the project, sorted.

    Of a directory without any place below it, only the directory is named, with `/` at the end. Empty
    directories and those with nothing but ignored files are not named.

    Raises:
        LocalError: where the vendor directory is a link, or cannot be read.

    """
    with refusing("read", vendor):
        try:
            os.close(open_directory(project, vendor))
        except FileNotFoundError:
            return ()
        return tuple(sorted(_walk(project, vendor, vendor, _with_parents(places), ignored)))


def _with_parents(places: Collection[str]) -> dict[str, bool]:
    """Tell for each place and each directory above one whether it is a place itself."""
    known = dict.fromkeys(places, True)
    for path in places:
        parent = path.rpartition("/")[0]
        while parent:
            known.setdefault(parent, False)
            parent = parent.rpartition("/")[0]
    return known


def _walk(project: str, directory: str, vendor: str, places: dict[str, bool], ignored: Ignored) -> list[str]:
    found: list[str] = []
    with os.scandir(os.path.join(project, directory)) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = f"{directory}/{entry.name}"
            if places.get(path):
                continue
            if not entry.is_dir(follow_symlinks=False):
                if not ignored(path) and not is_git_file(project, path, vendor):
                    found.append(path)
            elif path in places:
                found += _walk(project, path, vendor, places, ignored)
            elif _holds_something(os.path.join(project, path), path, ignored):
                found.append(f"{path}/")
    return found


def _holds_something(root: str, path: str, ignored: Ignored) -> bool:
    with os.scandir(root) as entries:
        for entry in entries:
            below = f"{path}/{entry.name}"
            if stat.S_ISDIR(entry.stat(follow_symlinks=False).st_mode):
                if _holds_something(entry.path, below, ignored):
                    return True
            elif not ignored(below):
                return True
    return False
