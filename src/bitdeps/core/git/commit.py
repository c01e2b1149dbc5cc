"""A commit object, which names its tree (https://git-scm.com/docs/gitformat-commit-graph has no part in it)."""

import re
from typing import Final

from bitdeps.core.digest import object_id

_TREE: Final = re.compile(rb"tree ([0-9a-f]{40})\n(?:parent [0-9a-f]{40}\n)*author ")


def tree_of(body: bytes, commit: str) -> str | None:
    """Return the tree that a commit names; None where the bytes are not that commit.

    The id is SHA-1 without the detection of collisions that git has (docs/explanation/proof.md).
    """
    if object_id("commit", body) != commit:
        return None
    match = _TREE.match(body)
    return match[1].decode() if match else None
