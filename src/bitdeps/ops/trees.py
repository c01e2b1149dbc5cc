"""From files to git's tree id, offline: whether `tree` and `content` of a lock belong together.

`content` covers every byte, so a place whose digest is right holds what the lock says. That these bytes are
the tree that git named is the other half of `proof`; whoever edits one of the two keys is found here.
"""

import os
from typing import TYPE_CHECKING, cast

from bitdeps.core.digest import LINK, Entry, blob_hash, tree_id
from bitdeps.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bitdeps.core.digest import Mode
    from bitdeps.core.plan.edits import File

_PIECE = 1024 * 1024


def tree_problem(root: str, name: str, path: str, files: "Mapping[str, File]", tree: str) -> str | None:
    """Say that the files of a place, which `content` allows, are not the tree of the lock; None where they are.

    Raises:
        LocalError: where one cannot be read.

    """
    found = placed_tree(os.path.join(root, path), files)
    if found == tree:
        return None
    return f"`{name}`: `tree` and `content` of its entry do not belong together: the files are git's tree {found}"


def placed_tree(directory: str, files: "Mapping[str, File]") -> str:
    """Return the id of git's tree object that holds files, given by path relative to their directory with their mode.

    Raises:
        LocalError: where one cannot be read.

    """
    base = os.fsencode(directory) + b"/"
    try:
        return tree_id(
            Entry(
                path=path,
                mode=cast("Mode", mode),
                sha256=sha256,
                blob=_blob(base + path.encode("utf-8", "surrogateescape"), link=mode == LINK),
            )
            for path, (mode, sha256) in files.items()
        )
    except OSError as error:
        raise LocalError(f"`{directory}`: cannot be read: {error.strerror}") from error


def _blob(path: bytes, *, link: bool) -> str:
    if link:
        target = os.readlink(path)
        digest = blob_hash(len(target))
        digest.update(target)
        return digest.hexdigest()
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        digest = blob_hash(os.fstat(descriptor).st_size)
        while piece := os.read(descriptor, _PIECE):
            digest.update(piece)
    finally:
        os.close(descriptor)
    return digest.hexdigest()
