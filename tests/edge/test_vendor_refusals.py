"""Promise P6: a disk that is full or read-only, and other refusals, are one typed error and leave the old state."""

import os
import resource
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bitdeps.errors import DepsError, EditedVendorError, LocalError
from bitdeps.vendor.commit import commit
from bitdeps.vendor.staging import Staging
from bitdeps.vendor.state import State, load_state
from support.parents import open_parents
from support.placing import Tree, Vendored, expect_tree, names_in, unpacker

OLD: Tree = {"a": "old\n", "dir/b": "old\n"}
NEW: Tree = {"a": "new\n", "dir/b": "x" * 100_000}
NOBODY = 65534


def in_child(work: Callable[[], object]) -> str:
    """Run `work` in a process of its own; give the error and its hint, or nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work()
            text = "done"
        except DepsError as error:
            text = f"{type(error).__name__}|{error}|{error.hint}"
        except BaseException as error:  # noqa: BLE001 - a child that raises must not go on as a second test run
            text = f"{type(error).__name__}|{error}"
        os.write(writing, text.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text


def unprivileged(work: Callable[[], object]) -> Callable[[], object]:
    """Root may write anywhere; nobody may not."""

    def run() -> object:
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        return work()

    return run


def give_away(root: Path) -> None:
    if os.geteuid() == 0:
        for path in (root, *root.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


@pytest.fixture
def project(tmp_path: Path) -> Vendored:
    # `nobody` must be able to come here.
    open_parents(tmp_path)
    project = Vendored(root=tmp_path / "project")
    project.install({"vendor/kit": OLD})
    return project


def expect_untouched(project: Vendored) -> None:
    """The old tree is there, and the next run succeeds."""
    expect_tree(project.root / "vendor/kit", OLD)
    assert project.kept() is None
    project.install({"vendor/kit": NEW})
    expect_tree(project.root / "vendor/kit", NEW)
    assert names_in(project.root / ".deps/staging") == []
    assert project.trash() == {}


def test_a_file_that_may_not_grow(project: Vendored) -> None:
    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        project.install({"vendor/kit": NEW})

    assert in_child(work) == (
        "LocalError|`vendor/kit`: cannot be unpacked: File too large|"
        "run the command again; `deps doctor` checks the file system"
    )
    expect_untouched(project)


def test_no_more_open_files(project: Vendored) -> None:
    """At every number of them that is too low."""
    seen = set()
    used = max(int(path.name) for path in Path("/proc/self/fd").iterdir()) + 1
    for spare in range(4, 12):  # a few are needed by what stands in for manifest and lock

        def work(limit: int = used + spare) -> None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
            project.install({"vendor/kit": NEW})

        text = in_child(work)
        seen.add(text.partition("|")[0])
        if text == "done":
            project.install({"vendor/kit": OLD})
        else:
            assert text.endswith("Too many open files|raise the limit of open files (`ulimit -n`)")
    assert seen <= {"LocalError", "done"}
    project.install({"vendor/kit": OLD})
    project.install({"vendor/kit": NEW})
    expect_tree(project.root / "vendor/kit", NEW)


@pytest.mark.parametrize(
    ("directory", "message"),
    [
        ("vendor", "`vendor/kit`: cannot be placed: Permission denied"),
        (".deps", "`.deps/state`: cannot be written: Permission denied"),
        (".deps/staging", "`vendor/kit`: cannot be staged: Permission denied"),
    ],
)
def test_a_directory_that_may_not_be_written(project: Vendored, directory: str, message: str) -> None:
    give_away(project.root)
    target = project.root / directory
    target.chmod(0o555)
    text = in_child(unprivileged(lambda: project.install({"vendor/kit": NEW})))
    target.chmod(0o755)
    assert text.split("|")[:2] == ["LocalError", message]
    assert "check who owns it" in text
    expect_untouched(project)


def test_a_tree_that_may_not_be_read(project: Vendored) -> None:
    give_away(project.root)
    (project.root / "vendor/kit/dir").chmod(0)
    text = in_child(unprivileged(lambda: project.install({"vendor/kit": NEW})))
    (project.root / "vendor/kit/dir").chmod(0o755)
    assert text.startswith("LocalError|`vendor/kit`: cannot be read: Permission denied|")
    expect_untouched(project)


def test_a_read_only_project_with_nothing_to_do(project: Vendored) -> None:
    """The lean path needs no lock and writes nothing."""
    give_away(project.root)
    project.install({"vendor/kit": OLD})
    for path in (project.root, *(path for path in project.root.rglob("*") if path.is_dir())):
        path.chmod(0o555)
    assert in_child(unprivileged(lambda: expect_kept(project))) == "done"
    for path in (project.root, *(path for path in project.root.rglob("*") if path.is_dir())):
        path.chmod(0o755)


def expect_kept(project: Vendored) -> None:
    assert project.kept() == 1
    sight, todo = project.look({"vendor/kit": OLD})
    assert todo.idle
    assert sight.fresh == {}


def test_a_directory_that_cannot_be_deleted_is_left_for_later(project: Vendored) -> None:
    """The new tree is in place; a later run sweeps what is left of the old one, into the trash where in doubt."""
    give_away(project.root)
    (project.root / "vendor/kit/dir").chmod(0o555)
    text = in_child(unprivileged(lambda: project.install({"vendor/kit": NEW})))
    assert text == "done"
    expect_tree(project.root / "vendor/kit", NEW)
    (left,) = (project.root / ".deps/staging").iterdir()
    assert stat.S_IMODE((left / "new/dir").stat().st_mode) == 0o555
    (left / "new/dir").chmod(0o755)
    project.install({"vendor/kit": NEW})
    assert names_in(project.root / ".deps/staging") == []


def test_something_that_appears_meanwhile_is_not_replaced(project: Vendored) -> None:
    """Between the look and the swap."""
    wanted: dict[str, Tree] = {"vendor/kit": OLD, "vendor/fresh": {"a": "a\n"}}
    sight, todo = project.look(wanted)
    staging = Staging(str(project.root))
    staged = [staging.stage(step, unpacker(wanted[step.path])) for step in todo.fills]
    mine = project.root / "vendor/fresh/mine"
    mine.parent.mkdir()
    mine.write_text("mine\n")
    before = load_state(str(project.root))
    with pytest.raises(LocalError) as caught:
        commit(staging, todo, sight, staged, before=before, after=State(), ignored=project.ignored)
    assert str(caught.value) == "`vendor/fresh`: appeared while `deps` was at work"
    assert caught.value.hint == "run the command again; it looks at what is there now"
    assert mine.read_text() == "mine\n"
    with pytest.raises(EditedVendorError):
        project.install(wanted)
    project.install(wanted, force=True)
    assert project.trash() == {"fresh/mine": b"mine\n"}
