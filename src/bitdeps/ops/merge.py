"""git's merge driver for `deps.lock`."""

import os
from collections.abc import Sequence

from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.lockfile.pins import read_lock
from bitdeps.core.lockmerge import merge_locks
from bitdeps.errors import NotFoundError
from bitdeps.ops.project import LOCKFILE, decode, read_file, write_atomic


def merge(directory: str, base: str, ours: str, theirs: str) -> Sequence[str]:
    """Merge three files into the second, as git wants it; return the packages that are in conflict.

    Raises:
        LockfileError: where one of the files is no lockfile; nothing is written then.
        NotFoundError: where there is no such file.

    """
    locks = [_read(directory, path, side) for path, side in ((base, "base"), (ours, "ours"), (theirs, "theirs"))]
    merged = merge_locks(*locks)
    write_atomic(os.path.abspath(os.path.join(directory, ours)), merged.text.encode())
    return [str(identity) for identity in merged.conflicts]


def _read(directory: str, path: str, side: str) -> Lockfile:
    content = read_file(os.path.join(directory, path))
    if content is None:
        raise NotFoundError(f"`{path}`: there is no such file", hint="git calls this as `deps lock merge %O %A %B`")
    # Where both sides added the file, git gives an empty one as their ancestor.
    return read_lock(decode(content, LOCKFILE), file=f"{LOCKFILE} ({side})") if content else Lockfile(packages={})
