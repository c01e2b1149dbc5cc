"""A server on a raw socket that answers with whatever bytes a test wants, and remembers what it heard."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One request: its first line's parts, and its headers in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""


Answer = Callable[[Heard], Iterable["bytes | float"]]
"""What to send for a request: bytes, and pauses in seconds; then the connection is closed."""


@dataclass(slots=True, kw_only=True)
class HostileServer:
    """A running server; `heard` grows with each request."""

    url: str
    port: int
    heard: list[Heard] = field(default_factory=list)


@contextmanager
def hostile_server(answer: Answer, *, tls: ssl.SSLContext | None = None) -> Iterator[HostileServer]:
    """Serve on a free port of 127.0.0.1, each connection in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = HostileServer(url=f"{'https' if tls else 'http'}://127.0.0.1:{port}", port=port)
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def accept() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=_serve, args=(connection, answer, server, tls, stop))
            threads.append(thread)
            thread.start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        stop.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()
        for thread in threads:
            thread.join()


def http(status: str, body: bytes = b"", **headers: str) -> bytes:
    """Write an answer; `Content-Length` is right unless `content_length` says another."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named.setdefault("content-length", str(len(body)))
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items() if value), "connection: close"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _serve(
    connection: socket.socket, answer: Answer, server: HostileServer, tls: ssl.SSLContext | None, stop: threading.Event
) -> None:
    connection.settimeout(10)
    with suppress(OSError, ValueError):
        if tls is not None:
            connection = tls.wrap_socket(connection, server_side=True)
        heard = read_request(connection)
        if heard is not None:
            server.heard.append(heard)
            for piece in answer(heard):
                if isinstance(piece, bytes):
                    connection.sendall(piece)
                else:
                    stop.wait(piece)
    connection.close()


def read_request(connection: socket.socket) -> Heard | None:
    """Read one whole request; None where the connection ends before."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    method, target, _ = first.split(" ", 2)
    return Heard(method=method, target=target, headers=headers, body=body)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for a condition, at most `seconds`."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


def always(*pieces: bytes | float) -> Answer:
    return lambda _heard: pieces


def in_turn(*answers: Iterable[bytes | float]) -> Answer:
    """Answer each request with the next answer; the last one for all that follow."""
    waiting = list(answers)
    return lambda _heard: waiting.pop(0) if len(waiting) > 1 else waiting[0]
