"""Stored sign-ins in tests, with and without the local Bitbucket."""

import asyncio
import time

from bitdeps.auth.consumer import Consumer
from bitdeps.auth.credentials import Credentials
from bitdeps.auth.record import SignIn
from bitdeps.auth.store import Store
from bitdeps.config.settings import Settings
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential
from bitdeps.core.oauth.secret import Secret
from support.canaries import MARK
from support.sandbox import Sandbox

REPO = RepoName("acme", "secret")


LONG = f"{MARK}-".ljust(2600, "t")


def signed_in(settings: Settings, *, expires_in: float = -1.0, serves: str = "all", **more: str) -> SignIn:
    """Store a sign-in of a consumer, as `deps auth login` does."""
    record = SignIn(
        origin=settings.web_url,
        serves=serves,
        kind="oauth",
        secret=Secret(more.get("access", LONG)),
        consumer=Consumer(key=more.get("key", "the-key"), secret=Secret(more.get("secret", f"{MARK}-s")), source="x"),
        refresh=Secret(more["refresh"]) if "refresh" in more else None,
        expires_at=time.time() + expires_in,
        scopes=("repository",),
        account="Ada",
    )
    store = Store(settings)
    with store.lock():
        store.put(record)
    return record


def through_the_sandbox(sandbox: Sandbox, settings: Settings, *, expires_in: float = -1.0) -> SignIn:
    """Sign in for real, without a browser, and store it as one that expired."""
    from bitdeps.auth.authorization import Authorization

    sandbox.user("ada")
    made = sandbox.consumer()
    consumer = Consumer(key=made.key, secret=Secret(made.secret), source="x")
    authorization = Authorization(settings, consumer, made.callback)
    answer = sandbox.grant(authorization.url, user="ada")
    code = answer.partition("code=")[2].partition("&")[0]
    token = authorization.exchange(Secret(code))
    assert token.refresh is not None
    access, refresh = token.access.reveal(), token.refresh.reveal()
    keys = {"key": made.key, "secret": made.secret}
    record = signed_in(settings, expires_in=expires_in, access=access, refresh=refresh, **keys)
    sandbox.clear_requests()
    return record


def find(settings: Settings, repository: RepoName = REPO, leeway: float = 0.0) -> Credential | None:
    return asyncio.run(Credentials(settings, leeway=leeway).find(repository))
