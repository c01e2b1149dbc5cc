"""`deps doctor`."""

from typing import TYPE_CHECKING

import typer

from bitdeps.cli.options import command
from bitdeps.cli.session import Session
from bitdeps.ops.words import count

if TYPE_CHECKING:
    from bitdeps.ops.doctor import Check

_WIDTH = 12


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "doctor", panel="Questions")(doctor)


def doctor(session: Session) -> int:
    """Check credentials, service, cache, lock and git, and say what to do; exit code 1 when something is wrong."""
    from bitdeps.ops.doctor import diagnose

    checks = diagnose(session.directory, session.settings)
    wrong = sum(check.state == "wrong" for check in checks)
    if session.flags.json:
        session.console.document({"well": wrong == 0, "checks": [_document(check) for check in checks]})
        return 1 if wrong else 0
    for check in checks:
        session.console.data("\n".join(_lines(check)))
    warnings = sum(check.state == "warning" for check in checks)
    session.console.say(
        f"Checked {count(len(checks), 'thing')}: {wrong} wrong, {count(warnings, 'warning')}"
        if wrong or warnings
        else f"Checked {count(len(checks), 'thing')}, nothing to do"
    )
    return 1 if wrong else 0


def _lines(check: "Check") -> list[str]:
    first, *rest = check.found.split("\n")
    indent = " " * 9
    lines = [f"{check.state:<8} {check.name:<{_WIDTH}} {first}", *(f"{indent}{line}" for line in rest)]
    return lines if check.advice is None else [*lines, f"{indent}-> {check.advice}"]


def _document(check: "Check") -> dict[str, object]:
    return {"name": check.name, "state": check.state, "found": check.found, "advice": check.advice}
