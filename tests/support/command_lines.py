"""Looks at the command lines of all processes below one, for secrets, while the tests run.

A process of its own, so that tests may fork. It looks every 10 ms, and once more when it is asked (a line on its
standard input); then it answers with a line of JSON: the command lines with a secret since the last question.
"""

import json
import os
import select
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from support.canaries import is_marked

PROC = Path("/proc")
_TICK = 0.01
_LONGEST = 1 << 20  # bytes of a command line
_PARENT = 1  # in `/proc/PID/stat`, behind the name in brackets


class CommandLines:
    """What goes on below a process; a context manager."""

    def __init__(self, root: int) -> None:
        command = [sys.executable, "-S", "-c", _MAIN, str(Path(__file__).parents[1]), str(root)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        self.marked()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def marked(self) -> list[str]:
        """Give the command lines with a secret that were seen since the last call."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        lines: list[str] = json.loads(self._process.stdout.readline())
        return lines


_MAIN = "import sys; sys.path.insert(0, sys.argv[1]); from support.command_lines import watch; watch(int(sys.argv[2]))"


def watch(root: int) -> None:
    """Look until standard input ends."""
    found: dict[str, None] = {}
    parents: dict[str, str] = {}
    while True:
        asked = select.select([sys.stdin], [], [], _TICK)[0]
        for line in _below(str(root), parents):
            if is_marked(line):
                found[line.decode("utf-8", "replace").replace("\0", " ").strip()] = None
        if asked:
            if not sys.stdin.readline():
                return
            print(json.dumps(list(found)), flush=True)  # noqa: T201 (its answer)
            found.clear()


def _below(root: str, parents: dict[str, str]) -> list[bytes]:
    """Give the command lines below a process; who began a process is read once, since its parent may end first."""
    living = set(filter(str.isdigit, os.listdir(PROC)))  # noqa: PTH208 (as `_read`)
    for process in parents.keys() - living:
        del parents[process]
    for process in living - parents.keys():
        with suppress(OSError):
            parents[process] = _read(process, "stat").decode("utf-8", "replace").rpartition(")")[2].split()[_PARENT]
    lines = []
    for process in parents:
        if _descends(process, root, parents):
            with suppress(OSError):
                lines.append(_read(process, "cmdline"))
    return lines


def _read(process: str, name: str) -> bytes:
    """Read a file of `/proc`; no `Path`, for this is done a thousand times a second."""
    file = os.open(f"{PROC}/{process}/{name}", os.O_RDONLY)
    try:
        return os.read(file, _LONGEST)
    finally:
        os.close(file)


def _descends(process: str, root: str, parents: dict[str, str]) -> bool:
    seen: set[str] = set()
    while process in parents and process not in seen:
        seen.add(process)
        process = parents[process]
        if process == root:
            return True
    return False
