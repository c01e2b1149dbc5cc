"""A tree that is made on a file system that can hold all of it, then copied to one that cannot.

git knows an executable bit and a link from the file system alone, so patches are applied where both can be held.
"""

import os
import shutil
from collections.abc import Callable

from bitdeps.core.digest import EXECUTABLE, LINK
from bitdeps.core.plan.edits import ALL, File
from bitdeps.errors import LocalError
from bitdeps.vendor.abilities import probe

CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def made_elsewhere(make: Callable[[str], dict[str, File]], root: str) -> dict[str, File]:
    """Let `make` fill an empty directory, and copy what it made below `root`; return what it does.

    Raises:
        LocalError: where the directory for temporary files cannot hold executable bits and links either.
        OSError: where something cannot be written.

    """
    import tempfile

    with tempfile.TemporaryDirectory(prefix="deps-") as scratch:
        if probe(scratch) != ALL:
            message = f"`{tempfile.gettempdir()}`: holds no executable bits or no symbolic links, and patches need both"
            raise LocalError(message, hint="set `TMPDIR` to a directory of a file system that holds them")
        tree = os.path.join(scratch, "tree")
        os.mkdir(tree)
        files = make(tree)
        for path, (mode, _) in files.items():
            _copy(os.path.join(tree, path), os.path.join(root, path), mode)
    return files


def _copy(source: str, target: str, mode: str) -> None:
    """Copy a file or link; where no link can be made it is a file with the target as its content."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if mode != LINK:
        descriptor = os.open(target, CREATE, 0o777 if mode == EXECUTABLE else 0o666)
        with open(source, "rb") as original, os.fdopen(descriptor, "wb") as copy:
            shutil.copyfileobj(original, copy)
        return
    text = os.readlink(source)
    try:
        os.symlink(text, target)
    except OSError:
        with os.fdopen(os.open(target, CREATE, 0o666), "wb") as copy:
            copy.write(os.fsencode(text))
