"""Pointers of Git LFS: small files that stand for large ones.

https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
"""

import re
from typing import Final

POINTER_BYTES: Final = 1024
"""A pointer is shorter than this."""

VERSION: Final = b"version "
"""How each pointer begins."""

_POINTER: Final = re.compile(
    rb"version (?:https://git-lfs\.github\.com/spec/v1|https://hawser\.github\.com/spec/v1|http://git-media\.io/v/2)\n"
    rb"(?:ext-\d-[^ \n]+ [^\n]+\n)*"
    rb"oid sha256:[0-9a-f]{64}\n"
    rb"size \d+\n?",
)


def lfs_pointer(body: bytes) -> bool:
    """Tell whether a file is a pointer; `body` is all of it (a file of `POINTER_BYTES` or more is none)."""
    return len(body) < POINTER_BYTES and _POINTER.fullmatch(body) is not None
