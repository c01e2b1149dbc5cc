"""`deps lock`."""

from typing import TYPE_CHECKING, Annotated

import typer

from bitdeps.cli.options import command, group
from bitdeps.cli.render import lock_document, show_lock
from bitdeps.cli.session import Session
from bitdeps.errors import UsageError

if TYPE_CHECKING:
    from bitdeps.ops.report import LockReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(group(app, "lock", lock, panel="Manifest and lock"), "merge")(merge)


def lock(
    session: Session,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing: exit 0 if the lock would stay, 1 if it would change.")
    ] = False,
    accept_moved: Annotated[
        list[str] | None,
        typer.Option("--accept-moved", metavar="NAME", help="Take the new commit of this package's moved tag."),
    ] = None,
    no_proof: Annotated[
        bool, typer.Option("--no-proof", help="Do not ask git whether each archive is its commit.")
    ] = False,
    require_proof: Annotated[
        bool, typer.Option("--require-proof", help="Fail unless git says of every archive that it is its commit.")
    ] = False,
) -> int:
    """Resolve deps.toml and write deps.lock."""
    from bitdeps.ops.lock import LockRequest
    from bitdeps.ops.lock import lock as run

    if no_proof and require_proof:
        raise UsageError("`--no-proof` and `--require-proof` contradict each other", hint="leave one of them out")
    project = session.project()
    request = LockRequest(
        write=not (check or session.flags.dry_run),
        accept_moved=frozenset(accept_moved or ()),
        proof="skip" if no_proof else "require" if require_proof else "try",
    )
    settings = session.settings(project.root)
    if check and settings.offline:
        from bitdeps.ops.stale import require_lock

        require_lock(project)
        session.console.say("deps.lock matches deps.toml")
        return 0
    report = session.wait(run, project, settings, request)
    _show(session, report, check=check)
    return 1 if check and report.changed else 0


def _show(session: Session, report: "LockReport", *, check: bool) -> None:
    if session.flags.json:
        session.console.document(lock_document(report))
        return
    show_lock(session.console, report)
    if check:
        session.console.say("deps.lock would change" if report.changed else "deps.lock would stay as it is")


def merge(
    session: Session,
    base: Annotated[str, typer.Argument(metavar="BASE", help="The common ancestor (%O).")],
    ours: Annotated[str, typer.Argument(metavar="OURS", help="Our side (%A); the result is written here.")],
    theirs: Annotated[str, typer.Argument(metavar="THEIRS", help="Their side (%B).")],
) -> int:
    """Merge three lockfiles; git calls this where `deps init --merge-driver` has set it up."""
    from bitdeps.ops.merge import merge as run
    from bitdeps.ops.words import count

    conflicts = run(session.directory, base, ours, theirs)
    if session.flags.json:
        session.console.document({"merged": not conflicts, "conflicts": list(conflicts)})
    elif conflicts:
        listed = ", ".join(f"`{identity}`" for identity in conflicts)
        text = f"`deps.lock`: {count(len(conflicts), 'package')} cannot be merged: {listed}"
        session.console.warn(text, "merge `deps.toml`, run `deps lock`, then `git add deps.toml deps.lock`")
    return 1 if conflicts else 0
