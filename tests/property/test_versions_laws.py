"""Laws of tags and versions."""

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.model import Tag
from bitdeps.core.versions import allows, derive_pattern, read_tags, read_version

numbers = st.integers(min_value=0, max_value=30).map(str)
releases = st.lists(numbers, min_size=1, max_size=3).map(".".join)
suffixes = st.sampled_from(["", "", "", "rc1", "a2", ".post1", ".dev3", "+local.1"])
epochs = st.sampled_from(["", "", "1!"])
versions = st.tuples(epochs, releases, suffixes).map("".join)
tagged = st.tuples(versions, st.sampled_from("abc"), st.sampled_from(["", "v"]))
letters = st.text(alphabet="abcpkgv/@-_", max_size=6)
operators = st.sampled_from([">=", "<=", "<", ">", "==", "!="])


@settings(deadline=None)
@given(versions, letters, letters)
def test_a_pattern_reads_back_what_was_put_in(version: str, before: str, after: str) -> None:
    """A version between any two literal texts is found again."""
    assert read_version(before + version + after, f"{before}{{version}}{after}") == Version(version)


@settings(deadline=None)
@given(st.text(max_size=12))
def test_a_derived_pattern_reads_its_own_tag(tag: str) -> None:
    """Whatever the tag: the pattern matches it, or there is none."""
    pattern = derive_pattern(tag)
    assert pattern is None or read_version(tag, pattern) is not None


@settings(deadline=None)
@given(versions, st.sampled_from(["v", "rev", "pkg-a/v", "@scope/pkg@", "release-", ""]))
def test_a_derived_pattern_finds_the_whole_version(version: str, prefix: str) -> None:
    """Behind the usual prefixes nothing of the version is taken for literal text."""
    assert derive_pattern(prefix + version) == prefix + "{version}"


@settings(deadline=None)
@given(st.lists(tagged, max_size=12, unique_by=lambda each: each[2] + each[0]))
def test_every_tag_is_a_version_or_is_listed(found: list[tuple[str, str, str]]) -> None:
    """Nothing is lost: each commit of a version is there, and versions fall."""
    tags = [Tag(name=prefix + version, commit=commit) for version, commit, prefix in found]
    tags.append(Tag(name="nightly", commit="z"))
    sorted_tags = read_tags(tags)
    listed = [entry.version for entry in sorted_tags.versions]
    assert listed == sorted({Version(version) for version, _, _ in found}, reverse=True)
    pairs = {(entry.version, tag.commit) for entry in sorted_tags.versions for tag in entry.tags}
    assert pairs == {(Version(version), commit) for version, commit, _ in found}
    assert [tag.name for tag in sorted_tags.ignored] == ["nightly"]


@settings(deadline=None)
@given(operators, releases, versions, st.sampled_from(["", "prereleases"]))
def test_a_range_of_releases_accepts_what_packaging_accepts(operator: str, bound: str, version: str, flag: str) -> None:
    """`packaging` compares; only whether pre-releases count is ours."""
    requirement = Requirement(kind="version", value=operator + bound, prereleases=bool(flag))
    expected = SpecifierSet(operator + bound).contains(version, prereleases=True)
    if Version(version).is_prerelease and not flag:
        expected = False
    assert allows(requirement, Version(version)) == expected
