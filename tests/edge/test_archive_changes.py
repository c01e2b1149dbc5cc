"""An archive whose file is not, or no longer, the one that was named or surveyed."""

import hashlib
import os
from pathlib import Path

import pytest

from bitdeps.archive import WrongBytesError, open_archive
from bitdeps.archive.source import HELD_BYTES
from bitdeps.config.settings import ArchiveLimits
from bitdeps.errors import ArchiveRefusedError, LocalError
from support.tarballs import entry, gz, symlink, tar, targz

LIMITS = ArchiveLimits()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(targz(entry("top/a.txt", b"one\n"), symlink("top/link", "a.txt")))
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "root"
    path.mkdir()
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Make an archive whose tar is not held in memory, with bytes that do not compress."""
    path = tmp_path / "large.tar.gz"
    bodies = [os.urandom(3_000_000 + number) for number in range(12)]
    assert sum(map(len, bodies)) > HELD_BYTES
    members = (entry(f"top/{number}", body) for number, body in enumerate(bodies))
    path.write_bytes(gz(tar(*members, symlink("top/link", "0")), level=1))
    return path


def test_file_that_changes_between_the_passes(large: Path, root: Path) -> None:
    """Bytes that the survey did not see are noticed, though they are a good gzip."""
    with open_archive(str(large), limits=LIMITS) as opened:
        changed = gz(tar(*(entry(f"top/{number}", bytes(3_000_000 + number)) for number in range(12))), level=1)
        large.write_bytes(changed)
        for attempt in (lambda: opened.extract(str(root)), lambda: opened.read("11")):
            with pytest.raises(WrongBytesError) as caught:
                attempt()
            assert str(caught.value) == f"`{large}`: it changed while it was read"


def test_file_of_same_length_that_changes(tmp_path: Path, root: Path) -> None:
    """A gzip of the same length and with other bytes inside is noticed by its SHA-256."""
    path = tmp_path / "archive.tar.gz"
    one, other = (gz(tar(entry("top/x", byte * (HELD_BYTES + 1))), level=0) for byte in (b"1", b"2"))
    assert len(one) == len(other)
    path.write_bytes(one)
    with open_archive(str(path), limits=LIMITS) as opened:
        with path.open("r+b") as file:
            file.write(other)
        with pytest.raises(WrongBytesError) as caught:
            opened.extract(str(root))
        assert str(caught.value) == f"`{path}`: it changed while it was read"
        with pytest.raises(WrongBytesError):
            opened.read("x")


def test_expected_sha256(archive: Path) -> None:
    """The right one is accepted; with another the archive is not even judged."""
    data = archive.read_bytes()
    right, wrong = hashlib.sha256(data).hexdigest(), "0" * 64
    open_archive(str(archive), limits=LIMITS, expected_sha256=right).close()
    with pytest.raises(WrongBytesError) as caught:
        open_archive(str(archive), limits=LIMITS, expected_sha256=wrong)
    assert str(caught.value) == f"`{archive}`: its SHA-256 is {right}, not {wrong}"
    assert caught.value.exit_code == 3


def test_rotten_file_is_not_called_hostile(archive: Path) -> None:
    """Damaged bytes under a name by SHA-256 are a bad cache entry, not an attack; the named bytes can be one."""
    data = archive.read_bytes()
    right = hashlib.sha256(data).hexdigest()
    archive.write_bytes(data[:100] + b"!" + data[101:])
    with pytest.raises(WrongBytesError):
        open_archive(str(archive), limits=LIMITS, expected_sha256=right)
    hostile = targz(entry("../x", b"x"))
    archive.write_bytes(hostile)
    with pytest.raises(ArchiveRefusedError):
        open_archive(str(archive), limits=LIMITS, expected_sha256=hashlib.sha256(hostile).hexdigest())


def test_file_that_can_no_longer_be_read(large: Path, root: Path) -> None:
    """What the machine takes away is its own matter; closing twice is none."""
    opened = open_archive(str(large), limits=LIMITS)
    opened.close()
    opened.close()
    with pytest.raises(LocalError) as caught:
        opened.extract(str(root))
    assert str(caught.value) == f"cannot read `{large}`: Bad file descriptor"
    with pytest.raises(LocalError):
        opened._source.whole_sha256()
