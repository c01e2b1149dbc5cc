"""The file system under a project: directories without links on the way, durable writes, renames.

Everything that changes the disk in `bitdeps.vendor` goes through here or through a directory
descriptor made here. A path relative to the project is walked one part at a time and never
through a symbolic link, so no link in the project leads a write outside it.
"""

import errno
import os
import stat
from types import TracebackType

from bitdeps.errors import LocalError

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FULL = (errno.ENOSPC, errno.EDQUOT)
BESIDE = ".deps-staging-"
"""How everything of ours begins that lies for a moment beside a place; `sweep` deletes what a kill leaves."""
TEMPORARY = ".new"
"""What the name of a file ends in while `write_durably` writes it."""
READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


class refusing:  # noqa: N801 - reads as a statement: `with refusing("write", path):`
    """Turn every `OSError` of a block into a `LocalError` about one path."""

    __slots__ = ("action", "path")

    def __init__(self, action: str, path: str) -> None:
        """Keep what is being done (`written`, `placed`) and to what."""
        self.action = action
        self.path = path

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raise `LocalError` in place of an `OSError`."""
        if isinstance(error, OSError):
            raise refused(self.action, self.path, error) from error


def refused(action: str, path: str, error: OSError) -> LocalError:
    """Say what the system refused, and what to do about it."""
    reason = error.strerror or str(error)
    if error.errno in FULL:
        hint = "free some space and run the command again; what was there before is untouched"
    elif error.errno in READ_ONLY:
        hint = "check who owns it and whether the file system is mounted read-only"
    elif error.errno in (errno.EMFILE, errno.ENFILE):
        hint = "raise the limit of open files (`ulimit -n`)"
    elif error.errno == errno.EXDEV:
        hint = f"this file system cannot rename it (overlay?): remove `{path}` and run the command again"
    elif error.errno == errno.EBUSY:
        hint = f"`{path}` is a mount point or in use: unmount it, or name another place in `deps.toml`"
    else:
        hint = "run the command again; `deps doctor` checks the file system"
    return LocalError(f"`{path}`: cannot be {action}: {reason}", hint=hint)


def open_directory(project: str, path: str, *, create: bool = False) -> int:
    """Open a directory of the project without following a link, making it where asked; the caller closes it.

    Raises:
        LocalError: where a part of the path is a link or a file.
        OSError: `FileNotFoundError` where it does not exist and `create` is not set; else what the system says.

    """
    current = os.open(project, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    walked = ""
    for part in path.split("/") if path else ():
        walked = f"{walked}/{part}" if walked else part
        try:
            if create:
                _make_part(current, os.fsencode(part))
            below = os.open(os.fsencode(part), DIRECTORY, dir_fd=current)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENOTDIR):
                raise
            raise _obstacle(walked, current, part) from error
        finally:
            os.close(current)
        current = below
    return current


def _make_part(parent: int, part: bytes) -> None:
    try:
        os.mkdir(part, 0o777, dir_fd=parent)
    except FileExistsError:
        return


def _obstacle(path: str, parent: int, part: str) -> LocalError:
    mode = os.stat(os.fsencode(part), dir_fd=parent, follow_symlinks=False).st_mode
    if stat.S_ISLNK(mode):
        message = f"`{path}`: is a symbolic link: `deps` never writes through links"
        return LocalError(message, hint="replace the link by a real directory, or name another place in `deps.toml`")
    message = f"`{path}`: is a file where a directory is needed"
    return LocalError(message, hint=f"move `{path}` away, or name another place in `deps.toml`")


def open_parent(project: str, path: str, *, create: bool = False) -> tuple[int, bytes]:
    """Open the directory that holds a path of the project; return it with the last part of the path."""
    parent, _, name = path.rpartition("/")
    return open_directory(project, parent, create=create), os.fsencode(name)


def prepare_state_directory(project: str) -> None:
    """Make `.deps/`, which hides itself from git.

    Raises:
        LocalError: where the system refuses.

    """
    with refusing("made", ".deps"):
        os.close(open_directory(project, ".deps/staging", create=True))
        ignore = os.path.join(project, ".deps", ".gitignore")
        # An empty one is what a crash may leave.
        if not os.path.lexists(ignore) or os.lstat(ignore).st_size == 0:
            flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(ignore, flags, 0o666), "wb") as file:
                file.write(b"*\n")


def write_durably(path: str, content: bytes, name: str) -> None:
    """Replace a file: after a power cut it is the old one or the new one, whole.

    Two processes may write one file: the second waits for the first. What a killed one left is written over.

    Raises:
        LocalError: where the system refuses; the old file is as before.

    """
    temporary = path + TEMPORARY
    with refusing("written", name):
        descriptor = _open_temporary(temporary)
        with os.fdopen(descriptor, "wb") as file:
            try:
                file.truncate(0)
                file.write(content)
                file.flush()
                os.fsync(descriptor)
                os.replace(temporary, path)
            except BaseException:
                os.unlink(temporary)
                raise
            sync_directory(os.path.dirname(path))


def _open_temporary(path: str) -> int:
    """Open a file for writing and hold its lock; where it is taken over from another process, wait for that."""
    while True:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            _lock_if_possible(descriptor)
            # The one before us may have given it its final name, or deleted it, while we waited.
            if os.path.lexists(path) and os.path.samestat(os.fstat(descriptor), os.lstat(path)):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock_if_possible(descriptor: int) -> None:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        # A file system without locks: then two writers at once are on their own (docs/explanation/crash-safety.md).
        if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP):
            raise


def remove_abandoned(path: str) -> None:
    """Delete what a killed `write_durably` of this file left, unless one is at work on it."""
    import fcntl

    temporary = path + TEMPORARY
    if not os.path.lexists(temporary):
        return
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), os.lstat(temporary)):
                os.unlink(temporary)
        finally:
            os.close(descriptor)
    except OSError:
        return


def sync_directory(path: str) -> None:
    """Make the names in a directory durable.

    Raises:
        OSError: where the system refuses.

    """
    descriptor = os.open(path, DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clock_of(directory: str) -> int:
    """Return the present time (ns) as the file system of a directory stamps files, which may lag behind ours.

    Raises:
        OSError: where nothing can be written there.

    """
    try:
        descriptor = os.open(directory, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except (AttributeError, OSError):
        return clock_by_name(directory)
    try:
        os.utime(descriptor)
        return os.fstat(descriptor).st_mtime_ns
    finally:
        os.close(descriptor)


def clock_by_name(directory: str) -> int:
    """Do the same by a file that has a name for a moment, where the file system knows no other.

    Raises:
        OSError: where nothing can be written there.

    """
    path = os.path.join(directory, f"{BESIDE}clock-{os.getpid()}")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        return os.fstat(descriptor).st_mtime_ns
    finally:
        os.close(descriptor)
        os.unlink(path)


def device_of(project: str, path: str) -> int:
    """Return the file system that a path of the project lies on, or would: that of its nearest directory."""
    while True:
        try:
            return os.lstat(os.path.join(project, path)).st_dev
        except (FileNotFoundError, NotADirectoryError):
            path = path.rpartition("/")[0]


def remove_tree(path: str) -> None:
    """Delete a tree of ours, as far as the system allows; what is left is swept by a later run."""
    import shutil

    try:
        if stat.S_ISDIR(os.lstat(path).st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
    except OSError:
        return
