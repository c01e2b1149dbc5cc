"""From what httpx raises to errors that say what is wrong with the network."""

import os
import socket
import ssl
from collections.abc import Iterator

import httpx

from bitdeps.config.proxies import by_way_of, proxy_refused, proxy_unreachable
from bitdeps.config.trust import tls_hint
from bitdeps.core.bitbucket.address import parse_address
from bitdeps.core.bitbucket.body import printable
from bitdeps.errors import DepsError, NetworkError

_DEEPEST = 10
_OFFLINE = "check the network connection; `deps install --offline` works from the cache"


class TooSlowError(Exception):
    """A transfer fell below the minimum speed."""


class CutError(Exception):
    """A body ended before it was whole."""


def network_error(error: Exception, url: str, *, proxy: str | None) -> DepsError:
    """Write the error for a request that got no whole answer."""
    host = _host(url)
    if isinstance(error, httpx.ProxyError) and proxy:
        return proxy_refused(proxy, host, printable(str(error)))
    tls = next((cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)), None)
    if tls is not None:
        return _tls_error(tls, f"`{host}`{by_way_of(proxy)}")
    if proxy and isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return proxy_unreachable(proxy, _reason(error))
    return NetworkError(f"`{host}`: {_reason(error)}", hint=_OFFLINE)


def is_transient(error: Exception) -> bool:
    """Tell whether another try may help."""
    if isinstance(error, (httpx.ProxyError, httpx.UnsupportedProtocol, httpx.LocalProtocolError, TooSlowError)):
        return False
    return not any(
        isinstance(cause, ssl.SSLCertVerificationError)
        or (isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN)
        for cause in _causes(error)
    )


def timed_out(url: str, seconds: float) -> NetworkError:
    """Write the error for an exchange that outlasts the total time-out."""
    return NetworkError(
        f"`{_host(url)}`: no whole answer within {seconds:g} s",
        hint="`DEPS_TIMEOUTS_TOTAL` sets the limit in seconds",
    )


def _reason(error: Exception) -> str:
    if isinstance(error, TooSlowError):
        return "the transfer is too slow"
    if isinstance(error, httpx.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, httpx.TimeoutException):
        return "the answer stopped arriving"
    if isinstance(error, (CutError, httpx.RemoteProtocolError, httpx.ReadError)):
        return "the connection ended before the answer was whole"
    name = next((cause for cause in _causes(error) if isinstance(cause, socket.gaierror)), None)
    if name is not None:
        return f"the name is not known here: {name.strerror}"
    # asyncio's own texts hold internals; the number says the same in the system's words.
    number = next((cause.errno for cause in _causes(error) if isinstance(cause, OSError) and cause.errno), None)
    return f"no connection: {os.strerror(number)}" if number else "no connection"


def _tls_error(error: ssl.SSLError, subject: str) -> NetworkError:
    reason = getattr(error, "verify_message", "") or (error.reason or "handshake failed").replace("_", " ").lower()
    return NetworkError(
        f"{subject}: no trusted TLS connection: {printable(reason)}",
        hint=tls_hint(reason),
    )


def _host(url: str) -> str:
    address = parse_address(url)
    return address.shown if address else "the service"


def _causes(error: BaseException | None, depth: int = 0) -> Iterator[BaseException]:
    """Walk everything that an error came from; anyio hides system errors in groups."""
    if error is None or depth > _DEEPEST:
        return
    yield error
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _causes(member, depth + 1)
    yield from _causes(error.__cause__ or error.__context__, depth + 1)
