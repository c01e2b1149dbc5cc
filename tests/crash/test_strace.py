"""The count of calls against strace's, and one pass in which the kernel's answers are replaced by strace."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from support.crash.faulted import Faulted
from support.missing import missing

CALLS = {
    "open": "open|openat",
    "write": "write|writev|pwrite64|sendfile|copy_file_range",
    "rename": "rename|renameat|renameat2",
    "unlink": "unlink|unlinkat|rmdir",
    "mkdir": "mkdir|mkdirat",
    "symlink": "symlink|symlinkat",
    "link": "link|linkat",
    "chmod": "chmod|fchmod|fchmodat",
    "truncate": "truncate|ftruncate",
    "fsync": "fsync|fdatasync",
    "syncfs": "syncfs",
    "flock": "flock",
    "utimens": "utimensat|futimesat|utimes",
}
NAME_OF = {call: name for name, calls in CALLS.items() for call in calls.split("|")}


@pytest.fixture(scope="module", autouse=True)
def _strace() -> None:
    if shutil.which("strace") is None:
        missing("strace", "apt-get install strace")


@pytest.mark.parametrize(("name", "words"), [("lock", ["lock"]), ("install", ["install", "--locked"])])
def test_strace_counts_the_same(broken: Faulted, name: str, words: list[str]) -> None:
    """Every call that changes something, and every opening of a file, is seen by the shim too: call by call."""
    broken.begin(name)
    trace = broken.top / "trace"
    broken.shim.arm(broken.watched)
    done = traced(broken, words, ["-y", "-s", "0", "-e", f"trace={','.join(NAME_OF)}", "-o", str(trace)])
    # opendir(3) opens without calling open(3).
    names = (call.name.replace("opendir", "open") for call in broken.shim.disarm())
    ours = Counter(name for name in names if name in CALLS)
    assert done.returncode == 0, done.stderr
    assert broken.problems() == []
    theirs = Counter(NAME_OF[call] for line in trace.read_text().splitlines() for call in calls_below(line, broken.top))
    assert sum(ours.values()) > 100
    assert ours == theirs


def traced(broken: Faulted, words: list[str], options: list[str]) -> "subprocess.CompletedProcess[str]":
    preload = [word for name, value in broken.shim.environment.items() for word in ("-E", f"{name}={value}")]
    command = ["strace", "-f", *options, *preload, sys.executable, "-m", "bitdeps", *words]
    environment = {**broken.environment, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=broken.root, env=environment, capture_output=True, text=True, check=False, timeout=110
    )


def calls_below(line: str, top: Path) -> list[str]:
    """Name the call of a line of strace, where it is about the project, the home or the temporary directory."""
    # Beside an absolute path the working directory says nothing.
    found = re.match(r"\d+ +(\w+)\((.*)", re.sub(r'AT_FDCWD<[^>]*>, "/', '"/', line))
    return [found[1]] if found and found[1] in NAME_OF and f"{top}/now" in found[2] else []


@pytest.mark.parametrize(
    ("inject", "said"),
    [
        ("renameat2:error=EINVAL", ""),
        ("renameat2:error=ENOSYS", ""),
        ("renameat2:error=EIO:when=2", "Input/output error"),
        ("syncfs:error=EIO:when=1", "Input/output error"),
        ("syncfs:error=EIO:when=2", "Input/output error"),
        ("fsync:error=ENOSPC:when=1+", "No space left on device"),
        ("fsync:error=EIO:when=3", "Input/output error"),
        ("flock:error=ENOLCK:when=1+", "No locks available"),
        ("mkdirat:error=EROFS:when=1+", "Read-only file system"),
        ("write,renameat2:signal=SIGKILL:when=40", "killed"),
    ],
)
def test_the_kernel_refuses(broken: Faulted, inject: str, said: str) -> None:
    """What strace puts in the place of the kernel's answer leads to old or new, a typed error, and a next run."""
    broken.begin("install")
    done = traced(broken, ["install", "--locked"], ["-o", os.devnull, "-e", f"inject={inject}"])
    assert broken.problems() == []
    if said == "killed":
        assert done.returncode in (-9, 137, 0)
    elif said:
        assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (1, True, False), done.stderr
    else:
        assert (done.returncode, broken.vendor) == (0, broken.trees["v2"]), done.stderr
    assert broken("install", "--locked").code == 0
    assert broken.vendor == broken.trees["v2"]
    assert broken.leftovers() == []
