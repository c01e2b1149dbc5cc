"""The project on disk: where it is, and what its manifest and lockfile say."""

import os
import stat
from dataclasses import dataclass

from bitdeps.config.lean import nearest_root
from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.manifest.model import Manifest
from bitdeps.errors import LocalError, LockfileError, ManifestError
from bitdeps.vendor.disk import remove_abandoned, write_durably

MANIFEST = "deps.toml"
LOCKFILE = "deps.lock"
LOCAL_OVERRIDES = "deps.local.toml"
MAX_TEXT = 16 * 1024 * 1024
"""Bytes that a manifest or lockfile may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A directory with a manifest."""

    root: str
    """Absolute path."""
    manifest: Manifest
    manifest_bytes: bytes
    lock_bytes: bytes | None
    """None where there is no lockfile."""

    @property
    def lock_path(self) -> str:
        """Where the lockfile lies, or would."""
        return os.path.join(self.root, LOCKFILE)

    def lockfile(self) -> Lockfile | None:
        """Parse the lockfile; None where there is none.

        Raises:
            LockfileError: where it is wrong.

        """
        if self.lock_bytes is None:
            return None
        from bitdeps.core.lockfile.pins import read_lock

        return read_lock(decode(self.lock_bytes, LOCKFILE))


def find_root(start: str) -> str:
    """Search upward from a directory for the one that holds `deps.toml`.

    Raises:
        ManifestError: where no directory up to the root has one.

    """
    root = nearest_root(start)
    if root is None:
        _refuse_obstacles(start)
        message = f"`{MANIFEST}`: not found in `{os.path.abspath(start)}` or any directory above it"
        raise ManifestError(message, hint="run `deps init` to make one, or name the project with `-C DIR`")
    return root


def _refuse_obstacles(start: str) -> None:
    directory = os.path.abspath(start)
    while directory != os.path.dirname(directory):
        refuse_obstacle(directory)
        directory = os.path.dirname(directory)


def refuse_obstacle(root: str) -> None:
    """Stop where something else than a file has the manifest's name.

    Raises:
        ManifestError: where it is a link to nothing, a directory, or no regular file.

    """
    path = os.path.abspath(os.path.join(root, MANIFEST))
    if os.path.isfile(path) or not os.path.lexists(path):
        return
    if os.path.exists(path):
        what = "is a directory, not a file" if os.path.isdir(path) else "is no regular file"
        raise ManifestError(f"`{MANIFEST}`: {what}", hint=f"move `{path}` away, then run the command again")
    message = f"`{MANIFEST}`: is a link to `{os.readlink(path)}`, which is not there"
    raise ManifestError(message, hint=f"make it, or remove the link `{path}`, then run the command again")


def open_project(root: str) -> Project:
    """Read and parse the manifest; read the lockfile.

    Raises:
        ManifestError: where the manifest is wrong.
        LocalError: where a file cannot be read.

    """
    from bitdeps import __version__
    from bitdeps.core.manifest.parse import parse_manifest

    manifest_bytes = read_file(os.path.join(root, MANIFEST))
    if manifest_bytes is None:
        message = f"`{MANIFEST}`: not found in `{root}`"
        raise ManifestError(message, hint="run `deps init` to make one")
    manifest = parse_manifest(decode(manifest_bytes, MANIFEST), tool_version=__version__)
    lock_bytes = read_file(os.path.join(root, LOCKFILE))
    return Project(root=root, manifest=manifest, manifest_bytes=manifest_bytes, lock_bytes=lock_bytes)


def read_file(path: str) -> bytes | None:
    """Read a small file whole; None where there is none.

    Raises:
        LocalError: where it cannot be read, is no regular file, or has more than `MAX_TEXT` bytes.

    """
    try:
        # Nobody waits for the other end of a pipe.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
            content = file.read(MAX_TEXT + 1) if is_file else b""
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"`{os.path.basename(path)}`: cannot be read: {error.strerror}"
        raise LocalError(message, hint=f"check `{path}`") from error
    if not is_file:
        raise LocalError(f"`{os.path.basename(path)}`: is no regular file", hint=f"move `{path}` away")
    if len(content) > MAX_TEXT:
        message = f"`{os.path.basename(path)}`: has more than {MAX_TEXT // 1024 // 1024} MiB"
        raise LocalError(message, hint=f"check `{path}`")
    return content


def decode(content: bytes, name: str) -> str:
    """Decode UTF-8.

    Raises:
        ManifestError: where the bytes of a manifest are no UTF-8.
        LockfileError: where the bytes of a lockfile are no UTF-8.

    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"{name}:{line}: is not UTF-8 (byte {error.start})"
        if name == LOCKFILE:
            from bitdeps.core.lockfile.parse import RESTORE_HINT

            raise LockfileError(message, hint=RESTORE_HINT) from error
        raise ManifestError(message, hint="save the file as UTF-8") from error


def write_atomic(path: str, content: bytes) -> None:
    """Replace a file by a new one with this content, durably: the old file or the new, never a part.

    A link stays a link: the file that it leads to is replaced.

    Raises:
        LocalError: where the system refuses.

    """
    write_durably(os.path.realpath(path), content, os.path.basename(path))


def remove_leftovers(root: str) -> None:
    """Delete what killed runs left beside the manifest and the lock."""
    for name in (MANIFEST, LOCKFILE):
        remove_abandoned(os.path.realpath(os.path.join(root, name)))
