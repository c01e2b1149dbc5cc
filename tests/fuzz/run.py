"""Fuzz the archive reader: `python tests/fuzz/run.py --mutations 1000000 --seed 1`.

Prints how often each rule refused. Ends with 1 where a rule never did, more than 256 MiB were used, the reader's
branch coverage is under 95 % (with `--coverage`), or a result is not what it must be. Every mutation has a number:
`--only N` repeats one.
"""

# ruff: noqa: T201 - a program for the terminal

import argparse
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

TESTS = Path(__file__).resolve().parents[1]
if TYPE_CHECKING:
    from support.fuzz.campaign import Report

MOST_KIB = 256 * 1024
LEAST_COVERED = 95.0
LEAST_RIGHT = 0.5
READER = ["bitdeps.archive", "bitdeps.core.member_paths"]


def main() -> int:
    """Run from the command line."""
    options = parsed()
    measured = None
    if options.coverage:
        import coverage

        measured = coverage.Coverage(branch=True, source_pkgs=READER, data_file=None, config_file=False)
        measured.start()
    sys.path.insert(0, str(TESTS))
    from support.fuzz.campaign import run

    numbers = range(options.start, options.start + options.mutations)
    report = run(options.seed, numbers, compare_each=options.compare_each, keep=options.keep)
    show(report)
    found = list(report.failures)
    if measured is not None:
        measured.stop()
        percent = measured.report(show_missing=True, file=sys.stdout)
        if percent < LEAST_COVERED:
            found.append(f"branch coverage of the reader is {percent:.1f} %")
    elif options.mutations > 1:
        found += limits(report)
    for problem in found:
        print(f"problem: {problem}")
    return 1 if found else 0


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=20_000)
    parser.add_argument("--start", type=int, default=0, help="the number of the first mutation")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", type=int, help="repeat one mutation")
    parser.add_argument("--compare-each", type=int, default=50, help="compare every Nth accepted archive (0: none)")
    parser.add_argument("--keep", type=Path, help="a directory for the archives that fail")
    parser.add_argument("--coverage", action="store_true", help="measure the reader's branch coverage")
    options = parser.parse_args()
    if options.only is not None:
        options.start, options.mutations = options.only, 1
    return options


def show(report: "Report") -> None:
    """Print the counts."""
    for name, count in report.results.most_common():
        print(f"{count:9} {name}")
    print(f"{sum(report.results.values())} mutations in {report.seconds:.0f} s")
    print(
        f"{report.whole_gzips} of the tar in a whole gzip, {report.right_checksums} of them with right checksums alone"
    )
    print(f"{report.compared} accepted archives compared with other programs, in {report.comparisons} comparisons")


def limits(report: "Report") -> list[str]:
    """Say what a long run must not be like."""
    found = [f"rules that refused nothing: {', '.join(report.missing())}"] if report.missing() else []
    share = report.right_checksums / max(1, report.whole_gzips)
    if share < LEAST_RIGHT:
        found.append(f"{share:.0%} of the tars have right checksums alone")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return [*found, f"{peak // 1024} MiB of memory were used"] if peak > MOST_KIB else found


if __name__ == "__main__":
    sys.exit(main())
