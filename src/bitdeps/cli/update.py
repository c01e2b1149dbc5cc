"""`deps update`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bitdeps.cli.options import command
from bitdeps.cli.render import lock_document, show_lock
from bitdeps.cli.session import Session
from bitdeps.errors import UsageError

if TYPE_CHECKING:
    from bitdeps.ops.update import UpdateReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "update", dry_run=True, panel="Manifest and lock")(update)


def update(
    session: Session,
    *,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Move these, and others only if they must; default everything."),
    ] = None,
    patch: Annotated[bool, typer.Option("--patch", help="Keep major and minor of each tag.")] = False,
    major: Annotated[bool, typer.Option("--major", help="Take the newest release, whatever its major.")] = False,
    precise: Annotated[
        list[str] | None,
        typer.Option("--precise", metavar="NAME=TAG", help="Take this tag for this package, also an older one."),
    ] = None,
    changelog: Annotated[
        str | None,
        typer.Option("--changelog", metavar="FILE", help="Write what changed as Markdown, for a pull request."),
    ] = None,
) -> None:
    """Take newer tags in deps.toml, and re-lock ranges and branches."""
    from bitdeps.ops.update import UpdateRequest
    from bitdeps.ops.update import update as run

    if patch and major:
        raise UsageError("`--patch` and `--major` contradict each other", hint="leave one of them out")
    project = session.project()
    request = UpdateRequest(
        names=tuple(names or ()),
        reach="patch" if patch else "major" if major else "compatible",
        precise=_precise(precise or ()),
        write=not session.flags.dry_run,
        changelog=None if changelog is None else str(Path(session.directory, changelog).absolute()),
    )
    report = session.wait(run, project, session.settings(project.root), request)
    if session.flags.json:
        session.console.document(_document(report))
    else:
        _show(session, report)


def _precise(texts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, tag = text.partition("=")
        if not (name and equals and tag):
            raise UsageError(f"`--precise {text}`: is not `NAME=TAG`", hint="such as `--precise http-kit=v2.4.1`")
        if found.setdefault(name, tag) != tag:
            raise UsageError(f"`--precise {text}`: `{name}` has another tag already", hint="give one of them")
    return found


def _show(session: Session, report: "UpdateReport") -> None:
    show_lock(session.console, report.lock)
    for note in report.notes:
        session.console.note(note)
    for held in report.held:
        session.console.note(held.text)
    if session.flags.dry_run:
        session.console.say("Dry run, nothing was changed")
    elif report.lock.changes:
        session.console.say("Run `deps install` to place them")


def _document(report: "UpdateReport") -> dict[str, object]:
    return {
        "tags": [
            {"entry": ".".join(map(str, path)), "old": old, "new": new} for path, (old, new) in report.tags.items()
        ],
        "held": [{"name": each.name, "tag": each.tag, "why": each.why, "take": each.take} for each in report.held],
        "notes": list(report.notes),
        "lock": lock_document(report.lock),
    }
