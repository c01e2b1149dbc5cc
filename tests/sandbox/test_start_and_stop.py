"""Start, stop and interruption of the sandbox as a program: one line for the person, nothing half made."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from support.sandbox import running_server

LARGE = """
[[repositories."acme/kit".commits]]
files = { "x/{n}.bin" = { size = 20000, count = 1000 } }
"""


def start(root: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bitdeps.sandbox", "--root", str(root), *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True
    )


def refused(root: Path, *arguments: str) -> tuple[int, str]:
    """Give the exit code and the words of a sandbox that does not start."""
    process = start(root, *arguments)
    out, told = process.communicate(timeout=60)
    assert out == ""
    return process.returncode, told


def test_ctrl_c_stops_it_with_one_line(tmp_path: Path) -> None:
    """Also while a client holds a connection."""
    process = start(tmp_path / "root")
    assert process.stdout
    url = process.stdout.readline().split()[-1]
    with httpx.Client(base_url=url, trust_env=False) as http:
        assert http.get("/2.0/user").status_code == 401
        os.killpg(process.pid, signal.SIGINT)
        out, told = process.communicate(timeout=30)
    assert (process.returncode, out, told) == (0, "", "sandbox stopped\n")


@pytest.mark.parametrize(
    ("number", "codes", "told"),
    [
        # CPython ends by the signal itself where it struck inside `exec`; a shell shows 130 either way.
        (signal.SIGINT, {130, -signal.SIGINT}, "sandbox stopped before it served\n"),
        (signal.SIGTERM, {143}, ""),
    ],
)
def test_an_end_while_it_seeds_leaves_nothing_half_made(
    tmp_path: Path, number: signal.Signals, codes: set[int], told: str
) -> None:
    (tmp_path / "seed.toml").write_text(LARGE, encoding="utf-8")
    root = tmp_path / "root"
    process = start(root, "--seed", str(tmp_path / "seed.toml"))
    until = time.monotonic() + 30
    while not list(root.glob("acme/.kit.git.*")) and time.monotonic() < until:
        time.sleep(0.001)
    os.killpg(process.pid, number)
    assert process.communicate(timeout=30) == ("", told)
    assert process.returncode in codes
    assert list((root / "acme").iterdir()) == []


def test_two_over_one_root_seed_it_once(tmp_path: Path) -> None:
    """Who comes second takes what is there, however close they start."""
    (tmp_path / "seed.toml").write_text(LARGE, encoding="utf-8")
    root = tmp_path / "root"
    both = [start(root, "--seed", str(tmp_path / "seed.toml"), "--make-only") for _ in range(2)]
    assert [(process.communicate(timeout=60), process.returncode) for process in both] == [(("", ""), 0)] * 2
    assert [path.name for path in (root / "acme").iterdir()] == ["kit.git"]
    with running_server(root) as first, running_server(root) as second:
        answers = [
            httpx.get(f"{server.url}/2.0/repositories/acme/kit", trust_env=False).status_code
            for server in (first, second)
        ]
    assert answers == [200, 200]


def test_a_port_that_cannot_be_had_is_named(tmp_path: Path) -> None:
    with running_server(tmp_path / "root") as server:
        port = server.url.rpartition(":")[2]
        taken = refused(tmp_path / "other", "--port", port)
    assert taken == (1, f"error: sandbox: port {port}: Address already in use\n")


@pytest.mark.parametrize("port", ["-1", "65536", "99999999999"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    code, told = refused(tmp_path, "--port", port)
    assert code == 2
    assert told.splitlines()[-1] == (
        f"python -m bitdeps.sandbox: error: argument --port: {port} is no port, 0 to 65535"
    )


def test_a_root_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "root").write_bytes(b"")
    code, told = refused(tmp_path / "root")
    assert (code, told) == (1, f"error: sandbox: {tmp_path / 'root'}: File exists\n")
