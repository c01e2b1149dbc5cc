"""Trees that somebody edited, and files that are not ours: an install stops, or puts them into the trash."""

import subprocess
from pathlib import Path

import pytest

from bitdeps.errors import EditedVendorError
from support.placing import (
    Tree,
    Vendored,
    actions,
    expect_tree,
    mode_and_bytes,
    names_in,
    read_tree,
    write_tree,
)
from support.repos import Executable, Link

ONE: Tree = {
    "README.md": "one\n",
    "bin/run": Executable("#!/bin/sh\n"),
    "src/a.c": "int a;\n",
    "src/latest": Link("a.c"),
    "src/grün.txt": "ä\n",
    "empty": "",
}
TWO: Tree = {"README.md": "two\n", "src": "a file now\n", "bin/run": "not executable now\n"}
OTHER: Tree = {"lib.py": "x = 1\n"}


@pytest.fixture
def project(tmp_path: Path) -> Vendored:
    return Vendored(root=tmp_path / "project")


def test_without_state_another_tree_is_not_replaced(project: Vendored) -> None:
    write_tree(project.root / "vendor/one", TWO)
    with pytest.raises(EditedVendorError) as caught:
        project.install({"vendor/one": ONE})
    assert str(caught.value) == (
        "`one`: holds changes that `deps` did not make:\n"
        "- `vendor/one`: it is not what `deps.lock` wants, and `.deps/` has no record of placing it as it is"
    )
    expect_tree(project.root / "vendor/one", TWO)


def test_force_moves_a_foreign_tree_to_the_trash(project: Vendored) -> None:
    write_tree(project.root / "vendor/one", TWO)
    project.install({"vendor/one": ONE}, force=True)
    expect_tree(project.root / "vendor/one", ONE)
    assert project.trash() == {f"one/{path}": mode_and_bytes(value)[1] for path, value in TWO.items()}


def test_edits_stop_an_install_and_are_all_named(project: Vendored) -> None:
    """Every edited package and file is named in one error, and nothing is changed."""
    project.install({"vendor/one": ONE, "vendor/other": OTHER, "vendor/third": OTHER})
    one = project.root / "vendor/one"
    (one / "README.md").write_text("edited\n")
    (one / "bin/run").chmod(0o644)
    (one / "empty").unlink()
    (one / "src/latest").unlink()
    (one / "src/latest").write_text("a.c")
    (one / "notes").mkdir()
    (one / "notes/mine.txt").write_text("mine\n")
    (project.root / "vendor/other/lib.py").unlink()
    (project.root / "vendor/other/lib.py").mkdir()
    (project.root / "vendor/other/lib.py/x").write_text("x")
    before = read_tree(project.root / "vendor")
    with pytest.raises(EditedVendorError) as caught:
        project.install({"vendor/one": TWO, "vendor/other": OTHER})
    assert str(caught.value) == (
        "`one`, `other`: hold changes that `deps` did not make:\n"
        "- `vendor/one/README.md` was modified\n"
        "- `vendor/one/bin/run` has another executable bit\n"
        "- `vendor/one/empty` is missing\n"
        "- `vendor/one/notes/mine.txt` is not ours\n"
        "- `vendor/one/src/latest` is another kind of file\n"
        "- `vendor/other/lib.py` is another kind of file\n"
        "- `vendor/other/lib.py/x` is not ours"
    )
    assert caught.value.hint == (
        'to allow the extra files, write `ignore = ["vendor/one/notes/mine.txt", "vendor/other/lib.py/x"]` in '
        "`[project]`; `deps install --force` replaces the whole directory and moves what was edited or added to "
        "`.deps/trash/`"
    )
    assert caught.value.exit_code == 3
    assert read_tree(project.root / "vendor") == before


def test_force_replaces_the_directory_and_keeps_the_edits_in_the_trash(project: Vendored) -> None:
    project.install({"vendor/one": ONE})
    one = project.root / "vendor/one"
    (one / "README.md").write_text("edited\n")
    (one / "src/mine.c").write_text("mine\n")
    (one / "empty").unlink()
    project.install({"vendor/one": TWO}, force=True)
    expect_tree(one, TWO)
    assert project.trash() == {"one/README.md": b"edited\n", "one/src/mine.c": b"mine\n"}


def test_an_edited_package_that_was_dropped_stops_too(project: Vendored) -> None:
    """With force it goes, and the edit is kept."""
    project.install({"vendor/one": ONE})
    (project.root / "vendor/one/README.md").write_text("edited\n")
    with pytest.raises(EditedVendorError, match=r"`vendor/one/README\.md` was modified"):
        project.install({})
    project.install({}, force=True)
    assert names_in(project.root / "vendor") == []
    assert project.trash() == {"one/README.md": b"edited\n"}


def test_two_forced_installs_keep_both_edits(project: Vendored) -> None:
    for text in ("first\n", "second\n"):
        project.install({"vendor/one": ONE})
        (project.root / "vendor/one/README.md").write_text(text)
        project.install({"vendor/one": ONE}, force=True)
    assert sorted(read_tree(project.root / ".deps/trash").values()) == [("100644", b"first\n"), ("100644", b"second\n")]


def test_ignored_files_are_no_edits_and_stay_where_they_are(project: Vendored) -> None:
    """Over a replacement, a removal, and the way back."""
    project.ignore = ("**/__pycache__/**",)
    project.install({"vendor/one": ONE})
    cached = project.root / "vendor/one/src/__pycache__/a.pyc"
    cached.parent.mkdir()
    cached.write_text("bytecode")
    assert project.kept() == 1
    for trees in ({"vendor/one": OTHER}, {}, {"vendor/one": OTHER}):
        project.install(trees)
        assert cached.read_text() == "bytecode"
        assert project.foreign(trees) == ()
    expect_tree(project.root / "vendor/one", {**OTHER, "src/__pycache__/a.pyc": "bytecode"})
    assert project.trash() == {}


def test_an_ignored_file_goes_to_the_trash_where_its_directory_became_a_file(project: Vendored) -> None:
    project.ignore = ("**/*.o",)
    project.install({"vendor/one": ONE})
    (project.root / "vendor/one/src/a.o").write_text("object")
    project.install({"vendor/one": TWO})
    expect_tree(project.root / "vendor/one", TWO)
    assert project.trash() == {"one/src/a.o": b"object"}


def test_a_link_that_we_did_not_place_stops(project: Vendored) -> None:
    project.install({"vendor/one": ONE})
    subprocess.run(["rm", "-r", project.root / "vendor/one"], check=True)
    (project.root / "vendor/one").symlink_to("/etc")
    with pytest.raises(EditedVendorError, match="- `vendor/one` is another kind of file"):
        project.install({"vendor/one": ONE})
    project.install({"vendor/one": ONE}, force=True)
    expect_tree(project.root / "vendor/one", ONE)
    assert [path for path, _ in project.trash().items()] == ["one"]


def test_a_file_in_place_of_a_tree_stops(project: Vendored) -> None:
    project.root.mkdir()
    write_tree(project.root, {"vendor/one": "mine\n"})
    with pytest.raises(EditedVendorError, match="- `vendor/one` is another kind of file"):
        project.install({"vendor/one": ONE})
    project.install({"vendor/one": ONE}, force=True)
    expect_tree(project.root / "vendor/one", ONE)
    assert project.trash() == {"one": b"mine\n"}


def test_a_place_whose_files_are_all_gone_is_filled_again(project: Vendored) -> None:
    """With or without its directories: there is nothing that could have been edited."""
    project.install({"vendor/one": ONE, "vendor/other": OTHER})
    for path in (project.root / "vendor/one").rglob("*"):
        if path.is_symlink() or path.is_file():
            path.unlink()
    (project.root / "vendor/other").rename(project.root / "away")
    assert actions(project.install({"vendor/one": ONE, "vendor/other": OTHER})) == {
        "vendor/one": "place",
        "vendor/other": "place",
    }
    expect_tree(project.root / "vendor/one", ONE)
    assert project.trash() == {}
