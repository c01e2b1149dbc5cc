"""What the token endpoint answers (BITBUCKET.md section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bitdeps.core.oauth.secret import Secret

# The service says how long a token lives; where it does not, the shorter of the two lives it is known to give.
_LIFETIME = 3600

Beginning = Literal["app-password", "api-token", "access-token"]
_BEGINNINGS: dict[str, Beginning] = {"ATBB": "app-password", "ATAT": "api-token", "ATCT": "access-token"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token, what renews it, what it may do, and until when."""

    access: Secret
    expires_at: float
    """Seconds since the epoch."""
    scopes: tuple[str, ...] = ()
    refresh: Secret | None = None

    def is_stale(self, now: float, leeway: float) -> bool:
        """Tell whether it expires within `leeway` seconds."""
        return self.expires_at - leeway <= now


def read_token(answer: Mapping[str, object], now: float) -> Token | None:
    """Read a token answer; None where it holds no usable token.

    The field `scope` replaced `scopes` on 2026-05-04 (CHANGE-3052); both are read, a text with
    spaces or commas, or a list.
    """
    access, refresh = answer.get("access_token"), answer.get("refresh_token")
    kind = answer.get("token_type", "bearer")
    if not _is_wire_text(access) or not isinstance(kind, str) or kind.lower() != "bearer":
        return None
    lifetime = answer.get("expires_in")
    seconds = float(lifetime) if isinstance(lifetime, (int, float, str)) and _is_number(lifetime) else _LIFETIME
    return Token(
        access=Secret(str(access)),
        refresh=Secret(str(refresh)) if _is_wire_text(refresh) else None,
        scopes=read_scopes(answer.get("scope") or answer.get("scopes")),
        expires_at=now + seconds,
    )


def read_scopes(value: object) -> tuple[str, ...]:
    """Read scopes from a text or a list, sorted."""
    if isinstance(value, str):
        return tuple(sorted(set(value.replace(",", " ").split())))
    return tuple(sorted({item for item in value if isinstance(item, str)})) if isinstance(value, list) else ()


def is_wire_safe(text: str) -> bool:
    """Tell whether a secret can stand in a header: visible ASCII characters, no blank."""
    return bool(text) and all("!" <= char <= "~" for char in text)


def beginning_of(text: str) -> Beginning | None:
    """Tell what kind of secret this is by its beginning; None for one that any kind may have.

    Atlassian's team says that these can be relied on
    (https://community.atlassian.com/forums/Bitbucket-questions/qaq-p/3096469, 2025-08-25).
    """
    return _BEGINNINGS.get(text[:4])


def _is_wire_text(value: object) -> bool:
    return isinstance(value, str) and is_wire_safe(value)


def _is_number(value: float | str) -> bool:
    return str(value).isascii() and str(value).replace(".", "", 1).isdigit()
