"""What may be placed: names and links, and the way round that each refusal prints."""

import re
import tomllib
from collections.abc import Mapping, Sequence

import pytest

from bitdeps.config.settings import ArchiveLimits
from bitdeps.core.member_paths import check_members, display, exclude_pattern, fold, refusal, windows_warnings
from bitdeps.core.selection import compile_globs, glob_problem
from bitdeps.errors import ArchiveRefusedError

LIMITS = ArchiveLimits()


def refused(
    paths: Sequence[str], links: Mapping[str, str] | None = None, *, windows: bool = False
) -> ArchiveRefusedError:
    with pytest.raises(ArchiveRefusedError) as caught:
        check_members([*paths, *(links or {})], links or {}, limits=LIMITS, windows=windows)
    return caught.value


def excluded(error: ArchiveRefusedError) -> list[str]:
    """Read the line that the hint prints as a manifest would."""
    line = re.fullmatch(r"to go without, add to the entry in `deps\.toml`: `(.*)`", str(error.hint), re.DOTALL)
    assert line is not None
    patterns: list[str] = tomllib.loads(line[1])["exclude"]
    return patterns


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["a\\b"], "archive refused (backslash): `a\\\\b` holds a backslash, which some systems take for `/`"),
        (["a\nb"], "archive refused (control-character): `a\\nb` holds a control character"),
        (["caf\udce9"], "archive refused (encoding): `caf\\xe9` is not UTF-8"),
        (["a/.git/x"], "archive refused (git-directory): `a/.git` can stand for `.git`"),
        (
            ["x" * 256],
            f"archive refused (part-length): `{'x' * 200}... (256 characters)` has a part of more than 255 bytes",
        ),
        (["x/" * 64 + "f"], f"archive refused (depth): `{'x/' * 64}f` is more than 64 directories deep"),
        (["a", "b", "A"], "archive refused (collision): `A` and `a` are one name where case or accents do not count"),
        (["\x1b", "\x1b/a"], "archive refused (control-character): `\\x1b` holds a control character"),
        (
            ["a\\b", "c\\d", "e\n"],
            (
                "archive refused (backslash): `a\\\\b` holds a backslash, which some systems take for `/`, "
                "and 2 more names"
            ),
        ),
    ],
)
def test_messages(paths: list[str], message: str) -> None:
    """The message names rule and member, and nothing in it can act on a terminal."""
    assert str(refused(paths)) == message


@pytest.mark.parametrize(
    "name",
    [
        ".gitignore",
        ".github/x",
        ".gitx",
        "git",
        "a.git",
        "git~2",
        ".git~1",
        "x.git/config",
        "..git",
        "a/..b",
        "~",
        ".gi t",
    ],
)
def test_names_like_git_that_are_none(name: str) -> None:
    """Only what a file system can take for `.git` is refused."""
    check_members([name], {}, limits=LIMITS)


@pytest.mark.parametrize(
    "name",
    [
        ".git",
        ".GIT/a",
        "a/.Git",
        ".git.",
        ".git ",
        ".git . .",
        ".git:x",
        "GIT~1",
        "a/git~1/b",
        ".g\u200cit",
        "\ufeff.git",
        ".g\u0131t",
    ],
)
def test_names_that_stand_for_git(name: str) -> None:
    """Case, NTFS and HFS+ have their ways to spell it."""
    assert refused([name]).rule == "git-directory"


@pytest.mark.parametrize(
    "paths",
    [
        ["a/b", "A/c"],
        ["a", "A/b"],
        ["x/\u212a", "x/k"],
        ["stra\u00dfe", "STRASSE"],
        ["\u00e9", "e\u0301"],
        ["\u0131", "i"],
        ["\u017f", "s"],
        ["\ufb01", "fi"],
        ["\u03c3", "\u03c2"],
        ["a\u200d", "a"],
        ["a", "a/b"],
        ["\u0130", "i\u0307"],
    ],
)
def test_names_that_fold_to_one(paths: list[str]) -> None:
    """Whatever one file system takes for one name is refused on all, in any order."""
    assert refused(paths).rule == "collision"
    assert refused(paths[::-1]).rule == "collision"


def test_names_that_differ_where_it_counts() -> None:
    """Look-alikes and neighbours are different names."""
    check_members(
        ["a", "\u0430", "\u00e4", "ae", "b", "a.b/c", "a-b", "\uff41", "B2", "b3/a", "b3/b"], {}, limits=LIMITS
    )


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("src/a.c", "src/a.c"),
        ("a\\b", "a?b"),
        ("a*[1]?.txt", "a??1]?.txt"),
        ("caf\udce9", "caf?"),
        ("a\tb", "a?b"),
        ('say "hi"', 'say "hi"'),
        ("C:x", "C?x"),
        (".git/config", "[.]git/config"),
        ("a/.GIT", "a/[.]GIT"),
        (".gitignore", ".gitignore"),
        ("\u00a0", "?"),
    ],
)
def test_exclude_pattern_matches(path: str, pattern: str) -> None:
    """The pattern is one that a manifest accepts, and it matches the path."""
    assert exclude_pattern(path) == pattern
    assert glob_problem(pattern) is None
    assert compile_globs([pattern])(path)


@pytest.mark.parametrize(
    "paths",
    [
        ["good", "a\\b", "c/d\ne/f", 'say "hi\\"', "x/.git/y", ".git", "caf\udce9/x", "x" * 300, "d/" * 70 + "f"],
        ["linux/xt_MARK.h", "linux/xt_mark.h", "Dir/a", "dir/b", "dir/c/d"],
        [f"many/{index}\\" for index in range(100)] + [f"top\\{index}" for index in range(5)],
        [
            *(
                "p/" + "q" * 250 + f"/{index}/" + "r" * 250 + "/" + "s" * 250 + "/" + "t" * 255 + "u"
                for index in range(3)
            ),
            "ok",
        ],
    ],
)
def test_the_printed_line_is_the_way_round(paths: list[str]) -> None:
    """What is left after the printed `exclude` is accepted, and something is left where something was good."""
    error = refused(paths)
    leave_out = compile_globs(excluded(error))
    rest = [path for path in paths if not leave_out(path)]
    check_members(rest, {}, limits=LIMITS)
    assert {"good", "linux/xt_MARK.h", "ok"} & set(paths) <= set(rest)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("src/aux.c", "`src/aux.c` is the name of a device on Windows"),
        ("CON/x", "`CON` is the name of a device on Windows"),
        ("a./b", "`a.` ends with a dot or space, which Windows drops"),
        ("a ", "`a ` ends with a dot or space, which Windows drops"),
        ("a:b", "`a:b` holds `:`, which Windows does not allow"),
        ("what?", "`what?` holds `?`, which Windows does not allow"),
    ],
)
def test_names_for_windows(path: str, line: str) -> None:
    """They are placed elsewhere with a warning, and refused on Windows with the same words."""
    check_members([path], {}, limits=LIMITS)
    assert [str(problem) for problem in windows_warnings([path, path, "good.c"])] == [line]
    error = refused([path], windows=True)
    assert str(error) == f"archive refused (windows-name): {line}"
    assert compile_globs(excluded(error))(path)


def test_limits_are_the_callers() -> None:
    """Caps are settings."""
    limits = ArchiveLimits(depth=2, part=3, path=5)
    check_members(["abc/d", "\u00fca/b"], {}, limits=limits)
    for path, rule in (
        ("a/b/c", "depth"),
        ("abcd", "part-length"),
        ("\u00fc\u00fc", "part-length"),
        ("abc/de", "path-length"),
    ):
        with pytest.raises(ArchiveRefusedError) as caught:
            check_members([path], {}, limits=limits)
        assert caught.value.rule == rule


def test_refusal_without_a_member() -> None:
    """A rule may speak of the archive as a whole."""
    error = refusal("empty", "there is nothing in it")
    assert (str(error), error.rule, error.member, error.hint) == (
        "archive refused (empty): there is nothing in it",
        "empty",
        "",
        None,
    )


def test_display_is_harmless() -> None:
    """Escapes are Python's, a byte that is no UTF-8 is shown as such."""
    assert display("gr\u00fcn \x1b[0m\u202e\udcff\\") == "gr\u00fcn \\x1b[0m\\u202e\\xff\\\\"


def test_fold_joins_and_keeps() -> None:
    """Folding is stable: what is folded folds to itself."""
    for name in ("README", "stra\u00dfe", "\u212a", "\u0131", "e\u0301", "\u0130", "\ufb03"):
        assert fold(fold(name)) == fold(name)
