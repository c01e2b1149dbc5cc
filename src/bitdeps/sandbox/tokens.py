"""OAuth codes, access tokens and refresh tokens that the sandbox has issued; in memory only."""

import secrets
import time
from dataclasses import dataclass, replace
from threading import Lock

CODE_LIFETIME = 600
MARK = "canary-secret-"
"""What every code and token begins with, so that a search finds one that strayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token stands for; `user` is None for client credentials; `expires` in seconds of the clock."""

    consumer: str
    user: str | None
    scopes: tuple[str, ...]
    expires: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An authorization code and the redirect_uri that the exchange must repeat, if one was sent."""

    grant: Grant
    redirect_uri: str | None


class TokenTable:
    """Every token that lives, by its secret."""

    def __init__(self) -> None:
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._codes: dict[str, Code] = {}
        self._lock = Lock()

    def issue_access(self, grant: Grant, *, lifetime: int, length: int) -> str:
        """Make an access token of `length` characters that lives `lifetime` seconds."""
        token = _secret(max(length, 32))
        with self._lock:
            self._access[token] = replace(grant, expires=time.time() + lifetime)
        return token

    def access(self, token: str) -> Grant | None:
        """Give what an access token stands for, living or not."""
        return self._access.get(token)

    def is_expired(self, grant: Grant) -> bool:
        """Tell whether its time has passed."""
        return grant.expires <= time.time()

    def expire(self, token: str | None = None) -> int:
        """End one access token, or all; gives how many."""
        with self._lock:
            ended = [held for held in self._access if token is None or held == token]
            for held in ended:
                self._access[held] = replace(self._access[held], expires=0.0)
        return len(ended)

    def issue_refresh(self, grant: Grant, *, lifetime: int) -> str:
        """Make a refresh token."""
        token = _secret(43)
        with self._lock:
            self._refresh[token] = replace(grant, expires=time.time() + lifetime)
        return token

    def refresh(self, token: str, consumer: str) -> Grant | None:
        """Give what a living refresh token of this consumer stands for."""
        grant = self._refresh.get(token)
        return grant if grant and grant.consumer == consumer and not self.is_expired(grant) else None

    def retire(self, token: str, *, leeway: int) -> None:
        """Let a used refresh token work for `leeway` seconds more, and no longer however often it is used."""
        with self._lock:
            grant = self._refresh[token]
            self._refresh[token] = replace(grant, expires=min(grant.expires, time.time() + leeway))

    def revoke_refresh(self) -> int:
        """End all refresh tokens; gives how many."""
        with self._lock:
            count = len(self._refresh)
            self._refresh.clear()
        return count

    def clear(self) -> None:
        """Forget every token and code."""
        with self._lock:
            self._access.clear()
            self._refresh.clear()
            self._codes.clear()

    def issue_code(self, grant: Grant, redirect_uri: str | None) -> str:
        """Make a code for one exchange."""
        code = _secret(32)
        with self._lock:
            self._codes[code] = Code(
                grant=replace(grant, expires=time.time() + CODE_LIFETIME), redirect_uri=redirect_uri
            )
        return code

    def take_code(self, code: str) -> Code | None:
        """Use up a code."""
        with self._lock:
            held = self._codes.pop(code, None)
        return held if held and not self.is_expired(held.grant) else None


def _secret(length: int) -> str:
    """Make a secret of `length` characters, at least 32."""
    return (MARK + secrets.token_urlsafe(length))[:length]
