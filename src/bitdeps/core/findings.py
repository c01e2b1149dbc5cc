"""What a report on a commit says: findings of several kinds, their weight, and where they are shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bitdeps.core.bitbucket.reports import MOST_ANNOTATIONS, Annotation, AnnotationKind, Report, Severity
from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.manifest.model import Manifest
from bitdeps.core.names import Identity

Kind = Literal["drift", "moved", "gone", "licence", "outdated"]
_ORDER: tuple[Kind, ...] = ("moved", "drift", "gone", "licence", "outdated")
"""The gravest first."""
_WEIGHT: Mapping[Kind, tuple[AnnotationKind, Severity]] = {
    "drift": ("VULNERABILITY", "HIGH"),
    "moved": ("VULNERABILITY", "CRITICAL"),
    "gone": ("BUG", "MEDIUM"),
    "licence": ("CODE_SMELL", "MEDIUM"),
    "outdated": ("CODE_SMELL", "LOW"),
}
_LINE = "\n"
FAILING: frozenset[Kind] = frozenset({"drift", "moved"})
_TITLES: Mapping[Kind, str] = {
    "drift": "Differences in vendor",
    "moved": "Moved tags",
    "gone": "Tags that are gone",
    "licence": "Licence changes",
    "outdated": "Newer releases",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found."""

    kind: Kind
    text: str
    """On one line."""
    identity: Identity | None = None
    """The package that it is about, where it is about one."""
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A line of a file, relative to the git repository; lines count from 1."""

    path: str
    line: int


def spots(manifest: Manifest, lock: Lockfile, lock_text: str, prefix: str) -> Mapping[Identity, Spot]:
    """Say where a package stands: in the manifest, else in the lockfile; `prefix` is empty or ends with `/`."""
    lines = {line: number for number, line in enumerate(lock_text.splitlines(), start=1)}
    entries = {entry.identity: entry.line for entry in manifest.dependencies}
    found = {}
    for identity in lock.packages:
        if identity in entries:
            found[identity] = Spot(path=f"{prefix}deps.toml", line=max(entries[identity], 1))
        else:
            found[identity] = Spot(path=f"{prefix}deps.lock", line=lines.get(f'[packages."{identity}"]', 1))
    return found


def annotations(findings: Iterable[Finding], where: Mapping[Identity, Spot], prefix: str) -> tuple[Annotation, ...]:
    """Write findings as annotations, the gravest first, as many as the service takes."""
    ordered = sorted(findings, key=lambda finding: _ORDER.index(finding.kind))
    top = Spot(path=f"{prefix}deps.lock", line=1)
    return tuple(
        _annotation(number, finding, top if finding.identity is None else where.get(finding.identity, top))
        for number, finding in enumerate(ordered[:MOST_ANNOTATIONS], start=1)
    )


def _annotation(number: int, finding: Finding, spot: Spot) -> Annotation:
    kind, severity = _WEIGHT[finding.kind]
    return Annotation(
        id=f"deps-{number:04}",
        kind=kind,
        severity=severity,
        summary=finding.text,
        details=finding.details,
        path=spot.path,
        line=spot.line,
    )


def report(findings: Sequence[Finding], skipped: Mapping[Kind, str], *, packages: int, files: int) -> Report:
    """Sum findings up; `skipped` says why something was not looked for."""
    counts = {kind: sum(finding.kind == kind for finding in findings) for kind in _ORDER}
    data: dict[str, int | str | bool] = {"Packages": packages, "Files": files}
    for kind in _ORDER:
        data[_TITLES[kind]] = _told(counts[kind], skipped.get(kind))
    failed = any(counts[kind] for kind in FAILING)
    said = [f"{_TITLES[kind].lower()}: {counts[kind]}" for kind in _ORDER if counts[kind]]
    told = f"Found: {', '.join(said)}." if said else "Nothing to report."
    return Report(
        title="Vendored dependencies",
        details=f"The vendor directory and `deps.lock`, compared with each other and with Bitbucket. {told}",
        result="FAILED" if failed else "PASSED",
        data=data,
    )


def _told(count: int, skipped: str | None) -> int | str:
    if skipped is None:
        return count
    why = skipped.partition(_LINE)[0]
    return f"{count}, not everything was compared: {why}" if count else f"not compared: {why}"
