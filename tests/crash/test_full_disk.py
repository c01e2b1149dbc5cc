"""Promises P6 and P7 on real file systems: a full one, a read-only one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.crash.faulted import Faulted
from support.crash.long import sample
from support.missing import missing

KIB = 1024
SIZE = 2048 * KIB


@contextmanager
def mounted(at: Path, *options: str) -> Iterator[None]:
    at.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", *options, str(at)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        missing("file systems of its own", f"run as root where mount is allowed ({done.stderr.strip()})")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def fill(top: Path, left: int) -> Path:
    """Write a file that leaves so many bytes."""
    path = top / "filler"
    free = os.statvfs(top).f_bavail * os.statvfs(top).f_frsize
    path.write_bytes(bytes(max(0, free - left)))
    return path


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("name", "words"), [("lock", ("lock",)), ("install", ("install", "--locked"))])
def test_a_full_disk(broken: Faulted, name: str, words: tuple[str, ...]) -> None:
    """With each 4 KiB less of space it is done, or it says that the disk is full and leaves everything as it was."""
    full = 0
    with mounted(broken.top / "now", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs"):
        for left in sample(range(0, 256 * KIB, 4 * KIB), 6):
            for path in (broken.top / "now").iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(broken.top / name, broken.top / "now", symlinks=True, dirs_exist_ok=True)
            filler = fill(broken.top / "now", left)
            ran = broken(*words)
            assert broken.problems() == [], left
            assert ran.code == 0 or (ran.code, "No space left on device" in ran.stderr) == (1, True), ran.stderr
            assert "Traceback" not in ran.stderr
            full += ran.code
            filler.unlink()
            again = broken(*words)
            assert (again.code, broken.lock) == (0, broken.locks["v2"]), again.stderr
            assert broken.leftovers() == []
    assert full > 0


def test_everything_read_only(broken: Faulted) -> None:
    """From a read-only HOME with a filled cache an install works offline; a read-only project is an error."""
    broken.begin("install")
    assert broken("install", "--locked").code == 0
    for path in ("vendor", ".deps"):
        shutil.rmtree(broken.root / path)
    with mounted(broken.home, "--bind", str(broken.home)):
        remount = ["mount", "-o", "remount,ro,bind", str(broken.home)]
        subprocess.run(remount, check=True)
        assert broken("install", "--locked", "--offline").code == 0
        assert broken.vendor == broken.trees["v2"]
    shutil.rmtree(broken.root / "vendor/one")
    with mounted(broken.root, "--bind", str(broken.root)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(broken.root)], check=True)
        ran = broken("install", "--locked", "--offline")
        assert ran.code == 1
        assert "Read-only file system" in ran.stderr
        assert "Traceback" not in ran.stderr
    assert broken("install", "--locked", "--offline").code == 0
    assert broken.vendor == broken.trees["v2"]
