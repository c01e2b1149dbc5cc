"""Time whole commands side by side: `make bench`.

Runs are interleaved, so that what else the machine does falls on all of them; the median counts. Times hold for one
machine on one day; the ratio to a bare Python is what can be compared.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
DEPS = str(Path(sys.executable).with_name("deps"))
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "git --version": ["git", "--version"],
    "deps --version": [DEPS, "--version"],
    "deps --help": [DEPS, "--help"],
}


def seconds(command: list[str]) -> float:
    """Run a command once and return how long it took, in seconds."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Print one line for each command: median in milliseconds, and times a bare Python."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    medians = {name: statistics.median(measured) for name, measured in times.items()}
    bare = medians["python -c pass"]
    print(f"{'start':<16} {'ms':>7} {'x python':>9}")
    for name, median in medians.items():
        print(f"{name:<16} {median * 1000:>7.1f} {median / bare:>9.2f}")


if __name__ == "__main__":
    main()
