"""Which credential serves a repository: the most specific scope first (DESIGN section 6)."""

import asyncio
import time
from collections.abc import Callable

from bitdeps.auth.consumer import Consumer
from bitdeps.auth.record import EVERYTHING, SignIn
from bitdeps.auth.renewal import renew_sign_in
from bitdeps.auth.store import Store
from bitdeps.auth.variables import consumer_of, token_of
from bitdeps.config.settings import Settings
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential
from bitdeps.core.oauth.token import Token
from bitdeps.errors import AuthError, NetworkError, RateLimitedError, ServiceError

# Seconds before its expiry at which a token is no longer used.
LEEWAY = 300.0


class Credentials:
    """Finds credentials; tokens of a consumer alone stay in memory, those of a sign-in go to the store."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.time, leeway: float = LEEWAY) -> None:
        self._settings = settings
        self._clock = clock
        self._leeway = leeway
        self._store = Store(settings)
        self._kept: dict[str, SignIn] | None = None
        self._tokens: dict[str, Token] = {}
        self._renewed: set[str] = set()
        self._failed: dict[str, AuthError] = {}
        self._asking = asyncio.Lock()
        self.sent = 0
        """Requests to the token endpoint."""

    async def find(self, repository: RepoName) -> Credential | None:
        """Return the credential to send, or None where there is none.

        Raises:
            AuthError: the one that should serve is useless, or the service gives no token for it.
            NetworkError: the token endpoint cannot be reached.
        """
        exact = self.kept().get(str(repository))
        if exact is not None:
            return await self._usable(exact)
        for workspace in (repository.workspace, None):
            found = await self.serving(workspace)
            if found is not None:
                return found
        return None

    async def serving(self, workspace: str | None) -> Credential | None:
        """Return the credential of one workspace, or the one for all for None."""
        token = token_of(self._settings, workspace)
        if token is not None:
            return token
        record = self.kept().get(workspace or EVERYTHING)
        if record is not None:
            return await self._usable(record)
        consumer = consumer_of(self._settings, workspace)
        return _bearer(consumer, await self._token_of(consumer, refused=None)) if consumer is not None else None

    async def renew(self, repository: RepoName | None, refused: Credential) -> Credential | None:
        """Return another credential in place of one that the service refused; None where there is none.

        `repository` is what it was refused for, None where that is nothing in particular.

        A token is renewed once in a run: one that is new and still refused will not get better.
        """
        if refused.kind != "oauth":
            return None
        for record in self.kept().values():
            if record.source == refused.source:
                return await self._replaced(record, refused)
        for workspace in (*([repository.workspace] if repository else []), None):
            consumer = consumer_of(self._settings, workspace)
            if consumer is not None and refused.source == consumer.source:
                token = await self._token_of(consumer, refused=refused)
                return _bearer(consumer, token) if token.access != refused.secret else None
        return None

    def kept(self) -> dict[str, SignIn]:
        """Return the stored sign-ins by what they serve, read once in a run."""
        if self._kept is None:
            self._kept = {record.serves: record for record in self._store.here()}
        return self._kept

    def issued(self, source: str) -> Token | None:
        """Return the token that a consumer alone got in this run, by the credential's source."""
        return self._tokens.get(source)

    async def _usable(self, record: SignIn) -> Credential:
        now = self._clock()
        if not record.is_stale(now, self._leeway):
            return record.credential
        try:
            return (await self._renewal(record.serves, record)).credential
        except (NetworkError, ServiceError, RateLimitedError):
            if record.is_stale(now, 0.0):
                raise
            return record.credential  # it still lives: the next run may be luckier

    async def _replaced(self, record: SignIn, refused: Credential) -> Credential | None:
        if record.secret != refused.secret:
            return record.credential  # another question renewed it meanwhile
        if record.refresh is None or record.serves in self._renewed:
            return None
        fresh = await self._renewal(record.serves, record)
        self._renewed.add(record.serves)
        return fresh.credential

    async def _renewal(self, serves: str, stale: SignIn) -> SignIn:
        async with self._asking:
            current = self.kept()[serves]
            if current.secret != stale.secret:
                return current
            if serves in self._failed:
                raise self._failed[serves]
            self.sent += 1
            try:
                fresh = await asyncio.to_thread(renew_sign_in, self._settings, self._store, stale)
            except AuthError as error:
                self._failed[serves] = error
                raise
            self.kept()[serves] = fresh
            return fresh

    async def _token_of(self, consumer: Consumer, refused: Credential | None) -> Token:
        async with self._asking:
            token = self._tokens.get(consumer.source)
            if token is not None and not self._must_ask(consumer, token, refused):
                return token
            if consumer.source in self._failed:
                raise self._failed[consumer.source]
            if refused is not None:
                self._renewed.add(consumer.source)
            self._tokens[consumer.source] = await self._ask(consumer)
            return self._tokens[consumer.source]

    async def _ask(self, consumer: Consumer) -> Token:
        from bitdeps.auth.grants import client_credentials

        self.sent += 1
        try:
            return await asyncio.to_thread(client_credentials, self._settings, consumer)
        except AuthError as error:
            # Asking again for every repository would only lock the consumer out.
            self._failed[consumer.source] = error
            raise

    def _must_ask(self, consumer: Consumer, token: Token, refused: Credential | None) -> bool:
        if refused is None:
            return token.is_stale(self._clock(), self._leeway)
        return token.access == refused.secret and consumer.source not in self._renewed


def _bearer(consumer: Consumer, token: Token) -> Credential:
    return Credential(kind="oauth", secret=token.access, source=consumer.source, expires_at=token.expires_at)
