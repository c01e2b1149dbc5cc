"""A run of the fuzzer: mutations by number, judged and counted."""

import signal
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

from bitdeps.config.settings import ArchiveLimits
from support.fuzz import differential, oracle
from support.fuzz.mutations import mutate, with_checksum
from support.fuzz.seeds import Seed, seeds, split

MOST_FAILURES = 20
HANGS_AFTER = 30
"""Seconds of CPU time: a busy machine is no hang."""


@dataclass(slots=True)
class Report:
    """What came of a run."""

    results: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    compared: int = 0
    comparisons: int = 0
    whole_gzips: int = 0
    """Mutations of the tar alone: the gzip around it is whole."""
    right_checksums: int = 0
    """Those of them where every header has its right checksum."""
    seconds: float = 0.0

    def missing(self) -> list[str]:
        """Return the rules that never refused anything."""
        return sorted(oracle.all_rules() - self.results.keys())


def one(pool: list[Seed], seed: str, number: int) -> tuple[bytes, ArchiveLimits]:
    """Make a mutation and choose its caps: the defaults, or small ones that it can reach."""
    dice = Random(f"{seed}:{number}")  # noqa: S311 - reproducible
    origin = dice.choice(pool[:2]) if dice.random() < 0.5 else dice.choice(pool)
    return mutate(origin, dice), ArchiveLimits() if dice.random() < 0.6 else oracle.SMALL


def run(seed: str, numbers: range, *, compare_each: int, keep: Path | None = None) -> Report:
    """Judge mutations; compare every so manieth accepted one with other programs."""
    report = Report()
    started = monotonic()
    with TemporaryDirectory(prefix="deps-fuzz-") as scratch:
        folders = [Path(scratch, name) for name in ("seeds", "judge", "compare")]
        for folder in folders:
            folder.mkdir()
        pool = seeds(folders[0])
        for number in numbers:
            data, limits = one(pool, seed, number)
            _count_kinds(report, data)
            try:
                with _deadline():
                    result = oracle.judge(data, limits, folders[1])
                report.results[result] += 1
                if result == oracle.ACCEPTED and compare_each and report.results[result] % compare_each == 0:
                    report.comparisons += differential.compare(data, limits, folders[2])
                    report.compared += 1
            except Exception as error:  # noqa: BLE001 - any exception is a finding
                report.failures.append(f"{seed}:{number}: {type(error).__name__}: {error}"[:2000])
                if keep is not None:
                    (keep / f"{seed}-{number}.tar.gz").write_bytes(data)
                if len(report.failures) == MOST_FAILURES:
                    break
    report.seconds = monotonic() - started
    return report


def _count_kinds(report: Report, data: bytes) -> None:
    stream = zlib.decompressobj(31)
    try:
        tar = stream.decompress(data)
    except zlib.error:
        return
    if not stream.eof or stream.unused_data:
        return
    report.whole_gzips += 1
    report.right_checksums += all(with_checksum(piece.header) == piece.header for piece in split("", tar).pieces)


@contextmanager
def _deadline() -> Iterator[None]:
    """Turn a hang into a finding."""

    def hangs(_signal: int, _frame: object) -> None:
        raise oracle.UnexpectedError(f"no result after {HANGS_AFTER} s")

    before = signal.signal(signal.SIGPROF, hangs)
    signal.setitimer(signal.ITIMER_PROF, HANGS_AFTER)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
