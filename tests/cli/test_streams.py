"""Closed, full and narrow streams, wrong directories, Ctrl-C: one clear end each, and no traceback."""

import signal
import subprocess
import sys
import time

import pytest

from support.program import Program
from support.sandbox import Sandbox

DEPS = f"{sys.executable} -m bitdeps"


def shell(deps: Program, script: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a line of bash in the project."""
    return subprocess.run(
        ["bash", "-c", script.replace("deps ", f"{DEPS} ")],
        cwd=deps.root,
        env={**deps.environment, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("deps install --json >&-", 0),
        ("deps verify --json >&-", 0),
        ("deps --version >&-", 0),
        ("deps install 2>&-", 0),
        ("deps cache dir >/dev/full", 1),
        ("deps install --json >/dev/full", 1),
        ('deps install --json | true; exit "${PIPESTATUS[0]}"', 141),
        ('deps --version | true; exit "${PIPESTATUS[0]}"', 141),
    ],
)
def test_streams_that_cannot_be_written_to(deps: Program, script: str, code: int) -> None:
    deps.manifest("[dependencies]\n")
    deps("install")
    ran = shell(deps, script)
    assert ran.returncode == code, ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr


def test_text_that_the_terminal_cannot_show_is_escaped(deps: Program) -> None:
    ran = shell(deps, "deps -C grün install", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: `-C gr\\")


@pytest.mark.parametrize("where", ["typo", "deps.toml"])
@pytest.mark.parametrize("words", [["install"], ["verify"], ["init"]])
def test_a_wrong_directory_does_not_reach_the_project_above(deps: Program, where: str, words: list[str]) -> None:
    deps.manifest("[dependencies]\n")
    assert deps("-C", where, *words, code=2).text == (
        f"error: `-C {where}`: there is no such directory\n\nhint: check `-C` and `DEPS_DIRECTORY`\n"
    )


@pytest.mark.parametrize("words", [["install"], ["lock", "--json"]])
def test_ctrl_c_says_one_line(deps: Program, sandbox: Sandbox, words: list[str]) -> None:
    sandbox.repository("lib", {"a.txt": "a\n"}, tags=["v1"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1" }\n')
    sandbox.fault("latency", seconds=6, times=None)
    process = subprocess.Popen(
        [sys.executable, "-m", "bitdeps", *words],
        cwd=deps.root,
        env=deps.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not sandbox.requests() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (130, "")
    assert stderr == "interrupted: nothing is half done, run the command again to go on\n"
