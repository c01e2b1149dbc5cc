"""`deps licenses`."""

from typing import TYPE_CHECKING

import typer

from bitdeps.cli.options import command
from bitdeps.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bitdeps.ops.licenses import PackageLicence

UNKNOWN = "unknown"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "licenses", panel="Questions")(licenses)


def licenses(session: Session) -> None:
    """Say which licence each package has, by the texts in its repository (SPDX)."""
    from bitdeps.ops.licenses import licenses as run

    project = session.project()
    found = session.wait(run, project, session.settings(project.root))
    if session.flags.json:
        session.console.document({"packages": [_document(each) for each in found]})
        return
    session.console.data(_table(found))
    for each in found:
        for file in each.unrecognised:
            guess = "" if file.likely is None else f", the closest is {file.likely} ({file.score or 0:.2f})"
            session.console.warn(f"`{each.package.name}`: `{file.path}` is no licence text that is known{guess}")
        if not each.files:
            session.console.warn(f"`{each.package.name}`: no file says what its licence is")


def _table(found: "Sequence[PackageLicence]") -> str:
    rows = [(each.package.name, each.package.label, each.expression or UNKNOWN) for each in found]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    lines = [f"{name:<{widths[0]}}  {label:<{widths[1]}}  {licence}" for name, label, licence in rows]
    return "".join(f"{line}\n" for line in lines)


def _document(each: "PackageLicence") -> dict[str, object]:
    return {
        "identity": str(each.package.identity),
        "name": each.package.name,
        "tag": each.package.tag,
        "commit": each.package.commit,
        "licence": each.expression,
        "files": [
            {
                "path": file.path,
                "licence": file.expression,
                "by": file.source,
                "score": file.score,
                "likely": file.likely,
            }
            for file in each.files
        ],
    }
