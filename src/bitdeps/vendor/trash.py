"""Part with a tree that was displaced: what is ours goes, what is not goes to `.deps/trash/`.

Files that `ignore` allows are put back where they were, below the new tree. Empty directories
are nobody's, as for git.
"""

import errno
import os
import shutil
import stat

from bitdeps.errors import LocalError
from bitdeps.vendor.disk import open_directory, refusing, remove_tree
from bitdeps.vendor.scan import Ignored, scan
from bitdeps.vendor.state import PlaceState


class Trash:
    """A directory `.deps/trash/TIME/` that is made when it is needed; `moved` names what went there."""

    __slots__ = ("_stamp", "moved", "project")

    def __init__(self, project: str) -> None:
        """Start empty."""
        self.project = project
        self.moved: list[str] = []
        self._stamp = ""

    def take(self, source: str, name: str) -> None:
        """Move a file or directory (absolute path) to `TIME/NAME`; `name` may have parts.

        Raises:
            LocalError: where the system refuses; the source is as before.

        """
        target = f"{self._directory()}/{name}"
        with refusing("moved to the trash", target):
            os.close(open_directory(self.project, target.rpartition("/")[0], create=True))
            while os.path.lexists(os.path.join(self.project, target)):
                target += "~"
            _move(source, os.path.join(self.project, target))
        self.moved.append(target)

    def _directory(self) -> str:
        import time

        if not self._stamp:
            stamp = time.strftime("%Y%m%d-%H%M%S")
            number = 0
            with refusing("made", ".deps/trash"):
                os.close(open_directory(self.project, ".deps/trash", create=True))
                while not self._stamp:
                    number += 1
                    candidate = f".deps/trash/{stamp}-{number}"
                    try:
                        os.mkdir(os.path.join(self.project, candidate))
                        self._stamp = candidate
                    except FileExistsError:
                        continue
        return self._stamp


def discard(root: str, place: PlaceState, ignored: Ignored, trash: Trash) -> None:
    """Delete a displaced tree (absolute path), saving whatever in it is not as `place` records it.

    Raises:
        LocalError: where something could not be saved; nothing that is not ours is lost.

    """
    with refusing("read", place.path):
        mode = os.lstat(root).st_mode
        if not stat.S_ISDIR(mode):
            _discard_root(root, place, mode, trash)
            return
        found = scan(root, place, ignored)
    base = os.fsencode(root) + b"/"
    for path in (*found.modified, *found.kind, *found.extra):
        if not os.path.isdir(base + path) or os.path.islink(base + path):
            trash.take(os.fsdecode(base + path), f"{place.name}/{os.fsdecode(path)}")
    for path in found.ignored:
        _put_back(os.fsdecode(base + path), os.fsdecode(path), place, trash)
    remove_tree(root)


def _discard_root(root: str, place: PlaceState, mode: int, trash: Trash) -> None:
    if stat.S_ISLNK(mode) and f"link:{os.readlink(root)}" in (place.digest, place.pending):
        os.unlink(root)
    else:
        trash.take(root, place.name)


def _put_back(source: str, path: str, place: PlaceState, trash: Trash) -> None:
    """Move an ignored file to where it was, or to the trash where its name is taken now."""
    target = f"{place.path}/{path}"
    try:
        os.close(open_directory(trash.project, target.rpartition("/")[0], create=True))
        if not os.path.lexists(os.path.join(trash.project, target)):
            _move(source, os.path.join(trash.project, target))
            return
    except (LocalError, OSError):
        pass
    trash.take(source, f"{place.name}/{path}")


def _move(source: str, target: str) -> None:
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.move(source, target)


def same_inode(path: str, inode: int) -> bool:
    """Tell whether something lies at a path and has this inode."""
    try:
        return os.lstat(path).st_ino == inode
    except OSError:
        return False


def empty_holder(holder: str, place: PlaceState, ignored: Ignored, trash: Trash) -> None:
    """Clear a holder (absolute path): our own fresh tree is deleted, a displaced one is discarded.

    Raises:
        LocalError: see `discard`.

    """
    for name in ("new", "old"):
        root = os.path.join(holder, name)
        if name == "new" and same_inode(root, place.staged_inode):
            remove_tree(root)
        elif os.path.lexists(root):
            discard(root, place, ignored, trash)
    remove_tree(holder)
