"""Web addresses, read strictly: what decides where a credential may go.

`urllib.parse` accepts what browsers and servers read differently (backslashes, userinfo, control
characters), so the few forms that `deps` needs are matched as a whole. No user name, no fragment.
"""

import re
from dataclasses import dataclass

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[^?#\\\s\x00-\x1f\x7f]*)?(?:\?(?P<query>[^#\\\s\x00-\x1f\x7f]*))?",
    re.ASCII | re.IGNORECASE,
)
_LOOPBACK = re.compile(r"127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65_535
_LONGEST = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An absolute `http` or `https` address; `host` is lower case, `path` and `query` stay encoded."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What a credential belongs to: scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def shown(self) -> str:
        """The host, with its port where that is unusual, for messages."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"


def parse_address(url: str) -> Address | None:
    """Read an address, or return None where it is none, or holds a user name or a fragment."""
    match = _ADDRESS.fullmatch(url) if len(url) <= _LONGEST else None
    if match is None:
        return None
    scheme = match["scheme"].lower()
    port = int(match["port"] or _PORTS[scheme])
    if not 0 < port <= _LAST_PORT:
        return None
    return Address(
        scheme=scheme,
        host=match["host"].lower(),
        port=port,
        path=match["path"] or "",
        query=match["query"] or "",
    )


def is_loopback(host: str) -> bool:
    """Tell whether a host name is this machine, in one of its usual spellings."""
    return host in ("localhost", "[::1]") or _LOOPBACK.fullmatch(host) is not None


def is_literal(host: str) -> bool:
    """Tell whether a host is an IP address in any spelling that a resolver takes, or a name for this machine.

    A host whose last label is a number is an address (https://url.spec.whatwg.org/#ends-in-a-number-checker).
    """
    name = host.rstrip(".")
    return name.startswith("[") or name.split(".")[-1] == "localhost" or bool(_NUMBER.fullmatch(name.split(".")[-1]))


def is_trusted_scheme(address: Address) -> bool:
    """Tell whether the address is `https`, or plain `http` to a loopback address (DESIGN section 2)."""
    return address.scheme == "https" or is_loopback(address.host)
