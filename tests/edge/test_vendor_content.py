"""What of an archive is placed: selected, judged and patched, from archives and patches that git made."""

import subprocess
import sys
from pathlib import Path

import pytest

from bitdeps.archive import open_archive
from bitdeps.config.settings import ArchiveLimits
from bitdeps.core.plan.selected import Selection
from bitdeps.core.selection import effective_exclude
from bitdeps.errors import ArchiveRefusedError, DepsError, LocalError, NotFoundError
from bitdeps.vendor.content import Content, expected_files, unpack
from bitdeps.vendor.hashing import files_digest
from bitdeps.vendor.patches import Patch, read_patches
from support.git_archives import archive_of, diff_of, git
from support.placing import Tree, d1, expect_tree, names_in, write_tree
from support.repos import Executable, Link

LIMITS = ArchiveLimits()
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"
TREE: Tree = {
    "LICENSE": "MIT\n",
    "README.md": "read\n",
    "runtime/.gitattributes": "* text eol=crlf\n",
    "runtime/src/a.c": "".join(f"line {number}\n" for number in range(1, 31)),
    "runtime/src/dos.txt": "one\r\ntwo\r\n",
    "runtime/src/link": Link("a.c"),
    "runtime/out": Link("../README.md"),
    "runtime/run": Executable("#!/bin/sh\n"),
}


def content(selection: Selection = Selection(), *patches: Patch, lfs_pointers: bool = False) -> Content:  # noqa: B008
    return Content(package="kit", limits=LIMITS, selection=selection, patches=patches, lfs_pointers=lfs_pointers)


def place(tmp_path: Path, archive: str, wanted: Content) -> Path:
    """Unpack, and see that what is said about it beforehand and afterwards holds."""
    root = tmp_path / "placed"
    root.mkdir()
    with open_archive(archive, limits=LIMITS) as opened:
        files = unpack(opened, wanted, str(root))
        assert expected_files(opened, wanted) == files
    return root


def below(tree: Tree, prefix: str) -> Tree:
    return {path.removeprefix(prefix): value for path, value in tree.items() if path.startswith(prefix)}


def test_a_selection_is_placed_at_its_root(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a", TREE)
    chosen = Selection(subdir="runtime", include=("src/**", "run"), exclude=("**/dos.txt",))
    expected = {
        path: value for path, value in below(TREE, "runtime/").items() if path in {"run", "src/a.c", "src/link"}
    }
    root = place(tmp_path, archive, content(chosen))
    expect_tree(root, expected)
    with open_archive(archive, limits=LIMITS) as opened:
        assert files_digest(expected_files(opened, content(chosen))) == d1(expected)


def test_links_are_judged_from_the_placed_root_and_the_hint_works(tmp_path: Path) -> None:
    """A link that is fine in the whole repository leads out of a subdir; the printed line leaves it out."""
    archive = archive_of(tmp_path / "a", TREE)
    with open_archive(archive, limits=LIMITS) as opened, pytest.raises(ArchiveRefusedError) as caught:
        expected_files(opened, content(Selection(subdir="runtime")))
    assert str(caught.value) == (
        "archive refused (link-outside): `out` is a link to `../README.md`, which leads out of the package"
    )
    assert caught.value.hint == 'to go without, add to the entry in `deps.toml`: `exclude = ["out"]`'
    root = place(tmp_path, archive, content(Selection(subdir="runtime", exclude=("out",))))
    expect_tree(root, {path: value for path, value in below(TREE, "runtime/").items() if path != "out"})


def test_commit_vendor_leaves_git_files_out(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a", TREE)
    chosen = Selection(exclude=effective_exclude((), commit_vendor=True))
    expect_tree(
        place(tmp_path, archive, content(chosen)),
        {path: value for path, value in TREE.items() if path != "runtime/.gitattributes"},
    )


def test_lfs_pointers_are_an_error_that_says_what_comes(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a", {"a.c": "", "big/one.bin": POINTER, "big/two.bin": POINTER})
    with open_archive(archive, limits=LIMITS) as opened, pytest.raises(DepsError) as caught:
        unpack(opened, content(), str(tmp_path))
    assert str(caught.value) == (
        "`kit`: `big/one.bin` (and 1 more) is a Git LFS pointer: "
        "you would get a small text file in place of its content"
    )
    assert caught.value.hint == (
        'add to the entry in `deps.toml`: `exclude = ["big/one.bin", "big/two.bin"]`, or `lfs = "pointers"` '
        "to take them as they are"
    )
    assert caught.value.exit_code == 1
    excluded = Selection(exclude=("big/one.bin", "big/two.bin"))
    expect_tree(place(tmp_path, archive, content(excluded)), {"a.c": ""})


def test_lfs_pointers_can_be_taken_as_they_are(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a", {"one.bin": POINTER})
    expect_tree(place(tmp_path, archive, content(lfs_pointers=True)), {"one.bin": POINTER})


def test_submodules_are_an_error_unless_excluded(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a", {"a.c": ""}, submodules=["lib/sub"])
    with open_archive(archive, limits=LIMITS) as opened, pytest.raises(DepsError) as caught:
        unpack(opened, content(lfs_pointers=True), str(tmp_path))
    assert str(caught.value) == "`kit`: `lib/sub` is a submodule: you would get nothing in its place"
    assert caught.value.hint == (
        'add to the entry in `deps.toml`: `exclude = ["lib/sub"]`; what it holds can be an entry of its own'
    )
    expect_tree(place(tmp_path, archive, content(Selection(exclude=("lib/sub",)))), {"a.c": ""})


def changed(**changes: str | Executable | Link | None) -> Tree:
    tree = {**TREE, **{path.replace("__", "/"): value for path, value in changes.items()}}
    return {path: value for path, value in tree.items() if value is not None}


@pytest.mark.parametrize(
    "after",
    [
        changed(NEWS="new\n"),
        changed(runtime__run="no longer executable\n"),
        changed(new__file=Executable("made\n"), runtime__out=Link("run")),
        {**TREE, "runtime/src/dos.txt": "one\r\nTWO\r\nthree", "runtime/src/grün.txt": "ä\n"},
        {path: value for path, value in TREE.items() if not path.startswith("runtime/src")},
        {**TREE, "binary": "\0\1\2"},
    ],
    ids=["new file", "mode", "link and executable", "carriage returns", "deletions", "binary"],
)
def test_a_patch_makes_what_git_made_it_from(tmp_path: Path, after: Tree) -> None:
    """Whatever the dependency's own attributes or the user's settings say about line ends."""
    patch = Patch(name="p.patch", content=diff_of(tmp_path / "d", TREE, after))
    archive = archive_of(tmp_path / "a", TREE)
    (tmp_path / "home").mkdir()
    expect_tree(place(tmp_path, archive, content(Selection(), patch)), after)


def test_patches_apply_below_the_subdir_in_sorted_order(tmp_path: Path) -> None:
    """Each to what the one before it left."""
    first, second, third = ({"src/a.c": f"{text}\n"} for text in ("one", "two", "three"))
    (tmp_path / "patches").mkdir()
    (tmp_path / "patches/02.patch").write_bytes(diff_of(tmp_path / "y", second, third))
    (tmp_path / "patches/01.patch").write_bytes(diff_of(tmp_path / "x", first, second))
    archive = archive_of(tmp_path / "a", {"sub/src/a.c": "one\n"})
    patches = read_patches(str(tmp_path), ["patches/*.patch", "patches/01.patch"])
    assert [patch.name for patch in patches] == ["patches/01.patch", "patches/02.patch"]
    expect_tree(place(tmp_path, archive, content(Selection(subdir="sub"), *patches)), third)


def test_a_patch_in_a_project_that_is_a_git_repository(tmp_path: Path) -> None:
    """The project's repository, its attributes and its hooks have no say, nor has an index left behind."""
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "core.autocrlf", "true")
    git(tmp_path, "config", "apply.whitespace", "fix")
    (tmp_path / ".gitattributes").write_text("* text eol=crlf\n")
    after = {**TREE, "README.md": "read  \nand more \t\n"}
    patch = Patch(name="p.patch", content=diff_of(tmp_path / "d", TREE, after))
    archive = archive_of(tmp_path / "a", TREE)
    expect_tree(place(tmp_path, archive, content(Selection(), patch)), after)


def failing(tmp_path: Path, before: Tree, patch: bytes) -> DepsError:
    archive = archive_of(tmp_path / "a", before)
    root = tmp_path / "placed"
    root.mkdir()
    wanted = content(Selection(), Patch(name="patches/fix.patch", content=patch))
    with open_archive(archive, limits=LIMITS) as opened, pytest.raises(DepsError) as caught:
        unpack(opened, wanted, str(root))
    return caught.value


def test_a_patch_that_does_not_apply_names_patch_file_and_hunk(tmp_path: Path) -> None:
    """No fuzz: one line of context that differs is enough."""
    lines = [f"line {number}\n" for number in range(1, 31)]
    after = [*lines]
    after[2], after[24] = "first\n", "second\n"
    patch = diff_of(tmp_path / "d", {"src/a.c": "".join(lines)}, {"src/a.c": "".join(after)})
    lines[22] = "other context\n"
    error = failing(tmp_path, {"src/a.c": "".join(lines)}, patch)
    assert str(error) == (
        "`kit`: patch `patches/fix.patch` does not apply:\n- `src/a.c`: hunk 2 (line 22) does not fit"
    )
    assert error.hint == "make `patches/fix.patch` anew for this version; the vendor directory is as before"
    assert error.exit_code == 1


def new_file(path: str, mode: str = "100644", text: str = "x") -> bytes:
    head = f"diff --git a/{path} b/{path}\nnew file mode {mode}\n--- /dev/null\n+++ b/{path}\n"
    return f"{head}@@ -0,0 +1 @@\n+{text}\n".encode()


NO_NEWLINE = b"\\ No newline at end of file\n"


@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        (b"", "it holds no patch"),
        (b"text, no patch\n", "it holds no patch"),
        (new_file("../outside"), "invalid path '../outside'"),
        (new_file("/etc/outside"), "invalid path '/etc/outside'"),
        (new_file(".git/hooks/post-checkout"), "invalid path '.git/hooks/post-checkout'"),
        (new_file("sub/.GIT/config"), "invalid path 'sub/.GIT/config'"),
        (new_file("README.md"), "README.md: already exists in working directory"),
        (
            new_file("way", "120000", "/usr") + NO_NEWLINE + new_file("way/through"),
            "affected file 'way/through' is beyond a symbolic link",
        ),
        (b"--- a/gone\n+++ b/gone\n@@ -1 +1 @@\n-a\n+b\n", "gone: No such file or directory"),
    ],
)  # fmt: skip
def test_what_git_refuses(tmp_path: Path, patch: bytes, reason: str) -> None:
    error = failing(tmp_path, {"README.md": "read\n"}, patch)
    assert str(error) == f"`kit`: patch `patches/fix.patch` does not apply:\n- {reason}"
    assert names_in(tmp_path / "placed") == ["README.md"]
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    ("patch", "problem"),
    [
        (
            new_file("out", "120000", "../../etc/passwd") + NO_NEWLINE,
            "archive refused (link-outside): `out` is a link to `../../etc/passwd`, which leads out of the package",
        ),
        (
            new_file("readme.md"),
            "archive refused (collision): `readme.md` and `README.md` are one name where case or accents do not count",
        ),
        (
            new_file("a\\\\b").replace(b"a/a\\\\b", b'"a/a\\\\b"').replace(b"b/a\\\\b", b'"b/a\\\\b"'),
            "archive refused (backslash): `a\\\\b` holds a backslash, which some systems take for `/`",
        ),
    ],
)
def test_what_comes_out_passes_the_rules_on_names_and_links(tmp_path: Path, patch: bytes, problem: str) -> None:
    error = failing(tmp_path, {"README.md": "read\n"}, patch)
    assert isinstance(error, ArchiveRefusedError)
    assert str(error) == f"`kit`: what the patches make is refused: {problem}"
    assert error.hint == "change the patch"


def test_patterns_of_patches(tmp_path: Path) -> None:
    """Relative to the manifest; each must match; directories are no patches."""
    write_tree(tmp_path, {"p/a.patch": "a", "p/deep/b.patch": "b", "p/c.diff": "c", "top.patch": "t"})
    (tmp_path / "p/dir.patch").mkdir()
    names = {
        pattern: [patch.name for patch in read_patches(str(tmp_path), [pattern])]
        for pattern in ("p/*.patch", "p/**/*.patch", "**/*.patch", "*.patch", "p/c.diff", "p/[ab].patch")
    }
    assert names == {
        "p/*.patch": ["p/a.patch"],
        "p/**/*.patch": ["p/a.patch", "p/deep/b.patch"],
        "**/*.patch": ["p/a.patch", "p/deep/b.patch", "top.patch"],
        "*.patch": ["top.patch"],
        "p/c.diff": ["p/c.diff"],
        "p/[ab].patch": ["p/a.patch"],
    }
    with pytest.raises(NotFoundError) as caught:
        read_patches(str(tmp_path), ["p/*.patch", "q/*.patch", "p/dir.patch"])
    assert str(caught.value) == "`patches`: `q/*.patch`, `p/dir.patch` match no file"


def test_the_digest_of_a_patch_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "p.patch").write_bytes(b"bytes\r\nmore\n")
    (patch,) = read_patches(str(tmp_path), ["p.patch"])
    expected = subprocess.run(["sha256sum", tmp_path / "p.patch"], check=True, capture_output=True, text=True).stdout
    assert patch.sha256 == expected.split()[0]


def test_without_git_patches_are_a_clear_error(tmp_path: Path) -> None:
    """Seen by a process whose PATH leads nowhere."""
    program = (
        "from bitdeps.vendor.patches import Patch, apply_patches\n"
        "from bitdeps.config.settings import ArchiveLimits\n"
        "from bitdeps.errors import LocalError\n"
        "try:\n"
        "    apply_patches('.', [Patch(name='p', content=b'')], package='kit', limits=ArchiveLimits())\n"
        "except LocalError as error:\n"
        "    print(error, error.hint, sep='|')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PATH": str(tmp_path)}, check=True, capture_output=True, text=True
    )
    assert done.stdout == "`git`: not found, and patches need it|install git, or remove `patches`\n"
    assert LocalError.exit_code == 1
