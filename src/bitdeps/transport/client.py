"""The client: one pool of connections, retries, redirects by hand, downloads to a file."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx

import bitdeps
from bitdeps.config.proxies import proxy_for
from bitdeps.config.settings import Settings
from bitdeps.config.trust import tls_context
from bitdeps.core import activity
from bitdeps.core.bitbucket.archives import leads_to_sign_in
from bitdeps.core.messages import Request, Response
from bitdeps.core.oauth.secret import Secret
from bitdeps.transport.beginning import Reader, receive_beginning
from bitdeps.transport.body import pieces, read_capped, unwrapped
from bitdeps.transport.download import Received, receive_file, to_response
from bitdeps.transport.failures import CutError, TooSlowError, is_transient, network_error, timed_out
from bitdeps.transport.redirects import MOST, STATUSES, next_hop, same_origin, too_many
from bitdeps.transport.retry import LIMITED, TRANSIENT, pause_before
from bitdeps.transport.routes import Routes

log = logging.getLogger("bitdeps.transport")

_FIRST_BYTES = 1024

_Read = Callable[[httpx.Response], Awaitable[Received]]


class _ExchangeError(Exception):
    """A hop brought no whole answer."""

    def __init__(self, url: str, cause: Exception) -> None:
        super().__init__(url)
        self.url = url
        self.cause = cause


class Transport:
    """Sends requests; an async context manager that owns the connections.

    A credential goes to the origin of the request alone, whatever redirects say. Nothing is read
    from the environment or from `~/.netrc`, and no cookie is kept.
    """

    def __init__(self, settings: Settings, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._settings = settings
        self._pause = pause
        self._slots = asyncio.Semaphore(max(1, settings.concurrency))
        # Of their own: a proof is small, and must not wait behind the archive that it is for.
        self._git_slots = asyncio.Semaphore(max(1, settings.concurrency))
        self._client = _client(settings)
        self.sent = 0
        """HTTP requests that went out, redirects and retries included."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def send(self, request: Request, authorization: Secret | None = None) -> Response:
        """Send a request and read the whole answer, whatever its status.

        Raises:
            NetworkError: no whole answer arrived, after retries.
            ServiceError: the answer is too large, or a redirect may not be followed.
        """

        async def read(answer: httpx.Response) -> Received:
            body = await read_capped(answer, self._pieces(answer), self._settings.limits.answer)
            return Received(response=to_response(answer, body))

        return (await self._in_time(request, authorization, read)).response

    async def download(
        self, request: Request, target: str, authorization: Secret | None = None, *, cap: int | None = None
    ) -> Received:
        """Send a request and write the gzip file of a success to `target`, with its SHA-256; at most `cap` bytes.

        Raises:
            NetworkError: no whole answer arrived, after retries.
            ServiceError: the file is too large, or a redirect may not be followed.
            LocalError: the file cannot be written.
        """
        most = self._settings.limits.download if cap is None else cap

        async def read(answer: httpx.Response) -> Received:
            return await receive_file(answer, self._pieces(answer), target, most)

        return await self._in_time(request, authorization, read)

    async def begin(self, request: Request, reader: Reader, authorization: Secret | None = None) -> Response:
        """Send a request and feed a success to `reader` only until that has enough; its body is not in the answer.

        Raises:
            NetworkError: too little arrived, after retries.
            ServiceError: the answer is too large, or a redirect may not be followed.
        """

        async def read(answer: httpx.Response) -> Received:
            return await receive_beginning(answer, self._pieces(answer), reader, self._settings.limits.answer)

        return (await self._in_time(request, authorization, read)).response

    async def peek(self, request: Request, authorization: Secret | None = None) -> Response:
        """Send a request and read only the first bytes of the answer.

        Raises:
            NetworkError: no answer arrived, after retries.
            ServiceError: a redirect may not be followed.
        """

        async def read(answer: httpx.Response) -> Received:
            body = b""
            async for piece in unwrapped(answer, self._pieces(answer)):
                body += piece
                if len(body) >= _FIRST_BYTES:
                    break
            return Received(response=to_response(answer, body[:_FIRST_BYTES]))

        return (await self._in_time(request, authorization, read)).response

    async def _in_time(self, request: Request, authorization: Secret | None, read: _Read) -> Received:
        total = self._settings.timeouts.total
        async with self._git_slots if request.endpoint == "git" else self._slots:
            try:
                async with asyncio.timeout(total):
                    return await self._with_retries(request, authorization, read)
            except TimeoutError as error:
                raise timed_out(request.url, total) from error

    async def _with_retries(self, request: Request, authorization: Secret | None, read: _Read) -> Received:
        attempt = 0
        while True:
            attempt += 1
            limited = False
            try:
                received = await self._follow(request, authorization, read)
            except _ExchangeError as failed:
                pause = self._pause_after(attempt, None) if is_transient(failed.cause) else None
                if pause is None:
                    proxy = proxy_for(failed.url, self._settings.proxies)
                    raise network_error(failed.cause, failed.url, proxy=proxy) from failed.cause
            else:
                transient = received.response.status in (TRANSIENT if request.is_patient else TRANSIENT - {LIMITED})
                pause = self._pause_after(attempt, received.response) if transient else None
                if pause is None:
                    return received
                limited = received.response.status == LIMITED
            with activity.pause(httpx.URL(request.url).host, pause, limited=limited):
                await self._pause(pause)

    def _pause_after(self, attempt: int, response: Response | None) -> float | None:
        if attempt > self._settings.retries:
            return None
        longest = self._settings.timeouts.wait
        if response is None:
            return pause_before(attempt, None, None, longest)
        wait = response.headers.get("retry-after", "")
        return pause_before(attempt, response.status, float(wait) if wait.isdigit() else None, longest)

    async def _follow(self, request: Request, authorization: Secret | None, read: _Read) -> Received:
        """Go from redirect to redirect; a credential stays behind at the first foreign origin."""
        url = request.url
        for _ in range(MOST + 1):
            headers = dict(request.headers)
            if authorization is not None:
                headers["authorization"] = authorization.reveal()
            received, location = await self._hop(request, url, headers, read)
            if received is not None:
                return received
            following = next_hop(url, location)
            if not same_origin(following, url):
                authorization = None
            url = following
        raise too_many(request.url)

    async def _hop(
        self, request: Request, url: str, headers: dict[str, str], read: _Read
    ) -> tuple[Received | None, str]:
        """Ask one address: what was received, or where it leads."""
        self.sent += 1
        start = time.monotonic()
        try:
            async with self._client.stream(request.method, url, headers=headers, content=request.body) as answer:
                log.debug(
                    "%s %s -> %d in %d ms",
                    request.method,
                    url.partition("?")[0],
                    answer.status_code,
                    (time.monotonic() - start) * 1000,
                )
                location = answer.headers.get("location", "")
                page = request.endpoint == "archive" and leads_to_sign_in(to_response(answer, b""))
                if answer.status_code in STATUSES and location and not page:
                    return None, location
                return await read(answer), ""
        except (httpx.TransportError, CutError, TooSlowError) as error:
            raise _ExchangeError(url, error) from error

    def _pieces(self, answer: httpx.Response) -> AsyncIterator[bytes]:
        return pieces(answer, window=self._settings.timeouts.read, minimum_speed=self._settings.minimum_speed)


def _client(settings: Settings) -> httpx.AsyncClient:
    # They would log whole addresses, whose query may be signed, and headers.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    most = 2 * max(1, settings.concurrency)
    limits = httpx.Limits(max_connections=most, max_keepalive_connections=most)
    times = settings.timeouts
    return httpx.AsyncClient(
        transport=Routes(tls_context(settings.ca_file), limits, settings.proxies),
        timeout=httpx.Timeout(connect=times.connect, read=times.read, write=times.read, pool=None),
        headers={"user-agent": f"deps/{bitdeps.__version__}", "accept-encoding": "gzip"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
    )
