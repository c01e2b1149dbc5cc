"""A large archive passes through little memory."""

import os
import subprocess
import sys

import pytest

from support.program import Program
from support.sandbox import Sandbox

LIMIT = 100 * 1024 * 1024


@pytest.mark.timeout(300)
def test_an_archive_of_500_mb_installs_below_100_mib(deps: Program, sandbox: Sandbox) -> None:
    """Peak resident memory of the whole process, as the kernel counts it."""
    piece = os.urandom(1 << 20)
    sandbox.repository("big", {f"part{number}.bin": piece * 50 for number in range(10)}, tags=["v1"])
    deps.manifest('[dependencies]\nbig = { workspace = "acme", tag = "v1" }\n')
    peak = [peak_memory(deps, command) for command in (["lock"], ["install"], ["verify"])]
    assert sum(file.stat().st_size for file in (deps.vendor / "big").iterdir()) == 500 << 20
    assert max(peak) < LIMIT, peak


def peak_memory(deps: Program, command: list[str]) -> int:
    """Run the program and give its peak resident memory in bytes; it says so itself, at its end.

    VmHWM, since what getrusage says of a child begins with the size of the process that forked it.
    """
    code = (
        "import sys, pathlib; from bitdeps.cli.entry import main; code = main(sys.argv[1:]); "
        "print(pathlib.Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        cwd=deps.root,
        env=deps.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1]) * 1024
