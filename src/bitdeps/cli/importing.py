"""`deps import gitmodules`."""

import shlex
from typing import TYPE_CHECKING

import typer

from bitdeps.cli.options import command
from bitdeps.cli.session import Session
from bitdeps.core.names import shown
from bitdeps.ops.waiting import wait_for
from bitdeps.ops.words import count

if TYPE_CHECKING:
    from bitdeps.ops.gitmodules import ImportReport

app = typer.Typer(help="Come from another tool.", no_args_is_help=True)


def gitmodules(session: Session) -> None:
    """Make an entry of deps.toml for each git submodule that is on Bitbucket; what exists is kept."""
    from bitdeps.ops.gitmodules import import_gitmodules
    from bitdeps.ops.submodules import project_root, read_superproject

    superproject = wait_for(read_superproject, session.directory, session.settings())
    root = project_root(session.directory, superproject)
    write = not session.flags.dry_run
    report = wait_for(import_gitmodules, root, session.settings(root), superproject, write=write)
    _show(session, report, len(superproject.submodules))


def _show(session: Session, report: "ImportReport", total: int) -> None:
    console = session.console
    if session.flags.json:
        console.document(
            {
                "imported": [
                    {
                        "name": each.name,
                        "path": each.path,
                        "workspace": each.repository.workspace,
                        "repo": each.repository.repo,
                        each.kind: each.value,
                        "exclude": list(each.exclude),
                    }
                    for each in report.imported
                ],
                "left": [{"path": each.path, "why": each.why} for each in report.left],
                "notes": list(report.notes),
            }
        )
        return
    verb = "Would import" if session.flags.dry_run else "Imported"
    console.say(f"{verb} {len(report.imported):,} of {count(total, 'submodule')}")
    for each in report.imported:
        console.say(f"{console.paint('+', 'green', 'bold')} {each.name} {each.label}")
    for left in report.left:
        console.warn(f"{shown(left.path)}: not carried over: {left.why}")
    for note in report.notes:
        console.note(note)
    if report.imported and not session.flags.dry_run:
        paths = shlex.join(each.path for each in report.imported)
        console.note(f"next: `git rm --cached {paths}`, then remove them and `.gitmodules`, then `deps install`")


command(app, "gitmodules", dry_run=True)(gitmodules)
