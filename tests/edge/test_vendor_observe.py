"""What is seen at a place where nothing is known of what was placed there, and what a lost state leaves behind."""

import tempfile
from pathlib import Path

import pytest

from bitdeps.core.plan.edits import Abilities
from bitdeps.core.plan.model import Observed
from bitdeps.vendor.observe import observe
from support.killed import killed_at
from support.placing import (
    MEMORY,
    Tree,
    Vendored,
    d1,
    edit_kinds,
    expect_tree,
    files_of,
    names_in,
    wanted_at,
    write_tree,
)
from support.repos import Executable, Link

TREE: Tree = {"a": "a\n", "run": Executable("r\n"), "link": Link("a"), "cache/ours.o": "o\n"}


def look(project: Vendored, *, known: bool = True, abilities: Abilities | None = None) -> tuple[Observed, list[str]]:
    """Look at `vendor/kit` without a state; give also the places whose record is fresh."""
    sight = observe(
        str(project.root),
        {"vendor/kit": wanted_at("vendor/kit", TREE, "v1")},
        None,
        project.ignored,
        expected=lambda wanted: files_of(TREE) if known and wanted.digest == d1(TREE) else None,
        abilities=abilities or Abilities(),
    )
    return sight.observed["vendor/kit"], sorted(sight.fresh)


@pytest.fixture
def project(tmp_path: Path) -> Vendored:
    write_tree(tmp_path / "vendor/kit", TREE)
    return Vendored(root=tmp_path)


@pytest.mark.parametrize("known", [True, False])
def test_a_right_tree_is_recognised(project: Vendored, *, known: bool) -> None:
    assert look(project, known=known) == (Observed(lies="tree", digest=d1(TREE)), ["vendor/kit"])


def test_an_edited_tree_is_told_file_by_file_where_the_cache_knows_it(project: Vendored) -> None:
    (project.root / "vendor/kit/a").write_text("edit\n")
    (project.root / "vendor/kit/mine").write_text("mine\n")
    seen, fresh = look(project)
    assert edit_kinds(seen.edits) == {"a": "modified", "mine": "extra"}
    assert fresh == []
    assert look(project, known=False)[0].edits == ()


@pytest.mark.parametrize("known", [True, False])
def test_our_own_files_are_ours_where_a_pattern_ignores_them(project: Vendored, *, known: bool) -> None:
    project.ignore = ("**/*.o",)
    assert look(project, known=known) == (Observed(lies="tree", digest=d1(TREE)), ["vendor/kit"])
    (project.root / "vendor/kit/extra.o").write_text("")
    seen, _ = look(project, known=known)
    assert (seen.digest == d1(TREE)) is known


def test_a_tree_on_a_file_system_without_bits_and_links_is_adopted(project: Vendored) -> None:
    """Where the cache knows what it should be, and the file system cannot hold more."""
    kit = project.root / "vendor/kit"
    (kit / "run").chmod(0o644)
    (kit / "link").unlink()
    (kit / "link").write_text("a")
    assert edit_kinds(look(project)[0].edits) == {"run": "mode", "link": "kind"}
    seen, fresh = look(project, abilities=Abilities(modes=False, links=False))
    assert (seen.digest, seen.edits, fresh) == (d1(TREE), (), ["vendor/kit"])


def test_a_tree_that_was_written_just_now_is_recorded_for_good() -> None:
    """Adopting waits for the next tick of the clock, so that the next run reads nothing; twenty times."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as directory:
        for number in range(20):
            project = Vendored(root=Path(directory) / f"{number}")
            write_tree(project.root / "vendor/kit", TREE)
            project.install({"vendor/kit": TREE})
            assert project.kept() == 1


def test_a_directory_with_nothing_but_ignored_files_is_vacant(tmp_path: Path) -> None:
    project = Vendored(root=tmp_path, ignore=("**/*.o",))
    write_tree(tmp_path / "vendor/kit", {"x/y.o": ""})
    assert look(project)[0].lies == "vacant"


def test_a_state_that_was_lost_in_the_middle_of_a_swap_loses_no_edit() -> None:
    """What a swap displaced goes to the trash where nobody knows any more what of it is ours."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as directory:
        moved = [lose_state_at(Path(directory) / f"{number}", number) for number in range(1, 100)]
    assert any(".swap/new/" in path for trash in moved for path in trash)


def lose_state_at(root: Path, number: int) -> list[str]:
    """Kill a forced install at its n-th call, delete the state, install again; give the paths in the trash."""
    new: Tree = {"a": "new\n"}
    project = Vendored(root=root)
    project.install({"vendor/kit": TREE})
    (project.root / "vendor/kit/a").write_text("edit\n")
    killed_at(number, lambda: project.install({"vendor/kit": new}, force=True))
    (project.root / ".deps/state").unlink(missing_ok=True)
    project.install({"vendor/kit": new}, force=True)
    expect_tree(project.root / "vendor/kit", new)
    assert b"edit\n" in project.trash().values()
    assert names_in(project.root / ".deps/staging") == []
    return list(project.trash())
