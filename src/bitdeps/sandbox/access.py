"""Who sends a request: reads the Authorization header and says what that credential may do."""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import Literal

from bitdeps.sandbox.store import Repository
from bitdeps.sandbox.tokens import TokenTable
from bitdeps.sandbox.world import AccessToken, ApiToken, User, World, is_past

CredentialKind = Literal["anonymous", "oauth", "access-token", "api-token", "app-password", "consumer", "invalid"]
Presented = Literal["none", "bearer", "email", "username", "x-token-auth", "x-bitbucket-api-token-auth", "other"]

# OAuth scopes that imply reading a repository (OpenAPI narrative, "Bitbucket OAuth 2.0 scopes").
_IMPLIES = {
    "repository:write": ("repository",),
    "project": ("repository",),
    "pullrequest": ("repository",),
    "pullrequest:write": ("pullrequest", "repository:write", "repository"),
    "account:write": ("account",),
}
# An endpoint's OAuth scope and what an API token needs instead; those imply nothing.
_API_TOKEN_SCOPES = {
    "repository": "read:repository:bitbucket",
    "repository:write": "write:repository:bitbucket",
    "account": "read:user:bitbucket",
    "workspace": "read:workspace:bitbucket",
    "report": "read:pipeline:bitbucket",
    "report:write": "write:pipeline:bitbucket",
}
# Endpoints whose OAuth scope is spelled otherwise than the key above.
_OAUTH_SCOPES = {"workspace": "account", "report": "repository", "report:write": "repository"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A recognised or refused credential, never its secret."""

    kind: CredentialKind
    presented: Presented
    name: str = ""
    user: User | None = None
    scopes: tuple[str, ...] = ()
    access: dict[str, str] = field(default_factory=dict)
    expired: bool = False
    account: str = ""
    secret: str = field(default="", repr=False)

    @property
    def is_known(self) -> bool:
        """Tell whether this is a living credential."""
        return self.kind in {"oauth", "access-token", "api-token"} and not self.expired

    def role(self, repository: Repository) -> str | None:
        """Give `read`, `write` or `admin`, or None without membership."""
        return self.access.get(repository.full_name) or self.access.get(repository.workspace)

    def may_read(self, repository: Repository) -> bool:
        """Tell whether the repository is visible."""
        return not repository.settings.private or self.role(repository) is not None

    def lacks(self, scope: str) -> tuple[str, ...]:
        """Give the scopes that are missing for an endpoint's scope; empty when it is allowed or nobody signed in."""
        if not self.is_known:
            return ()
        if self.kind == "api-token":
            wanted = _API_TOKEN_SCOPES[scope]
            return () if wanted in self.scopes else (wanted,)
        wanted = oauth_scope(scope)
        granted = set(self.scopes).union(*(_IMPLIES.get(held, ()) for held in self.scopes))
        return () if wanted in granted else (wanted,)


def oauth_scope(scope: str) -> str:
    """Spell an endpoint's scope as OAuth does."""
    return _OAUTH_SCOPES.get(scope, scope)


ANONYMOUS = Principal(kind="anonymous", presented="none")


def identify(authorization: str | None, world: World, tokens: TokenTable) -> Principal:
    """Recognise a credential, however it was presented."""
    if not authorization:
        return ANONYMOUS
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return _token(value.strip(), "bearer", world, tokens)
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return Principal(kind="invalid", presented="other")
        return _basic(user, password, world, tokens)
    return Principal(kind="invalid", presented="other")


def _token(token: str, presented: Presented, world: World, tokens: TokenTable) -> Principal:
    grant = tokens.access(token)
    if grant is not None:
        user = world.users.get(grant.user) if grant.user else None
        consumer = world.consumers[grant.consumer]
        return Principal(
            kind="oauth",
            presented=presented,
            name=user.name if user else consumer.name,
            user=user,
            scopes=grant.scopes,
            access=user.access if user else {consumer.workspace: "read"},
            expired=tokens.is_expired(grant),
            account=f"user:{user.name}" if user else f"consumer:{consumer.key}",
            secret=token,
        )
    held = world.access_tokens.get(token)
    if held is not None:
        return _access_token(held, presented)
    return Principal(kind="invalid", presented=presented)


def _access_token(held: AccessToken, presented: Presented) -> Principal:
    return Principal(
        kind="access-token",
        presented=presented,
        name=held.name,
        scopes=held.scopes,
        access=dict.fromkeys(held.covers, "write"),
        expired=is_past(held.expires),
        account=f"access-token:{hashlib.sha256(held.token.encode()).hexdigest()}",
    )


def _basic(name: str, password: str, world: World, tokens: TokenTable) -> Principal:
    if name == "x-token-auth":
        return _token(password, "x-token-auth", world, tokens)
    held = world.api_tokens.get(password)
    if held is not None:
        return _api_token(held, name, world)
    consumer = world.consumers.get(name)
    if consumer and consumer.secret == password:
        return Principal(kind="consumer", presented="other", name=consumer.name)
    if password and world.app_passwords.get(name) == password:
        return Principal(kind="app-password", presented="username", name=name)
    return Principal(kind="invalid", presented="other")


def _api_token(held: ApiToken, name: str, world: World) -> Principal:
    user = world.users[held.user]
    forms: dict[str, Presented] = {
        "x-bitbucket-api-token-auth": "x-bitbucket-api-token-auth",
        user.email.lower(): "email",
        user.name.lower(): "username",
    }
    presented = forms.get(name.lower())
    if presented is None:
        return Principal(kind="invalid", presented="other")
    return Principal(
        kind="api-token",
        presented=presented,
        name=user.name,
        user=user,
        scopes=held.scopes,
        access=user.access,
        expired=is_past(held.expires) or not held.scopes,
        account=f"user:{user.name}",
    )
