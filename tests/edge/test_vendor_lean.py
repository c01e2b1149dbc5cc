"""The rule for "there is nothing to do": by bytes and stats, nothing parsed, next to nothing imported."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bitdeps.vendor.commit import save_state
from bitdeps.vendor.idle import kept_places
from bitdeps.vendor.inputs import inputs_digest
from bitdeps.vendor.state import load_state
from support.placing import Tree, Vendored

TREE: Tree = {"a": "a\n"}
HEAVY = {
    "asyncio",
    "dataclasses",
    "httpx",
    "importlib.metadata",
    "inspect",
    "json",
    "packaging",
    "pathlib",
    "pydantic",
    "requests",
    "rich",
    "shutil",
    "ssl",
    "subprocess",
    "tempfile",
    "tomli_w",
    "tomlkit",
    "tomllib",
    "typer",
}


@pytest.fixture
def project(tmp_path: Path) -> Vendored:
    """A project with a patch pattern, whose last install was complete, with the group `test`."""
    project = Vendored(root=tmp_path / "project")
    project.install({"vendor/one": TREE, "vendor/two": TREE})
    (project.root / "patches").mkdir()
    (project.root / "patches/a.patch").write_text("a")
    state = load_state(str(project.root))
    assert state is not None
    state.patches = ("patches/*.patch",)
    state.inputs = inputs_digest(str(project.root), patches=state.patches, groups=["test"]) or ""
    save_state(str(project.root), state)
    return project


def test_nothing_changed(project: Vendored) -> None:
    assert kept_places(str(project.root), ["test"]) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "deps.toml").write_text("[project]\nname = 'x'\n"),
        lambda root: (root / "deps.toml").unlink(),
        lambda root: (root / "deps.lock").write_text("other"),
        lambda root: (root / "deps.lock").unlink(),
        lambda root: (root / "deps.local.toml").write_text(""),
        lambda root: (root / "patches/a.patch").write_text("b"),
        lambda root: (root / "patches/a.patch").unlink(),
        lambda root: (root / "patches/b.patch").write_text(""),
        lambda root: (root / "patches/a.patch").rename(root / "patches/c.patch"),
        lambda root: (root / ".deps/state").unlink(),
        lambda root: (root / "vendor/one").rename(root / "vendor/three"),
        lambda root: (root / "vendor/one/a").write_text("b\n"),
        lambda root: (root / "vendor/foreign").write_text(""),
        lambda root: (root / "vendor").rename(root / "away"),
    ],
)
def test_everything_that_may_matter_goes_to_the_full_program(
    project: Vendored, change: Callable[[Path], object]
) -> None:
    change(project.root)
    assert kept_places(str(project.root), ["test"]) is None


@pytest.mark.parametrize("groups", [[], ["docs"], ["docs", "test"]])
def test_other_groups_go_to_the_full_program(project: Vendored, groups: list[str]) -> None:
    assert kept_places(str(project.root), groups) is None


def test_the_order_of_groups_means_nothing(project: Vendored) -> None:
    root = str(project.root)
    assert inputs_digest(root, patches=(), groups=["a", "b", "a"]) == inputs_digest(root, patches=(), groups=["b", "a"])
    assert inputs_digest(root, patches=(), groups=["ab"]) != inputs_digest(root, patches=(), groups=["a", "b"])


def test_bytes_do_not_move_from_one_file_to_the_next(project: Vendored) -> None:
    """The digest covers where each file ends."""
    root = project.root
    (root / "deps.toml").write_text("ab")
    (root / "deps.lock").write_text("c")
    first = inputs_digest(str(root), patches=(), groups=())
    (root / "deps.toml").write_text("a")
    (root / "deps.lock").write_text("bc")
    assert inputs_digest(str(root), patches=(), groups=()) != first


def test_a_partial_install_is_not_complete(project: Vendored) -> None:
    project.install({"vendor/one": TREE}, partial=True)
    assert project.kept() is None


def test_a_link_in_place_of_a_tree(project: Vendored) -> None:
    """Also one that leads to the very same bytes."""
    (project.root / "vendor/one").rename(project.root / "away")
    (project.root / "vendor/one").symlink_to("../away")
    assert kept_places(str(project.root), ["test"]) is None


@pytest.mark.parametrize("kind", ["tree", "other link", "file"])
def test_something_else_in_place_of_a_local_checkout(tmp_path: Path, kind: str) -> None:
    project = Vendored(root=tmp_path / "project")
    project.install({"vendor/one": "../../checkout"})
    assert project.kept() == 1
    place = project.root / "vendor/one"
    place.unlink()
    if kind == "tree":
        place.mkdir()
    elif kind == "file":
        place.write_text("../../checkout")
    else:
        place.symlink_to("../../other")
    assert project.kept() is None


def test_a_process_that_asks_imports_next_to_nothing(project: Vendored) -> None:
    """What an import costs is most of a run that has nothing to do."""
    program = (
        "import sys\n"
        "from bitdeps.vendor.idle import kept_places\n"
        "print(kept_places(sys.argv[1], ['test']))\n"
        "print(*sorted(sys.modules))\n"
    )
    state = load_state(str(project.root))
    assert state is not None
    state.patches = ()
    state.inputs = inputs_digest(str(project.root), patches=(), groups=["test"]) or ""
    save_state(str(project.root), state)
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(project.root)], check=True, capture_output=True, text=True
    )
    kept, modules = done.stdout.splitlines()
    assert kept == "2"
    # What the interpreter loads by itself (editable installs, coverage) is none of ours.
    bare = subprocess.run(
        [sys.executable, "-I", "-c", "import sys; print(*sorted(sys.modules))"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert sorted(HEAVY & (set(modules.split()) - set(bare.stdout.split()))) == []
