"""The ways round what a system cannot do, and the words for what it refuses."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitdeps.core.plan.edits import Abilities
from bitdeps.core.plan.model import Step
from bitdeps.errors import LocalError
from bitdeps.vendor.disk import clock_by_name, clock_of, open_directory, refused, remove_tree
from bitdeps.vendor.records import clock_or_never, quiet_clock, staged_record
from bitdeps.vendor.scan import hash_file
from bitdeps.vendor.swap import Name, _renameat2, exchange, look_then_rename, rename_free, sync_each, sync_file_system
from bitdeps.vendor.trash import Trash
from bitdeps.vendor.verify import abilities_of
from support.placing import Vendored, names_in, write_tree

CHECK = "check who owns it and whether the file system is mounted read-only"


@pytest.fixture
def names(tmp_path: Path) -> Iterator[tuple[Name, Name, Name]]:
    """Two directories `one` and `other` with a file each, and a name that is free."""
    write_tree(tmp_path, {"one/a": "a", "other/b": "b"})
    directory = os.open(tmp_path, os.O_RDONLY)
    yield (directory, b"one"), (directory, b"other"), (directory, b"free")
    os.close(directory)


def test_an_exchange_is_one_step(names: tuple[Name, Name, Name], tmp_path: Path) -> None:
    one, other, free = names
    assert exchange(one, other)
    assert names_in(tmp_path / "one") == ["b"]
    assert names_in(tmp_path / "other") == ["a"]
    with pytest.raises(FileNotFoundError):
        exchange(one, free)


def test_what_the_system_cannot_do_is_no_error(names: tuple[Name, Name, Name]) -> None:
    """A flag that no kernel knows stands for an exchange that this file system does not know."""
    one, other, _ = names
    assert not _renameat2(one, other, 1 << 30)


@pytest.mark.parametrize("rename", [rename_free, look_then_rename])
def test_a_rename_never_replaces(names: tuple[Name, Name, Name], tmp_path: Path, rename: object) -> None:
    """In one step, and in two where there is no other way."""
    assert callable(rename)
    one, other, free = names
    with pytest.raises(FileExistsError):
        rename(one, other)
    rename(one, free)
    assert names_in(tmp_path) == ["free", "other"]


def test_everything_can_be_synced(tmp_path: Path) -> None:
    """By one call, or file by file without following a link."""
    write_tree(tmp_path, {"a/b/c": "c", "d": "d"})
    (tmp_path / "dangling").symlink_to("nowhere")
    sync_file_system(str(tmp_path))
    sync_each(str(tmp_path))
    with pytest.raises(FileNotFoundError):
        sync_file_system(str(tmp_path / "nowhere"))


def test_the_clock_is_that_of_the_file_system(tmp_path: Path) -> None:
    """Never earlier than a file that was just written, and it leaves nothing behind."""
    for clock in (clock_of, clock_by_name):
        (tmp_path / "file").write_text("")
        assert clock(str(tmp_path)) >= (tmp_path / "file").stat().st_ctime_ns
    assert names_in(tmp_path) == ["file"]
    youngest = (tmp_path / "file").stat().st_ctime_ns
    assert quiet_clock(str(tmp_path), youngest) > youngest
    assert quiet_clock(str(tmp_path), 2**62) < 2**62
    assert clock_or_never(str(tmp_path / "nowhere")) == 0


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "free some space and run the command again; what was there before is untouched"),
        (errno.EDQUOT, "free some space and run the command again; what was there before is untouched"),
        (errno.EROFS, CHECK),
        (errno.EACCES, CHECK),
        (errno.EPERM, CHECK),
        (errno.EMFILE, "raise the limit of open files (`ulimit -n`)"),
        (
            errno.EXDEV,
            "this file system cannot rename it (overlay?): remove `vendor/x` and run the command again",
        ),
        (errno.EBUSY, "`vendor/x` is a mount point or in use: unmount it, or name another place in `deps.toml`"),
        (errno.EIO, "run the command again; `deps doctor` checks the file system"),
    ],
)
def test_each_refusal_says_what_to_do(number: int, hint: str) -> None:
    error = refused("placed", "vendor/x", OSError(number, os.strerror(number)))
    assert str(error) == f"`vendor/x`: cannot be placed: {os.strerror(number)}"
    assert error.hint == hint


def test_an_error_without_a_number_is_told_too() -> None:
    assert str(refused("read", "x", OSError("odd"))) == "`x`: cannot be read: odd"


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_directory(str(tmp_path), "a/b")
    os.close(open_directory(str(tmp_path), "a/b", create=True))
    assert (tmp_path / "a/b").is_dir()


def test_a_dangling_link_is_not_followed_when_a_directory_is_made(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("nowhere")
    with pytest.raises(LocalError) as caught:
        open_directory(str(tmp_path), "a/b", create=True)
    assert str(caught.value) == "`a`: is a symbolic link: `deps` never writes through links"
    assert names_in(tmp_path) == ["a"]


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    write_tree(tmp_path, {"tree/a": "a", "file": "f"})
    for name in ("tree", "file", "nowhere"):
        remove_tree(str(tmp_path / name))
    assert names_in(tmp_path) == []


def test_a_pipe_is_never_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert hash_file(os.fsencode(tmp_path / "pipe"), (tmp_path / "pipe").stat().st_mode, 0) == b""


def test_a_file_system_that_changes_names(tmp_path: Path) -> None:
    """What was written must be found under its own name."""
    step = Step(action="place", path="vendor/kit", identity="acme/kit", name="kit")
    with pytest.raises(LocalError) as caught:
        staged_record(step, str(tmp_path), {"e\u0301": ("100644", "00")})
    assert str(caught.value) == "`vendor/kit/e\u0301`: the file system does not keep this name as it is written"


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="needs a second file system")  # noqa: S108 - as said
def test_the_trash_takes_files_from_another_file_system(tmp_path: Path) -> None:
    source = Path("/dev/shm") / f"deps-test-{os.getpid()}"  # noqa: S108 - made unique by the process
    write_tree(source, {"dir/mine": "mine\n"})
    project = Vendored(root=tmp_path)
    trash = Trash(str(tmp_path))
    trash.take(str(source), "kit")
    assert not source.exists()
    assert project.trash() == {"kit/dir/mine": b"mine\n"}


def test_the_trash_never_replaces_what_is_in_it(tmp_path: Path) -> None:
    trash = Trash(str(tmp_path))
    for number in range(3):
        (tmp_path / "mine").write_text(f"{number}")
        trash.take(str(tmp_path / "mine"), "kit/mine")
    assert Vendored(root=tmp_path).trash() == {"kit/mine": b"0", "kit/mine~": b"1", "kit/mine~~": b"2"}
    assert [path.rpartition("/")[2] for path in trash.moved] == ["mine", "mine~", "mine~~"]
    assert len({path.split("/")[2] for path in trash.moved}) == 1


def test_without_a_vendor_directory_nothing_is_tried(tmp_path: Path) -> None:
    (tmp_path / ".deps").mkdir()
    assert abilities_of(str(tmp_path), "vendor", []) == Abilities()
    assert names_in(tmp_path / ".deps") == []
