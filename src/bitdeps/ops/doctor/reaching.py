"""The way to the service: proxies, whether it answers, and what time it says it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from bitdeps.config.proxies import proxy_for
from bitdeps.config.settings import Settings
from bitdeps.core.bitbucket.account import account_request
from bitdeps.core.bitbucket.address import parse_address
from bitdeps.core.bitbucket.body import is_html
from bitdeps.core.messages import Request, Response
from bitdeps.errors import DepsError, UsageError
from bitdeps.ops.doctor.model import Check, failed, ok, skipped, wrong
from bitdeps.ops.words import count
from bitdeps.transport.client import Transport

MOST_OFF = 120.0
"""Seconds that a clock may be wrong: tokens are renewed five minutes before they end."""
_SERVER = 500
_STATUS_PAGE = "try again later; https://bitbucket.status.atlassian.com shows known problems"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One address, the proxy on the way, and what came back."""

    host: str
    proxy: str | None
    answer: Response | DepsError


async def reach(settings: Settings) -> tuple[Reached, ...]:
    """Ask the API and the website for something small, whatever the answer.

    Raises:
        UsageError: the proxy, or the file of certificates, cannot be used.

    """
    asked = (
        account_request(settings.api_url),
        Request(method="GET", url=f"{settings.web_url}/robots.txt", endpoint="archive"),
    )
    async with Transport(settings) as transport:
        return tuple([await _reach(request, settings.proxies, transport) for request in asked])


async def _reach(request: Request, proxies: Mapping[str, str], transport: Transport) -> Reached:
    proxy = proxy_for(request.url, proxies)
    answer: Response | DepsError
    try:
        answer = await transport.peek(request)
    except DepsError as error:
        answer = error
    return Reached(host=_host(request.url), proxy=None if proxy is None else _host(proxy), answer=answer)


def proxy_problem(settings: Settings) -> Check | None:
    """Say that a proxy is one that cannot be used at all, where it is."""
    try:
        for url in (settings.api_url, settings.web_url):
            proxy_for(url, settings.proxies)
    except UsageError as error:
        return failed("proxy", error)
    return None


def proxy_check(reached: tuple[Reached, ...]) -> Check:
    """Say which proxy is on the way to what, and whether it lets us through."""
    through = [one for one in reached if one.proxy is not None]
    for one in through:
        if isinstance(one.answer, DepsError):
            advice = "set `HTTPS_PROXY` to the address of the proxy, or name hosts that need none in `NO_PROXY`"
            return wrong("proxy", f"`{one.host}` is not reached through `{one.proxy}`: {one.answer}", advice)
    if not through:
        return ok("proxy", "none is used")
    return ok("proxy", ", ".join(dict.fromkeys(f"`{one.proxy}` for `{one.host}`" for one in through)))


def service_check(reached: tuple[Reached, ...]) -> Check:
    """Say whether API and website answer."""
    for one in reached:
        if isinstance(one.answer, DepsError):
            return failed("service", one.answer)
        if one.answer.status >= _SERVER:
            return wrong("service", f"`{one.host}`: it fails with status {one.answer.status}", _STATUS_PAGE)
    api = reached[0]
    if isinstance(api.answer, Response) and is_html(api.answer):
        advice = "open the address in a browser: a proxy or the sign-in of a network may answer; check `DEPS_API_URL`"
        return wrong("service", f"`{api.host}`: a web page came back where data was expected", advice)
    return ok("service", " and ".join(dict.fromkeys(f"`{one.host}`" for one in reached)) + " answered")


def clock_check(reached: tuple[Reached, ...], now: float) -> Check:
    """Compare this machine's clock (`now`, seconds since the epoch) with the service's."""
    times = list(_times(reached))
    if not times:
        return skipped("clock", "the service did not say what time it is")
    off = round(now - times[0])
    if abs(off) > MOST_OFF:
        found = f"this machine's clock is {count(abs(off), 'second')} {'ahead' if off > 0 else 'behind'}"
        why = "so tokens and certificates seem to end too early or too late"
        return wrong(
            "clock", f"{found}, {why}", "set the clock, with `timedatectl set-ntp true` where systemd keeps it"
        )
    return ok("clock", f"within {MOST_OFF:g} seconds of the service's")


def _times(reached: tuple[Reached, ...]) -> Iterator[float]:
    for one in reached:
        if isinstance(one.answer, Response):
            try:
                yield parsedate_to_datetime(one.answer.headers.get("date", "")).timestamp()
            except (ValueError, OverflowError):
                continue


def _host(url: str) -> str:
    scheme, mark, rest = (url if "://" in url else f"http://{url}").partition("://")
    address = parse_address(f"{scheme}{mark}{rest.rpartition('@')[2]}")
    return address.shown if address else "the service"
