"""`git archive` of a commit that was fetched, as a `.tar.gz` for the one reader of archives."""

import hashlib
import os
import subprocess
import zlib
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from bitdeps.core.bitbucket.body import printable
from bitdeps.errors import LocalError, ServiceError
from bitdeps.git.program import isolated_git
from bitdeps.git.repository import BareRepository

_PIECE = 1024 * 1024
_COMPLAINT = 64 * 1024
_GZIP = 31
_LEVEL = 1
_TOP = "archive/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file that was written; `sha256` in hex, `size` in bytes."""

    sha256: str
    size: int


def write_archive(repository: BareRepository, commit: str, target: str, most: int) -> Made:
    """Write the archive of a commit to the file `target`; call it in a thread.

    The attributes that count are those in the commit itself, as with the service's own archives.

    Raises:
        ServiceError: it is larger than `most` bytes, or git fails.
        LocalError: the file cannot be written.

    """
    program, alone = isolated_git()
    command = [program, "archive", "--format=tar", f"--prefix={_TOP}", commit]
    with TemporaryFile() as complaint:
        process = subprocess.Popen(
            command,
            cwd=repository.directory,
            env={**repository.local_environment(), **alone},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaint,
        )
        with process:
            try:
                if process.stdout is None:
                    raise AssertionError("it is a pipe")
                made = _compress(process.stdout, target, most)
                status = process.wait() if made else 0
            finally:
                process.kill()
        complaint.seek(0)
        said = complaint.read(_COMPLAINT)
    if made is None:
        raise ServiceError(
            f"`{repository.subject}`: unpacked it is larger than {most} bytes",
            hint="`DEPS_LIMITS_UNPACKED` sets the limit in bytes",
        )
    if status != 0:
        raise ServiceError(
            f"`{repository.subject}`: git cannot make an archive of commit `{commit}`: "
            f"{printable(said.decode('utf-8', 'replace'))}",
        )
    return made


def _compress(tar: IO[bytes], target: str, most: int) -> Made | None:
    stream = zlib.compressobj(_LEVEL, wbits=_GZIP)
    digest, size, unpacked = hashlib.sha256(), 0, 0
    try:
        with open(target, "wb", opener=_private) as file:
            while piece := tar.read(_PIECE):
                unpacked += len(piece)
                if unpacked > most:
                    return None
                size += _put(file, digest, stream.compress(piece))
            size += _put(file, digest, stream.flush())
    except OSError as error:
        raise LocalError(
            f"`{target}`: cannot be written: {error.strerror}",
            hint="`deps cache dir` shows where the cache is; `--cache-dir` moves it",
        ) from error
    return Made(sha256=digest.hexdigest(), size=size)


def _put(file: IO[bytes], digest: "hashlib._Hash", piece: bytes) -> int:
    digest.update(piece)
    file.write(piece)
    return len(piece)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
