"""Listen on loopback addresses with uvicorn; a second port is the "other origin" of redirects."""

import asyncio
import contextlib
import signal
import socket
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bitdeps.sandbox.app import make_app
from bitdeps.sandbox.deliver import Connections
from bitdeps.sandbox.problems import SeedError
from bitdeps.sandbox.seeds.apply import apply_seed
from bitdeps.sandbox.seeds.document import read_seed
from bitdeps.sandbox.state import State, open_state

LOOPBACK = "127.0.0.1"
# Tokens of more than 2,500 characters are usual, so headers need room.
LARGEST_HEAD = 64 * 1024
BACKLOG = 2048


def listen(port: int) -> socket.socket:
    """Open a listening socket on the loopback address; port 0 takes a free one.

    Raises:
        SeedError: when the port cannot be had.
    """
    # asyncio switches Nagle's algorithm off only where the protocol is named; else each answer takes 40 ms.
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((LOOPBACK, port))
        # At once, so that of two who start together the second is told.
        held.listen(BACKLOG)
    except OSError as error:
        held.close()
        msg = f"port {port}: {error.strerror}"
        raise SeedError(msg) from error
    return held


def prepare(root: Path, seeds: list[Path]) -> State:
    """Make the state of a sandbox: `sandbox.toml` of the root first, then each seed file.

    Raises:
        SeedError: when a file is wrong.
    """
    root.mkdir(parents=True, exist_ok=True)
    state = open_state(root.resolve())
    own = root / "sandbox.toml"
    for path in [*([own] if own.is_file() else []), *seeds]:
        _plant(state, path)
    state.remember()
    return state


def _plant(state: State, path: Path) -> None:
    seed = read_seed(path)
    try:
        apply_seed(state, seed)
    except SeedError as error:
        msg = f"{path}: {error}"
        raise SeedError(msg) from error


def protocol_of(connections: Connections) -> type[H11Protocol]:
    """Give a protocol class that tells the connections which transports are open."""

    class Protocol(H11Protocol):
        """h11 with a register of its transports."""

        _peer: tuple[str, int]

        def connection_made(self, transport: Any) -> None:  # noqa: ANN401 (uvicorn leaves it open)
            """Register the transport."""
            peer = transport.get_extra_info("peername")
            self._peer = (peer[0], peer[1])
            connections.opened(self._peer, transport)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            """Forget the transport."""
            connections.closed(self._peer)
            super().connection_lost(exc)

    return Protocol


class _Announcing(uvicorn.Server):
    """Prints the ready line once the sockets are served."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets=sockets)
        print(f"sandbox listening on {self._address}", flush=True)


def serve(state: State, port: int) -> None:
    """Serve until interrupted.

    Raises:
        SeedError: when the port cannot be had.
    """
    sockets = [listen(port), listen(0)]
    state.origins = [f"http://{LOOPBACK}:{held.getsockname()[1]}" for held in sockets]
    connections = Connections()
    config = uvicorn.Config(
        make_app(state, connections),
        http=protocol_of(connections),
        h11_max_incomplete_event_size=LARGEST_HEAD,
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    with contextlib.suppress(KeyboardInterrupt):
        _run(_Announcing(config, state.origins[0]), sockets)


def _run(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
    """Run a server; Ctrl-C waits while its loop is made or closed, where it would leave a traceback."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    async def interruptible() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        try:
            await server.serve(sockets=sockets)
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    try:
        asyncio.run(interruptible())
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
