"""`deps why NAME`."""

from typing import TYPE_CHECKING, Annotated

import typer

from bitdeps.cli.options import command
from bitdeps.cli.session import Session
from bitdeps.cli.tree import project_name, warn_if_stale
from bitdeps.ops.project import Project

if TYPE_CHECKING:
    from bitdeps.core.graph import Edge
    from bitdeps.ops.tree import LockedGraph


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "why", panel="Questions")(why)


def why(session: Session, name: Annotated[str, typer.Argument(metavar="NAME", help="A package of deps.lock.")]) -> None:
    """Show what asks for a package: the shortest way from the project to each requirement."""
    from bitdeps.ops.tree import locked_graph

    project = session.project()
    locked = locked_graph(project)
    package = locked.find(name)
    ways = locked.graph.ways(package.identity)
    override = locked.graph.overridden.get(package.identity)
    if session.flags.json:
        document = {
            "name": package.name,
            "identity": str(package.identity),
            "label": package.label,
            "commit": package.commit,
            "override": override,
            "ways": [[_step(edge, locked) for edge in way] for way in ways],
        }
        session.console.document(document)
        return
    lines = [f"{package.name} {package.label} ({package.identity})"]
    if override is not None:
        lines.append(f"  [overrides] decides: {override}")
    lines += [f"  {_line(way, locked, project)}" for way in ways]
    session.console.data("\n".join(lines))
    warn_if_stale(session, locked)


def _line(way: "tuple[Edge, ...]", locked: "LockedGraph", project: Project) -> str:
    group = "" if way[0].group is None else f" (group {way[0].group})"
    steps = [f"{locked.lockfile.packages[edge.target].name} ({edge.requirement})" for edge in way]
    return " -> ".join([f"{project_name(project)}{group}", *steps])


def _step(edge: "Edge", locked: "LockedGraph") -> dict[str, object]:
    return {
        "from": None if edge.source is None else str(edge.source),
        "group": edge.group,
        "name": locked.lockfile.packages[edge.target].name,
        "identity": str(edge.target),
        "requirement": edge.requirement,
    }
