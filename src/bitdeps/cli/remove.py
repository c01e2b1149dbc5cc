"""`deps remove`."""

from typing import Annotated

import typer

from bitdeps.cli.add import documents, show_rest
from bitdeps.cli.options import command
from bitdeps.cli.render import show_lock
from bitdeps.cli.session import Session


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "remove", dry_run=True, panel="Manifest and lock")(remove)


def remove(
    session: Session,
    *,
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Keys of entries in deps.toml.")],
    no_install: Annotated[
        bool, typer.Option("--no-install", help="Lock, and leave the vendor directory alone.")
    ] = False,
) -> None:
    """Remove dependencies from deps.toml, lock and install."""
    from bitdeps.ops.follow import follow, placed_groups
    from bitdeps.ops.remove import remove as run

    project = session.project()
    settings = session.settings(project.root)
    groups = placed_groups(project)
    report = session.wait(run, project, settings, names, write=not session.flags.dry_run)
    installed = None
    if not session.flags.json:
        show_lock(session.console, report.lock)
        for note in report.notes:
            session.console.note(note)
    if not (no_install or session.flags.dry_run):
        installed = session.wait(follow, project.root, settings, groups, say=session.console.say)
    if session.flags.json:
        document = {"removed": names, "notes": list(report.notes), **documents(report.lock, installed)}
        session.console.document(document)
    else:
        show_rest(session, installed)
