"""`deps tree`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bitdeps.cli.options import command
from bitdeps.cli.session import Session
from bitdeps.ops.project import Project

if TYPE_CHECKING:
    from bitdeps.core.graph import Twig
    from bitdeps.core.lockfile.model import Lockfile
    from bitdeps.ops.tree import LockedGraph


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "tree", panel="Questions")(tree)


def tree(
    session: Session,
    *,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Begin with these packages.")] = None,
    invert: Annotated[
        bool, typer.Option("--invert", help="Show who requires a package, not what it requires.")
    ] = False,
    proof: Annotated[bool, typer.Option("--proof", help="Show what proves that each archive is its commit.")] = False,
    depth: Annotated[int | None, typer.Option("--depth", min=0, metavar="N", help="Show so many levels below.")] = None,
) -> None:
    """Show who requires what, as deps.lock says it."""
    from bitdeps.ops.tree import locked_graph

    project = session.project()
    locked = locked_graph(project)
    twigs = locked.trees(names or (), invert=invert, depth=depth)
    if session.flags.json:
        session.console.document([_document(twig, locked, project, invert=invert) for twig in twigs])
        return
    lines = [line for twig in twigs for line in _lines(twig, locked, project)]
    lines += _proofs(locked.lockfile) if proof else []
    session.console.data("\n".join(lines) + "\n" if lines else "")
    warn_if_stale(session, locked)


def _proofs(lockfile: "Lockfile") -> Iterator[str]:
    from bitdeps.ops.proofstates import proof_states

    yield ""
    for state in proof_states(lockfile):
        yield f"{state.name}: {state.word}" + (f" ({state.meaning})" if state.proof else "")


def warn_if_stale(session: Session, locked: "LockedGraph") -> None:
    """Say that an answer from the lock is not one about the manifest."""
    if locked.is_stale:
        session.console.warn("`deps.lock` does not match `deps.toml`; this is what the lock says", "run `deps lock`")


def project_name(project: Project) -> str:
    """Return what the project calls itself, else the name of its directory."""
    return project.manifest.name or project.root.rpartition("/")[2]


def _label(twig: "Twig", locked: "LockedGraph", project: Project) -> str:
    if twig.node is None:
        text = project_name(project)
    else:
        package = locked.lockfile.packages[twig.node]
        text = f"{package.name} {package.label}"
    if twig.edge is not None and twig.edge.group is not None:
        text += f" (group {twig.edge.group})"
    if twig.node is not None and twig.node in locked.graph.overridden:
        text += " (overridden)"
    return f"{text} (*)" if twig.is_repeated else text


def _lines(twig: "Twig", locked: "LockedGraph", project: Project) -> Iterator[str]:
    yield _label(twig, locked, project)
    yield from _below(twig.below, "", locked, project)


def _below(twigs: "Sequence[Twig]", indent: str, locked: "LockedGraph", project: Project) -> Iterator[str]:
    for index, twig in enumerate(twigs, start=1):
        last = index == len(twigs)
        yield f"{indent}{'└── ' if last else '├── '}{_label(twig, locked, project)}"
        yield from _below(twig.below, f"{indent}{'    ' if last else '│   '}", locked, project)


def _document(twig: "Twig", locked: "LockedGraph", project: Project, *, invert: bool) -> dict[str, object]:
    package = None if twig.node is None else locked.lockfile.packages[twig.node]
    return {
        "name": project_name(project) if package is None else package.name,
        "identity": None if twig.node is None else str(twig.node),
        "label": None if package is None else package.label,
        "commit": None if package is None else package.commit,
        "proof": None if package is None else package.proof,
        "group": None if twig.edge is None else twig.edge.group,
        "requirement": None if twig.edge is None else twig.edge.requirement,
        "repeated": twig.is_repeated,
        "required_by" if invert else "requires": [
            _document(each, locked, project, invert=invert) for each in twig.below
        ],
    }
