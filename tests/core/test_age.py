"""Ages and dates."""

from datetime import UTC, datetime

import pytest

from bitdeps.core.age import age_problem, is_young, parse_age

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(("text", "seconds"), [("12h", 43_200), ("7d", 604_800), ("2w", 1_209_600), ("0d", 0)])
def test_an_age_is_a_number_of_hours_days_or_weeks(text: str, seconds: int) -> None:
    assert parse_age(text) == seconds
    assert age_problem(text) is None


@pytest.mark.parametrize("text", ["", "7", "d", "7 d", "-1d", "1.5d", "7m", "7D", "999999d", "\u0667d"])
def test_anything_else_is_none(text: str) -> None:
    assert parse_age(text) is None
    assert age_problem(text) is not None


@pytest.mark.parametrize(
    ("date", "young"),
    [
        ("2026-11-24T11:59:59+00:00", False),
        ("2026-11-24T12:00:00+00:00", False),
        ("2026-11-24T12:00:01+00:00", True),
        ("2026-11-24T14:00:00+02:00", False),
        ("2026-11-24T12:00:00.500000+00:00", True),
        ("2026-11-24T11:00:00Z", False),
    ],
)
def test_what_is_later_is_young(date: str, young: bool) -> None:  # noqa: FBT001 - expected
    assert is_young(date, since=NOON) is young


@pytest.mark.parametrize("date", [None, "", "yesterday", "2020-01-01T00:00:00"])
def test_what_has_no_date_counts_as_young(date: str | None) -> None:
    """A date without an offset may be any of 26 hours."""
    assert is_young(date, since=NOON)
