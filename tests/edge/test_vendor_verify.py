"""`verify`: every byte, with a record, with the cached archive's file list, with neither; nothing is written."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from bitdeps.core.plan.edits import Abilities, File, edit_lines
from bitdeps.errors import LocalError
from bitdeps.ops.trees import placed_tree
from bitdeps.vendor.gitfiles import git_file_edits
from bitdeps.vendor.hashing import hash_tree
from bitdeps.vendor.idle import ignored_paths
from bitdeps.vendor.state import State, load_state
from bitdeps.vendor.verify import (
    Reading,
    differences,
    read_against,
    read_place,
    recorded_files,
    unnamed,
)
from support.git_archives import git, new_repository
from support.placing import Tree, Vendored, d1, edit_kinds, files_of, read_tree, wanted_at, write_tree
from support.repos import Executable, Link

TREE: Tree = {
    "README.md": "read\n",
    "bin/run": Executable("#!/bin/sh\n"),
    "src/a.c": "int a;\n",
    "src/latest": Link("a.c"),
    "cache/ours.o": "object\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Vendored:
    project = Vendored(root=tmp_path / "project")
    project.install({"vendor/kit": TREE})
    return project


def verify(
    project: Vendored, *, state: State | None = None, cached: Mapping[str, File] | None = None
) -> dict[str, str] | None:
    """Give the differences by path, or None where they cannot be told file by file."""
    reading, expected = read_against(
        wanted_at("vendor/kit", TREE, "v1"),
        str(project.root),
        state,
        project.ignored,
        skip=frozenset(),
        cached=lambda: cached,
    )
    edits = differences(reading, d1(TREE), expected)
    return None if edits is None else edit_kinds(edits)


def spoil(kit: Path) -> dict[str, str]:
    (kit / "README.md").write_text("edit\n")
    (kit / "bin/run").chmod(0o644)
    (kit / "src/a.c").unlink()
    (kit / "src/latest").unlink()
    (kit / "src/latest").symlink_to("b.c")
    (kit / "mine").write_text("")
    return {
        "README.md": "modified",
        "bin/run": "mode",
        "mine": "extra",
        "src/a.c": "missing",
        "src/latest": "modified",
    }


def test_a_right_tree_needs_neither_record_nor_cache(project: Vendored) -> None:
    assert verify(project) == {}


def test_with_the_record(project: Vendored) -> None:
    expected = spoil(project.root / "vendor/kit")
    assert verify(project, state=load_state(str(project.root))) == expected


def test_with_the_cached_archive_alone(project: Vendored) -> None:
    expected = spoil(project.root / "vendor/kit")
    assert verify(project, cached=files_of(TREE)) == expected


def test_with_neither_the_package_and_both_digests_are_named(project: Vendored) -> None:
    spoil(project.root / "vendor/kit")
    assert verify(project) is None
    found = read_place(str(project.root), "vendor/kit", project.ignored).digest
    assert unnamed("kit", "vendor/kit", d1(TREE), found) == (
        f"`kit`: `vendor/kit` is {found}, the lock wants {d1(TREE)}; neither `.deps/` nor the cache knows its files"
    )


def test_an_edit_that_the_stat_cache_would_believe_is_found(project: Vendored) -> None:
    """A record that says just what an edited tree looks like: verify reads the bytes."""
    state = load_state(str(project.root))
    assert state is not None
    (project.root / "vendor/kit/README.md").write_text("edit\n")
    place = state.places["vendor/kit"]
    for index, path in enumerate(place.paths):
        now = (project.root / "vendor/kit" / path.decode()).lstat()
        place.stats[index] = (now.st_mode, now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino)
    assert verify(project, state=state) == {"README.md": "modified"}


def test_a_record_that_does_not_add_up_is_not_believed(project: Vendored) -> None:
    """A record that was made to fit an edit has another digest than the lock."""
    (project.root / "vendor/kit/README.md").write_text("edit\n")
    state = load_state(str(project.root))
    assert state is not None
    place = state.places["vendor/kit"]
    index = place.paths.index(b"README.md")
    forged = files_of({"x": "edit\n"})["x"][1]
    place.sha256s = place.sha256s[: 32 * index] + bytes.fromhex(forged) + place.sha256s[32 * index + 32 :]
    assert recorded_files(state, "vendor/kit", d1(TREE)) is None
    assert recorded_files(None, "vendor/kit", d1(TREE)) is None
    assert verify(project, state=state) is None
    assert verify(project, state=state, cached=files_of(TREE)) == {"README.md": "modified"}


@pytest.mark.parametrize("known", ["record", "cache", "neither"])
def test_our_own_files_count_where_a_pattern_ignores_them(project: Vendored, known: str) -> None:
    """`ignore` allows extra files; it excuses no edit of what was placed."""
    project.ignore = ("**/*.o",)
    state = load_state(str(project.root)) if known == "record" else None
    cached = files_of(TREE) if known == "cache" else None
    assert verify(project, state=state, cached=cached) == {}
    if known != "neither":
        (project.root / "vendor/kit/extra.o").write_text("")
        assert verify(project, state=state, cached=cached) == {}
    (project.root / "vendor/kit/cache/ours.o").write_text("edit\n")
    assert verify(project, state=state, cached=cached) == (None if known == "neither" else {"cache/ours.o": "modified"})


@pytest.mark.parametrize(("lies", "kind"), [("absent", "missing"), ("link", "kind"), ("other", "kind")])
def test_what_lies_there_instead(project: Vendored, lies: str, kind: str) -> None:
    kit = project.root / "vendor/kit"
    kit.rename(project.root / "away")
    if lies == "link":
        kit.symlink_to("../away")
    elif lies == "other":
        kit.write_text("file")
    assert verify(project) == {"": kind}
    assert read_place(str(project.root), "vendor/kit", project.ignored).lies == lies
    words = {"missing": "is missing", "kind": "is another kind of file"}
    reading = read_place(str(project.root), "vendor/kit", project.ignored)
    edits = differences(reading, d1(TREE), None)
    assert edits is not None
    assert edit_lines("vendor/kit", edits) == [f"`vendor/kit` {words[kind]}"]


def test_an_absent_vendor_directory_and_a_link_in_its_place(project: Vendored) -> None:
    (project.root / "vendor").rename(project.root / "away")
    assert read_place(str(project.root), "vendor/kit", project.ignored).lies == "absent"
    (project.root / "vendor").symlink_to("away")
    with pytest.raises(LocalError) as caught:
        read_place(str(project.root), "vendor/kit", project.ignored)
    assert str(caught.value) == "`vendor`: is a symbolic link: `deps` never writes through links"


def test_verifying_writes_nothing(project: Vendored) -> None:
    """Directories keep their times, files too."""

    def times() -> dict[str, int]:
        return {str(path): path.lstat().st_ctime_ns for path in sorted(project.root.rglob("*"))}

    before = times()
    spoiled = load_state(str(project.root))
    assert verify(project, state=spoiled) == {}
    assert times() == before


def test_many_files_are_hashed_as_sha256sum_does(tmp_path: Path) -> None:
    """By two threads; sizes around the size of a block."""
    sizes = [0, 1, 255 * 1024, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 700_000, *range(100)]
    for number, size in enumerate(sizes):
        path = tmp_path / f"d{number % 7}" / f"{number}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(size))
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    done = subprocess.run(["sha256sum", *names], cwd=tmp_path, check=True, capture_output=True, text=True)
    expected = {line[66:]: ("100644", line[:64]) for line in done.stdout.splitlines()}
    assert hash_tree(str(tmp_path), "vendor/x", ignored_paths(())).files == expected


def test_one_reading_gives_the_tree_of_git(tmp_path: Path) -> None:
    """Blobs and tree are those that git makes of the files, by one thread and by two."""
    many = {f"d{number % 7}/{number}": f"{number}\n" for number in range(100)}
    for name, tree in (("few", TREE), ("many", {**TREE, **many, "large": "x" * 600_000})):
        root = tmp_path / name
        write_tree(root, tree)
        read = hash_tree(str(root), f"vendor/{name}", ignored_paths(()), blobs=True)
        assert read.files == files_of(tree)
        new_repository(root)
        git(root, "add", "--all", "--force")
        listed = git(root, "ls-files", "--stage").decode().splitlines()
        assert read.blobs == {line.partition("\t")[2]: line.split()[1] for line in listed}
        assert placed_tree(read) == git(root, "write-tree").decode().strip()


def test_a_pipe_has_no_digest(project: Vendored) -> None:
    """And nobody waits for one."""
    os.mkfifo(project.root / "vendor/kit/pipe")
    assert read_place(str(project.root), "vendor/kit", project.ignored).digest is None
    assert verify(project, cached=files_of(TREE)) == {"pipe": "extra"}


def test_a_tree_without_bits_and_links_is_right_there() -> None:
    """As git checks it out with core.fileMode and core.symlinks off."""
    plain: dict[str, File] = {path: ("100644", digest) for path, (_, digest) in files_of(TREE).items()}
    reading = Reading(path="vendor/kit", lies="tree", digest="d1:other", files=plain)
    assert differences(reading, d1(TREE), files_of(TREE), Abilities(modes=False, links=False)) == ()


def test_a_committed_vendor_directory_survives_a_hostile_clone(tmp_path: Path) -> None:
    """`core.autocrlf=true`, and project-wide attributes and ignores that fight it: every byte arrives."""
    origin = tmp_path / "origin"
    tree = {**TREE, "dos.txt": "a\r\nb\r\n", "unix.txt": "a\nb\n", "build/x.o": "o\n", "id.txt": "$Id$\n"}
    project = Vendored(root=origin, git_files=True)
    project.install({"vendor/kit": tree})
    (origin / ".gitattributes").write_text("* text=auto eol=crlf ident\n*.o filter=lfs\n")
    (origin / ".gitignore").write_text("build/\n*.o\n.deps/\n")
    git(origin, "init", "-q")
    git(origin, "-c", "core.autocrlf=true", "add", "--all")
    git(origin, "commit", "-q", "-m", "All")
    git(tmp_path, "-c", "core.autocrlf=true", "clone", "-q", origin, "clone")
    clone = tmp_path / "clone"
    assert not (clone / ".deps").exists()
    assert read_tree(clone / "vendor/kit") == read_tree(origin / "vendor/kit")
    assert git_file_edits(str(clone), "vendor") == ()
    assert read_place(str(clone), "vendor/kit", ignored_paths(())).digest == d1(tree)
    assert Vendored(root=clone).foreign(["vendor/kit"]) == ()


def test_a_plain_checkout_of_links_as_files(tmp_path: Path) -> None:
    """What git makes with core.symlinks=false is told apart by kind, or accepted where links cannot be held."""
    origin = tmp_path / "origin"
    write_tree(origin, TREE)
    new_repository(origin)
    git(origin, "add", "--all", "--force")
    git(origin, "commit", "-q", "-m", "All")
    git(tmp_path, "-c", "core.symlinks=false", "clone", "-q", origin, "clone")
    (tmp_path / "clone/.git").rename(tmp_path / "git")
    reading = read_place(str(tmp_path), "clone", ignored_paths(()))
    assert edit_kinds(differences(reading, d1(TREE), files_of(TREE)) or ()) == {"src/latest": "kind"}
    assert differences(reading, d1(TREE), files_of(TREE), Abilities(links=False)) == ()
