"""The grants of OAuth, each one request to the token endpoint."""

import time
from collections.abc import Callable

import requests
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error, WebApplicationClient
from requests.auth import HTTPBasicAuth

from bitdeps.auth.consumer import Consumer
from bitdeps.auth.failures import connection_failure
from bitdeps.auth.session import TOKEN_PATH, OAuthSession, endpoint
from bitdeps.config.settings import Settings
from bitdeps.core.bitbucket.body import printable
from bitdeps.core.bitbucket.clock import clock_note
from bitdeps.core.messages import Response
from bitdeps.core.oauth.failures import Grant, token_failure
from bitdeps.core.oauth.secret import Secret
from bitdeps.core.oauth.token import Token, read_token
from bitdeps.errors import DepsError


def client_credentials(settings: Settings, consumer: Consumer) -> Token:
    """Get a token for the consumer itself; it has no refresh token.

    Raises:
        AuthError: the service does not give one.
        NetworkError: the service cannot be reached.
    """
    session = OAuthSession(settings, BackendApplicationClient(client_id=consumer.key))
    return fetch(settings, consumer, "client-credentials", session, session.fetch_token)


def refresh(settings: Settings, consumer: Consumer, refresh_token: Secret) -> Token:
    """Get a new token for an old sign-in; the service gives a new refresh token with it.

    Raises:
        AuthError: the sign-in has ended.
        NetworkError: the service cannot be reached.
    """
    session = OAuthSession(settings, WebApplicationClient(client_id=consumer.key))
    return fetch(
        settings, consumer, "refresh-token", session, session.refresh_token, refresh_token=refresh_token.reveal()
    )


def fetch(
    settings: Settings,
    consumer: Consumer,
    grant: Grant,
    session: OAuthSession,
    ask: Callable[..., object],
    **more: object,
) -> Token:
    """Send one request and turn whatever comes back into a token or an error.

    Raises:
        AuthError: the service does not give a token.
        NetworkError: the service cannot be reached.
    """
    seen: list[requests.Response] = []

    def remember(response: requests.Response) -> requests.Response:
        seen.append(response)
        return response

    session.register_compliance_hook("access_token_response", remember)
    session.register_compliance_hook("refresh_token_response", remember)
    url = endpoint(settings, TOKEN_PATH)
    auth = HTTPBasicAuth(consumer.key, consumer.secret.reveal())
    times = (settings.timeouts.connect, settings.timeouts.read)
    try:
        with session:
            answer = ask(url, auth=auth, timeout=times, **more)
    except requests.RequestException as error:
        raise connection_failure(error, settings) from error
    except (OAuth2Error, ValueError, Warning) as error:
        raise _refusal(grant, consumer, seen, error) from error
    token = read_token(answer, time.time()) if isinstance(answer, dict) else None
    if token is None:
        raise _refusal(grant, consumer, seen, None)
    return token


def _refusal(grant: Grant, consumer: Consumer, seen: list[requests.Response], error: Exception | None) -> DepsError:
    code = error.error if isinstance(error, OAuth2Error) and error.error != "missing_token" else ""
    told = error.description if isinstance(error, OAuth2Error) and code else ""
    status = seen[-1].status_code if seen else 0
    return token_failure(
        grant,
        consumer.source,
        status=status,
        error=printable(str(code or "")),
        description=printable(str(told or "")),
        clock=_clock(seen),
    )


def _clock(seen: list[requests.Response]) -> str:
    """Say what is wrong with our clock, by the answer that just came."""
    headers = {"date": seen[-1].headers.get("date", "")} if seen else {}
    return clock_note(Response(status=0, headers=headers, body=b"", received=time.time()))
