"""When to try again, and how long to wait before."""

import random
from email.utils import parsedate_to_datetime

LIMITED = 429
TRANSIENT = frozenset({LIMITED, 500, 502, 503, 504, 555})
_FIRST_PAUSE = 0.25
# The service sends no Retry-After (BITBUCKET.md section 1.6); Jenkins begins with 5 seconds.
_FIRST_PAUSE_WHEN_LIMITED = 2.0


def pause_before(attempt: int, status: int | None, asked_for: float | None, longest: float) -> float | None:
    """Return the seconds to wait before try number `attempt + 1`; None where waiting is too long.

    Args:
        attempt: how many tries have failed, from 1.
        status: the last answer's status; None where none arrived.
        asked_for: what the service asked for, in seconds.
        longest: the longest pause that we accept.
    """
    if asked_for is not None:
        return asked_for if asked_for <= longest else None
    first = _FIRST_PAUSE_WHEN_LIMITED if status == LIMITED else _FIRST_PAUSE
    # Jitter, so that many processes do not come back at the same moment.
    return min(first * 2.0 ** (attempt - 1), longest) * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)


def retry_after(header: str, now: float) -> float | None:
    """Read a `Retry-After` header, seconds or a date (RFC 9110 section 10.2.3), into seconds.

    Args:
        header: the header's value, or an empty text.
        now: seconds since the epoch.
    """
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (ValueError, OverflowError):
        return None
