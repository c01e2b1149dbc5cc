"""One httpx transport that goes direct or through a proxy, as the settings say for each host."""

import ssl
from collections.abc import Mapping

import httpx

from bitdeps.config.proxies import proxy_for


class Routes(httpx.AsyncBaseTransport):
    """Sends each request over the connection pool of its proxy, or of none."""

    def __init__(self, context: ssl.SSLContext, limits: httpx.Limits, proxies: Mapping[str, str]) -> None:
        self._context = context
        self._limits = limits
        self._proxies = proxies
        self._pools: dict[str | None, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        return await self._pool(proxy_for(str(request.url), self._proxies)).handle_async_request(request)

    async def aclose(self) -> None:
        """Close every connection of every pool."""
        for pool in self._pools.values():
            await pool.aclose()

    def _pool(self, proxy: str | None) -> httpx.AsyncHTTPTransport:
        if proxy not in self._pools:
            self._pools[proxy] = httpx.AsyncHTTPTransport(
                verify=self._context,
                trust_env=False,
                limits=self._limits,
                proxy=self._proxy(proxy) if proxy else None,
            )
        return self._pools[proxy]

    def _proxy(self, address: str) -> httpx.Proxy:
        encrypted = address.startswith("https://")
        return httpx.Proxy(address, ssl_context=self._context if encrypted else None)
