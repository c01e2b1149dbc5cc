"""The search for secrets around every test; tests/conftest.py names this file in `pytest_plugins`.

Five searches (issue 6): every byte that this process writes or that its children inherit a place for, every byte
that a process of a test writes to a pipe or to nowhere, every file below `tmp_path` (projects, HOME, caches) but the
store, the folders that several tests share, among them the one for temporary files, and the command lines of all
processes below this one. What is on a terminal is searched by tests/support/logins.py.
"""

import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from support.canaries import MARK, is_marked, marked_below
from support.child_output import ChildOutput
from support.command_lines import PROC, CommandLines

_OUTPUT = ChildOutput()


def pytest_configure(config: pytest.Config) -> None:
    _OUTPUT.install()  # before any module of tests is read
    config.addinivalue_line(
        "markers",
        "writes_secrets(*patterns, arguments=False, output=False): files below `tmp_path` in which this test itself "
        "writes secrets, whether it runs another program with one among its arguments, and whether one answers it "
        "with a secret",
    )


def pytest_unconfigure() -> None:
    _OUTPUT.uninstall()


def pytest_report_header() -> list[str]:
    seen = "" if PROC.is_dir() else "; NOT CHECKED: command lines (no /proc)"
    return [f"secrets: every one holds `{MARK}`, and is searched for around every test{seen}"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Search what pytest captured of a test: the output of our own process, and of what it runs without a pipe."""
    report = yield
    marked = [name for name, text in report.sections if is_marked(text.encode())]
    if call.when == "teardown" and report.passed and marked:
        report.outcome = "failed"
        report.longrepr = f"a secret is in {', '.join(marked)}"
    return report


@pytest.fixture(scope="session")
def command_lines() -> Iterator[CommandLines | None]:
    """Give the watch over all processes that the tests start."""
    if not PROC.is_dir():
        yield None
        return
    with CommandLines(os.getpid()) as lines:
        yield lines


@pytest.fixture(scope="session")
def temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the folder for temporary files of this process and of all that inherit its environment."""
    folder = tmp_path_factory.mktemp("temporary")
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"], tempfile.tempdir = str(folder), None
    yield folder
    tempfile.tempdir = None
    if before is None:
        del os.environ["TMPDIR"]
    else:
        os.environ["TMPDIR"] = before


@pytest.fixture(autouse=True)
def no_secret_is_left(
    request: pytest.FixtureRequest, temporary_files: Path, command_lines: CommandLines | None, shared: "Shared"
) -> Iterator[None]:
    """Search when everything else of the test is over."""
    own = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    marks = list(request.node.iter_markers("writes_secrets"))
    allowed = {path for mark in marks for pattern in mark.args if own for path in own.glob(pattern)}
    places = [str(path) for path in list(marked_below(own)) if path not in allowed] if own else []
    if own:
        shared.searched.add(own)
    lines = command_lines.marked() if command_lines else []
    if not any(mark.kwargs.get("arguments") for mark in marks):
        places += [f"a command line: {line}" for line in lines]
    said = _OUTPUT.marked()
    if not any(mark.kwargs.get("output") for mark in marks):
        places += said
    for path in list(marked_below(temporary_files)):
        places.append(str(path))
        path.unlink()  # the folder is one for all tests: what one of them left is told once
    assert not places, f"a secret is in {', '.join(places)}"


class Shared:
    """What of this run's folders has been searched."""

    def __init__(self) -> None:
        self.searched: set[Path] = set()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """Search the folders that several tests share when all of them are over."""
    shared = Shared()
    yield shared
    made = tmp_path_factory.getbasetemp().iterdir()
    folders = {path for path in made if path.is_dir() and not path.is_symlink()} - shared.searched
    places = [str(path) for folder in folders for path in marked_below(folder) if not _serves(path)]
    assert not places, f"a secret is in {', '.join(places)}"


def _serves(path: Path) -> bool:
    """Tell whether it is what the local Bitbucket was told to hand out."""
    return path.name == "sandbox.toml"
