"""`deps mirror push|pull|status`."""

from typing import TYPE_CHECKING, Annotated

import typer

from bitdeps.cli.options import command
from bitdeps.cli.session import Session
from bitdeps.ops.waiting import wait_for
from bitdeps.ops.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from bitdeps.config.settings import Settings
    from bitdeps.ops.mirror import MirrorReport
    from bitdeps.ops.project import Project

    Work = Callable[[Project, Settings, str | None], Coroutine[Any, Any, MirrorReport]]

app = typer.Typer(help="Fill and use the cache that many machines share.", no_args_is_help=True)

Address = Annotated[
    str | None,
    typer.Argument(
        metavar="[ADDRESS]", help="Such as `s3://BUCKET/PREFIX` or `file:///media/usb` (DEPS_REMOTE_CACHE)."
    ),
]


def push(session: Session, address: Address = None) -> int:
    """Write every archive of the lock to the shared cache; download what this machine lacks."""
    from bitdeps.ops import mirror

    return _run(session, address, mirror.push, "Pushed")


def pull(session: Session, address: Address = None) -> int:
    """Copy every archive of the lock from the shared cache to this machine; Bitbucket is not asked."""
    from bitdeps.ops import mirror

    return _run(session, address, mirror.pull, "Pulled")


def status(session: Session, address: Address = None) -> int:
    """Say which archives of the lock the shared cache has; exit 1 where one is missing."""
    from bitdeps.ops import mirror

    return _run(session, address, mirror.status, None)


def _run(session: Session, address: str | None, work: "Work", verb: str | None) -> int:
    project = session.project()
    report = wait_for(work, project, session.settings(project.root), address)
    lacking = (*report.missing, *report.wrong)
    if session.flags.json:
        session.console.document(
            {
                "address": report.address,
                "moved": report.moved,
                "there": report.there,
                "missing": report.missing,
                "wrong": report.wrong,
                "warnings": report.warnings,
            }
        )
        return 1 if lacking else 0
    for warning in report.warnings:
        text, _, hint = warning.partition("\n")
        session.console.warn(text, hint or None)
    done = f"{verb} {count(len(report.moved), 'archive')}; " if verb else ""
    session.console.say(f"{done}{len(report.there)} already there, {len(lacking)} missing in `{report.address}`")
    for name in report.missing:
        session.console.data(f"- {name}")
    for name in report.wrong:
        session.console.data(f"! {name} (kept there in a wrong size: delete it there, then push again)")
    return 1 if lacking else 0


command(app, "push")(push)
command(app, "pull")(pull)
command(app, "status")(status)
