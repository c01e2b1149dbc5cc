"""The behaviours that sources about Bitbucket disagree on; each can be played either way."""

from dataclasses import dataclass, fields, replace
from typing import Any, get_origin, get_type_hints

from bitdeps.sandbox.problems import SeedError

Choice = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """One value for each disputed behaviour; the defaults are the best attested ones (docs/reference/sandbox.md)."""

    scope_field: str = "scope"
    """Name in token answers: `scope` (since CHANGE-3052), `scopes` or `both`."""
    rotation: bool = True
    """A refresh gives a new refresh token."""
    rotation_leeway: int = 600
    """Seconds that a used refresh token still works."""
    dead_refresh: str = "unauthorized_client"
    """Error of a dead refresh token: `unauthorized_client` or `invalid_grant`."""
    token_lifetime: int = 7200
    """Seconds that an OAuth access token lives (documented 3600, seen 7200)."""
    token_length: int = 2600
    """Characters of an OAuth access token."""
    redirect_uri: str = "extends"
    """A sent redirect_uri `extends` the callback URL, is `equal` to it, or has `any-port` (loopback)."""
    expired_message: str = "new"
    """Words of the 401 of a dead token: `new` or `old`."""
    hidden_status: int = 404
    """Status for a private repository without access: 404 (since 2022) or 403 (the description)."""
    archive_refuses: tuple[str, ...] = ("x-token-auth",)
    """Kinds of credentials that archives refuse: `oauth`, `access-token`, `api-token`, `x-token-auth`."""
    archive_refusal: str = "redirect"
    """How: `redirect` (302, empty body, to sign-in), `html` (sign-in page with 200) or `unauthorized` (401)."""
    archive_origin: str = "same"
    """`other`: archives answer 302 to a signed address of another origin."""
    archive_compression: str = "fixed"
    """`fixed` is the same on every machine; `recompressed` gives other bytes of the same content."""
    archive_length: bool = True
    """Archives carry Content-Length."""
    archive_encoding: str = "none"
    """`gzip`: archives claim Content-Encoding gzip whatever was asked for."""
    partial_clone: bool = True
    """git advertises `filter`."""
    git_protocol: str = "v2"
    """`v0`: the server does not know protocol v2."""
    paging: str = "opaque"
    """`opaque` cursors, or `numbered` pages with `page` and `size`."""
    lightweight_fields: str = "null"
    """date, message and tagger of a lightweight tag: `null` or `absent`."""
    rate_limits: bool = False
    """Count and enforce the hourly limits."""
    retry_after: int = 0
    """Seconds in Retry-After of a 429; 0: no such header."""
    clock: int = 0
    """Seconds by which `Date` is ahead of this machine."""


_CHOICES: dict[str, tuple[str | int, ...]] = {
    "scope_field": ("scope", "scopes", "both"),
    "dead_refresh": ("unauthorized_client", "invalid_grant"),
    "redirect_uri": ("extends", "equal", "any-port"),
    "expired_message": ("new", "old"),
    "hidden_status": (404, 403),
    "archive_refusal": ("redirect", "html", "unauthorized"),
    "archive_origin": ("same", "other"),
    "archive_compression": ("fixed", "recompressed"),
    "archive_encoding": ("none", "gzip"),
    "git_protocol": ("v2", "v0"),
    "paging": ("opaque", "numbered"),
    "lightweight_fields": ("null", "absent"),
}


_REFUSABLE = ("oauth", "access-token", "api-token", "x-token-auth")


def with_changes(switches: Switches, changes: dict[str, Any]) -> Switches:
    """Give the switches with some values changed; keys may be spelled with `-`.

    Raises:
        SeedError: for an unknown switch or value.
    """
    types = get_type_hints(Switches)
    known = {field.name for field in fields(Switches)}
    values: dict[str, Any] = {}
    for key, value in changes.items():
        name = key.replace("-", "_")
        if name not in known:
            msg = f"unknown switch `{key}`"
            raise SeedError(msg)
        values[name] = _checked(key, name, value, types[name])
    return replace(switches, **values)


def _checked(key: str, name: str, value: Any, kind: Any) -> Any:  # noqa: ANN401 (a value of a TOML or JSON file)
    if get_origin(kind) is tuple:
        if isinstance(value, list | tuple) and all(part in _REFUSABLE for part in value):
            return tuple(value)
    elif (
        type(value) is kind
        and value in _CHOICES.get(name, (value,))
        and (kind is not int or value >= 0 or name == "clock")
    ):
        return value
    msg = f"switch `{key}`: {value!r} is not possible"
    raise SeedError(msg)
