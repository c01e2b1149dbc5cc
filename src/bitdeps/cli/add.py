"""`deps add`."""

from typing import TYPE_CHECKING, Annotated

import typer

from bitdeps.cli.options import command
from bitdeps.cli.render import install_document, lock_document, show_install, show_lock
from bitdeps.cli.session import Session
from bitdeps.ops.report import InstallReport, LockReport

if TYPE_CHECKING:
    from bitdeps.ops.add import AddRequest


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "add", dry_run=True, panel="Manifest and lock")(add)


def add(
    session: Session,
    *,
    what: Annotated[
        str, typer.Argument(metavar="WS/REPO[@TAG]", help="Or a clone or browser address; default its newest release.")
    ],
    name: Annotated[str | None, typer.Option("--name", help="The entry's key; default the repository's name.")] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="G", help="Add it to this group.")] = None,
    subdir: Annotated[str | None, typer.Option("--subdir", metavar="DIR", help="Take this directory alone.")] = None,
    branch: Annotated[str | None, typer.Option("--branch", metavar="B", help="Follow a branch.")] = None,
    commit: Annotated[str | None, typer.Option("--commit", metavar="C", help="Take a commit (40 hex digits).")] = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="SPEC", help="Take the newest tag that fits, such as `>=1.2,<2`.")
    ] = None,
    no_install: Annotated[
        bool, typer.Option("--no-install", help="Lock, and leave the vendor directory alone.")
    ] = False,
) -> None:
    """Add a dependency to deps.toml, lock and install."""
    from bitdeps.ops.add import AddRequest

    request = AddRequest(
        what=what,
        name=name,
        group=group,
        subdir=subdir,
        branch=branch,
        commit=commit,
        version=version,
        write=not session.flags.dry_run,
    )
    _carry_out(session, request, install=not (no_install or session.flags.dry_run))


def _carry_out(session: Session, request: "AddRequest", *, install: bool) -> None:
    from bitdeps.ops.add import add as run
    from bitdeps.ops.follow import follow, placed_groups

    project = session.project()
    settings = session.settings(project.root)
    groups = placed_groups(project) | ({request.group} if request.group is not None else set())
    report = session.wait(run, project, settings, request)
    if not session.flags.json:
        show_lock(session.console, report.lock)
        for note in report.notes:
            session.console.note(note)
    installed = session.wait(follow, project.root, settings, groups, say=session.console.say) if install else None
    if session.flags.json:
        entry = {"key": str(report.path[-1]), "group": request.group, **report.entry}
        session.console.document({"added": entry, "notes": list(report.notes), **documents(report.lock, installed)})
    else:
        show_rest(session, installed)


def documents(lock: LockReport, installed: InstallReport | None) -> dict[str, object]:
    """Return what was locked, and what was installed then."""
    return {"lock": lock_document(lock), "install": None if installed is None else install_document(installed)}


def show_rest(session: Session, installed: InstallReport | None) -> None:
    """Print what followed the lock."""
    if session.flags.dry_run:
        session.console.say("Dry run, nothing was changed")
    elif installed is not None:
        show_install(session.console, installed, dry_run=False)
