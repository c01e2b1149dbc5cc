"""What lies in the vendor directory beside the dependencies, and the two files of `commit-vendor`."""

from pathlib import Path

import pytest

from bitdeps.core.plan.edits import edited_error
from bitdeps.errors import LocalError
from bitdeps.vendor.gitfiles import git_file_edits, git_files_step
from support.placing import Tree, Vendored, edit_kinds, names_in, write_tree

TREE: Tree = {"a": "a\n"}


@pytest.fixture
def project(tmp_path: Path) -> Vendored:
    project = Vendored(root=tmp_path / "project")
    project.install({"vendor/kit": TREE, "vendor/deep/er/kit": TREE, "third_party/kit": TREE})
    return project


PLACES = ("vendor/kit", "vendor/deep/er/kit", "third_party/kit")


def test_everything_foreign_is_named(project: Vendored) -> None:
    """Files, links, and directories as a whole, also beside a place that lies deeper."""
    write_tree(project.root / "vendor", {"notes.txt": "", "mine/x/y": "", "mine/z": "", "deep/z": "", "kit2/a": ""})
    (project.root / "vendor/way").symlink_to("kit")
    (project.root / "third_party/not-vendor").write_text("")
    assert project.foreign(PLACES) == (
        "vendor/deep/z",
        "vendor/kit2/",
        "vendor/mine/",
        "vendor/notes.txt",
        "vendor/way",
    )
    assert project.kept() is None


def test_empty_directories_and_ignored_files_are_not_named(project: Vendored) -> None:
    (project.root / "vendor/empty/er").mkdir(parents=True)
    write_tree(project.root / "vendor", {"x/__pycache__/a.pyc": "", "y.log": ""})
    assert project.foreign(PLACES) == ("vendor/x/", "vendor/y.log")
    project.ignore = ("**/__pycache__/**", "vendor/*.log")
    assert project.foreign(PLACES) == ()


def test_no_vendor_directory_is_no_foreign_file(tmp_path: Path) -> None:
    assert Vendored(root=tmp_path).foreign([]) == ()


def test_a_vendor_directory_that_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "vendor").symlink_to("/etc")
    with pytest.raises(LocalError) as caught:
        Vendored(root=tmp_path).foreign([])
    assert str(caught.value) == "`vendor`: is a symbolic link: `deps` never writes through links"


def test_an_install_warns_of_foreign_files_and_never_touches_them(project: Vendored) -> None:
    write_tree(project.root / "vendor", {"mine/x": "mine\n"})
    project.install({"vendor/kit": {"b": "b\n"}})
    assert (project.root / "vendor/mine/x").read_text() == "mine\n"
    assert names_in(project.root / "vendor") == ["deep", "kit", "mine"]


def test_the_two_files_are_written_and_are_ours(project: Vendored) -> None:
    """Exactly the lines of DESIGN, "Vendor in git"."""
    project.git_files = True
    project.install({"vendor/kit": TREE})
    vendor = project.root / "vendor"
    assert (vendor / ".gitattributes").read_bytes() == b"* -text -ident -filter -working-tree-encoding\n"
    assert (vendor / ".gitignore").read_bytes() == b"!*\n"
    assert project.foreign(["vendor/kit"]) == ()
    assert project.kept() == 1
    assert git_file_edits(str(project.root), "vendor") == ()
    project.git_files = False
    project.install({"vendor/kit": TREE})
    assert names_in(vendor) == ["deep", "kit"]


@pytest.mark.parametrize("name", [".gitattributes", ".gitignore"])
def test_an_edited_one_stops_or_goes_to_the_trash(project: Vendored, name: str) -> None:
    project.git_files = True
    project.install({"vendor/kit": TREE})
    (project.root / "vendor" / name).write_text("* text=auto\n")
    assert edit_kinds(git_file_edits(str(project.root), "vendor")) == {name: "modified"}
    assert project.foreign(["vendor/kit"]) == (f"vendor/{name}",)
    step = git_files_step(str(project.root), "vendor")
    assert step is not None
    assert str(edited_error([step])) == (
        f"`vendor`: holds changes that `deps` did not make:\n- `vendor/{name}` was modified"
    )
    assert project.kept() is None
    project.install({"vendor/kit": TREE}, force=True)
    assert git_files_step(str(project.root), "vendor") is None
    assert project.trash() == {f"vendor/{name}": b"* text=auto\n"}


def test_a_missing_one_is_written_again(project: Vendored) -> None:
    project.git_files = True
    project.install({"vendor/kit": TREE})
    (project.root / "vendor/.gitignore").unlink()
    assert edit_kinds(git_file_edits(str(project.root), "vendor")) == {".gitignore": "missing"}
    assert git_files_step(str(project.root), "vendor") is None
    assert project.kept() is None
    project.install({"vendor/kit": TREE})
    assert project.kept() == 1


def test_something_else_in_its_place(project: Vendored) -> None:
    """A directory or a link is not followed, and kept."""
    project.git_files = True
    write_tree(project.root / "vendor/.gitignore", {"mine": "mine\n"})
    (project.root / "vendor/.gitattributes").symlink_to("/etc/passwd")
    assert edit_kinds(git_file_edits(str(project.root), "vendor")) == {
        ".gitattributes": "modified",
        ".gitignore": "modified",
    }
    project.install({"vendor/kit": TREE}, force=True)
    assert git_file_edits(str(project.root), "vendor") == ()
    assert project.trash()["vendor/.gitignore/mine"] == b"mine\n"


def test_files_that_we_did_not_write_stay_when_it_is_switched_off(project: Vendored) -> None:
    project.git_files = True
    project.install({"vendor/kit": TREE})
    (project.root / "vendor/.gitignore").write_text("*.o\n")
    project.git_files = False
    project.install({"vendor/kit": TREE})
    assert names_in(project.root / "vendor") == [".gitignore", "deep", "kit"]
