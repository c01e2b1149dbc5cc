"""`deps export cyclonedx|json`."""

from typing import Annotated

import typer

from bitdeps.cli.options import command
from bitdeps.cli.session import Session

app = typer.Typer(help="Write what the lock lists, for other programs.", no_args_is_help=True)
OUTPUT = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help="Write this file instead of stdout.")
]


def cyclonedx(
    session: Session,
    *,
    output: OUTPUT = None,
    no_licences: Annotated[
        bool, typer.Option("--no-licences", help="Do not look for licences: nothing is read or downloaded.")
    ] = False,
) -> None:
    """Write a bill of materials in CycloneDX (JSON, version 1.6)."""
    from bitdeps.config.pipeline import source_date_epoch
    from bitdeps.ops.export import export_cyclonedx

    project = session.project()
    settings = session.settings(project.root)
    moment = source_date_epoch()
    text = session.wait(export_cyclonedx, project, settings, licences=not no_licences, moment=moment)
    _write(session, text, output)


def plain(session: Session, *, output: OUTPUT = None) -> None:
    """Write the lock's packages as JSON, with package URLs."""
    import json

    from bitdeps.ops.export import export_json

    document = export_json(session.project())
    _write(session, json.dumps(document, indent=2, ensure_ascii=False) + "\n", output)


def _write(session: Session, text: str, output: str | None) -> None:
    if output is None:
        session.console.data(text)
        return
    from pathlib import Path

    from bitdeps.ops.project import write_atomic

    write_atomic(str(Path(output).absolute()), text.encode())
    session.console.say(f"Wrote {output}")


command(app, "cyclonedx")(cyclonedx)
command(app, "json")(plain)
