"""What is shown while a command waits: in place on a terminal, in lines elsewhere, and where nothing is shown."""

import random
import re
import subprocess
import sys
from io import StringIO
from typing import Any

import pexpect
import pytest

from bitdeps.cli.progress import Display, Log
from bitdeps.core import activity
from support.program import Program
from support.sandbox import Sandbox

ERASE = "\r\x1b[J"
SUMMARY = "Resolved 1 package"


def terminal(deps: Program, *words: str, columns: int = 80, **variables: str) -> "pexpect.spawn[str]":
    """Start `deps` at a terminal of that width."""
    return pexpect.spawn(
        sys.executable,
        ["-m", "bitdeps", *words],
        cwd=str(deps.root),
        env={**deps.environment, "DEPS_COLOR": "never", **variables},
        encoding="utf-8",
        timeout=30,
        dimensions=(24, columns),
    )


def read(child: "pexpect.spawn[str]") -> str:
    """Give all that reached the terminal, as it was written."""
    text = child.read()
    child.close()
    assert isinstance(text, str)
    return text


@pytest.fixture
def slow(deps: Program, sandbox: Sandbox) -> Program:
    """Give a project whose one archive takes about two seconds."""
    letters = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=200_000))  # noqa: S311 - no secret
    sandbox.repository("lib", {"a.txt": letters}, tags=["v1"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1" }\n')
    sandbox.fault("drip", path="*/get/*", at=15_000, seconds=0.2, times=None)
    return deps


def test_a_terminal_shows_bar_and_bytes_and_is_clean_afterwards(slow: Program) -> None:
    child = terminal(slow, "install")
    text = read(child)
    assert child.exitstatus == 0
    assert re.search(r"Downloaded 0 of 1 archive, \d+ KiB, \d+ KiB/s\r\n  lib  ━+ +\d+ KiB of 196 KiB", text)
    *_, last = text.split(ERASE)
    assert re.fullmatch(
        r"Resolved 1 package in [\d.]+ s\r\nInstalled 1 in [\d.]+ s\r\n\+ lib v1\r\n",
        re.sub(r"(?m)^(note|warning|hint): .*\r\n", "", last),
    )


def test_a_narrow_terminal_gets_the_short_form_and_no_line_wraps(slow: Program) -> None:
    child = terminal(slow, "lock", columns=40)
    text = read(child)
    assert re.search(r"0 of 1 archive, \d+ KiB, \d+ KiB/s\r\n  lib +\d+%  \d+ KiB\x1b\[1A\r", text)
    drawn = text.rpartition(ERASE)[0]
    lines = re.sub(r"\x1b\[\d*[AJ]", "\n", drawn).replace("\r", "\n").split("\n")
    assert max(map(len, lines)) < 40


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        (["--no-progress"], {}),
        (["-q"], {}),
        (["--json"], {}),
        ([], {"TERM": "dumb"}),
        ([], {"DEPS_NO_PROGRESS": "1"}),
    ],
)
def test_who_wants_no_progress_gets_none(slow: Program, words: list[str], variables: dict[str, Any]) -> None:
    child = terminal(slow, "lock", *words, **variables)
    text = read(child)
    assert child.exitstatus == 0
    assert "\x1b" not in text
    assert "Downloaded" not in text


def test_nothing_is_drawn_where_stderr_is_no_terminal(slow: Program) -> None:
    ran = slow("lock")
    assert "\x1b" not in ran.stderr
    assert ran.text.startswith(f"{SUMMARY} in TIME\n")


def test_a_rate_limit_is_counted_down(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", {"a.txt": "a\n"}, tags=["v1"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1" }\n')
    sandbox.fault("rate-limit", path="*/refs/*", retry_after=3)
    child = terminal(deps, "lock", DEPS_TIMEOUTS_WAIT="60")
    text = read(child)
    assert child.exitstatus == 0
    assert re.search(r"Asking for tag v1 of acme/lib(, 1 answered)?\r\nWaiting 2 s: rate limit of 127\.0\.0\.1", text)
    assert "Waiting 1 s: rate limit of 127.0.0.1" in text
    assert "Waiting 0 s" not in text
    assert text.rpartition(ERASE)[2].startswith(SUMMARY)


def test_ctrl_c_takes_the_display_away_and_says_one_line(slow: Program) -> None:
    child = terminal(slow, "install")
    child.expect("Downloaded 0 of 1 archive")
    child.sendintr()
    text = read(child)
    assert child.exitstatus == 130
    last = text.rpartition(ERASE)[2]
    assert last == "^C\r\ninterrupted: nothing is half done, run the command again to go on\r\n"
    assert not slow.vendor.exists()


def test_a_quiet_run_does_not_load_the_display(deps: Program) -> None:
    deps.manifest("[dependencies]\n")
    show = "import sys; from bitdeps.cli.entry import main; main(); print('bitdeps.cli.progress' in sys.modules)"
    for words, loaded in ((["lock", "-q"], "False"), (["lock"], "True")):
        ran = subprocess.run(
            [sys.executable, "-c", show, *words],
            cwd=deps.root, env=deps.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert ran.stdout == f"{loaded}\n"


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def drawing(seen: activity.Activity, columns: int = 80, rows: int = 24) -> tuple[Display, Clock, StringIO]:
    clock, stream = Clock(), StringIO()

    def plain(text: str, *_styles: str) -> str:
        return text

    return Display(seen, stream, paint=plain, size=lambda: (columns, rows), clock=clock), clock, stream


def test_a_run_that_is_over_at_once_draws_nothing() -> None:
    with activity.watching() as seen, activity.transfer("lib", 10):
        display, clock, stream = drawing(seen)
        clock.now += 0.2
        display.draw()
        assert stream.getvalue() == ""
        clock.now += 0.2
        display.draw()
        assert stream.getvalue() != ""


def test_a_small_window_shows_those_that_move_and_counts_the_others() -> None:
    with activity.watching() as seen:
        seen.transfers += [activity.Transfer(name=f"lib{number}", total=2048) for number in range(9)]
        seen.transfers[7].arrived = 1024
        display, clock, stream = drawing(seen, rows=5)
        clock.now += 1
        display.draw()
    assert stream.getvalue() == (
        f"{ERASE}Downloaded 0 of 9 archives, 1 KiB\n"
        "  lib7  ################                  1 KiB of 2 KiB\n"
        "  lib0  waits for its first byte\n"
        "  lib1  waits for its first byte\n"
        "  and 6 more\x1b[4A\r"
    )


def test_a_log_gets_a_line_now_and_then_and_one_for_each_long_pause() -> None:
    said: list[str] = []
    clock = Clock()
    with activity.watching() as seen, activity.transfer("lib", None):
        log = Log(seen, said.append, clock=clock)
        log.draw()
        with activity.pause("api.example", 42.0, limited=True), activity.pause("api.example", 3.0, limited=False):
            log.draw()
            log.draw()
        activity.arrived(3 * 1024 * 1024)
        clock.now += 10
        log.draw()
        log.draw()
    assert said == ["Waiting 42 s: rate limit of api.example", "Downloaded 0 of 1 archive, 3.0 MiB"]
