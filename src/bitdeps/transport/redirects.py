"""Where a redirect may lead (SECURITY.md section 3.4)."""

from urllib.parse import urljoin

from bitdeps.core.bitbucket.address import Address, is_literal, is_loopback, is_trusted_scheme, parse_address
from bitdeps.errors import ServiceError

STATUSES = frozenset({301, 302, 303, 307, 308})
MOST = 5


def next_hop(url: str, location: str) -> str:
    """Return the absolute address that a redirect leads to.

    Allowed is `https`, and plain `http` between loopback addresses. From a public host no redirect
    may lead to an IP address or to this machine. That a public name resolves to a private address
    does no harm: over `https` the server there would need a certificate for that name.

    Raises:
        ServiceError: it may not be followed; the message leaves out the query, which may be signed.
    """
    here, target = parse_address(url), urljoin(url, location.partition("#")[0])
    there = parse_address(target)
    if here is None or there is None:
        raise _refused(here, "it is no plain web address")
    if not is_trusted_scheme(there) or (there.scheme == "http" and not is_loopback(here.host)):
        raise _refused(here, f"`http://{there.shown}` is not encrypted")
    if is_literal(there.host) and not (is_loopback(here.host) and is_loopback(there.host)):
        raise _refused(here, f"`{there.host}` is an address inside a network, not a public name")
    return target


def too_many(url: str) -> ServiceError:
    """Write the error for a chain of redirects without end."""
    here = parse_address(url)
    return ServiceError(
        f"`{here.shown if here else 'the service'}`: more than {MOST} redirects",
        hint="a proxy may redirect in a circle: open the address in a browser",
    )


def same_origin(one: str, other: str) -> bool:
    """Tell whether a credential for one address may be sent to the other."""
    first, second = parse_address(one), parse_address(other)
    return first is not None and second is not None and first.origin == second.origin


def _refused(here: Address | None, reason: str) -> ServiceError:
    return ServiceError(
        f"`{here.shown if here else 'the service'}`: its redirect was not followed: {reason}",
        hint="a proxy may have changed the answer: check `HTTPS_PROXY`, `DEPS_API_URL` and `DEPS_WEB_URL`",
    )
