"""Waiting for the browser on the callback address, on this machine alone.

The address is fixed, because a consumer has one callback address and Bitbucket promises no other
(BITBUCKET.md section 3). Exactly one callback is taken; whatever else knocks gets 404.
"""

import errno
import os
import queue
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from bitdeps.auth.pages import granted_page, nothing_here, refused_page
from bitdeps.auth.port_owner import owner_of
from bitdeps.core.bitbucket.address import Address, parse_address
from bitdeps.core.oauth.callback import Denied, Forged, Granted, Outcome
from bitdeps.errors import AuthError, LocalError, UsageError

_HEAD = 8192
_PATIENCE = 5.0
"""Seconds for one connection to say what it wants."""
_TICK = 0.2
_NO_SUCH_FAMILY = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)

Read = Callable[[str], Outcome]
"""From the target of a request to what it means."""


class Listener:
    """Listens from its making on, before the browser opens; a context manager."""

    def __init__(self, callback_url: str) -> None:
        address = parse_address(callback_url)
        if address is None:
            raise UsageError(f"`{callback_url}`: not a callback address")
        self.path = address.path
        self._hosts = {address.shown, f"{address.host}:{address.port}"}
        self._sockets = _bind(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def wait(self, read: Read, seconds: float) -> Granted | Denied | Forged:
        """Wait for the one callback that means something, then listen no more.

        Raises:
            AuthError: it did not come in time.
        """
        outcomes: queue.SimpleQueue[Granted | Denied | Forged] = queue.SimpleQueue()
        taken = threading.Lock()
        end = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            for listening in self._sockets:
                selector.register(listening, selectors.EVENT_READ)
            while time.monotonic() < end:
                for key, _ in selector.select(_TICK):
                    connection, _ = key.fileobj.accept()  # type: ignore[union-attr]
                    work = (connection, read, outcomes, taken)
                    threading.Thread(target=self._answer, args=work, daemon=True).start()
                with suppress(queue.Empty):
                    outcome = outcomes.get_nowait()
                    self._close()
                    return outcome
        raise AuthError(
            f"nobody came back from the browser within {seconds:g} s",
            hint="run `deps auth login` again; where the browser is on another machine, use `--no-browser`",
        )

    def _answer(
        self,
        connection: socket.socket,
        read: Read,
        outcomes: "queue.SimpleQueue[Granted | Denied | Forged]",
        taken: threading.Lock,
    ) -> None:
        """Serve one connection; a browser opens some that it never uses, so each has its thread."""
        with connection, suppress(OSError):
            connection.settimeout(_PATIENCE)
            target = self._target(_read_head(connection))
            outcome = read(target) if target is not None else None
            # The lock is never let go: the first callback is the only one.
            if outcome is None or not taken.acquire(blocking=False):
                connection.sendall(nothing_here())
                return
            try:
                connection.sendall(granted_page() if isinstance(outcome, Granted) else refused_page())
            finally:
                outcomes.put(outcome)

    def _target(self, head: bytes) -> str | None:
        """Return the target of a GET for this very host; another name in `Host` is DNS rebinding."""
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(" ")
        hosts = [line.partition(":")[2].strip().lower() for line in lines if line.lower().startswith("host:")]
        served = len(words) == 3 and words[0] == "GET" and len(hosts) == 1 and hosts[0] in self._hosts  # noqa: PLR2004
        return words[1] if served else None

    def _close(self) -> None:
        for listening in self._sockets:
            listening.close()


def _bind(address: Address) -> list[socket.socket]:
    """Listen on loopback only; on both families where the callback says `localhost`."""
    hosts = {"localhost": ["127.0.0.1", "::1"], "[::1]": ["::1"]}.get(address.host, [address.host])
    sockets: list[socket.socket] = []
    try:
        for host in hosts:
            listening = _listen(host, address.port, optional=len(hosts) > 1 and ":" in host)
            sockets += [listening] if listening else []
    except OSError as error:
        for listening in sockets:
            listening.close()
        raise _busy(address, error) from error
    return sockets


def _listen(host: str, port: int, *, optional: bool) -> socket.socket | None:
    """Listen on one address; None where the machine has no address of an optional family."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=16)
    except OSError as error:
        if optional and error.errno in _NO_SUCH_FAMILY:
            return None
        raise


def _busy(address: Address, error: OSError) -> LocalError:
    owner = owner_of(address.port)
    reason = os.strerror(error.errno) if error.errno else str(error)
    return LocalError(
        f"`{address.host}:{address.port}`: cannot listen there for the browser: {reason}"
        f"{f' ({owner} does)' if owner else ''}",
        hint="end the other program, or register another callback URL at the consumer and name it with "
        "`--callback-url` or `DEPS_CALLBACK_URL` (8976 and 8967 are easily confused)",
    )


def _read_head(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data and len(data) < _HEAD:
        piece = connection.recv(_HEAD - len(data))
        if not piece:
            break
        data += piece
    return data.partition(b"\r\n\r\n")[0] if b"\r\n\r\n" in data else b""
