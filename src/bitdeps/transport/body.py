"""Reading bodies as they arrive: capped, not too slow, and never decoded behind our back."""

import time
import zlib
from collections.abc import AsyncIterator, Callable

import httpx

from bitdeps.core.bitbucket.body import printable
from bitdeps.errors import ServiceError
from bitdeps.transport.failures import CutError, TooSlowError

_MAGIC = b"\x1f\x8b"
_ANY_GZIP = 31
"""zlib's `wbits` for one gzip member with its header and checksum."""


async def pieces(
    response: httpx.Response,
    *,
    window: float,
    minimum_speed: int,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[bytes]:
    """Yield the raw body; every `window` seconds must bring `minimum_speed` bytes for each second.

    A body that is shorter than its `Content-Length` ends in httpx's `RemoteProtocolError`.

    Raises:
        TooSlowError: it does not.
    """
    start, arrived = clock(), 0
    async for piece in response.aiter_raw():
        arrived += len(piece)
        elapsed = clock() - start
        if elapsed >= window:
            if arrived < minimum_speed * elapsed:
                raise TooSlowError
            start, arrived = clock(), 0
        yield piece


async def read_capped(response: httpx.Response, body: AsyncIterator[bytes], cap: int) -> bytes:
    """Read a whole body into memory, gzip undone, at most `cap` bytes before and after.

    Raises:
        ServiceError: it is larger, or compressed in a way that was not asked for.
        CutError: the compressed data end early.
    """
    encoding = content_encoding(response)
    raw = bytearray()
    async for piece in body:
        raw += piece
        if len(raw) > cap:
            raise too_large(response, cap)
    if encoding == "identity" or not raw:
        return bytes(raw)
    decoder = zlib.decompressobj(_ANY_GZIP)
    try:
        plain = decoder.decompress(bytes(raw), cap + 1)
    except zlib.error as error:
        raise CutError from error
    if len(plain) > cap:
        raise too_large(response, cap)
    if not decoder.eof:
        raise CutError
    return plain


async def unwrapped(response: httpx.Response, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield an archive's bytes, whichever way `Content-Encoding: gzip` is meant.

    Some servers put the header on a `.tar.gz` that they send as it is; others compress the file
    once more (BITBUCKET.md section 2). What is inside tells them apart.
    """
    decoder = None
    if content_encoding(response) == "gzip":
        head = await _read_head(body)
        decoder = zlib.decompressobj(_ANY_GZIP) if _inside(head) == _MAGIC else None
        yield _decompress(decoder, head) if decoder else head
    async for piece in body:
        yield _decompress(decoder, piece) if decoder else piece
    if decoder and not decoder.eof:
        raise CutError


def content_encoding(response: httpx.Response) -> str:
    """Return `identity` or `gzip`.

    Raises:
        ServiceError: it is something else.
    """
    encoding: str = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return "identity"
    if encoding in ("gzip", "x-gzip"):
        return "gzip"
    raise ServiceError(
        f"`{response.url.host}`: the answer is compressed as `{printable(encoding)}`, which was not asked for",
        hint="a proxy may have changed it: check `HTTPS_PROXY`",
    )


def too_large(response: httpx.Response, cap: int) -> ServiceError:
    """Write the error for an answer above its cap, in bytes."""
    return ServiceError(
        f"`{response.url.host}`: the answer is larger than {cap} bytes",
        hint="`DEPS_LIMITS_ANSWER` and `DEPS_LIMITS_DOWNLOAD` set the limits in bytes",
    )


async def _read_head(body: AsyncIterator[bytes]) -> bytes:
    """Read until it is known how the bytes inside a gzip stream begin, or that there is no such stream."""
    head = b""
    async for piece in body:
        head += piece
        inside = _inside(head)
        if inside is None or len(inside) == len(_MAGIC):
            break
    return head


def _inside(head: bytes) -> bytes | None:
    """Return the first two bytes inside a gzip stream, as far as they are there; None where there is no stream."""
    try:
        return zlib.decompressobj(_ANY_GZIP).decompress(head, len(_MAGIC))
    except zlib.error:
        return None


def _decompress(decoder: "zlib._Decompress", piece: bytes) -> bytes:
    try:
        return decoder.decompress(piece)
    except zlib.error as error:
        raise CutError from error
