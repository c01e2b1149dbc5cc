"""Credentials, and how each kind is written on the wire (BITBUCKET.md section 3)."""

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Literal

from bitdeps.core.oauth.secret import Secret

Kind = Literal["oauth", "api-token", "access-token"]

# What git sends as the user's name beside the secret.
_GIT_USERS: dict[Kind, str] = {
    "oauth": "x-token-auth",
    "api-token": "x-bitbucket-api-token-auth",
    "access-token": "x-token-auth",
}
_NAMES: dict[Kind, str] = {"oauth": "OAuth token", "api-token": "API token", "access-token": "access token"}
_SCOPES: dict[Kind, str] = {
    "oauth": "repository",
    "api-token": "read:repository:bitbucket",
    "access-token": "repository",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A secret of one kind, and where it came from (`source` is written into messages)."""

    kind: Kind
    secret: Secret
    source: str
    email: str | None = None
    expires_at: float | None = None
    """Seconds since the epoch by the clock of this machine, where it was told; only OAuth tells."""

    def __str__(self) -> str:
        """Write `the access token of BITBUCKET_ACCESS_TOKEN`, for messages."""
        return f"the {_NAMES[self.kind]} of {self.source}"

    @property
    def scope(self) -> str:
        """The one scope that reading a repository needs, as this kind of credential calls it."""
        return _SCOPES[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class GitLogin:
    """What git is told when it asks for a user name and a password."""

    username: str
    password: Secret


def authorization(credential: Credential) -> Secret:
    """Write the `Authorization` header: API tokens are Basic, everything else is Bearer."""
    if credential.kind == "api-token":
        pair = f"{credential.email}:{credential.secret.reveal()}"
        return Secret("Basic " + b64encode(pair.encode()).decode("ascii"))
    return Secret(f"Bearer {credential.secret.reveal()}")


def git_login(credential: Credential) -> GitLogin:
    """Write the credential as git sends it."""
    return GitLogin(username=_GIT_USERS[credential.kind], password=credential.secret)


def variable_for(name: str, workspace: str) -> str:
    """Write the variable that holds a credential for one workspace (DESIGN section 6)."""
    return f"{name}__{re.sub('[^A-Z0-9]', '_', workspace.upper())}"
