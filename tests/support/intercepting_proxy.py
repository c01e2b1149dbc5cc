"""A proxy that re-encrypts, as some organisations have: it answers for the service, with certificates of its own."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler, ThreadingTCPServer

import trustme

from support.hostile_server import read_request

_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """Where it listens, the authority that it uses, and what it was asked in the clear."""

    port: int
    authority: trustme.CA
    connected: list[str] = field(default_factory=list)


@contextmanager
def intercepting_proxy(answer: bytes) -> Iterator[Proxy]:
    """Run one that gives the same answer to every request for every host."""
    authority = trustme.CA()
    connected: list[str] = []

    class Connection(BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(10)
            with suppress(OSError):
                host = self.request.recv(65536).split(b" ")[1].decode()
                connected.append(host)
                self.request.sendall(_ESTABLISHED)
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                authority.issue_cert(host.partition(":")[0]).configure_cert(context)
                with context.wrap_socket(self.request, server_side=True) as encrypted:
                    read_request(encrypted)
                    encrypted.sendall(answer)

    with ThreadingTCPServer(("127.0.0.1", 0), Connection) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield Proxy(port=server.server_address[1], authority=authority, connected=connected)
        finally:
            server.shutdown()
            thread.join()
