"""The cache under many processes at once: every reader sees whole entries, and locks die with processes."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bitdeps.cache import Cache

WORK = """
import hashlib, sys
from pathlib import Path
from bitdeps.cache import Cache
cache = Cache(sys.argv[1])
for turn in range(int(sys.argv[2])):
    data = (b"%d" % (turn % 5)) * 200_000
    sha256 = hashlib.sha256(data).hexdigest()
    with cache.use():
        found = cache.archive_path(sha256)
        if found is None or Path(found).read_bytes() != data:
            with cache.temporary() as path:
                with open(path, "wb") as file:
                    for start in range(0, len(data), 50_000):
                        file.write(data[start : start + 50_000])
                found = cache.adopt(path, sha256)
                assert Path(found).read_bytes() == data
            cache.record_content("d1:" + sha256, sha256)
        assert Path(found).read_bytes() == data
        assert cache.by_content("d1:" + sha256) in ([sha256], [])
    cache.record_fact("host", str(turn % 3), b"value %d" % (turn % 3) * 1000)
    assert cache.fact("host", str(turn % 3)) in (None, b"value %d" % (turn % 3) * 1000)
"""
CLEAN = """
import sys
from bitdeps.cache import Cache
for _ in range(int(sys.argv[2])):
    Cache(sys.argv[1]).clean()
"""
HOLD = """
import sys
from bitdeps.cache import Cache
with Cache(sys.argv[1]).temporary() as path:
    open(path, "wb").write(b"half")
    print("holding", flush=True)
    sys.stdin.read()
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_many_processes_and_a_cleaner(tmp_path: Path) -> None:
    """Eight processes adopt, read and record the same entries while a ninth deletes them: nobody fails."""
    root = f"{tmp_path}/cache"
    running = [start(WORK, root, "20") for _ in range(8)]
    running.append(start(CLEAN, root, "10"))
    results = [(process.communicate(timeout=100)[1], process.returncode) for process in running]
    assert results == [("", 0)] * 9
    for path in (Path(root) / "v1/archives").rglob("*.tar.gz"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name.removesuffix(".tar.gz")
    assert list((Path(root) / "v1/tmp").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_process_holds_nothing(number: signal.Signals, tmp_path: Path) -> None:
    """Its lock is gone with it, and what it left is swept once it is old."""
    cache = Cache(f"{tmp_path}/cache", lock_timeout=5)
    process = start(HOLD, cache.dir)
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    process.send_signal(number)
    process.communicate()
    (left,) = (Path(cache.dir) / "v1/tmp").iterdir()
    os.utime(left, (0, 0))
    with cache.temporary():
        assert not left.exists()
    assert cache.clean().archives == 0
