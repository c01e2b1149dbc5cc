"""Which archives of the cache are not what their names say."""

import hashlib
import os

from bitdeps.cache import layout
from bitdeps.cache.store import Cache


def damaged(cache: Cache) -> tuple[str, ...]:
    """Hash every archive; return the paths of those that are not what they are called, or cannot be read."""
    top = f"{cache.dir}/{layout.VERSION}/{layout.ARCHIVES}"
    paths = (f"{folder}/{name}" for folder, _, names in os.walk(top) for name in names)
    return tuple(sorted(path for path in paths if path.endswith(layout.ARCHIVE_SUFFIX) and not _is_whole(path)))


def _is_whole(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return True  # another process replaced or removed it meanwhile
    except OSError:
        return False
    return os.path.basename(path) == found + layout.ARCHIVE_SUFFIX
