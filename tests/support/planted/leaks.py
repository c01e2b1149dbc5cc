"""Tests that leak: tests/edge/test_canaries.py runs this file and demands that each fails, and why.

No run of the suite collects it (its name is no `test_*.py`).
"""

import logging
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.canaries import MARK, refuse_in_traceback
from support.logins import at_terminal, login, piped
from support.program import Program

SECRET = f"{MARK}-5b1e"
NOWHERE = {"DEPS_API_URL": "http://127.0.0.1:1/2.0", "DEPS_WEB_URL": "http://127.0.0.1:1", "DEPS_RETRIES": "0"}

BROKEN = f"""
import bitdeps.cli.lean as lean
from bitdeps.errors import LocalError

def answer(words):
    from bitdeps.cli.failure import fail
    calm = LocalError("calm")
    calm.__cause__ = ValueError("{SECRET}")
    return fail(calm, words)

lean.answer = answer
"""
LEAVE = "import os, tempfile; os.write(tempfile.mkstemp()[0], os.environ['SECRET'].encode())"
SHOW = "import os; print(os.environ['SECRET'])"
LINGER = "sleep 0.2; exit 0"


@pytest.fixture
def deps(tmp_path: Path) -> Iterator[Program]:
    root, home = tmp_path / "project", tmp_path / "home"
    root.mkdir()
    home.mkdir()
    program = Program(root=root, home=home, service=NOWHERE)
    yield program
    program.fail_again()


@pytest.fixture
def project(deps: Program) -> Program:
    """Give a project whose every error shows a secret."""
    deps.manifest(f"{SECRET} = 1")
    return deps


def run(*command: str, **variables: str) -> None:
    subprocess.run(command, env={**os.environ, **variables}, check=True)


def test_clean(deps: Program) -> None:
    deps("auth", "status", code=4)


@pytest.mark.writes_secrets("project/deps.toml")
def test_stderr(project: Program) -> None:
    project("verify", code=1)


@pytest.mark.writes_secrets("project/deps.toml")
def test_stdout(project: Program) -> None:
    project("verify", "--json", code=1)


@pytest.mark.writes_secrets("project/deps.toml")
def test_piped(project: Program) -> None:
    piped(project, "", "verify")


@pytest.mark.writes_secrets("project/deps.toml")
def test_screen(project: Program) -> None:
    with at_terminal(project, "verify"):
        pass


def test_sign_in(deps: Program) -> None:
    with login(deps, "--kind", "oauth", BITBUCKET_CONSUMER_KEY=SECRET, BITBUCKET_CONSUMER_SECRET="x") as running:
        assert running.link
        running.process.terminate()
        running.end()


@pytest.mark.writes_secrets("home/sitecustomize.py", "home/__pycache__/*")
def test_traceback_of_the_program(deps: Program) -> None:
    """What it says is clean; only `-vv` shows where the error came from."""
    (deps.home / "sitecustomize.py").write_text(BROKEN)
    deps.extra |= {"PYTHONPATH": str(deps.home), "BITBUCKET_ACCESS_TOKEN": SECRET}
    assert deps("verify", code=1).stderr == "error: calm\n"


def test_traceback_of_an_error() -> None:
    calm = RuntimeError("calm")
    calm.__cause__ = ValueError(SECRET)
    refuse_in_traceback(calm)


def test_captured_output(tmp_path: Path) -> None:
    run(sys.executable, "-c", SHOW, SECRET=SECRET, HOME=str(tmp_path))


def show(**streams: Any) -> "subprocess.Popen[Any]":  # noqa: ANN401 (as Popen's)
    return subprocess.Popen([sys.executable, "-c", SHOW], env={**os.environ, "SECRET": SECRET}, **streams)


def test_whole_output() -> None:
    assert SECRET in show(stdout=subprocess.PIPE, text=True).communicate()[0]


def test_bytes() -> None:
    with show(stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert SECRET.encode() in process.stdout.read()


@pytest.mark.parametrize("read", [lambda stdout: stdout.readline(), next, "".join])
def test_line_of_output(read: Callable[[Any], str]) -> None:
    with show(stdout=subprocess.PIPE, text=True) as process:
        assert read(process.stdout) == f"{SECRET}\n"


def test_output_that_nobody_reads() -> None:
    with show(stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.wait()


def test_output_that_is_thrown_away() -> None:
    show(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait()


@pytest.mark.writes_secrets(output=True)
def test_output_of_the_test_is_allowed() -> None:
    show(stdout=subprocess.PIPE).communicate()


def test_the_command_that_shows_a_token_is_allowed(deps: Program) -> None:
    assert deps("auth", "token", BITBUCKET_ACCESS_TOKEN=SECRET).stdout == f"{SECRET}\n"


def test_log() -> None:
    logging.getLogger("anything").warning(SECRET)


@pytest.mark.parametrize("place", ["home", "project", "home/.cache/deps"])
def test_file(place: str, deps: Program) -> None:
    folder = deps.root.parent / place
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data").write_bytes(b"\0\xff" * 5000 + SECRET.encode() + b"\0")


@pytest.mark.parametrize("user", ["x", "xx", "xxx"])
def test_file_with_a_header(user: str, deps: Program) -> None:
    (deps.home / "log").write_bytes(b"Basic " + b64encode(f"{user}:{SECRET}".encode()))


def test_name_of_a_file(deps: Program) -> None:
    (deps.home / f"{SECRET}.lock").touch()


def test_link(deps: Program) -> None:
    (deps.home / "link").symlink_to(f"/nowhere/{SECRET}")


@pytest.mark.parametrize(("folder", "file"), [(0o700, 0o640), (0o755, 0o600)])
def test_store_that_others_can_read(folder: int, file: int, deps: Program) -> None:
    deps.home.chmod(folder)
    (deps.home / "credentials.json").write_text(SECRET)
    (deps.home / "credentials.json").chmod(file)


def test_the_store_is_allowed(deps: Program) -> None:
    deps.home.chmod(0o700)
    (deps.home / "credentials.json").write_text(SECRET)
    (deps.home / "credentials.json").chmod(0o600)


def test_temporary_file(tmp_path: Path) -> None:
    run(sys.executable, "-c", LEAVE, SECRET=SECRET, HOME=str(tmp_path))


def test_temporary_file_of_the_program(deps: Program) -> None:
    subprocess.run([sys.executable, "-c", LEAVE], env={**deps.environment, "SECRET": SECRET}, check=True)


def test_command_line(tmp_path: Path) -> None:
    run("sh", "-c", LINGER, SECRET, HOME=str(tmp_path))


def test_command_line_of_a_grandchild(tmp_path: Path) -> None:
    """As git's, which `deps` starts."""
    run("sh", "-c", f"sh -c '{LINGER}' $SECRET; exit 0", SECRET=SECRET, HOME=str(tmp_path))


@pytest.mark.writes_secrets(arguments=True)
def test_a_command_line_of_the_test_is_allowed(tmp_path: Path) -> None:
    run("sh", "-c", LINGER, SECRET, HOME=str(tmp_path))


def test_folder_that_tests_share(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The last one: at the end of a run that folder is searched."""
    (tmp_path_factory.mktemp("shared") / "data").write_text(SECRET)
