"""The session that talks to the token endpoint, through requests-oauthlib.

requests reads proxies, certificates and `~/.netrc` from its surroundings; here all of that is off
and comes from `Settings` (DESIGN section 6).
"""

import logging
import ssl

import requests
from oauthlib.oauth2 import Client
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth2Session
from urllib3.util.retry import Retry

import bitdeps
from bitdeps.config.proxies import proxy_for
from bitdeps.config.settings import Settings
from bitdeps.config.trust import tls_context

TOKEN_PATH = "/site/oauth2/access_token"  # noqa: S105 (a path)
AUTHORIZE_PATH = "/site/oauth2/authorize"
_BUSY = (502, 503, 504)


class OAuthSession(OAuth2Session):
    """A session that follows no redirect and takes nothing from the environment."""

    def __init__(
        self, settings: Settings, client: Client, *, redirect_uri: str | None = None, pkce: str | None = None
    ) -> None:
        _silence()
        super().__init__(client=client, redirect_uri=redirect_uri, pkce=pkce)
        self.trust_env = False
        self.headers["User-Agent"] = f"deps/{bitdeps.__version__}"
        url = endpoint(settings, TOKEN_PATH)
        proxy = proxy_for(settings.web_url, settings.proxies)
        self.proxies = {"https": proxy} if proxy else {}
        adapter = _Plain if settings.web_url.startswith("http://") else _Verified
        self.mount(url, adapter(tls_context(settings.ca_file), settings.retries))

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 (requests' signature)
        """Follow nothing: a redirect of the token endpoint would take the secret elsewhere."""
        return


class _Verified(HTTPAdapter):
    """Verifies with our certificates, not with those that come with requests."""

    def __init__(self, context: ssl.SSLContext, retries: int) -> None:
        self._context = context
        policy = Retry(
            total=retries,
            status_forcelist=_BUSY,
            allowed_methods={"POST"},
            backoff_factor=0.25,
            respect_retry_after_header=False,
            raise_on_status=False,
        )
        super().__init__(max_retries=policy)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: object) -> None:  # noqa: FBT001, FBT002 (requests' signature)
        """Make the pool with our TLS context."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **options)

    def proxy_manager_for(self, proxy: str, **options: object) -> object:
        """Make a proxy's pool with our TLS context."""
        return super().proxy_manager_for(proxy, ssl_context=self._context, **options)

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """Leave the trust to the context: requests would add its own bundle."""


class _Plain(_Verified):
    """Sends to a loopback address what oauthlib, which knows `https` alone, addressed to it."""

    def send(self, request: requests.PreparedRequest, *args: object, **options: object) -> requests.Response:
        """Send without TLS; `Settings` allows plain `http` for loopback addresses alone."""
        request.url = str(request.url).replace("https://", "http://", 1)
        return super().send(request, *args, **options)  # type: ignore[arg-type]


def endpoint(settings: Settings, path: str) -> str:
    """Return the address of an OAuth endpoint as oauthlib wants it: always `https`."""
    return settings.web_url.replace("http://", "https://", 1) + path


def _silence() -> None:
    # At the level DEBUG they log secrets, codes and tokens.
    for name in ("requests_oauthlib", "oauthlib", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
