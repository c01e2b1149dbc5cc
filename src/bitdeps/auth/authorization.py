"""One sign-in through a browser: the link, and the exchange of the code that comes back."""

import secrets

from oauthlib.oauth2 import WebApplicationClient

from bitdeps.auth.consumer import Consumer
from bitdeps.auth.grants import fetch
from bitdeps.auth.session import AUTHORIZE_PATH, OAuthSession, endpoint
from bitdeps.config.settings import Settings
from bitdeps.core.oauth.secret import Secret
from bitdeps.core.oauth.token import Token


class Authorization:
    """Makes the link with a `state` and an S256 challenge of its own, and exchanges the code once.

    No scope is asked for: the consumer's are given, whatever the link says, and oauthlib would stop
    at the difference (BITBUCKET.md section 3). Bitbucket does not document PKCE; it is sent because
    it does no harm, and the secret still is.
    """

    def __init__(self, settings: Settings, consumer: Consumer, redirect_uri: str) -> None:
        self._settings = settings
        self._consumer = consumer
        self._session = OAuthSession(
            settings, WebApplicationClient(client_id=consumer.key), redirect_uri=redirect_uri, pkce="S256"
        )
        self.state = Secret(secrets.token_urlsafe(32))
        url, _ = self._session.authorization_url(endpoint(settings, AUTHORIZE_PATH), state=self.state.reveal())
        self.url = settings.web_url.partition("://")[0] + url.removeprefix("https")
        """What the browser opens."""

    def exchange(self, code: Secret) -> Token:
        """Exchange the code for tokens.

        Raises:
            AuthError: the service does not take it.
            NetworkError: the service cannot be reached.
        """
        session = self._session
        return fetch(
            self._settings, self._consumer, "authorization-code", session, session.fetch_token, code=code.reveal()
        )
