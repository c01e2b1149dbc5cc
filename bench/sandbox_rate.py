"""Requests a second of the local Bitbucket from a warm archive store, so that it is never what a benchmark measures.

Run: `python bench/sandbox_rate.py [--seconds N]`; exits with 1 when a row is below 200 requests a second.
"""

import argparse
import http.client
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

FLOOR = 200
THREADS = 4
SEED = """
[[repositories."bench/kit".commits]]
tags = ["v1.0"]
[repositories."bench/kit".commits.files]
"src/{n:03}.c" = { count = 200, text = "int f{n}(void) { return {n}; } /* some text that repeats */\\n" }
"noise.bin" = { size = 100000 }
"""
ROWS = (
    ("archive, 130 KB", "/bench/kit/get/v1.0.tar.gz"),
    ("one tag", "/2.0/repositories/bench/kit/refs/tags/v1.0"),
    ("list of tags", "/2.0/repositories/bench/kit/refs/tags?pagelen=100"),
    ("one raw file", "/2.0/repositories/bench/kit/src/v1.0/src/007.c"),
)


def ask(host: str, path: str, until: float, times: list[float], failures: list[int]) -> None:
    """Ask for one path again and again over one connection, as a client with keep-alive does."""
    connection = http.client.HTTPConnection(host)
    while (start := time.perf_counter()) < until:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - start)
        if answer.status != http.HTTPStatus.OK:
            failures.append(answer.status)
    connection.close()


def measure(host: str, path: str, seconds: float) -> tuple[float, float, float]:
    """Give requests a second, and median and 95th percentile in milliseconds."""
    times: list[float] = []
    failures: list[int] = []
    ask(host, path, time.perf_counter() + 0.2, [], failures)
    start = time.perf_counter()
    arguments = (host, path, start + seconds, times, failures)
    threads = [threading.Thread(target=ask, args=arguments) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        msg = f"{path} answered {failures[0]}"
        raise SystemExit(msg)
    passed = time.perf_counter() - start
    return len(times) / passed, 1000 * statistics.median(times), 1000 * statistics.quantiles(times, n=20)[-1]


def main() -> int:
    """Print one row for each kind of request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="time for each row")
    seconds = parser.parse_args().seconds
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder, "seed.toml")
        seed.write_text(SEED, encoding="utf-8")
        command = [sys.executable, "-m", "bitdeps.sandbox", "--root", f"{folder}/root", "--seed", str(seed)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            line = server.stdout.readline() if server.stdout else ""
            host = line.strip().rpartition("/")[2]
            print(f"{'request':<20} {'a second':>9} {'median ms':>10} {'95 % ms':>9}")
            for name, path in ROWS:
                rate, median, high = measure(host, path, seconds)
                slow += rate < FLOOR
                print(f"{name:<20} {rate:>9.0f} {median:>10.2f} {high:>9.2f}")
            server.terminate()
    print(f"floor: {FLOOR} a second; {'missed' if slow else 'kept'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
