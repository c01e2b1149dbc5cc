"""`deps verify`."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bitdeps.cli.options import command
from bitdeps.cli.render import show_verify, verify_document
from bitdeps.cli.session import Session
from bitdeps.errors import DepsError, UsageError

if TYPE_CHECKING:
    from bitdeps.config.settings import Settings
    from bitdeps.ops.codeinsights import Published
    from bitdeps.ops.project import Project
    from bitdeps.ops.report import VerifyReport


class Where(StrEnum):
    """Where a report can go."""

    CODE_INSIGHTS = "codeinsights"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "verify", panel="The vendor directory")(verify)


def verify(
    session: Session,
    *,
    report: Annotated[
        Where | None,
        typer.Option("--report", help="Post a report on the commit of this pipeline; this asks the service too."),
    ] = None,
) -> None:
    """Compare every byte of the vendor directory with deps.lock, offline."""
    from bitdeps.ops.verify import verify as run

    project = session.project()
    settings = session.settings(project.root)
    if report is not None:
        _report(session, project, settings)
        return
    found = run(project, settings)
    if session.flags.json:
        session.console.document(verify_document(found))
    else:
        show_verify(session.console, found)


def _report(session: Session, project: "Project", settings: "Settings") -> None:
    """Verify and post; an alarm is raised when its report is posted."""
    from bitdeps.config.pipeline import read_pipeline
    from bitdeps.ops.codeinsights import publish
    from bitdeps.ops.verify import edited_alarm, examine

    if settings.offline:
        raise UsageError("`--report` and `--offline` contradict each other", hint="leave one of them out")
    pipeline = read_pipeline()
    found = examine(project, settings)
    try:
        published = session.wait(publish, project, settings, pipeline, found)
    except DepsError as error:
        if not found.problems:
            raise
        # The edited files are the graver news.
        session.console.warn(f"no report was posted: {error}", error.hint)
        raise edited_alarm(found) from error
    alarm = edited_alarm(found) if found.problems else published.alarm()
    _show(session, found, published, silent=alarm is not None)
    if alarm is not None:
        raise alarm


def _show(session: Session, found: "VerifyReport", published: "Published", *, silent: bool) -> None:
    """Print what was found and posted; with `--json` the alarm, where there is one, is the document."""
    console = session.console
    if console.flags.json:
        if not silent:
            findings = [{"kind": each.kind, "text": each.text} for each in published.findings]
            posted = {"repository": published.repository, "commit": published.commit, "result": published.result}
            console.document({**verify_document(found), "report": {**posted, "findings": findings}})
        return
    if not found.problems:
        show_verify(console, found)
    number = len(published.findings)
    what = f"{number:,} finding{'' if number == 1 else 's'}"
    console.say(f"Reported {what} on {published.repository} at {published.commit[:12]}: {published.result}")
    for each in published.findings:
        if each.kind not in ("drift", "moved"):
            console.say(f"- {each.text}")
    for why in dict.fromkeys(published.skipped.values()):
        console.note(f"not everything was compared: {why}")
