"""Surveying and placing an archive that is in order, and the machine's own refusals."""

import hashlib
import os
import stat
from pathlib import Path

import pytest

from bitdeps.archive import Placed, WrongBytesError, open_archive
from bitdeps.archive.source import HELD_BYTES
from bitdeps.config.settings import ArchiveLimits
from bitdeps.core.digest import Entry
from bitdeps.errors import ArchiveRefusedError, LocalError, NotFoundError
from support.tarballs import COMMIT, directory, entry, gz, pax, record, symlink, tar, targz

LIMITS = ArchiveLimits()
POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
LONG = "d" * 90 + "/" + "e" * 90 + "/" + "f" * 90
MEMBERS = (
    entry("top/a.txt", b"one\n"),
    directory("top/bin/"),
    entry("top/bin/run", b"#!/bin/sh\n", mode=0o775),
    symlink("top/bin/to-a", "../a.txt"),
    entry("top/big.bin", POINTER),
    entry("top/empty"),
    directory("top/libs/"),
    directory("top/libs/submodule/"),
    pax(record("path", f"top/{LONG}")) + entry("0123.data", b"long\n"),
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(targz(*MEMBERS))
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


def test_survey(archive: Path) -> None:
    """The first pass says what is there, by digests that sha256sum and git gave."""
    with open_archive(str(archive), limits=LIMITS) as opened:
        survey = opened.survey
    assert survey.sha256 == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert (survey.size, survey.unpacked) == (archive.stat().st_size, 10240)
    assert (survey.top, survey.commit) == ("top", COMMIT)
    assert [(one.mode, one.path) for one in survey.entries] == [
        ("100644", "a.txt"),
        ("100755", "bin/run"),
        ("120000", "bin/to-a"),
        ("100644", "big.bin"),
        ("100644", "empty"),
        ("100644", LONG),
    ]
    assert survey.entries[0] == Entry(
        path="a.txt",
        mode="100644",
        sha256="2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806",
        blob="5626abf0f72e58d7a153368ba57db4c673c0e171",
    )
    assert survey.entries[2].sha256 == hashlib.sha256(b"../a.txt").hexdigest()
    assert survey.links == {"bin/to-a": "../a.txt"}
    assert survey.lfs_pointers == ("big.bin",)
    assert survey.empty_directories == ("libs/submodule",)


def test_without_tree(archive: Path) -> None:
    """An install needs no git ids; the content digest is the same."""
    with (
        open_archive(str(archive), limits=LIMITS) as one,
        open_archive(str(archive), limits=LIMITS, tree=False) as other,
    ):
        assert other.survey.content == one.survey.content
        assert other.survey.tree is None
        assert {entry.blob for entry in other.survey.entries if entry.mode != "120000"} == {""}


def test_extract_everything(archive: Path, root: Path) -> None:
    """Files, bits and links arrive; directories are those that hold something."""
    umask = os.umask(0o027)
    try:
        with open_archive(str(archive), limits=LIMITS) as opened:
            placed = opened.extract(str(root))
    finally:
        os.umask(umask)
    assert (root / "a.txt").read_bytes() == b"one\n"
    assert (root / LONG).read_bytes() == b"long\n"
    assert (root / "bin/to-a").readlink() == Path("../a.txt")
    assert stat.S_IMODE((root / "a.txt").stat().st_mode) == 0o640
    assert stat.S_IMODE((root / "bin/run").stat().st_mode) == 0o750
    assert not (root / "libs").exists()
    assert placed[0] == Placed(path="a.txt", mode="100644", sha256=hashlib.sha256(b"one\n").hexdigest(), size=4)
    assert placed[-1] == Placed(
        path="bin/to-a",
        mode="120000",
        sha256=hashlib.sha256(b"../a.txt").hexdigest(),
        size=8,
    )


def test_extract_a_selection(archive: Path, root: Path) -> None:
    """A selection maps names, or leaves files out; an open directory serves as root."""
    chosen = {"bin/run": "run", "big.bin": "deep/er/big", "empty": "deep/empty"}
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with open_archive(str(archive), limits=LIMITS) as opened:
            placed = opened.extract(descriptor, chosen.get)
    finally:
        os.close(descriptor)
    assert [one.path for one in placed] == ["run", "deep/er/big", "deep/empty"]
    found = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    assert found == ["deep/empty", "deep/er/big", "run"]
    assert (root / "deep/er/big").read_bytes() == POINTER


def test_rules_on_names_hold_for_what_is_placed(tmp_path: Path, root: Path) -> None:
    """What the printed `exclude` leaves out is not judged; everything counts for the digests all the same."""
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(targz(entry("top/good", b"x"), entry("top/bad\\name", b"y"), symlink("top/out", "/etc")))
    with open_archive(str(path), limits=LIMITS) as opened:
        assert len(opened.survey.entries) == 3
        with pytest.raises(ArchiveRefusedError) as caught:
            opened.extract(str(root))
        assert caught.value.hint == 'to go without, add to the entry in `deps.toml`: `exclude = ["bad?name", "out"]`'
        assert list(root.iterdir()) == []
        opened.extract(str(root), lambda name: name if name == "good" else None)
    assert [one.name for one in root.iterdir()] == ["good"]


def test_links_are_judged_where_they_are_placed(tmp_path: Path, root: Path) -> None:
    """A link that stays inside the repository leaves a package that is a part of it, and the other way round."""
    path = tmp_path / "archive.tar.gz"
    path.write_bytes(targz(entry("top/a", b"x"), symlink("top/sub/up", "../a"), symlink("top/sub/deep/own", "../up")))
    with open_archive(str(path), limits=LIMITS) as opened:
        with pytest.raises(ArchiveRefusedError) as caught:
            opened.extract(str(root), lambda name: name.removeprefix("sub/") if name.startswith("sub/") else None)
        assert str(caught.value) == (
            "archive refused (link-outside): `up` is a link to `../a`, which leads out of the package"
        )
        opened.extract(str(root))
    assert (root / "sub/deep/own").read_bytes() == b"x"


def test_extract_twice(archive: Path, tmp_path: Path) -> None:
    """An open archive can be placed in several directories."""
    with open_archive(str(archive), limits=LIMITS) as opened:
        for name in ("one", "other"):
            (tmp_path / name).mkdir()
            opened.extract(str(tmp_path / name))
    assert (tmp_path / "one/bin/run").read_bytes() == (tmp_path / "other/bin/run").read_bytes()


def test_read(archive: Path) -> None:
    """A single file can be read, such as the package's own manifest."""
    with open_archive(str(archive), limits=LIMITS) as opened:
        assert opened.read("bin/run") == b"#!/bin/sh\n"
        assert opened.read("empty") == b""
        with pytest.raises(NotFoundError, match=r"^`deps\.toml`: there is no such file in the archive$"):
            opened.read("deps.toml")
        with pytest.raises(NotFoundError):
            opened.read("bin/to-a")


def test_large_archive(large: Path, root: Path) -> None:
    """What is not held in memory is inflated again, and is the same."""
    with open_archive(str(large), limits=LIMITS) as opened:
        placed = opened.extract(str(root))
        assert opened.read("11") == (root / "11").read_bytes()
    for one in placed[:-1]:
        assert hashlib.sha256((root / one.path).read_bytes()).hexdigest() == one.sha256
    assert [one.size for one in placed] == [*(3_000_000 + number for number in range(12)), 1]


def test_caps_are_settings(archive: Path) -> None:
    """Each cap of the reader can be set, and names its number."""
    cases = {
        "entries": (ArchiveLimits(entries=5), "there are more than 5 files and directories"),
        "pax-size": (ArchiveLimits(pax_header=16), "an extended header is larger than 16 bytes"),
        "unpacked-size": (ArchiveLimits(unpacked=10_000), "it unpacks to more than 10000 bytes"),
        "ratio": (
            ArchiveLimits(ratio=2, ratio_floor=1),
            f"it unpacks to more than {2 * archive.stat().st_size} bytes, over 2 times its compressed size",
        ),
    }
    for rule, (limits, why) in cases.items():
        with pytest.raises(ArchiveRefusedError) as caught:
            open_archive(str(archive), limits=limits)
        assert str(caught.value) == f"archive refused ({rule}): {why}"


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, a directory and a FIFO are the machine's matter, and none of them hangs."""
    os.mkfifo(tmp_path / "fifo")
    cases = {
        "absent": f"cannot open `{tmp_path}/absent`: No such file or directory",
        ".": f"cannot read `{tmp_path}/.`: it is no file",
        "fifo": f"cannot read `{tmp_path}/fifo`: it is no file",
    }
    for name, message in cases.items():
        with pytest.raises(LocalError) as caught:
            open_archive(f"{tmp_path}/{name}", limits=LIMITS)
        assert str(caught.value) == message


def test_no_descriptor_is_left_open(archive: Path, root: Path) -> None:
    """Success and failure both close what they opened."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    with open_archive(str(archive), limits=LIMITS) as opened:
        opened.extract(str(root))
        with pytest.raises(LocalError):
            opened.extract(str(root))
    for data in (b"", b"<html>", targz(entry("/x", b"x"))):
        archive.write_bytes(data)
        with pytest.raises(ArchiveRefusedError):
            open_archive(str(archive), limits=LIMITS)
        with pytest.raises(WrongBytesError):
            open_archive(str(archive), limits=LIMITS, expected_sha256="0" * 64)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
