"""Send an answer over the connection, whole or damaged as the faults of the request say."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.types import Send

from bitdeps.sandbox.call import Answer
from bitdeps.sandbox.faults import Fault

CHUNK = 256 * 1024
DRIP = 16


class Connections:
    """The open transports by address of the peer, so that a fault can break one."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def opened(self, peer: tuple[str, int], transport: asyncio.Transport) -> None:
        """Remember a connection."""
        self._open[peer] = transport

    def closed(self, peer: tuple[str, int]) -> None:
        """Forget a connection."""
        self._open.pop(peer, None)

    def close(self, peer: tuple[str, int]) -> None:
        """Close after what is written has been sent."""
        if transport := self._open.get(peer):
            transport.close()

    def reset(self, peer: tuple[str, int]) -> None:
        """Break with RST: lingering is off, so the kernel drops what is unsent."""
        if transport := self._open.get(peer):
            held = transport.get_extra_info("socket")
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()


def _of(faults: list[Fault], kind: str) -> Fault | None:
    return next((fault for fault in faults if fault.kind == kind), None)


async def deliver(
    answer: Answer, faults: list[Fault], send: Send, connections: Connections, peer: tuple[str, int]
) -> int:
    """Send an answer; gives the number of body bytes that were sent."""
    size = _size(answer.body)
    await send({"type": "http.response.start", "status": answer.status, "headers": _headers(answer, size)})
    cut, reset, drip = _of(faults, "cut"), _of(faults, "reset"), _of(faults, "drip")
    stop = None
    if cut or reset:
        broken = cut or reset
        stop = broken.at if broken and broken.at else (size or 0) // 2
    sent = 0
    async for chunk in _chunks(answer.body, drip.at or DRIP if drip else CHUNK):
        piece = chunk if stop is None else chunk[: stop - sent]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        sent += len(piece)
        if stop is not None and sent >= stop:
            break
        if drip:
            await asyncio.sleep(drip.seconds)
    if stop is not None:
        # What was sent should arrive before the end does.
        await asyncio.sleep(0.05)
        (connections.close if cut else connections.reset)(peer)
        return sent
    await send({"type": "http.response.body", "body": b"", "more_body": False})
    return sent


def _size(body: bytes | Path | AsyncIterator[bytes]) -> int | None:
    if isinstance(body, bytes):
        return len(body)
    return body.stat().st_size if isinstance(body, Path) else None


def _headers(answer: Answer, size: int | None) -> list[tuple[bytes, bytes]]:
    headers = {"Server": "nginx", "X-Served-By": "bitdeps-sandbox"} | answer.headers
    if size is not None and answer.length and answer.status != 304:  # noqa: PLR2004 (a 304 has no body)
        headers["Content-Length"] = str(size)
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


async def _chunks(body: bytes | Path | AsyncIterator[bytes], length: int) -> AsyncIterator[bytes]:
    if isinstance(body, bytes):
        for start in range(0, len(body), length):
            yield body[start : start + length]
    elif isinstance(body, Path):
        with body.open("rb") as file:
            while chunk := file.read(length):
                yield chunk
    else:
        async for chunk in body:
            yield chunk
