"""Which proxy serves an address."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from bitdeps.core.bitbucket.address import Address, is_loopback, parse_address
from bitdeps.errors import NetworkError, UsageError

_HINT = "check `HTTPS_PROXY` (a user name and password go into its address) and `NO_PROXY`"


def proxy_for(url: str, proxies: Mapping[str, str]) -> str | None:
    """Return the proxy's address, or None where the host is reached directly.

    Loopback addresses never use one, as in Go: plain `http` is allowed there because it stays on
    this machine.

    Raises:
        UsageError: the proxy speaks something else than HTTP.
    """
    address = parse_address(url)
    if address is None or is_loopback(address.host) or _is_direct(address, proxies.get("no", "")):
        return None
    proxy = proxies.get(address.scheme) or proxies.get("all")
    if not proxy:
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    if not proxy.startswith(("http://", "https://")):
        raise UsageError(
            f"the proxy for `{address.host}` is not an HTTP proxy: only `http://` and `https://` are supported",
            hint="check `HTTPS_PROXY` and `ALL_PROXY`",
        )
    return proxy


def proxy_refused(proxy: str, host: str, reason: str) -> NetworkError:
    """Write the error for a proxy that answers, and does not connect us."""
    return NetworkError(f"`{shown(proxy)}`: the proxy does not connect to `{host}`: {reason}", hint=_HINT)


def proxy_unreachable(proxy: str, reason: str) -> NetworkError:
    """Write the error for a proxy that does not answer."""
    return NetworkError(f"`{shown(proxy)}`: the proxy cannot be reached: {reason}", hint=_HINT)


def by_way_of(proxy: str | None) -> str:
    """Write `, by way of the proxy ...` for messages; nothing without a proxy."""
    return f", by way of the proxy `{shown(proxy)}`" if proxy else ""


def shown(proxy: str) -> str:
    """Write a proxy's host and port, without the user name and password that its address may hold."""
    scheme, mark, rest = proxy.rpartition("://")
    address = parse_address(f"{scheme or 'http'}{mark or '://'}{rest.partition('/')[0].rpartition('@')[2]}")
    return address.shown if address else "the proxy"


def _is_direct(address: Address, no_proxy: str) -> bool:
    return any(_matches(address, entry.strip().lower()) for entry in no_proxy.split(","))


def _matches(address: Address, entry: str) -> bool:
    if entry == "*":
        return True
    host, port = _split_port(entry)
    if not host or (port and port != str(address.port)):
        return False
    number = _number(address.host)
    if number is not None:
        return _contains(host, number)
    name = host.removeprefix("*").removeprefix(".")
    return address.host == name or address.host.endswith(f".{name}")


def _split_port(entry: str) -> tuple[str, str]:
    host, colon, port = entry.rpartition(":")
    return (host, port) if colon and port.isdigit() and ":" not in host.strip("[]") else (entry, "")


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def _contains(network: str, number: IPv4Address | IPv6Address) -> bool:
    try:
        return number in ip_network(network.strip("[]"), strict=False)
    except ValueError:
        return False
