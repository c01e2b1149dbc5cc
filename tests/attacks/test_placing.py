"""Attacks around the archive: the directory it goes to, the machine, and what came instead of it."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bitdeps.archive import looks_like, open_archive
from bitdeps.config.settings import ArchiveLimits
from bitdeps.errors import ArchiveRefusedError, LocalError
from support.tarballs import directory, entry, gz, symlink, targz

LIMITS = ArchiveLimits()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(targz(directory("top/d/"), entry("top/d/f", b"new"), symlink("top/l", "d/f")))
    return path


def test_41_other_content(tmp_path: Path) -> None:
    """Two archives that claim one commit are told apart by content and tree, whatever their size."""
    surveys = []
    for body in (b"one", b"two"):
        (tmp_path / "a.tar.gz").write_bytes(targz(entry("top/x", body)))
        with open_archive(str(tmp_path / "a.tar.gz"), limits=LIMITS) as opened:
            surveys.append(opened.survey)
    assert surveys[0].commit == surveys[1].commit
    assert surveys[0].content != surveys[1].content
    assert surveys[0].tree != surveys[1].tree


def test_42_submodules_and_pointers_are_reported(tmp_path: Path) -> None:
    """What is no real content is named, so that nobody takes it for such."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 9\n"
    (tmp_path / "a.tar.gz").write_bytes(targz(directory("top/sub/"), entry("top/model.bin", pointer)))
    with open_archive(str(tmp_path / "a.tar.gz"), limits=LIMITS) as opened:
        assert opened.survey.empty_directories == ("sub",)
        assert opened.survey.lfs_pointers == ("model.bin",)


def test_43_directory_swapped_for_a_link(archive: Path, tmp_path: Path) -> None:
    """A link in the place of a directory of the tree is not followed."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "d").symlink_to(outside)
    with open_archive(str(archive), limits=LIMITS) as opened, pytest.raises(LocalError) as caught:
        opened.extract(str(root))
    assert str(caught.value) == "cannot write `d/f`: File exists"
    assert list(outside.iterdir()) == []


def test_43_root_moved_away_while_writing(tmp_path: Path) -> None:
    """Who swaps the root for a link during the work gets nothing written where the link leads."""
    members = [entry(f"top/{number // 50}/{number}", b"x" * 2000) for number in range(3000)]
    (tmp_path / "a.tar.gz").write_bytes(targz(*members))
    root, outside, moved = tmp_path / "root", tmp_path / "outside", tmp_path / "moved"
    root.mkdir()
    outside.mkdir()

    def swap() -> None:
        while not (root / "3").exists():
            pass
        root.rename(moved)
        root.symlink_to(outside)

    thread = threading.Thread(target=swap)
    thread.start()
    with open_archive(str(tmp_path / "a.tar.gz"), limits=LIMITS) as opened:
        placed = opened.extract(str(root))
    thread.join()
    assert list(outside.iterdir()) == []
    assert sum(path.is_file() for path in moved.rglob("*")) == len(placed) == 3000


def test_44_root_is_a_link(archive: Path, tmp_path: Path) -> None:
    """A link to a directory is no directory to write to."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "root").symlink_to(tmp_path / "outside")
    with open_archive(str(archive), limits=LIMITS) as opened, pytest.raises(LocalError) as caught:
        opened.extract(str(tmp_path / "root"))
    assert str(caught.value) == f"cannot open `{tmp_path}/root`: Not a directory"
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("there", ["d", "l"])
def test_45_second_archive_over_the_first(there: str, archive: Path, tmp_path: Path) -> None:
    """Nothing that is there is overwritten or followed, neither a directory nor a link that dangles."""
    root = tmp_path / "root"
    root.mkdir()
    if there == "d":
        (root / "d").mkdir()
    else:
        (root / "l").symlink_to(tmp_path / "outside")
    with open_archive(str(archive), limits=LIMITS) as opened, pytest.raises(LocalError) as caught:
        opened.extract(str(root))
    assert str(caught.value) == f"cannot write `{'d/f' if there == 'd' else 'l'}`: File exists"
    assert not (tmp_path / "outside").exists()


def test_45_file_in_the_way(archive: Path, tmp_path: Path) -> None:
    """Two members at one place, by a selection that maps them there: the second is not written."""
    root = tmp_path / "root"
    root.mkdir()
    archive.write_bytes(targz(entry("top/a", b"one"), entry("top/b", b"two")))
    with open_archive(str(archive), limits=LIMITS) as opened, pytest.raises(LocalError) as caught:
        opened.extract(str(root), lambda _: "same")
    assert str(caught.value) == "cannot write `same`: File exists"
    assert (root / "same").read_bytes() == b"one"


def test_46_what_is_no_archive(tmp_path: Path) -> None:
    """A login page is told from an archive; an archive that was gzipped twice is none."""
    (tmp_path / "login").write_bytes(b"<!DOCTYPE html><title>Log in</title>")
    (tmp_path / "twice").write_bytes(gz(targz(entry("top/x", b"x"))))
    assert looks_like(str(tmp_path / "login")) == "html"
    with pytest.raises(ArchiveRefusedError) as caught:
        open_archive(str(tmp_path / "twice"), limits=LIMITS)
    assert caught.value.rule in {"truncated", "number"}


PLACE = """
import resource, signal, sys
from bitdeps.archive import open_archive
from bitdeps.config.settings import ArchiveLimits
from bitdeps.errors import LocalError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open_archive(sys.argv[1], limits=ArchiveLimits()) as archive:
    resource.setrlimit(getattr(resource, sys.argv[3]), (int(sys.argv[4]),) * 2)
    try:
        archive.extract(sys.argv[2])
    except LocalError as error:
        print(error)
"""


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        ("RLIMIT_FSIZE", 1_000_000, "cannot write `d/large`: File too large"),
        ("RLIMIT_NOFILE", 12, "cannot write `1/2/3/4/5/6/7/8/9/10/11/12/x`: Too many open files"),
    ],
)
def test_47_the_machine_gives_up(limit: str, value: int, message: str, tmp_path: Path) -> None:
    """What the machine cannot do is one error that names the file."""
    deep = "/".join(map(str, range(1, 13)))
    path = tmp_path / "a.tar.gz"
    path.write_bytes(targz(entry(f"top/{deep}/x", b"x"), entry("top/d/large", os.urandom(1_500_000))))
    (tmp_path / "root").mkdir()
    command = [sys.executable, "-c", PLACE, str(path), str(tmp_path / "root"), limit, str(value)]
    run = subprocess.run(command, capture_output=True, check=True, text=True)
    assert run.stdout == f"{message}\n"
