"""From files to git's tree id, offline: whether `tree` and `content` of a lock belong together.

`content` covers every byte, so a place whose digest is right holds what the lock says. That these bytes are
the tree that git named is the other half of `proof`; whoever edits one of the two keys is found here.
"""

from typing import TYPE_CHECKING, cast

from bitdeps.core.digest import Entry, tree_id

if TYPE_CHECKING:
    from bitdeps.core.digest import Mode
    from bitdeps.vendor.hashing import Tree


def tree_problem(name: str, read: "Tree", tree: str) -> str | None:
    """Say that the files of a place, which `content` allows, are not the tree of the lock; None where they are."""
    found = placed_tree(read)
    if found == tree:
        return None
    return f"`{name}`: `tree` and `content` of its entry do not belong together: the files are git's tree {found}"


def placed_tree(read: "Tree") -> str:
    """Return the id of git's tree object that holds files that were read with their blobs."""
    blobs = read.blobs or {}
    return tree_id(
        Entry(path=path, mode=cast("Mode", mode), sha256=sha256, blob=blobs[path])
        for path, (mode, sha256) in read.files.items()
    )
