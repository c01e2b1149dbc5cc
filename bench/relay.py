"""A stand-in for a service on another machine: gives again what a service answered once, after a set time.

The local Bitbucket starts git anew for each request, on the processors that are measured; a real service does not.
`python bench/relay.py UPSTREAM` prints its address. `GET /_relay/SECONDS` sets how late each answer comes.
"""

import asyncio
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

_Key = tuple[str, str, bytes]
_KEPT = ("content-type", "date", "location")


class Relay:
    """Answers that are known, and where unknown ones come from."""

    def __init__(self, upstream: str) -> None:
        self._upstream = urlsplit(upstream).netloc
        self._known: dict[_Key, bytes] = {}
        self._distance = 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until its client goes away."""
        try:
            while True:
                method, target, headers, body = await _read(reader)
                if target.startswith("/_relay/"):
                    self._distance = float(target.rpartition("/")[2])
                    writer.write(b"HTTP/1.1 204 OK\r\n\r\n")
                    continue
                writer.write(await self._answer(method, target, headers, body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> bytes:
        key = (method, target, body)
        if key not in self._known:
            self._known[key] = await asyncio.to_thread(self._ask, method, target, headers, body)
        await asyncio.sleep(self._distance)
        return self._known[key]

    def _ask(self, method: str, target: str, headers: dict[str, str], body: bytes) -> bytes:
        connection = HTTPConnection(self._upstream)
        passed = {name: value for name, value in headers.items() if name not in ("host", "content-length")}
        connection.request(method, target, body or None, passed)
        answer = connection.getresponse()
        content = answer.read()
        kept = [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() in _KEPT]
        head = [f"HTTP/1.1 {answer.status} {answer.reason}", *kept, f"content-length: {len(content)}", "", ""]
        connection.close()
        return "\r\n".join(head).encode() + content


async def _read(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return method, target, headers, await reader.readexactly(int(headers.get("content-length", "0")))


async def _main(upstream: str) -> None:
    server = await asyncio.start_server(Relay(upstream).serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
