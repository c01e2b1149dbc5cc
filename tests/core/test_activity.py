"""What a run is busy with, counted where it happens."""

import pytest

from bitdeps.core import activity


def test_a_transfer_counts_its_bytes_and_is_done_at_its_end() -> None:
    with activity.watching() as seen:
        with activity.transfer("lib", None):
            activity.begins(10)
            activity.arrived(4)
            activity.arrived(3)
            (own,) = seen.transfers
            assert (own.name, own.total, own.arrived, seen.arrived, seen.transferred) == ("lib", 10, 7, 7, 0)
        assert (seen.transfers, seen.arrived, seen.transferred) == ([], 7, 1)


def test_a_retry_counts_from_nothing_and_keeps_the_size_of_the_lock() -> None:
    with activity.watching() as seen, activity.transfer("lib", 10):
        activity.begins(None)
        activity.arrived(4)
        activity.begins(None)
        activity.arrived(1)
        assert (seen.transfers[0].total, seen.arrived) == (10, 1)


def test_what_fails_is_not_counted_as_done() -> None:
    with activity.watching() as seen:
        with pytest.raises(OSError, match="full"), activity.transfer("lib", None):
            raise OSError("full")
        with pytest.raises(OSError, match="full"), activity.question("the tag"):
            raise OSError("full")
        assert (seen.transfers, seen.transferred, seen.questions, seen.answered) == ([], 0, [], 0)


def test_questions_and_pauses_are_there_while_they_last() -> None:
    with activity.watching() as seen:
        with activity.question("tag v1 of acme/lib"), activity.pause("api.example", 5.0, limited=True):
            assert seen.questions == ["tag v1 of acme/lib"]
            assert [(each.host, each.seconds, each.limited) for each in seen.pauses] == [("api.example", 5.0, True)]
        assert (seen.questions, seen.pauses, seen.answered) == ([], [], 1)


def test_where_nobody_watches_nothing_is_kept() -> None:
    """Bytes outside of an archive belong to none, and what was watched before gets nothing later."""
    with activity.watching() as seen:
        activity.begins(3)
        activity.arrived(3)
    with activity.transfer("lib", 3), activity.question("a tag"), activity.pause("api.example", 1.0, limited=False):
        activity.begins(3)
        activity.arrived(3)
    assert (seen.arrived, seen.transferred, seen.answered) == (0, 0, 0)
