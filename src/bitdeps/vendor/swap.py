"""Renames that never lose a tree: exchange two names, or take one that must be free.

Linux has both in one system call, renameat2(2). Where the kernel or the file system has not
(EINVAL, ENOSYS), the caller falls back to two renames, which `.deps/state` lets the next run
complete (docs/adr/0004).
"""

import errno
import os

NOREPLACE = 1
EXCHANGE = 2
# https://man7.org/linux/man-pages/man2/rename.2.html
UNSUPPORTED = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)

Name = tuple[int, bytes]
"""An open directory, and a name in it."""


def exchange(one: Name, other: Name) -> bool:
    """Swap two names in one step; False where the system cannot.

    Raises:
        OSError: where the system can, but refuses this one.

    """
    return _renameat2(one, other, EXCHANGE)


def rename_free(source: Name, target: Name) -> None:
    """Rename to a name that must not exist.

    Raises:
        OSError: `FileExistsError` where the target exists; else what the system says.

    """
    if not _renameat2(source, target, NOREPLACE):
        look_then_rename(source, target)


def look_then_rename(source: Name, target: Name) -> None:
    """Do the same in two steps, for systems that cannot do it in one.

    Raises:
        OSError: `FileExistsError` where the target exists; else what the system says.

    """
    try:
        os.stat(target[1], dir_fd=target[0], follow_symlinks=False)
    except FileNotFoundError:
        os.rename(source[1], target[1], src_dir_fd=source[0], dst_dir_fd=target[0])
        return
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fsdecode(target[1]))


def _renameat2(source: Name, target: Name, flag: int) -> bool:
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    call = getattr(library, "renameat2", None)
    if call is None:
        return False
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    if call(source[0], source[1], target[0], target[1], flag) == 0:
        return True
    number = ctypes.get_errno()
    if number in UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), os.fsdecode(source[1]), None, os.fsdecode(target[1]))


def sync_file_system(directory: str) -> None:
    """Bring everything written to the file system of a directory to the disk.

    One syncfs(2) costs 10 ms for 2,080 new files where an fsync for each costs 415 (docs/adr/0004).

    Raises:
        OSError: where the disk refuses.

    """
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if call is None:
            sync_each(directory)
        elif call(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), directory)
    finally:
        os.close(descriptor)


def sync_each(directory: str) -> None:
    """Bring every file below a directory to the disk, one by one, for systems without syncfs.

    Raises:
        OSError: where the disk refuses.

    """
    for parent, _, names in os.walk(directory):
        for name in (*names, "."):
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
