"""The search for secrets around every test; tests/conftest.py names this file in `pytest_plugins`.

Four searches (issue 6): every byte of output that the test itself does not look at, every file below `tmp_path`
(projects, HOME, caches) but the store, the folder for temporary files, and the command lines of all processes
below this one. What the program prints where a test does look is searched by tests/support/program.py.
"""

import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from support.canaries import MARK, is_marked, marked_below
from support.command_lines import PROC, CommandLines

_LEAVE_TRACES = {"tmp_path", "sandbox"}
"""Tests with neither run no program and write no file."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "writes_secrets(*patterns, arguments=False): files below `tmp_path` in which this test itself writes secrets, "
        "and whether it runs another program with one among its arguments",
    )


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
def no_secret_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Search when everything else of the test is over."""
    if not _LEAVE_TRACES & set(request.fixturenames):
        yield
        return
    roots = [request.getfixturevalue("temporary_files")]
    if "tmp_path" in request.fixturenames:
        roots.append(request.getfixturevalue("tmp_path"))
    lines: CommandLines | None = request.getfixturevalue("command_lines")
    yield
    marks = list(request.node.iter_markers("writes_secrets"))
    allowed = {path for mark in marks for pattern in mark.args for path in roots[-1].glob(pattern)}
    places = [str(path) for root in roots for path in list(marked_below(root)) if path not in allowed]
    seen = lines.marked() if lines else []
    if not any(mark.kwargs.get("arguments") for mark in marks):
        places += [f"a command line: {line}" for line in seen]
    for path in list(marked_below(roots[0])):
        path.unlink()  # the folder is one for all tests: what one of them left is told once
    assert not places, f"a secret is in {', '.join(places)}"
