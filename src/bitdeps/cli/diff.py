"""`deps diff [REV]`."""

from typing import TYPE_CHECKING, Annotated

import typer

from bitdeps.cli.options import command
from bitdeps.cli.session import Session
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.ops.report import Change

if TYPE_CHECKING:
    from bitdeps.core.lockdiff import PackageChange


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "diff", panel="Questions")(diff)


def diff(
    session: Session,
    revision: Annotated[str, typer.Argument(metavar="REV", help="A revision of the project in git.")] = "HEAD",
) -> None:
    """Show what changed in deps.lock since a revision."""
    from bitdeps.ops.diff import diff as run

    report = session.wait(run, session.project(), revision)
    if session.flags.json:
        session.console.document([_document(change) for change in report.changes])
        return
    if not report.has_lock:
        session.console.note("there is no `deps.lock` now")
    if not report.had_lock:
        session.console.note(f"`{revision}` has no `deps.lock`")
    for change in report.changes:
        session.console.data(_text(change))
        for detail in change.details:
            session.console.data(f"    {detail}")
    if not report.changes:
        session.console.say(f"deps.lock is as in `{revision}`")


def _text(change: "PackageChange") -> str:
    old, new = _label(change.old), _label(change.new)
    if change.sign == "~" and old == new:
        return f"~ {change.name} {new}"
    return f"{change.sign} {Change(sign=change.sign, name=change.name, old=old, new=new).text}"


def _label(package: LockedPackage | None) -> str | None:
    return None if package is None else package.label


def _document(change: "PackageChange") -> dict[str, object]:
    kind = {"+": "added", "~": "changed", "-": "removed"}[change.sign]
    return {
        "change": kind,
        "name": change.name,
        "identity": str(change.identity),
        "old": _pin(change.old),
        "new": _pin(change.new),
        "details": list(change.details),
    }


def _pin(package: LockedPackage | None) -> dict[str, object] | None:
    return None if package is None else {"label": package.label, "commit": package.commit, "path": package.path}
