"""Laws of the manifest: the same specifiers as `packaging`, the same ref names as git, no word for order."""

import subprocess
from pathlib import PurePosixPath
from random import Random

import tomli_w
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from bitdeps.core.manifest.model import DependencyManifest
from bitdeps.core.manifest.parse import parse_dependency_manifest, parse_manifest
from bitdeps.core.manifest.refs import ref_problem
from bitdeps.core.manifest.specifier import fits, normal_specifier, specifier_problem
from bitdeps.core.names import Identity, RepoName, destination_problem, overlapping, path_problem
from bitdeps.errors import ManifestError

NUMBERS = st.sampled_from(["0", "00", "1", "2", "10", "010"])
RELEASES = st.lists(NUMBERS, min_size=1, max_size=4).map(".".join)
SUFFIXES = st.sampled_from(
    [
        *[""] * 6,
        ".*",
        "a1",
        "-alpha.1",
        "rc",
        "_pre_02",
        ".post1",
        "-3",
        "rev2",
        ".dev0",
        "a0.post1.dev2",
        "+x.01",
        "+A_b",
    ]
)
VERSIONS = st.builds(
    "{}{}{}{}".format, st.sampled_from(["", "", "v", "V", "1!", "0!"]), RELEASES, SUFFIXES, st.just("")
)
OPERATORS = st.sampled_from(["~=", "==", "!=", "<=", ">=", "<", ">", "=", "", "=>"])
SPACES = st.sampled_from(["", " ", "\t "])
SPECIFIERS = st.lists(
    st.builds("{}{}{}{}".format, OPERATORS, SPACES, VERSIONS, SPACES),
    min_size=1,
    max_size=3,
).map(",".join)


@given(SPECIFIERS)
@example(">=1.0,")
def test_specifiers_are_those_of_packaging(text: str) -> None:
    """What `packaging` reads is read, and means the same; what it refuses is refused with a reason."""
    normal = normal_specifier(text)
    try:
        theirs = SpecifierSet(text)
    except InvalidSpecifier:
        assert normal is None
        assert specifier_problem(text)
        return
    assert normal is not None
    assert specifier_problem(text) is None
    # `packaging` does not compare spellings before `.*`; what those mean is the matter of the next law.
    assert {part for part in SpecifierSet(normal) if "*" not in part.version} == {
        part for part in theirs if "*" not in part.version
    }
    assert normal_specifier(normal) == normal


@given(SPECIFIERS, VERSIONS)
def test_fits_is_contains_of_packaging(text: str, version: str) -> None:
    normal = normal_specifier(text)
    assume(normal is not None and not version.endswith(".*"))
    version = str(Version(version))
    assert fits(version, str(normal)) is SpecifierSet(text).contains(version, prereleases=True)


@given(st.lists(SPECIFIERS, min_size=1, max_size=3), st.randoms())
def test_order_and_spaces_do_not_count(texts: list[str], random: Random) -> None:
    parts = ",".join(texts).split(",")
    shuffled = parts[:]
    random.shuffle(shuffled)
    assert normal_specifier(" , ".join(f" {part} " for part in shuffled)) == normal_specifier(",".join(parts))


REFS = st.text(
    st.sampled_from("abz019./-_@{}~^:?*[]\\ \t\x7f#%+=!\u00fc\u65e5\u00a0")
    | st.characters(codec="utf-8", exclude_characters="\0"),
    min_size=1,
    max_size=8,
)


@given(REFS | st.lists(REFS | st.sampled_from([".lock", "..", "@{", "x.lock"]), max_size=3).map("/".join))
@settings(max_examples=200, deadline=None)
@example("@")
@example("release/2024#1")
def test_ref_names_are_those_of_git(name: str) -> None:
    """`git check-ref-format` decides; a leading `-` is refused besides, as `git tag` does."""
    command = ["git", "check-ref-format", f"refs/tags/{name}"]
    accepted = subprocess.run(command, check=False).returncode == 0
    assert (ref_problem(name) is None) is (accepted and not name.startswith("-"))


KEYS = st.from_regex(r"[a-c][a-c0-9._-]{0,3}[a-c]", fullmatch=True)
ENTRIES = st.fixed_dictionaries(
    {"version": SPECIFIERS.filter(lambda text: normal_specifier(text) is not None)},
    optional={"include": st.lists(st.sampled_from(["a", "**/b"]), min_size=1), "transitive": st.booleans()},
)


@given(st.dictionaries(KEYS, ENTRIES, max_size=4), st.randoms())
def test_order_and_comments_do_not_count(entries: dict[str, dict[str, object]], random: Random) -> None:
    """The entries are the same but for the line on which they stand."""
    shuffled = list(entries.items())
    random.shuffle(shuffled)
    one = tomli_w.dumps({"project": {"workspace": "acme"}, "dependencies": entries})
    other = tomli_w.dumps({"dependencies": dict(shuffled), "project": {"workspace": "acme"}})
    other = other.replace("\n", "  # words\n# more words\n") if '"""' not in other else other
    found = [
        {(entry.key, entry.demand, entry.include) for entry in parse_manifest(text, tool_version="1").dependencies}
        for text in (one, other)
    ]
    assert found[0] == found[1]
    assert len(found[0]) == len(entries)


PARTS = st.sampled_from(["a", "A", "b", "\u00fc", "u\u0308", "..", ".", "", ".git", "c d", "con", "deps.lock", ".deps"])
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


@given(PATHS)
def test_an_accepted_path_stays_inside(path: str) -> None:
    """Joined to the project's directory it leads below it, whatever it is called."""
    if path_problem(path) is None:
        pure = PurePosixPath("/project") / path
        assert ".." not in pure.parts
        assert pure.is_relative_to("/project")
        assert str(pure) == f"/project/{path}"
    else:
        assert destination_problem(path) is not None


@given(st.lists(PATHS, max_size=6))
def test_overlapping_says_what_every_pair_says(paths: list[str]) -> None:
    """A path is named as the later one exactly where an earlier one overlaps it, or it overlaps an earlier one."""
    folded = [PurePosixPath("/" + path.casefold().replace("u\u0308", "\u00fc").replace("//", "/x/")) for path in paths]
    simple = [not {"", ".", ".."} & set(path.split("/")) for path in paths]
    assume(all(simple))
    expected = {
        later
        for later in range(len(paths))
        for earlier in range(later)
        if folded[later].is_relative_to(folded[earlier]) or folded[earlier].is_relative_to(folded[later])
    }
    assert {later for _, later in overlapping(paths)} == expected


TEXTS = st.text(
    st.sampled_from("[]{}=.,\"'#\\\n\r\t abproject0123456789-_<>|") | st.characters(codec="utf-8"), max_size=60
)


def is_manifest(text: str) -> bool:
    try:
        parse_manifest(text, tool_version="1")
    except ManifestError:
        return False
    return True


@given(TEXTS)
@example("[dependencies.a]\nworkspace='b'\ntag='c'")
def test_any_text_is_a_manifest_or_an_error(text: str) -> None:
    """No other exception; and what a project may say, a dependency may say."""
    manifest = parse_dependency_manifest(text, home=Identity(RepoName("a", "b")), tool_version="1")
    assert isinstance(manifest, DependencyManifest) or not is_manifest(text)
