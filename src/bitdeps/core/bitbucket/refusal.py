"""Why a credential is refused: it expired, it was revoked, or nobody can tell.

The service has one text for all of it ("Token is invalid, expired, or not supported for this endpoint", BITBUCKET.md
section 1.5). What is known beside that is until when an OAuth token lives, and what time it is there.
"""

import re
from dataclasses import dataclass

from bitdeps.core.bitbucket.clock import clock_note, moment, service_time
from bitdeps.core.messages import Response
from bitdeps.core.oauth.credential import Credential

_EXPIRED = re.compile(r"\bexpired\b", re.IGNORECASE)
_OR_SOMETHING_ELSE = re.compile(r"\b(?:invalid|or)\b", re.IGNORECASE)
_CHECK = "`deps auth status` checks what is used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What to say about it."""

    text: str
    """Without the repository; not the beginning of a sentence."""
    hint: str


def refusal(response: Response, credential: Credential, said: str) -> Refusal:
    """Say why a credential is refused, and what to do.

    Args:
        response: a 401.
        credential: what was sent.
        said: the service's own words; printable.
    """
    reason = f": {said}" if said else ""
    clock, ends = clock_note(response), credential.expires_at
    if clock or ends is None:
        # When a token ends was counted by a clock that is wrong.
        ended = _EXPIRED.search(said) is not None and _OR_SOMETHING_ELSE.search(said) is None
        text = f"{credential} has expired" if ended else f"the service does not accept {credential}"
        hint = _remedy(credential, ended=ended)
        return Refusal(text=f"{text}{reason}", hint=f"{clock}: set it first; {hint}" if clock else hint)
    now = service_time(response) or response.received
    if now is not None and now >= ends:
        return Refusal(text=f"{credential} expired on {moment(ends)}{reason}", hint=_remedy(credential, ended=True))
    return Refusal(
        text=f"the service does not accept {credential}{reason}",
        hint=f"it would have lived until {moment(ends)}, so it was revoked, or the service does not take it here: "
        f"{_remedy(credential, ended=False)}",
    )


def _remedy(credential: Credential, *, ended: bool) -> str:
    if credential.kind == "oauth" and "deps auth login" in credential.source:
        return f"sign in again with `deps auth login`; {_CHECK}"
    if credential.kind == "oauth":
        return f"the consumer may have been changed or removed: look at its page; {_CHECK}"
    unknown = "" if ended else "whether it expired, was revoked or is mistyped, the service does not say: "
    return f"{unknown}make a new one with the scope `{credential.scope}`; {_CHECK}"
