"""`deps outdated`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from bitdeps.cli.options import command
from bitdeps.cli.session import Session

if TYPE_CHECKING:
    from bitdeps.ops.outdated import Outdated, OutdatedReport

HEAD = ("package", "locked", "compatible", "newest")


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "outdated", panel="Questions")(outdated)


def outdated(session: Session) -> int:
    """Show what is newer than deps.lock; exit 1 where anything is."""
    from bitdeps.ops.outdated import outdated as run

    project = session.project()
    report = session.wait(run, project, session.settings(project.root))
    if session.flags.json:
        session.console.document(_document(report))
    else:
        _show(session, report)
    return 1 if report.packages else 0


def _show(session: Session, report: "OutdatedReport") -> None:
    from bitdeps.ops.words import count

    if report.packages:
        session.console.data("\n".join(_table(report.packages)))
        noun = "is" if len(report.packages) == 1 else "are"
        session.console.say(f"{len(report.packages)} of {count(report.checked, 'package')} {noun} outdated")
    else:
        session.console.say(f"Nothing is newer than what is locked ({count(report.checked, 'package')})")
    if report.young is not None:
        session.console.note(report.young)
    for name, tags in report.unversioned.items():
        listed = ", ".join(f"`{tag}`" for tag in tags)
        session.console.detail(f"`{name}`: {count(len(tags), 'tag')} that {_are(tags)}: {listed}")
    session.console.detail(f"{count(report.requests, 'request')} to the service")


def _are(tags: Sequence[str]) -> str:
    return "is no version" if len(tags) == 1 else "are no versions"


def _table(packages: "Sequence[Outdated]") -> list[str]:
    rows = [HEAD, *((each.name, each.locked, each.compatible, each.newest) for each in packages)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _document(report: "OutdatedReport") -> dict[str, object]:
    return {
        "packages": [
            {"name": each.name, "locked": each.locked, "compatible": each.compatible, "newest": each.newest}
            for each in report.packages
        ],
        "checked": report.checked,
        "unversioned": {name: list(tags) for name, tags in report.unversioned.items()},
        "requests": report.requests,
    }
