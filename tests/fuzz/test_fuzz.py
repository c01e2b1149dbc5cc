"""A short run of the fuzzer; `python tests/fuzz/run.py --mutations 1000000` is the long one."""

from support.fuzz import differential
from support.fuzz.campaign import run
from support.fuzz.oracle import all_rules


def test_short_run() -> None:
    """Four thousand mutations: each is refused by a rule or placed exactly, and every rule refuses something."""
    report = run("short", range(4000), compare_each=25)
    assert report.failures == []
    assert report.missing() == []
    assert sum(report.results.values()) == 4000
    assert report.compared > 10


def test_rules_are_read_from_the_record() -> None:
    """What a run must hit is what the documentation names."""
    rules = all_rules()
    assert {"absolute", "collision", "gzip-data", "link-loop", "windows-name", "names"} <= rules
    assert len(rules) == 43


def test_a_program_to_compare_with_is_there() -> None:
    """GNU tar is part of every system that this runs on; bsdtar is compared with where it is."""
    assert "tar" in differential.unpackers()
