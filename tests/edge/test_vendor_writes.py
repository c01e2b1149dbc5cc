"""The one durable write: whole or not at all, for several processes at once, and over what a killed one left."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bitdeps.errors import LocalError
from bitdeps.ops.project import write_atomic
from bitdeps.vendor.disk import remove_abandoned, write_durably

WRITER = """
import sys
from bitdeps.vendor.disk import write_durably
for turn in range(20):
    write_durably(sys.argv[1], sys.argv[2].encode() * 50_000, "deps.lock")
"""


def test_what_a_killed_one_left_is_written_over(tmp_path: Path) -> None:
    """However long it was; nothing is left beside the file."""
    (tmp_path / "deps.lock.new").write_bytes(b"a half" * 100)
    write_durably(str(tmp_path / "deps.lock"), b"whole\n", "deps.lock")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"deps.lock": b"whole\n"}


def test_what_a_killed_one_left_is_deleted_unless_one_is_at_work(tmp_path: Path) -> None:
    left = tmp_path / "deps.lock.new"
    left.write_bytes(b"a half")
    with left.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        remove_abandoned(str(tmp_path / "deps.lock"))
        assert left.exists()
    remove_abandoned(str(tmp_path / "deps.lock"))
    assert not left.exists()
    remove_abandoned(str(tmp_path / "deps.lock"))


def test_several_processes_write_one_file(tmp_path: Path) -> None:
    """Each succeeds, and the file is what one of them wrote, never a mixture."""
    path = tmp_path / "deps.lock"
    command = [sys.executable, "-c", WRITER, str(path)]
    running = [subprocess.Popen([*command, word], stderr=subprocess.PIPE, text=True) for word in "abcd"]
    assert [(process.communicate(timeout=100)[1], process.returncode) for process in running] == [("", 0)] * 4
    assert path.read_bytes() in [word.encode() * 50_000 for word in "abcd"]
    assert os.listdir(tmp_path) == ["deps.lock"]  # noqa: PTH208 - names


def test_no_write_through_a_link(tmp_path: Path) -> None:
    """A link in the place of the temporary file is refused; one in the place of the file itself is followed."""
    (tmp_path / "elsewhere").write_bytes(b"mine\n")
    (tmp_path / "deps.lock.new").symlink_to("elsewhere")
    with pytest.raises(LocalError) as caught:
        write_atomic(str(tmp_path / "deps.lock"), b"whole\n")
    assert str(caught.value) == "`deps.lock`: cannot be written: Too many levels of symbolic links"
    (tmp_path / "deps.lock.new").unlink()
    (tmp_path / "deps.lock").symlink_to("elsewhere")
    write_atomic(str(tmp_path / "deps.lock"), b"whole\n")
    assert (tmp_path / "deps.lock").is_symlink()
    assert (tmp_path / "elsewhere").read_bytes() == b"whole\n"
