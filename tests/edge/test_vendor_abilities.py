"""What a file system can hold of a tree: by trying, by what it holds, by what was placed; and what is done about it."""

from pathlib import Path

import pytest

from bitdeps.core.plan.edits import Abilities, File
from bitdeps.vendor.abilities import held, judge, probe
from bitdeps.vendor.elsewhere import made_elsewhere
from bitdeps.vendor.state import load_state
from bitdeps.vendor.verify import abilities_of, ability_notes, placed_notes
from support.placing import Tree, Vendored, expect_tree, files_of, write_tree
from support.repos import Executable, Link

TREE: Tree = {
    "README.md": "read\n",
    "bin/run": Executable("#!/bin/sh\n"),
    "src/a.c": "int a;\n",
    "src/latest": Link("a.c"),
}


@pytest.fixture
def project(tmp_path: Path) -> Vendored:
    project = Vendored(root=tmp_path / "project")
    project.install({"vendor/kit": TREE})
    return project


def test_this_file_system_is_tried_once_and_nothing_is_left(project: Vendored) -> None:
    before = sorted(path.name for path in (project.root / "vendor").iterdir())
    assert probe(str(project.root / "vendor")) == Abilities(modes=True, links=True)
    assert abilities_of(str(project.root), "vendor", []) == Abilities(modes=True, links=True)
    assert sorted(path.name for path in (project.root / "vendor").iterdir()) == before
    assert probe(str(project.root / "nowhere")) is None


def test_a_file_system_that_cannot_be_tried_is_judged_by_what_it_holds() -> None:
    """A read-only medium without executable bits shows every plain file alike, links as plain files."""
    right = files_of(TREE)
    alike = {path: ("100755" if mode == "100644" else mode, digest) for path, (mode, digest) in right.items()}
    plain: dict[str, File] = {path: ("100644", digest) for path, (_, digest) in right.items()}
    one_changed = {**right, "bin/run": ("100644", right["bin/run"][1]), "src/a.c": ("100755", right["src/a.c"][1])}
    assert judge([(right, right)]) == Abilities()
    assert judge([(right, alike)]) == Abilities(modes=False)
    assert judge([(right, plain)]) == Abilities(modes=False, links=False)
    assert judge([(right, one_changed)]) == Abilities()
    assert judge([]) == Abilities()


def test_what_was_held_is_told_from_the_record_of_what_was_placed(project: Vendored) -> None:
    state = load_state(str(project.root))
    assert state is not None
    place = state.places["vendor/kit"]
    assert held([place]) == Abilities()
    place.stats = [(0o100644, *seen[1:]) for seen in place.stats]
    assert held([place]) == Abilities(modes=False, links=False)
    assert held([]) == Abilities()


def test_what_cannot_be_held_is_said() -> None:
    assert ability_notes(Abilities(), "vendor") == ()
    assert ability_notes(Abilities(modes=False, links=False), "vendor") == (
        "the file system of `vendor` holds no executable bits: compared without them",
        "the file system of `vendor` holds no symbolic links: compared by their targets",
    )


def test_what_was_not_placed_is_said() -> None:
    assert placed_notes(Abilities(), "vendor") == ()
    assert placed_notes(Abilities(modes=False, links=False), "vendor") == (
        "the file system of `vendor` holds no executable bits: placed without them",
        "the file system of `vendor` holds no symbolic links: each is a file that holds its target",
    )


def test_a_tree_that_is_made_elsewhere_arrives_whole(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()

    def make(directory: str) -> dict[str, File]:
        write_tree(Path(directory), TREE)
        return files_of(TREE)

    assert made_elsewhere(make, str(root)) == files_of(TREE)
    expect_tree(root, TREE)
