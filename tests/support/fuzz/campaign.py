"""A run of the fuzzer: mutations by number, judged and counted."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

from bitdeps.config.settings import ArchiveLimits
from support.fuzz import differential, oracle
from support.fuzz.mutations import mutate
from support.fuzz.seeds import Seed, seeds

MOST_FAILURES = 20


@dataclass(slots=True)
class Report:
    """What came of a run."""

    results: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    compared: int = 0
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
            try:
                result = oracle.judge(data, limits, folders[1])
                report.results[result] += 1
                if result == oracle.ACCEPTED and compare_each and report.results[result] % compare_each == 0:
                    report.compared += differential.compare(data, limits, folders[2])
            except Exception as error:  # noqa: BLE001 - any exception is a finding
                report.failures.append(f"{seed}:{number}: {type(error).__name__}: {error}"[:2000])
                if keep is not None:
                    (keep / f"{seed}-{number}.tar.gz").write_bytes(data)
                if len(report.failures) == MOST_FAILURES:
                    break
    report.seconds = monotonic() - started
    return report
