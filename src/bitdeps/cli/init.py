"""`deps init`."""

from typing import Annotated

import typer

from bitdeps.cli.options import command
from bitdeps.cli.session import Session


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "init", dry_run=True, panel="Manifest and lock")(init)


def init(
    session: Session,
    name: Annotated[str | None, typer.Option("--name", help="The project's name; default its directory's.")] = None,
    workspace: Annotated[
        str | None, typer.Option("--workspace", help="The workspace that entries without one are in.")
    ] = None,
    *,
    merge_driver: Annotated[
        bool,
        typer.Option("--merge-driver", help="Let git merge deps.lock by package, in this clone."),
    ] = False,
) -> None:
    """Make a project here: deps.toml, and what git should know."""
    from bitdeps.ops.init import add_merge_driver, has_manifest
    from bitdeps.ops.init import init as run

    dry_run = session.flags.dry_run
    exists = merge_driver and has_manifest(session.directory)
    reports = [] if exists else [run(session.directory, name=name, workspace=workspace, dry_run=dry_run)]
    reports += [add_merge_driver(session.directory, dry_run=dry_run)] if merge_driver else []
    written = list(dict.fromkeys(path for report in reports for path in report.written))
    if session.flags.json:
        session.console.document({"root": reports[0].root, "written": written, "merge_driver": merge_driver})
        return
    verb = "Would write" if session.flags.dry_run else "Wrote"
    for path in written:
        session.console.say(f"{verb} {path}")
    if merge_driver:
        session.console.say(f"{'Would set' if dry_run else 'Set'} the merge driver `deps` of this clone")
    if not exists:
        session.console.say("Add a dependency with `deps add WORKSPACE/REPO`")
