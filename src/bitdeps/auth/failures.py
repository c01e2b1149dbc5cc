"""From what requests raises to errors that say what is wrong with the network."""

import re
import socket
import ssl

import requests
import urllib3

from bitdeps.config.proxies import by_way_of, proxy_for, proxy_refused, proxy_unreachable
from bitdeps.config.settings import Settings
from bitdeps.config.trust import tls_hint
from bitdeps.core.bitbucket.address import parse_address
from bitdeps.core.bitbucket.body import printable
from bitdeps.errors import NetworkError

# http.client's words, from which alone a proxy's answer can be learned.
_TUNNEL = re.compile(r"^Tunnel connection failed: (.+)")


def connection_failure(error: requests.RequestException, settings: Settings) -> NetworkError:
    """Write the error for a token endpoint that gave no answer."""
    address = parse_address(settings.web_url)
    host = address.shown if address else "the service"
    proxy = proxy_for(settings.web_url, settings.proxies)
    if isinstance(error, requests.exceptions.SSLError):
        reason = _tls_reason(error)
        return NetworkError(f"`{host}`{by_way_of(proxy)}: no trusted TLS connection: {reason}", hint=tls_hint(reason))
    if isinstance(error, requests.exceptions.ProxyError) and proxy:
        refused = next((found for cause in _causes(error) if (found := _TUNNEL.search(str(cause)))), None)
        if refused:
            return proxy_refused(proxy, host, printable(refused[1]))
        return proxy_unreachable(proxy, _system_reason(error))
    return NetworkError(
        f"`{host}`: no token: {_system_reason(error)}",
        hint="check the network connection; `deps install --offline` works from the cache",
    )


def _tls_reason(error: BaseException) -> str:
    found = next((cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)), None)
    return printable(getattr(found, "verify_message", "") or "the handshake failed")


def _system_reason(error: BaseException) -> str:
    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return f"the name is not known here: {cause.strerror}"
        if isinstance(cause, OSError) and cause.strerror:
            return f"no connection: {cause.strerror}"
    # urllib3 counts a refused connection among the time-outs, so this comes after the system's reasons.
    if any(isinstance(cause, (requests.Timeout, urllib3.exceptions.TimeoutError)) for cause in causes):
        return "the token endpoint did not answer in time"
    return "the connection ended before the answer was whole"


def _causes(error: BaseException) -> list[BaseException]:
    """Collect everything that an error came from; urllib3 also keeps it in `reason` and `args`."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        item = waiting.pop(0)
        if not isinstance(item, BaseException) or item in found:
            continue
        found.append(item)
        waiting += [getattr(item, "reason", None), item.__cause__, item.__context__, *item.args]
    return found
