"""`deps install`."""

from typing import Annotated

import typer

from bitdeps.cli.options import command
from bitdeps.cli.render import install_document, show_install
from bitdeps.cli.session import Session
from bitdeps.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "install", dry_run=True, panel="The vendor directory")(install)


Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="Place these and all they require; leave everything else alone."),
]
Locked = Annotated[
    bool | None,
    typer.Option("--locked/--no-locked", help="Stop where the lock is missing or stale (the default where CI is set)."),
]
Frozen = Annotated[
    bool,
    typer.Option("--frozen", help="Take the lock without comparing it with the manifest (not offline)."),
]
Groups = Annotated[list[str] | None, typer.Option("--group", metavar="G", help="Place this group too.")]
AllGroups = Annotated[bool, typer.Option("--all-groups", help="Place all groups too.")]
Force = Annotated[bool, typer.Option("--force", help="Replace edited packages; what was edited moves to .deps/trash.")]


def install(
    session: Session,
    *,
    names: Names = None,
    locked: Locked = None,
    frozen: Frozen = False,
    group: Groups = None,
    all_groups: AllGroups = False,
    force: Force = False,
) -> None:
    """Make the vendor directory equal deps.lock; lock first where the manifest changed."""
    from bitdeps.ops.install import InstallRequest
    from bitdeps.ops.install import install as run

    if locked and frozen:
        message = "`--locked` and `--frozen`: one compares the lock with the manifest, the other does not"
        raise UsageError(message, hint="give one of them")
    project = session.project()
    settings = session.settings(project.root)
    request = InstallRequest(
        names=tuple(names or ()),
        locked=settings.ci if locked is None else locked,
        frozen=frozen,
        groups=frozenset(group or ()),
        all_groups=all_groups,
        force=force,
        dry_run=session.flags.dry_run,
    )
    report = session.wait(run, project, settings, request, say=session.console.say)
    if session.flags.json:
        session.console.document(install_document(report))
    else:
        show_install(session.console, report, dry_run=session.flags.dry_run)
