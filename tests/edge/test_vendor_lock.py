"""Promises P5 and P8: one `deps` at a time in a project, by a lock that dies with its process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bitdeps.errors import LocalError
from bitdeps.vendor.lock import project_lock
from support.placing import Vendored, expect_tree, names_in

HOLDER = """
import sys, time
from bitdeps.vendor.lock import project_lock
with project_lock(sys.argv[1], timeout=5, waiting=print):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold(project: Path, seconds: float) -> subprocess.Popen[str]:
    """Start a process that holds the lock."""
    command = [sys.executable, "-c", HOLDER, str(project), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_another_process_is_waited_for_with_one_message(tmp_path: Path) -> None:
    process = hold(tmp_path, 0.5)
    said: list[str] = []
    with project_lock(str(tmp_path), timeout=30, waiting=said.append):
        assert said == [f"Waiting for another `deps` that works in `{tmp_path}`"]
    end(process)


def test_nobody_else_means_no_message(tmp_path: Path) -> None:
    said: list[str] = []
    for _ in range(2):
        with project_lock(str(tmp_path), timeout=0, waiting=said.append):
            assert names_in(tmp_path / ".deps") == [".gitignore", "lock", "staging"]
    assert said == []
    assert (tmp_path / ".deps/.gitignore").read_text() == "*\n"


def test_waiting_ends(tmp_path: Path) -> None:
    process = hold(tmp_path, 60)
    with pytest.raises(LocalError) as caught, project_lock(str(tmp_path), timeout=0.2, waiting=lambda _: None):
        pytest.fail("the lock was taken twice")
    assert str(caught.value) == f"`{tmp_path}`: another `deps` has worked in it for 0.2 seconds"
    assert caught.value.hint == "wait for it to end, or find it with `fuser .deps/lock`"
    end(process)


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    process = hold(tmp_path, 60)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with project_lock(str(tmp_path), timeout=0, waiting=pytest.fail):
        assert (tmp_path / ".deps/lock").exists()


def test_an_error_inside_lets_the_next_one_in(tmp_path: Path) -> None:
    with pytest.raises(KeyError), project_lock(str(tmp_path), timeout=0, waiting=pytest.fail):
        raise KeyError
    with project_lock(str(tmp_path), timeout=0, waiting=pytest.fail):
        assert (tmp_path / ".deps/lock").exists()


def test_an_ignore_file_that_a_crash_left_empty_is_written_again(tmp_path: Path) -> None:
    (tmp_path / ".deps").mkdir()
    (tmp_path / ".deps/.gitignore").touch()
    with project_lock(str(tmp_path), timeout=0, waiting=pytest.fail):
        assert (tmp_path / ".deps/.gitignore").read_text() == "*\n"


def test_a_lock_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".deps").mkdir()
    (tmp_path / ".deps/lock").symlink_to("/etc/passwd")
    with pytest.raises(LocalError) as caught, project_lock(str(tmp_path), timeout=0, waiting=pytest.fail):
        pytest.fail("the link was followed")
    assert str(caught.value) == "`.deps/lock`: cannot be opened: Too many levels of symbolic links"


def test_many_processes_install_at_once(tmp_path: Path) -> None:
    """Two locks, eight processes, each installing one of them three times: at the end the last one's tree, whole."""
    project = Vendored(root=tmp_path / "project")
    trees = [{f"vendor/p{place}": {f"f{i}": f"{text}\n" for i in range(10)} for place in range(3)} for text in "ab"]
    project.install(trees[0])
    children = []
    for number in range(8):
        child = os.fork()
        if child == 0:
            for turn in range(3):
                with Path(os.devnull).open("w", encoding="ascii") as sys.stdout:
                    project.install(trees[(number + turn) % 2])
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
    found = [tree for tree in trees if (project.root / "vendor/p0/f0").read_text() == tree["vendor/p0"]["f0"]]
    for place, tree in found[0].items():
        expect_tree(project.root / place, tree)
    assert project.trash() == {}
