"""Which version a tag stands for, and which versions a requirement accepts."""

import random
from itertools import permutations

import pytest
from packaging.version import Version

from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.model import Tag
from bitdeps.core.versions import allows, derive_pattern, read_tags, read_version


@pytest.mark.parametrize(
    ("tag", "pattern", "version"),
    [
        ("1.0", None, "1.0"),
        ("v1.0", None, "1.0"),
        ("v1.0rc1", None, "1.0rc1"),
        ("v2.0-beta.3", None, "2.0b3"),
        ("v1.0+b.2", None, "1.0+b.2"),
        ("1!2.0", None, "1!2.0"),
        ("v1!2.0", None, "1!2.0"),
        ("1.0.dev3", None, "1.0.dev3"),
        ("1.0.post1", None, "1.0.post1"),
        ("2024.01", None, "2024.1"),
        ("v01.02", None, "1.2"),
        ("vv1.0", None, None),
        ("V1.0", None, None),
        ("v 1.0", None, None),
        (" 1.0", None, None),
        ("1.0\n", None, None),
        ("v", None, None),
        ("", None, None),
        ("release", None, None),
        ("v1.2.3-SNAPSHOT", None, None),
        ("pkg-a/v1.2.3", None, None),
        ("rev1", None, None),
        ("\u0661.0", None, None),
        ("rev1", "rev{version}", "1"),
        ("rev", "rev{version}", None),
        ("v1.0", "{version}", None),
        ("v1.0", "v{version}", "1.0"),
        ("1.0", "v{version}", None),
        ("pkg-a/v1.2.3", "pkg-a/v{version}", "1.2.3"),
        ("pkg-b/v1.2.3", "pkg-a/v{version}", None),
        ("protos-v4.1", "protos-v{version}", "4.1"),
        ("@scope/pkg@1.0.3", "@scope/pkg@{version}", "1.0.3"),
        ("release/2024#1", "release/{version}#1", "2024"),
        ("4.1.0.Final", "{version}.Final", "4.1.0"),
        (".Final", "{version}.Final", None),
        ("a1", "a1{version}", None),
        ("11", "1{version}1", None),
        ("121", "1{version}1", "2"),
        ("v1.0", "v[0-9]{version}", None),
        ("gr\u00fcn/1", "gr\u00fcn/{version}", "1"),
    ],
)
def test_a_tag_is_read_whole_by_its_pattern(tag: str, pattern: str | None, version: str | None) -> None:
    """The pattern is literal text; what stands for `{version}` is PEP 440 and begins with a digit."""
    assert read_version(tag, pattern) == (None if version is None else Version(version))


@pytest.mark.parametrize(
    ("tag", "pattern"),
    [
        ("1.2.3", "{version}"),
        ("v1.2.3", "v{version}"),
        ("v1.0rc1", "v{version}"),
        ("v1.0+b.2", "v{version}"),
        ("1!2.0", "{version}"),
        ("rev1", "rev{version}"),
        ("n4.4", "n{version}"),
        ("pkg-a/v1.2.3", "pkg-a/v{version}"),
        ("@scope/pkg@1.0.3", "@scope/pkg@{version}"),
        ("release/2024#1", "release/2024#{version}"),
        ("lib2-1.0", "lib2-{version}"),
        ("lib2-1", "lib2-{version}"),
        ("boost-1.84.0", "boost-{version}"),
        ("gr\u00fcn/1", "gr\u00fcn/{version}"),
        ("100%-ok", None),
        ("foo.1", "foo.{version}"),
        ("4.1.0.Final", "{version}.Final"),
        ("v1.2.3-GA", "v{version}-GA"),
        ("release-1_2_3", None),
        ("1.0-linux-2.6-x86", None),
        ("main", None),
        ("a{version}1", None),
    ],
)
def test_a_pattern_is_derived_from_a_tag(tag: str, pattern: str | None) -> None:
    """`update` reads the neighbours of a tag by the pattern of that tag; a tag that is no version has none."""
    assert derive_pattern(tag) == pattern


@pytest.mark.parametrize(
    ("requirement", "accepted", "refused"),
    [
        (">=1.2,<2", ["1.2", "1.9.9", "1.2.post1"], ["1.1", "2.0", "1.5rc1", "2.0rc1", "1.3.dev1"]),
        (">=1.2,<2 prereleases", ["1.2", "1.5rc1", "1.3.dev1"], ["2.0rc1", "1.2rc1"]),
        (">=1.0rc1", ["1.0rc1", "1.0", "2.0b1"], ["1.0b9"]),
        ("<2.0rc1", ["2.0b1", "1.0"], ["2.0rc1"]),
        (">1.0", ["1.1"], ["1.0", "1.0.post1", "1.0+local"]),
        ("!=1.0rc1", ["1.0", "1.1"], ["1.0rc1", "1.1rc1"]),
        ("==1.0", ["1.0", "1.0.0", "1.0+b.2"], ["1.0.1", "1.0rc1"]),
        ("==1.0+b.2", ["1.0+b.2"], ["1.0", "1.0+b.3"]),
        ("==1.*", ["1.0", "1.9"], ["2.0", "1.0rc1"]),
        ("~=4.1", ["4.1", "4.9"], ["5.0", "4.0", "4.2rc1"]),
        (">=0", ["0", "1!0.1"], ["0rc1", "2.0a1"]),
        (">=1!0", ["1!0"], ["9999"]),
        (">=1.0.dev1", ["1.0.dev1", "1.0a1"], ["0.9"]),
    ],
)
def test_pre_releases_are_accepted_where_they_are_named(
    requirement: str, accepted: list[str], refused: list[str]
) -> None:
    """DESIGN section 2: never, unless the specifier names one or `prereleases = true`."""
    specifier, _, prereleases = requirement.partition(" ")
    asked = Requirement(kind="version", value=specifier, prereleases=bool(prereleases))
    assert [version for version in accepted + refused if allows(asked, Version(version))] == accepted


def test_nothing_falls_back_to_pre_releases() -> None:
    """A range that only pre-releases would fit accepts nothing."""
    requirement = Requirement(kind="version", value=">=1")
    assert not allows(requirement, Version("1.0rc1"))


def test_tags_are_sorted_by_version_and_the_rest_is_listed() -> None:
    """Newest first; what is no version is ignored, by name."""
    tags = [Tag(name=name, commit=name * 2) for name in ("v1.9", "nightly", "v1.10", "2.0rc1", "demo", "v0.1")]
    found = read_tags(tags)
    assert [str(entry.version) for entry in found.versions] == ["2.0rc1", "1.10", "1.9", "0.1"]
    assert [tag.name for tag in found.ignored] == ["demo", "nightly"]


def test_two_tags_of_one_version_on_one_commit_are_the_shorter_name() -> None:
    """The shorter name stands for the version, then the first in order."""
    same = [Tag(name=name, commit="c") for name in ("v1.0.0", "v1.0", "1.0.0", "1.0")]
    for tags in permutations(same):
        (only,) = read_tags(tags).versions
        assert ([tag.name for tag in only.tags], only.is_ambiguous) == (["1.0"], False)
    (longer,) = read_tags([same[0], Tag(name="01.0.0", commit="c")]).versions
    assert [tag.name for tag in longer.tags] == ["01.0.0"]


def test_two_tags_of_one_version_on_two_commits_are_ambiguous() -> None:
    """Both are kept: whether that is an error is known where the version would be chosen."""
    (only,) = read_tags([Tag(name="v1.0", commit="a"), Tag(name="1.0", commit="b")]).versions
    assert ([tag.name for tag in only.tags], only.is_ambiguous) == (["1.0", "v1.0"], True)


def test_the_order_of_a_listing_does_not_matter() -> None:
    """Any order of the same tags gives the same versions."""
    tags = [Tag(name=f"v{major}.{minor}", commit=f"{major}{minor}") for major in range(4) for minor in range(4)]
    tags += [Tag(name=f"{major}.0", commit=f"x{major}") for major in range(4)]
    expected = read_tags(tags)
    for seed in range(10):
        shuffled = random.Random(seed).sample(tags, len(tags))  # noqa: S311 - reproducible, not secret
        assert read_tags(shuffled) == expected
