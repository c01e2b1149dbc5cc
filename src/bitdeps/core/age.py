"""Ages such as `7d`: how old a tag must be before it is taken (`min-age` in `[project]`)."""

import re
from datetime import datetime

from bitdeps.core.names import shown

_AGE = re.compile(r"(?P<number>[0-9]{1,5})(?P<unit>[hdw])", re.ASCII)
_SECONDS = {"h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}


def parse_age(text: str) -> int | None:
    """Return the seconds of `12h`, `7d` or `2w`, or None."""
    match = _AGE.fullmatch(text)
    return None if match is None else int(match["number"]) * _SECONDS[match["unit"]]


def age_problem(text: str) -> str | None:
    """Say why a text is no age, or return None."""
    if parse_age(text) is not None:
        return None
    return f"expected a number of hours, days or weeks such as `12h`, `7d` or `2w`, found {shown(text)}"


def is_young(date: str | None, *, since: float) -> bool:
    """Tell whether a date (ISO 8601 with its offset) is later than `since` (Unix time).

    What has no date that can be read has no age either, and so counts as young.
    """
    try:
        moment = datetime.fromisoformat(date or "")
    except ValueError:
        return True
    return moment.tzinfo is None or moment.timestamp() > since
