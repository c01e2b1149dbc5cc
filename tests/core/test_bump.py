"""Which tag an entry moves to; the expected ones were chosen by hand, as npm, cargo and people would."""

from dataclasses import dataclass

import pytest

from bitdeps.core.bump import Choice, Reach, choose, pattern_for


@dataclass(frozen=True)
class Tag:
    name: str
    commit: str


def tags(*names: str) -> list[Tag]:
    return [Tag(name=name, commit=f"{index:040x}") for index, name in enumerate(names)]


def chosen(current: str, *others: str, reach: Reach = "compatible", prereleases: bool = False) -> Choice[Tag]:
    pattern = pattern_for(current, None)
    return choose(current, tags(current, *others), pattern=pattern, prereleases=prereleases, reach=reach)


def newest(choice: Choice[Tag]) -> str | None:
    return None if choice.newest is None else choice.newest.tags[0].name


@pytest.mark.parametrize(
    ("current", "others", "patch", "compatible", "major"),
    [
        ("v1.2.3", ["v1.2.9", "v1.10.0", "v2.0.0"], "v1.2.9", "v1.10.0", "v2.0.0"),
        ("v0.3.1", ["v0.3.4", "v0.4.0", "v1.0.0"], "v0.3.4", "v0.3.4", "v1.0.0"),
        ("v0.0.3", ["v0.0.4", "v0.1.0"], "v0.0.4", None, "v0.1.0"),
        ("v1", ["v1.1", "v2"], None, "v1.1", "v2"),
        ("v1.0", ["v1.0.1", "v1.1"], "v1.0.1", "v1.1", "v1.1"),
        ("v0.0", ["v0.0.1", "v0.1"], "v0.0.1", "v0.0.1", "v0.1"),
        ("rev1", ["rev2", "rev1.5", "v9"], None, "rev1.5", "rev2"),
        ("pkg-a/v1.2.3", ["pkg-b/v1.9.9", "pkg-a/v1.3.0"], None, "pkg-a/v1.3.0", "pkg-a/v1.3.0"),
        ("1!1.0", ["1!1.1", "2!1.2", "1.9"], None, "1!1.1", "2!1.2"),
        ("v1.5", ["v1.4", "v1.5.0rc1"], None, None, None),
        ("2024.1", ["2024.12", "2025.1"], None, "2024.12", "2025.1"),
    ],
)
def test_how_far_each_reach_goes(
    current: str, others: list[str], patch: str | None, compatible: str | None, major: str | None
) -> None:
    assert newest(chosen(current, *others, reach="patch")) == patch
    assert newest(chosen(current, *others)) == compatible
    assert newest(chosen(current, *others, reach="major")) == major


def test_what_wider_reaches_would_take_is_told_once() -> None:
    """Each wider reach is named where it takes something newer than the one before."""
    choice = chosen("v1.2.3", "v1.2.4", "v1.3.0", "v2.0.0", reach="patch")
    assert [(reach, found.tags[0].name) for reach, found in choice.beyond] == [
        ("compatible", "v1.3.0"),
        ("major", "v2.0.0"),
    ]
    assert chosen("v1.2.3", "v1.2.4", reach="patch").beyond == ()


def test_a_prerelease_is_offered_only_where_the_entry_says_so() -> None:
    choice = chosen("v1.0", "v1.1", "v2.0rc1")
    assert newest(choice) == "v1.1"
    assert choice.prerelease is not None
    assert choice.prerelease.tags[0].name == "v2.0rc1"
    assert newest(chosen("v1.0", "v1.1", "v1.2rc1", prereleases=True)) == "v1.2rc1"
    assert chosen("v1.0", "v1.1rc1", "v1.1").prerelease is None


@pytest.mark.parametrize("current", ["nightly", "release/2024#x", "{version}"])
def test_a_tag_that_is_no_version_offers_nothing(current: str) -> None:
    choice = chosen(current, "v1.0", "v2.0")
    assert not choice.is_version
    assert newest(choice) is None


def test_the_pattern_of_the_entry_wins() -> None:
    found = choose("a-1.0", tags("a-1.0", "a-1.1", "b-1.2"), pattern="a-{version}", prereleases=False)
    assert newest(found) == "a-1.1"
    assert pattern_for("v1.0", "b-{version}") == "b-{version}"


def test_one_version_on_two_commits_is_told() -> None:
    choice = chosen("v1.0", "v1.1", "v1.1.0")
    assert choice.newest is not None
    assert choice.newest.is_ambiguous
