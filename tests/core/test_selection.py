"""Globs and the digest of a selection."""

from hashlib import sha256

import pytest

from bitdeps.core.selection import compile_globs, effective_exclude, glob_problem, selection_digest

PATCH = sha256(b"patch").hexdigest()


def digest_by_hand(subdir: list[str], include: list[str], exclude: list[str], patches: list[str]) -> str:
    """The encoding as the docstring of `selection_digest` defines it."""
    text = ""
    for name, items in {"subdir": subdir, "include": include, "exclude": exclude, "patches": patches}.items():
        text += f"{name} {len(items)}\n" + "".join(f"{len(item.encode())}:{item}\n" for item in items)
    return f"s1:{sha256(text.encode()).hexdigest()}"


def test_nothing_selected() -> None:
    assert selection_digest(subdir=None, include=[], exclude=[], patches=[]) is None


def test_a_digest() -> None:
    """Lengths are in bytes, and items sorted by their bytes."""
    found = selection_digest(
        subdir="gr\u00fcn",
        include=["src/**", "a", "src/**"],
        exclude=["**/*.png"],
        patches=[("patches/2.patch", PATCH), ("patches/1.patch", PATCH)],
    )
    assert found == digest_by_hand(
        ["gr\u00fcn"], ["a", "src/**"], ["**/*.png"], [f"{PATCH} patches/1.patch", f"{PATCH} patches/2.patch"]
    )
    # printf 'subdir 1\n1:a\ninclude 0\nexclude 0\npatches 0\n' | sha256sum
    assert selection_digest(subdir="a", include=[], exclude=[], patches=[]) == (
        "s1:2b46dcd9991452a23cc8cba68c9e823780a7de79dbdeb1fbf7a83dc2805ff7f0"
    )


def test_no_two_selections_have_one_digest() -> None:
    """Neither moving an item to another list, nor joining two, nor another name or content of a patch."""
    empty: list[str] = []
    selections: list[tuple[str | None, list[str], list[str], list[tuple[str, str]]]] = [
        ("a", empty, empty, []),
        (None, ["a"], empty, []),
        (None, empty, ["a"], []),
        (None, empty, empty, [("a", PATCH)]),
        (None, empty, empty, [("b", PATCH)]),
        (None, empty, empty, [("a", PATCH[::-1])]),
        (None, ["a", "b"], empty, []),
        (None, ["a\n1:b"], empty, []),
        (None, ["ab"], empty, []),
    ]
    digests = {
        selection_digest(subdir=subdir, include=include, exclude=exclude, patches=patches)
        for subdir, include, exclude, patches in selections
    }
    assert len(digests) == len(selections)


def test_commit_vendor_excludes_the_files_that_would_steer_git() -> None:
    assert effective_exclude(["a"], commit_vendor=False) == ("a",)
    assert effective_exclude(["**/.gitignore"], commit_vendor=True) == ("**/.gitignore", "**/.gitattributes")


@pytest.mark.parametrize(
    ("glob", "matching", "others"),
    [
        ("a", ["a"], ["A", "b/a", "a/b", "ab"]),
        ("*", ["a", ".a"], ["a/b"]),
        ("*.png", ["a.png", ".png", ".a.png"], ["a.PNG", "b/a.png"]),
        ("src/*/x", ["src/a/x", "src/.b/x"], ["src/x", "src/a/b/x"]),
        ("**", ["a", "a/b/c", ".a/.b"], []),
        ("src/**", ["src/a", "src/a/.b"], ["src", "asrc/a"]),
        ("**/x", ["x", "a/x", "a/b/x"], ["ax", "x/a"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/b/c"]),
        ("**/a/**/b/**", ["a/b/c", "x/a/y/b/c/d"], ["a/b", "b/a/c"]),
        ("a/**/**/b", ["a/b", "a/x/b"], ["ab"]),
        ("**/**", ["a", "a/b"], []),
        ("a**b", ["ab", "axb"], ["a/b"]),
        ("*a*b*", ["ab", "xaybz"], ["ba", "a/b"]),
        ("a?c", ["abc", "a.c"], ["ac", "a/c", "abbc"]),
        ("a[bc]d", ["abd", "acd"], ["aad", "a[bc]d"]),
        ("a[!b-y]c", ["aac", "azc"], ["abc", "ayc", "a/c"]),
        ("a[^b]c", ["aac", "a^c"], ["abc"]),
        ("a[+-9]c", ["a+c", "a9c", "a.c"], ["a/c"]),
        ("a[]]c", ["a]c"], ["a[c"]),
        ("a[!]]c", ["abc"], ["a]c"]),
        ("a[-x]c", ["a-c", "axc"], ["ayc"]),
        ("[*]", ["*"], ["a"]),
        ("{a,b}", ["{a,b}"], ["a"]),
        ("a.c", ["a.c"], ["abc"]),
        ("gr\u00fcn/*", ["gr\u00fcn/a\nb"], ["gru\u0308n/a"]),
    ],
)
def test_globs(glob: str, matching: list[str], others: list[str]) -> None:
    matches = compile_globs([glob])
    assert [path for path in [*matching, *others] if matches(path)] == matching
    assert glob_problem(glob) is None


def test_any_of_several_globs() -> None:
    matches = compile_globs(["a/*", "b"])
    assert [matches(path) for path in ("a/x", "b", "a/b", "c", "a")] == [True, True, True, False, False]


def test_no_globs_match_nothing() -> None:
    assert not compile_globs([])("a")


@pytest.mark.parametrize(
    ("glob", "problem"),
    [
        ("", "is empty"),
        ("/a", "must be a relative path"),
        ("C:/a", "must be a relative path"),
        ("a\\b", "must use `/`, not `\\`"),
        ("a\nb", "holds a control character"),
        ("src/", "ends with `/`; write `src/**` for everything below"),
        ("a//b", "must not hold an empty part, `.` or `..`"),
        ("./a", "must not hold an empty part, `.` or `..`"),
        ("../a", "must not hold an empty part, `.` or `..`"),
        (".git/hooks/*", "must not lead into `.git`"),
        ("a[b", "holds `[` without `]`"),
        ("a[b/c]", "holds `[` without `]`"),
        ("a[]", "holds an empty set"),
        ("a[!]", "holds an empty set"),
        ("[[:alpha:]]", "holds a character class; write its characters, such as `[a-z]`"),
        ("a[z-b]", "holds the set `[z-b]`, whose range is the wrong way round"),
    ],
)
def test_globs_that_are_refused(glob: str, problem: str) -> None:
    assert glob_problem(glob) == problem
