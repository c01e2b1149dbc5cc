"""Names decide what is written where: slugs, identities, keys, paths, destinations."""

import pytest

from bitdeps.core.names import (
    Identity,
    RepoName,
    contains,
    destination_problem,
    fold,
    is_git_name,
    is_windows_device,
    key_problem,
    overlapping,
    parse_identity,
    path_problem,
    shown,
    slug,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("acme", "acme"),
        ("Acme-Platform", "acme-platform"),
        ("_x.y-1", "_x.y-1"),
        ("", None),
        ("-acme", None),
        (".", None),
        ("..", None),
        ("acme.git", None),
        ("acme/http-kit", None),
        ("acme kit", None),
        ("gr\u00fcn", None),
        ("acme\n", None),
        ("\u212aelvin", None),
    ],
)
def test_slug(text: str, expected: str | None) -> None:
    assert slug(text) == expected


def test_identity_of_a_repository() -> None:
    """Upper case is accepted and lowered."""
    assert parse_identity("Acme/HTTP-Kit") == Identity(RepoName("acme", "http-kit"))


def test_identity_of_a_subdir() -> None:
    """A subdir is a path of the repository, where case counts."""
    identity = parse_identity("acme/mono//Packages/a")
    assert identity == Identity(RepoName("acme", "mono"), "Packages/a")
    assert str(identity) == "acme/mono//Packages/a"


@pytest.mark.parametrize("text", ["", "acme", "acme/", "/kit", "acme/kit/x", "acme/kit//", "acme/kit//a/..", "a//b"])
def test_texts_that_are_no_identity(text: str) -> None:
    assert parse_identity(text) is None


def test_identities_sort_as_their_texts_do() -> None:
    texts = ["acme/b", "acme/a//x", "acme/a", "acme/a-b"]
    identities = [identity for text in texts if (identity := parse_identity(text))]
    assert [str(identity) for identity in sorted(identities)] == sorted(texts)


@pytest.mark.parametrize("key", ["a", "A1", "json-lite", "x.y_z", "console", "com10"])
def test_keys(key: str) -> None:
    assert key_problem(key) is None


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("", "must be letters, digits, `.`, `_` and `-`, and begin with a letter or digit"),
        ("-a", "must be letters, digits, `.`, `_` and `-`, and begin with a letter or digit"),
        ("a b", "must be letters, digits, `.`, `_` and `-`, and begin with a letter or digit"),
        ("\u00e4", "must be letters, digits, `.`, `_` and `-`, and begin with a letter or digit"),
        ("a\n", "must be letters, digits, `.`, `_` and `-`, and begin with a letter or digit"),
        ("con", "is reserved on Windows"),
        ("NUL.txt", "is reserved on Windows"),
        ("lpt1", "is reserved on Windows"),
        ("a.", "is reserved on Windows"),
    ],
)
def test_texts_that_are_no_keys(key: str, problem: str) -> None:
    assert key_problem(key) == problem


def test_windows_devices_have_any_extension() -> None:
    assert is_windows_device("aux .tar.gz")
    assert is_windows_device("COM\u00b9")
    assert not is_windows_device("auxiliary")


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("a/b.c", None),
        ("...", None),
        ("a/..b", None),
        ("gr\u00fcn/\u65e5", None),
        (".github/x", None),
        ("", "is empty"),
        ("/a", "must be a relative path"),
        ("C:a", "must be a relative path"),
        ("a\\b", "must use `/`, not `\\`"),
        ("a\x7f", "holds a control character"),
        ("a\nb", "holds a control character"),
        (".", "must not hold an empty part, `.` or `..`"),
        ("a//b", "must not hold an empty part, `.` or `..`"),
        ("a/", "must not hold an empty part, `.` or `..`"),
        ("a/../b", "must not hold an empty part, `.` or `..`"),
        ("a/./b", "must not hold an empty part, `.` or `..`"),
        (".git", "must not lead into `.git`"),
        ("a/.GIT/hooks", "must not lead into `.git`"),
        ("a/git~1", "must not lead into `.git`"),
        ("a/.git::$INDEX_ALLOCATION", "must not lead into `.git`"),
    ],
)
def test_paths(path: str, problem: str | None) -> None:
    assert path_problem(path) == problem


@pytest.mark.parametrize("part", [".git", ".GiT", ".git ", ".git..", "GIT~1", ".g\u200cit", "\ufeff.git", ".git:x"])
def test_parts_that_open_git(part: str) -> None:
    """NTFS drops trailing dots, spaces and streams, HFS+ drops some code points: git's own rules."""
    assert is_git_name(part)


@pytest.mark.parametrize("part", [".gitignore", "git", ".gi", "git~2", "x.git"])
def test_parts_that_do_not_open_git(part: str) -> None:
    assert not is_git_name(part)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("third_party/engine", None),
        ("a/.github", None),
        ("a/deps.toml", None),
        ("../a", "must not hold an empty part, `.` or `..`"),
        (".deps", "must not lead into `.deps`, which is a file of `deps`"),
        ("Deps.Lock", "must not lead into `Deps.Lock`, which is a file of `deps`"),
        ("deps.local.toml/x", "must not lead into `deps.local.toml`, which is a file of `deps`"),
        ("a/.gitattributes", "must not hold `.gitattributes`, which is a file of git"),
        (".GitModules", "must not hold `.GitModules`, which is a file of git"),
        ("a/con.d/b", "holds `con.d`, which Windows cannot store"),
        ("a./b", "holds `a.`, which Windows cannot store"),
        ("a /b", "holds `a `, which Windows cannot store"),
        ("a/b:c", "holds `b:c`, which Windows cannot store"),
        ("a/b*", "holds `b*`, which Windows cannot store"),
    ],
)
def test_destinations(path: str, problem: str | None) -> None:
    assert destination_problem(path) == problem


def test_names_that_one_file_system_takes_for_one() -> None:
    """Case, and composed against decomposed letters."""
    assert fold("Json-Lite") == fold("json-lite")
    assert fold("Gr\u00fcn") == fold("gru\u0308N")
    assert fold("Stra\u00dfe") == fold("STRASSE")
    assert fold("a") != fold("b")


def test_a_path_contains_itself_and_what_is_below() -> None:
    assert contains("Vendor", "vendor")
    assert contains("third", "third/engine")
    assert not contains("third", "third_party")
    assert not contains("third/engine", "third")


def test_overlapping_paths_are_paired_with_the_first_they_meet() -> None:
    paths = ["a/b", "c", "A/B/c", "a", "d", "D"]
    assert overlapping(paths) == [(0, 2), (0, 3), (2, 3), (4, 5)]


def test_texts_are_shown_without_surprises() -> None:
    """No control or direction mark of a stranger reaches the terminal, and a long text is cut."""
    assert shown("a\x1b[31m\u202eb") == "`a\\x1b[31m\\u202eb`"
    assert shown("x" * 61) == f"`{'x' * 60}...`"
