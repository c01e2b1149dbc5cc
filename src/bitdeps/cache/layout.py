"""Where things are in the cache (docs/reference/cache.md); a change here raises the version."""

import re
from typing import Final

VERSION: Final = "v1"
ARCHIVES: Final = "archives"
CONTENT: Final = "content"
FACTS: Final = "facts"
TEMPORARY: Final = "tmp"
LOCKS: Final = "locks"
DIRECTORIES: Final = (ARCHIVES, CONTENT, FACTS, TEMPORARY, LOCKS)

ARCHIVE_SUFFIX: Final = ".tar.gz"
USE_LOCK: Final = "use"

# https://bford.info/cachedir/
TAG_NAME: Final = "CACHEDIR.TAG"
TAG_TEXT: Final = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# Archives and facts that `deps` downloaded. Safe to delete while no `deps` runs; `deps cache clean` does it.\n"
)

_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CONTENT: Final = re.compile(r"d1:[0-9a-f]{64}", re.ASCII)


def archive_path(root: str, sha256: str) -> str:
    """Return where the archive with this SHA-256 is kept."""
    if not _HEX.fullmatch(sha256):
        raise ValueError(sha256)
    return f"{root}/{VERSION}/{ARCHIVES}/{sha256[:2]}/{sha256}{ARCHIVE_SUFFIX}"


def content_directory(root: str, content: str) -> str:
    """Return the directory that has one empty file, named by SHA-256, for each archive of this content."""
    if not _CONTENT.fullmatch(content):
        raise ValueError(content)
    digest = content.removeprefix("d1:")
    return f"{root}/{VERSION}/{CONTENT}/{digest[:2]}/{digest}"


def fact_path(root: str, host: str, key: str) -> str:
    """Return where a fact that an API host told is kept."""
    from hashlib import sha256

    home, name = sha256(host.encode()).hexdigest()[:16], sha256(key.encode()).hexdigest()
    return f"{root}/{VERSION}/{FACTS}/{home}/{name[:2]}/{name}"


def is_sha256(name: str) -> bool:
    """Tell whether a file name of the content index is one."""
    return _HEX.fullmatch(name) is not None
