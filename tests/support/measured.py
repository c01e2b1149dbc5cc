"""The whole program in a process that is held to a time, and says how much memory it took."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from support.program import Program

MOST_SECONDS = 5
MOST_KIB = 256 * 1024

# VmHWM, since what getrusage says of a child begins with the size of the process that started it.
_CODE = f"""
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_CPU, ({MOST_SECONDS}, {MOST_SECONDS + 1}))
from bitdeps.cli.entry import main
code = main(sys.argv[2:])
Path(sys.argv[1]).write_text(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
sys.exit(code)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run gave; a run that takes longer than 5 s of CPU is killed, and its code is negative."""

    code: int
    text: str
    kib: int


def measured(deps: Program, *words: str, peak: Path) -> Measured:
    """Run `deps`; measuring coverage in there would be measured too."""
    environment = {name: value for name, value in deps.environment.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(peak), *words],
        cwd=deps.root,
        env=environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    kib = int(peak.read_text()) if peak.exists() else 0
    peak.unlink(missing_ok=True)
    return Measured(code=done.returncode, text=done.stderr, kib=kib)
