"""Reports as lines for people and as documents for programs."""

from bitdeps.cli.console import Console
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.ops.report import InstallReport, LockReport, VerifyReport
from bitdeps.ops.words import count, summary, took


def show_lock(console: Console, report: LockReport, *, changes: bool = True) -> None:
    """Print what `lock` did; `changes` says whether each package that is another one now has a line."""
    console.say(f"Resolved {count(len(report.lockfile.packages), 'package')} in {took(report.seconds)}")
    console.detail(f"{count(report.requests, 'request')} to the service")
    for detail in report.details:
        console.detail(detail)
    for change in report.changes if changes else ():
        console.change(change)
    _remarks(console, report)
    if report.new_workspaces:
        console.note(f"new in the lock: the workspace {_names(report.new_workspaces)}")


def show_install(console: Console, report: InstallReport, *, dry_run: bool) -> None:
    """Print what `install` did."""
    if report.lock is not None:
        show_lock(console, report.lock, changes=False)
    signs = [change.sign for change in report.changes]
    verbs = [("installed", signs.count("+")), ("updated", signs.count("~")), ("removed", signs.count("-"))]
    line = summary([*verbs, ("kept", report.kept)], report.seconds)
    console.say(f"Dry run, nothing was changed: {line}" if dry_run else line)
    for change in report.changes:
        console.change(change)
    _remarks(console, report)


def show_verify(console: Console, report: VerifyReport) -> None:
    """Print what `verify` found when nothing is wrong; a finding is an error of its own."""
    console.say(
        f"Verified {count(report.packages, 'package')}, {count(report.files, 'file')} in {took(report.seconds)}"
    )
    for note in report.notes:
        console.note(note)


def _remarks(console: Console, report: LockReport | InstallReport) -> None:
    for note in report.notes:
        console.note(note)
    for warning in report.warnings:
        console.warn(*_parts(warning))


def _parts(warning: str) -> tuple[str, str | None]:
    """Split a warning into what is the matter and what to do, which stands on a line of its own."""
    text, _, hint = warning.partition("\n")
    return text, hint or None


def _warnings(warnings: tuple[str, ...]) -> list[dict[str, str | None]]:
    parts = map(_parts, warnings)
    return [{"message": message, "hint": hint} for message, hint in parts]


def lock_document(report: LockReport) -> dict[str, object]:
    """Return `deps lock --json`."""
    return {
        "changed": report.changed,
        "written": report.written,
        "packages": [package_document(package) for package in report.lockfile.packages.values()],
        "changes": [change.document() for change in report.changes],
        "notes": list(report.notes),
        "warnings": _warnings(report.warnings),
        "requests": report.requests,
    }


def install_document(report: InstallReport) -> dict[str, object]:
    """Return `deps install --json`."""
    return {
        "changes": [change.document() for change in report.changes],
        "kept": report.kept,
        "lock": None if report.lock is None else lock_document(report.lock),
        "notes": list(report.notes),
        "warnings": _warnings(report.warnings),
    }


def verify_document(report: VerifyReport) -> dict[str, object]:
    """Return `deps verify --json`."""
    return {"packages": report.packages, "files": report.files, "notes": list(report.notes)}


def package_document(package: LockedPackage) -> dict[str, object]:
    """Return one package of the lock."""
    return {
        "identity": str(package.identity),
        "name": package.name,
        "path": package.path,
        "tag": package.tag,
        "branch": package.branch,
        "version": package.version,
        "commit": package.commit,
        "content": package.content,
    }


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
