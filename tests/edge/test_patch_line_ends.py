"""A patch is the one that was committed, whatever git's settings make of its line ends in a clone."""

from pathlib import Path

from bitdeps.archive import open_archive
from bitdeps.config.settings import ArchiveLimits
from bitdeps.vendor.content import Content, unpack
from bitdeps.vendor.patches import read_patches
from support.git_archives import archive_of, diff_of, git
from support.placing import Tree, expect_tree

LIMITS = ArchiveLimits()
TREE: Tree = {"unix.txt": "old\n", "dos.txt": "one\r\ntwo\r\n"}


def test_patches_are_the_same_in_a_clone_with_other_line_ends(tmp_path: Path) -> None:
    """Where `core.autocrlf` made CR LF of them, digest and result are those of what was committed."""
    unix, dos = ({**TREE, "unix.txt": "new\n"}, {**TREE, "dos.txt": "one\r\nthree\r\n"})
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "-q")
    for name, after in (("1.patch", unix), ("2.patch", dos)):
        (origin / name).write_bytes(diff_of(tmp_path / name, TREE, after))
    git(origin, "add", "--all")
    git(origin, "commit", "-q", "-m", "Patches")
    git(tmp_path, "-c", "core.autocrlf=true", "clone", "-q", origin, "clone")
    ends = {name: (tmp_path / "clone" / name).read_bytes().count(b"\r\n") for name in ("1.patch", "2.patch")}
    assert ends == {"1.patch": (origin / "1.patch").read_bytes().count(b"\n"), "2.patch": 3}
    patches = read_patches(str(tmp_path / "clone"), ["*.patch"])
    assert patches == read_patches(str(origin), ["*.patch"])
    archive = archive_of(tmp_path / "a", TREE)
    wanted = Content(package="kit", limits=LIMITS, patches=patches)
    (tmp_path / "placed").mkdir()
    with open_archive(archive, limits=LIMITS) as opened:
        unpack(opened, wanted, str(tmp_path / "placed"))
    expect_tree(tmp_path / "placed", {"unix.txt": "new\n", "dos.txt": "one\r\nthree\r\n"})
