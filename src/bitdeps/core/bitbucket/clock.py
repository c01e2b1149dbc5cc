"""The clock of this machine beside the service's, as far as an answer tells it in `Date` (RFC 9110 section 6.6.1)."""

from bitdeps.core.messages import Response

# Seconds. Below this nothing depends on it: tokens are renewed that long before they expire.
_MUCH = 300
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def clock_note(response: Response) -> str:
    """Say that the clock of this machine is wrong; an empty text where it is right, or nobody knows."""
    theirs = service_time(response)
    if theirs is None or response.received is None or abs(response.received - theirs) < _MUCH:
        return ""
    off = abs(response.received - theirs)
    size, unit = next(
        (size, unit) for size, unit in ((_DAY, "days"), (_HOUR, "hours"), (_MINUTE, "minutes")) if off >= 1.5 * size
    )
    where = "ahead of" if response.received > theirs else "behind"
    return f"the clock of this machine is {round(off / size)} {unit} {where} the service's"


def service_time(response: Response) -> float | None:
    """Return when the service answered, in seconds since the epoch by its own clock."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        return None


def moment(seconds: float) -> str:
    """Write a time, given in seconds since the epoch, for people."""
    from datetime import UTC, datetime

    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return "a time that is none"
