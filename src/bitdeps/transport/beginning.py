"""Reading an answer only as far as it is of use; what the server still wants to send is not taken."""

import zlib
from collections.abc import AsyncIterator
from typing import Protocol

import httpx

from bitdeps.core.bitbucket.failures import OK
from bitdeps.transport.body import content_encoding, read_capped, too_large
from bitdeps.transport.download import Received, to_response
from bitdeps.transport.failures import CutError

_EXPLANATION = 64 * 1024
_ANY_GZIP = 31
"""zlib's `wbits` for one gzip member with its header and checksum."""


class Reader(Protocol):
    """What is told about each piece of a success; whoever sends the request has it, and reads the result."""

    def reset(self) -> None:
        """Begin anew: this is another try."""

    def feed(self, piece: bytes) -> bool:
        """Take in a piece; tell whether enough has come."""


async def receive_beginning(answer: httpx.Response, body: AsyncIterator[bytes], reader: Reader, cap: int) -> Received:
    """Feed the body of a success to `reader` until it has enough; anything else is read as an explanation.

    Raises:
        ServiceError: more than `cap` bytes were not enough.
    """
    if answer.status_code != OK:
        return Received(response=to_response(answer, await read_capped(answer, body, 2 * _EXPLANATION)))
    reader.reset()
    decoder = zlib.decompressobj(_ANY_GZIP) if content_encoding(answer) == "gzip" else None
    size = 0
    async for piece in body:
        try:
            plain = decoder.decompress(piece, cap + 1) if decoder else piece
        except zlib.error as error:
            raise CutError from error
        size += len(plain)
        if size > cap:
            raise too_large(answer, cap)
        if reader.feed(plain):
            break
    return Received(response=to_response(answer, b""))
