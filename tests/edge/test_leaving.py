"""How the process ends when a library with threads of its own was used."""

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, atexit, sys

from obstore.store import from_url

from bitdeps.cli.entry import leave

async def ask():
    store = from_url("memory:///")
    await asyncio.gather(*(store.head_async(str(number)) for number in range(20)), return_exceptions=True)

atexit.register(print, "at exit")
asyncio.run(ask())
print("done")
leave(int(sys.argv[1]))
"""


@pytest.mark.parametrize("code", [0, 3])
def test_the_exit_code_survives_the_threads_of_obstore(code: int) -> None:
    """Each of 25 processes ends as it should; where the interpreter tidied up itself, three were aborted."""
    for _ in range(25):
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(code)], capture_output=True, text=True, timeout=60, check=False
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (code, "done\nat exit\n", "")
