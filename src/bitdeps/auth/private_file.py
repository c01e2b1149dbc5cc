"""A file that only its owner can read: 0600 in a 0700 directory, replaced as a whole."""

import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path

from bitdeps.errors import AuthError, LocalError

_OTHERS = 0o077
_OTHERS_WRITE = 0o022


def read_private(path: str) -> str | None:
    """Read the file; None where there is none.

    Raises:
        AuthError: others can read it or put another in its place, or it belongs to somebody else.
        LocalError: it cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise LocalError(f"`{path}`: cannot be read: {error.strerror}") from error
    with os.fdopen(descriptor, encoding="utf-8") as file:
        if sys.platform != "win32":
            _check(path, os.fstat(descriptor))
            _check_folder(Path(path).parent)
        return file.read()


def write_private(path: str, text: str) -> None:
    """Replace the file: a reader sees the old text or the new one.

    Raises:
        LocalError: it cannot be written.
    """
    folder = Path(path).parent
    temporary = Path(f"{path}.{secrets.token_hex(8)}")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(temporary, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync(folder)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise LocalError(
            f"`{path}`: cannot be written: {error.strerror}",
            hint="`DEPS_CONFIG_DIR` moves the directory of the sign-ins",
        ) from error


def _check(path: str, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid():
        raise AuthError(
            f"`{path}`: belongs to another user, so the sign-ins in it are not used",
            hint="remove it and run `deps auth login`",
        )
    if stat.S_IMODE(status.st_mode) & _OTHERS:
        raise AuthError(
            f"`{path}`: other users of this machine can read it, so the sign-ins in it are not used",
            hint=f"run `chmod 600 {path}`, and make new secrets if somebody may have read them",
        )


def _check_folder(folder: Path) -> None:
    if stat.S_IMODE(folder.stat().st_mode) & _OTHERS_WRITE:
        raise AuthError(
            f"`{folder}`: other users of this machine can write to it, so the sign-ins in it are not used",
            hint=f"run `chmod 700 {folder}`, and sign in again if somebody may have changed them",
        )


def _sync(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
