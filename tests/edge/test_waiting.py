"""Ctrl-C at the worst moments of asynchronous work: while its loop is made, in the middle, and while it is closed."""

import subprocess
import sys

import pytest

SCRIPT = """
import asyncio, os, signal, sys
from bitdeps.ops.waiting import wait_for

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

class Loop(asyncio.SelectorEventLoop):
    def __init__(self):
        {made}
        super().__init__()

    def close(self):
        {closed}
        super().close()

class Policy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self):
        return Loop()

asyncio.set_event_loop_policy(Policy())

async def work(seconds, *, then):
    try:
        {middle}
        await asyncio.sleep(seconds)
    finally:
        print("cleaned up")
    return then

try:
    print(wait_for(work, {seconds}, then="done"))
except KeyboardInterrupt:
    print("interrupted")
signal.signal(signal.SIGINT, lambda *_: print("not blocked afterwards"))
interrupt()
"""


@pytest.mark.parametrize(
    ("where", "printed"),
    [
        ("nowhere", ["cleaned up", "done", "not blocked afterwards"]),
        ("made", ["cleaned up", "interrupted", "not blocked afterwards"]),
        ("middle", ["cleaned up", "interrupted", "not blocked afterwards"]),
        ("closed", ["cleaned up", "interrupted", "not blocked afterwards"]),
    ],
)
def test_an_interrupt_stops_the_work_and_leaves_nothing(where: str, printed: list[str]) -> None:
    places = {name: "interrupt()" if name == where else "pass" for name in ("made", "middle", "closed")}
    script = SCRIPT.format(**places, seconds=60 if where in ("made", "middle") else 0)
    run = subprocess.run(
        [sys.executable, "-X", "dev", "-c", script], capture_output=True, text=True, timeout=30, check=False
    )
    assert (run.stdout.splitlines(), run.stderr, run.returncode) == (printed, "", 0)
