"""Which paths of an archive are placed, and where."""

import pytest

from bitdeps.core.plan.selected import Selection, select_paths, select_submodules
from bitdeps.core.selection import effective_exclude
from bitdeps.errors import NotFoundError

PATHS = (
    "LICENSE",
    "Notice.txt",
    "README.md",
    "runtime/COPYING",
    "runtime/src/.hidden",
    "runtime/src/a.c",
    "runtime/src/deep/b.png",
    "runtimes/other",
)


def chosen(selection: Selection) -> dict[str, str]:
    return select_paths(PATHS, selection, package="engine")


def test_without_a_selection_everything_is_placed() -> None:
    assert select_paths([], Selection(), package="empty") == {}
    assert chosen(Selection()) == {path: path for path in PATHS}


def test_a_subdir_becomes_the_root() -> None:
    """Its own licence is top-level then; what only begins with the same letters is not below it."""
    assert chosen(Selection(subdir="runtime")) == {
        "runtime/COPYING": "COPYING",
        "runtime/src/.hidden": "src/.hidden",
        "runtime/src/a.c": "src/a.c",
        "runtime/src/deep/b.png": "src/deep/b.png",
    }


def test_include_then_exclude_and_licences_stay() -> None:
    selection = Selection(subdir="runtime", include=("src/**",), exclude=("**/*.png", "*"))
    assert list(chosen(selection).values()) == ["COPYING", "src/.hidden", "src/a.c"]


@pytest.mark.parametrize(
    ("exclude", "gone"),
    [
        (("LICENSE",), {"LICENSE"}),
        (("LICENSE*",), {"LICENSE"}),
        (("**/LICENSE",), {"LICENSE"}),
        (("Notice.txt", "*"), {"Notice.txt", "README.md"}),
        (("*",), {"README.md"}),
        (("**",), {"README.md", "runtime/COPYING", "runtime/src/.hidden", "runtime/src/a.c"}),
        (("*.txt",), set()),
    ],
)
def test_a_licence_goes_only_by_its_name(exclude: tuple[str, ...], gone: set[str]) -> None:
    """A pattern whose last part begins with the word names it."""
    paths = [path for path in PATHS if "/b" not in path and "other" not in path]
    assert set(paths) - set(select_paths(paths, Selection(exclude=exclude), package="p")) == gone


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("licence", True),
        ("LICENSE-MIT", True),
        ("License.txt", True),
        ("COPYING.LESSER", True),
        ("NOTICE", True),
        ("LICENSES", False),
        ("licensed.py", False),
        ("docs/LICENSE", False),
        ("LICENSE.d/MIT", False),
    ],
)
def test_what_is_a_licence(name: str, *, stays: bool) -> None:
    selected = select_paths([name, "a.c"], Selection(include=("a.c",)), package="p")
    assert (name in selected) is stays


def test_patterns_that_match_nothing_are_all_named() -> None:
    """Those that only an exclude leaves without a file do match."""
    with pytest.raises(NotFoundError) as caught:
        chosen(Selection(include=("lib/**", "README.md", "**/*.rs"), exclude=("README.md",)))
    assert str(caught.value) == "`engine`: `include`: `lib/**`, `**/*.rs` match no file"
    with pytest.raises(NotFoundError) as caught:
        chosen(Selection(include=("readme.md",)))
    assert str(caught.value) == "`engine`: `include`: `readme.md` matches no file"


def test_an_exclude_that_leaves_nothing() -> None:
    """What `commit-vendor` leaves out by itself is no reason to fail."""
    with pytest.raises(NotFoundError) as caught:
        chosen(Selection(exclude=("**", "LICENSE", "Notice.*")))
    assert str(caught.value) == "`engine`: `exclude` leaves no file to place"
    added = effective_exclude((), commit_vendor=True)
    assert select_paths([".gitignore"], Selection(exclude=added), package="p") == {}


@pytest.mark.parametrize("subdir", ["run", "Runtime", "README.md"])
def test_a_subdir_that_is_no_directory(subdir: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        chosen(Selection(subdir=subdir))
    assert str(caught.value) == f"`engine`: has no directory `{subdir}`"


def test_commit_vendor_leaves_git_files_out_at_every_depth() -> None:
    """As patterns that are added to `exclude`, so that selection and digest say so."""
    exclude = effective_exclude(("a",), commit_vendor=True)
    assert exclude == ("a", "**/.gitattributes", "**/.gitignore")
    assert effective_exclude(("a",), commit_vendor=False) == ("a",)
    paths = [".gitattributes", "x/.gitignore", "x/y/.gitattributes", "x/.gitkeep", "gitignore"]
    assert list(select_paths(paths, Selection(exclude=exclude), package="p")) == ["x/.gitkeep", "gitignore"]


@pytest.mark.parametrize(
    ("selection", "placed"),
    [
        (Selection(), ("lib/sub", "runtime/sub")),
        (Selection(subdir="runtime"), ("sub",)),
        (Selection(exclude=("lib/sub",)), ("runtime/sub",)),
        (Selection(exclude=("lib/**", "runtime/sub/**")), ()),
        (Selection(include=("runtime/**",)), ("runtime/sub",)),
        (Selection(include=("lib/*.c",)), ()),
    ],
)
def test_submodules_are_left_out_like_files(selection: Selection, placed: tuple[str, ...]) -> None:
    """By a pattern for themselves or for what would be below."""
    assert select_submodules(["lib/sub", "runtime/sub"], selection) == placed
