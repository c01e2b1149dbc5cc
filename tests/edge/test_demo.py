"""`make demo`, run for real on a copy of the examples."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from itertools import takewhile
from pathlib import Path

import pytest

from support.acme import EXAMPLES, STOREFRONT, build_acme, fill_storefront, snapshot
from support.canaries import MARK, holders

SECONDS = 100
# What the demo needs beside Python; a compiler is not among it.
NEEDED = ("git", "make", "mkdir", "rm", "sh")


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A copy of the examples, as a fresh clone has them."""
    left_out = shutil.ignore_patterns("vendor", ".deps", "build", "__pycache__")
    return Path(shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=left_out))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An empty home, and variables of the caller that must lead nobody astray."""
    home = tmp_path / "home"
    home.mkdir()
    strange = {"CI": "1", "DEPS_OFFLINE": "1", "BITBUCKET_ACCESS_TOKEN": "not-ours", "MAKEFLAGS": "n", "CC": "cc"}
    return {**os.environ, **strange, "HOME": str(home)}


def run_demo(examples: Path, environment: dict[str, str]) -> str:
    command = [sys.executable, "-B", str(examples / "demo.py")]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=SECONDS)
    output = done.stdout.decode()
    assert done.returncode == 0, output[-3000:]
    assert done.stderr == b""
    return output


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler: the other demo test shows what is left")
def test_demo_shows_the_whole_job_twice(examples: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """A second run over what the first left behind does the same again.

    It places what `git archive` gives: bytes, executable bits and links, after selection and patches.
    """
    first, second = (run_demo(examples, environment) for _ in range(2))
    for output in (first, second):
        assert "The service saw 8 downloads, 0 calls of its API, 1 for a token" in output
        assert "turnover   310880.96 EUR at 2000 prices (engine)" in output
        assert "rule       1 of 1000 cents are 1440 cents (engine-tools)" in output
        assert "SKIPPED" not in output
    assert "$ rm -rf" not in first
    assert "$ rm -rf vendor" in second
    assert {path.name for path in (examples / "storefront" / "vendor").iterdir()} == STOREFRONT.keys()
    expected = Path(shutil.copytree(EXAMPLES / "storefront" / "patches", tmp_path / "expected" / "patches")).parent
    build_acme(tmp_path / "acme")
    fill_storefront(tmp_path / "acme", expected)
    assert snapshot(examples / "storefront" / "vendor") == snapshot(expected / "vendor")


def test_committed_lock_is_what_deps_writes_today(examples: Path, environment: dict[str, str]) -> None:
    """Locking anew, without the old lock, gives the same bytes."""
    lock = examples / "storefront" / "deps.lock"
    lock.unlink()
    command = [sys.executable, "-B", str(examples / "local_bitbucket.py"), "deps", "-C", str(lock.parent), "lock"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done.stderr.decode()
    assert lock.read_bytes() == (EXAMPLES / "storefront" / "deps.lock").read_bytes()


def test_demo_without_a_compiler_says_what_it_leaves_out(
    examples: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """Python, git and make are enough."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in NEEDED:
        found = shutil.which(name)
        assert found, f"`{name}` is not installed"
        (programs / name).symlink_to(found)
    del environment["CC"]
    output = run_demo(examples, {**environment, "PATH": str(programs)})
    assert "orders     SKIPPED: no C compiler (`cc`) on this machine" in output
    assert "rule       SKIPPED: no C compiler (`cc`) on this machine" in output
    assert "products   2000 with 502663 pieces in stock (catalogue, json-lite)" in output


def test_demo_fails_when_something_is_not_as_it_should_be(examples: Path, environment: dict[str, str]) -> None:
    """Other contents under the committed lock end it with exit code 1."""
    lock = examples / "storefront" / "deps.lock"
    text = lock.read_text(encoding="utf-8")
    lock.write_text(re.sub(r'content = "d1:.', 'content = "d1:x', text, count=1), encoding="utf-8")
    command = [sys.executable, "-B", str(examples / "demo.py")]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=SECONDS)
    assert done.returncode == 1
    assert b"\nThe demo failed: `deps install --locked` ended with exit code 2, not 0\n" in done.stdout


def test_demo_leaves_no_secret_in_its_files(
    examples: Path, environment: dict[str, str], tmp_path: Path, temporary_files: Path
) -> None:
    """It is held near its end: what it writes is gone afterwards, and no search around a test would see it."""
    command = [sys.executable, "-B", str(examples / "demo.py")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8") as demo:
        assert demo.stdout
        lines = iter(demo.stdout)
        assert [line for line in takewhile(lambda line: "--group test" not in line, lines) if "deps install" in line]
        demo.send_signal(signal.SIGSTOP)
        try:
            search(temporary_files, examples, tmp_path / "home")
        finally:
            demo.send_signal(signal.SIGCONT)
        assert "".join(lines)
        assert demo.wait(timeout=SECONDS) == 0


def search(temporary: Path, examples: Path, home: Path) -> None:
    """Look for the consumer's secret, and for every token, in what a demo has written so far."""
    [scratch] = temporary.glob("deps-demo-*")
    settings = tomllib.loads((scratch / "bitbucket" / "sandbox.toml").read_text(encoding="utf-8"))
    secrets = [MARK, *(consumer["secret"] for consumer in settings["consumers"].values())]
    assert [path for path in (scratch / "cache").rglob("*.tar.gz") if path.stat().st_size]
    written = (scratch / "cache", scratch / "config", examples, home)
    assert holders(secrets, *(folder for folder in written if folder.exists())) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_demo_leaves_no_server_behind(
    examples: Path, environment: dict[str, str], number: signal.Signals
) -> None:
    command = [sys.executable, "-B", str(examples / "demo.py")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8") as demo:
        assert demo.stdout
        port = next(int(line.rpartition(":")[2]) for line in demo.stdout if line.startswith("$ export DEPS_WEB_URL="))
        socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
        demo.send_signal(number)
        rest = demo.stdout.read()
        assert demo.wait(timeout=SECONDS) == 130
    assert rest.endswith("\nInterrupted\n")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=SECONDS)


def test_demo_whose_reader_goes_away_ends_quietly(examples: Path, environment: dict[str, str]) -> None:
    """`make demo | head` shows no traceback."""
    command = [sys.executable, "-B", str(examples / "demo.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe) as demo:
        assert demo.stdout
        assert demo.stderr
        demo.stdout.readline()
        demo.stdout.close()
        assert demo.stderr.read() == b""
        assert demo.wait(timeout=SECONDS) == 1
