"""A proxy that connects every host to one port of this machine, and counts what it was asked for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_PIECE = 65536


@dataclass(slots=True, kw_only=True)
class Tunnel:
    """A running proxy; `asked` holds the host and port of each CONNECT."""

    port: int
    asked: list[str] = field(default_factory=list)


@contextmanager
def tunnel(target: int) -> Iterator[Tunnel]:
    """Answer CONNECT on a free port of 127.0.0.1."""
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = Tunnel(port=listener.getsockname()[1])

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=_serve, args=(connection, proxy, target), daemon=True).start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield proxy
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()


def _serve(client: socket.socket, proxy: Tunnel, target: int) -> None:
    with client, suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(_PIECE)
        proxy.asked.append(head.split()[1].decode())
        with socket.create_connection(("127.0.0.1", target)) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_copy, args=(server, client))
            back.start()
            _copy(client, server)
            back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
