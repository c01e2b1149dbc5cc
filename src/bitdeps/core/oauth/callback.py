"""What a browser brings back from the page on which access is granted (RFC 6749 section 4.1.2)."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from bitdeps.core.oauth.secret import Secret

# As long as the longest line that the listener reads.
_LONGEST = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Access was granted; the code is exchanged for a token once."""

    code: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """Access was not granted; both texts come from outside."""

    error: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forged:
    """The request does not belong to this sign-in; `reason` says what gave it away."""

    reason: str


Outcome = Granted | Denied | Forged | None


def read_callback(target: str, *, path: str, state: Secret, issuer: str) -> Outcome:
    """Read the target of a request; None where it is none of our business (a probe, an icon).

    Args:
        target: path and query, as in the first line of the request.
        path: the callback's path; an empty one is `/`.
        state: the random text that this sign-in sent.
        issuer: the service's address, compared with `iss` where that is sent (RFC 9207).
    """
    asked, _, query = target.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    values = dict(pairs)
    if asked != (path or "/") or len(target) > _LONGEST or not values.keys() & {"code", "error"}:
        return None
    reason = _forgery(pairs, state, issuer)
    if reason is not None:
        return Forged(reason=reason)
    if "error" in values:
        return Denied(error=values["error"], description=values.get("error_description", ""))
    return Granted(code=Secret(values["code"]))


def _forgery(pairs: list[tuple[str, str]], state: Secret, issuer: str) -> str | None:
    values = dict(pairs)
    if len(pairs) != len(values):
        return "a parameter appears twice"
    if not _equal(values.get("state", ""), state.reveal()):
        return "its `state` is not the one that was sent"
    return "it comes from another service" if values.get("iss", issuer) != issuer else None


def _equal(one: str, other: str) -> bool:
    """Compare in a time that does not tell where texts differ."""
    first, second = one.encode(), other.encode()
    difference = len(first) ^ len(second)
    for left, right in zip(first, second, strict=False):
        difference |= left ^ right
    return difference == 0
