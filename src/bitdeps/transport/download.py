"""From an answer to bytes in memory, or to a file with its SHA-256."""

import hashlib
import math
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import BinaryIO

import httpx

from bitdeps.core import activity
from bitdeps.core.bitbucket.archives import GZIP_MAGIC
from bitdeps.core.bitbucket.failures import OK
from bitdeps.core.messages import Response
from bitdeps.errors import LocalError
from bitdeps.transport.body import read_capped, too_large, unwrapped
from bitdeps.transport.retry import retry_after

_HEAD = 4096
_EXPLANATION = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An answer; of a download that was written to a file, `response.body` is only its first bytes."""

    response: Response
    sha256: str | None = None
    """Of the file's bytes, in hex; None where no file was written."""
    size: int = 0
    """Of the file, in bytes."""


async def receive_file(answer: httpx.Response, body: AsyncIterator[bytes], target: str, cap: int) -> Received:
    """Write a gzip file to `target`; an answer that is none is read as an explanation instead.

    Raises:
        ServiceError: the file is larger than `cap` bytes.
        LocalError: it cannot be written.
    """
    if answer.status_code != OK:
        return Received(response=to_response(answer, await read_capped(answer, _beginning(body), 2 * _EXPLANATION)))
    length = answer.headers.get("content-length", "")
    if length.isdigit() and int(length) > cap:
        raise too_large(answer, cap)
    stream = unwrapped(answer, body)
    head = b""
    async for piece in stream:
        head += piece
        if len(head) >= _HEAD:
            break
    response = to_response(answer, head[:_HEAD])
    if not head.startswith(GZIP_MAGIC):
        return Received(response=response)
    activity.begins(int(length) if length.isdigit() else None)
    try:
        with open(target, "wb", opener=_private) as file:  # noqa: ASYNC230 (the page cache is quick)
            sha256, size = await _write(answer, file, head, stream, cap)
    except OSError as error:
        raise LocalError(
            f"`{target}`: cannot be written: {error.strerror}",
            hint="`deps cache dir` shows where the cache is; `--cache-dir` moves it",
        ) from error
    return Received(response=response, sha256=sha256, size=size)


def to_response(answer: httpx.Response, body: bytes) -> Response:
    """Turn httpx's answer into our value; a `Retry-After` that is a date becomes seconds."""
    headers = dict(answer.headers.items())
    wait = retry_after(headers.get("retry-after", ""), time.time())
    if wait is not None:
        headers["retry-after"] = str(math.ceil(wait))
    return Response(status=answer.status_code, headers=headers, body=body, received=time.time())


async def _write(
    answer: httpx.Response, file: BinaryIO, head: bytes, stream: AsyncIterator[bytes], cap: int
) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    async for piece in _chain(head, stream):
        size += len(piece)
        if size > cap:
            raise too_large(answer, cap)
        file.write(piece)
        digest.update(piece)
        activity.arrived(len(piece))
    return digest.hexdigest(), size


async def _chain(head: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for piece in rest:
        yield piece


async def _beginning(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield no more than an explanation needs: an error page may be of any size."""
    size = 0
    async for piece in body:
        yield piece[: _EXPLANATION - size]
        size += len(piece)
        if size >= _EXPLANATION:
            return


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
