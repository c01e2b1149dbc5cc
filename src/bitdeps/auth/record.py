"""A sign-in as it is kept: what it serves, and everything that a renewal needs."""

import json
from dataclasses import dataclass, replace
from typing import cast, get_args

from bitdeps.auth.consumer import Consumer
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential, Kind
from bitdeps.core.oauth.secret import Secret
from bitdeps.core.oauth.token import Token, is_wire_safe, read_scopes
from bitdeps.errors import AuthError

EVERYTHING = "all"
_VERSION = 1
_KINDS = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A kept credential; `serves` is `all`, a workspace, or `workspace/repo`."""

    origin: str
    """The address of the service that it belongs to; it is used for no other."""
    serves: str
    kind: Kind
    secret: Secret
    email: str | None = None
    consumer: Consumer | None = None
    refresh: Secret | None = None
    expires_at: float | None = None
    scopes: tuple[str, ...] = ()
    account: str | None = None

    @property
    def source(self) -> str:
        """Name it in messages."""
        return "`deps auth login`" if self.serves == EVERYTHING else f"`deps auth login` for `{self.serves}`"

    @property
    def credential(self) -> Credential:
        """What is sent."""
        return Credential(
            kind=self.kind, secret=self.secret, source=self.source, email=self.email, expires_at=self.expires_at
        )

    def is_stale(self, now: float, leeway: float) -> bool:
        """Tell whether it must be renewed before it is used."""
        return self.refresh is not None and self.expires_at is not None and self.expires_at - leeway <= now

    def renewed(self, token: Token) -> "SignIn":
        """Replace the tokens; where the service gives no new refresh token, the old one stays."""
        return replace(
            self,
            secret=token.access,
            refresh=token.refresh or self.refresh,
            expires_at=token.expires_at,
            scopes=token.scopes or self.scopes,
        )


def scopes_of(repository: RepoName) -> tuple[str, str, str]:
    """What a sign-in may serve to serve a repository, the most specific first."""
    return str(repository), repository.workspace, EVERYTHING


def write_records(records: tuple[SignIn, ...]) -> str:
    """Write sign-ins as JSON: the one place where secrets become text again."""
    return json.dumps({"version": _VERSION, "sign-ins": [_to_json(record) for record in records]}, indent=1)


def read_records(text: str, place: str) -> tuple[SignIn, ...]:
    """Read sign-ins.

    Raises:
        AuthError: the text is none; `place` says where it came from.
    """
    try:
        data = json.loads(text)
        if data["version"] != _VERSION:
            raise AuthError(
                f"{place}: the stored sign-ins are of version {data['version']}, which this `deps` cannot read",
                hint="use a newer `deps`, or run `deps auth logout --all` and sign in again",
            )
        return tuple(_from_json(entry) for entry in data["sign-ins"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AuthError(
            f"{place}: the stored sign-ins cannot be read",
            hint="run `deps auth logout --all` and sign in again",
        ) from error


def _to_json(record: SignIn) -> dict[str, object]:
    values: dict[str, object] = {
        "origin": record.origin,
        "serves": record.serves,
        "kind": record.kind,
        "secret": record.secret.reveal(),
        "email": record.email,
        "key": record.consumer and record.consumer.key,
        "key-secret": record.consumer and record.consumer.secret.reveal(),
        "refresh": record.refresh and record.refresh.reveal(),
        "expires": record.expires_at,
        "scopes": list(record.scopes),
        "account": record.account,
    }
    return {name: value for name, value in values.items() if value is not None}


def _from_json(entry: dict[str, object]) -> SignIn:
    kind, expires = entry["kind"], entry.get("expires")
    if kind not in _KINDS:
        raise ValueError(kind)
    serves = _text(entry, "serves")
    record = SignIn(
        origin=_text(entry, "origin"),
        serves=serves,
        kind=cast("Kind", kind),
        secret=_secret(entry, "secret"),
        email=_text(entry, "email") if "email" in entry else None,
        refresh=_secret(entry, "refresh") if "refresh" in entry else None,
        expires_at=float(expires) if isinstance(expires, (int, float)) else None,
        scopes=read_scopes(entry.get("scopes")),
        account=_text(entry, "account") if "account" in entry else None,
    )
    if "key" not in entry:
        return record
    consumer = Consumer(key=_text(entry, "key"), secret=_secret(entry, "key-secret"), source=record.source)
    return replace(record, consumer=consumer)


def _text(entry: dict[str, object], name: str) -> str:
    value = entry[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _secret(entry: dict[str, object], name: str) -> Secret:
    value = _text(entry, name)
    if not is_wire_safe(value):
        raise ValueError(name)
    return Secret(value)
