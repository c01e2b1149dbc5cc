"""An update without a solution: which entry to leave out, found by solving without it."""

from collections.abc import Mapping

from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.rewrite import with_tags
from bitdeps.errors import DepsError, NoSolutionError
from bitdeps.ops.edge import Edge
from bitdeps.ops.edit import edited, entry_path
from bitdeps.ops.lock import Start
from bitdeps.ops.project import MANIFEST, Project, decode
from bitdeps.ops.resolve import resolve, root_of

Tags = Mapping[KeyPath, tuple[str, str]]


async def with_advice(
    error: NoSolutionError, project: Project, edge: Edge, start: Start, tags: Tags
) -> NoSolutionError:
    """Add which command would succeed: the same update without one of the entries that move."""
    error.hint = "neither file was changed"
    for path, (old, _) in tags.items():
        rest = {other: pair for other, pair in tags.items() if other != path}
        if await _fits(project, edge, start, rest):
            names = " ".join(str(other[-1]) for other in rest)
            kept = f"`{path[-1]}` would have to stay at `{old}`"
            error.hint += f"; {kept}: `deps update {names}` takes the rest" if names else f"; {kept}"
            break
    return error


async def _fits(project: Project, edge: Edge, start: Start, tags: Tags) -> bool:
    """Tell whether there is a solution with these tags moved alone, everything else at its pin if it can."""
    text = decode(project.manifest_bytes, MANIFEST)
    changed = edited(project, with_tags(text, {path: new for path, (_, new) in tags.items()}) if tags else text)
    moving = {entry.identity for entry in project.manifest.dependencies if entry_path(entry) in tags}
    prefer = {
        identity: start.previous.candidate(package)
        for identity, package in start.previous.packages.items()
        if identity not in moving
    }
    try:
        await resolve(root_of(changed.manifest), start.knowledge, edge.remote, prefer=prefer)
    except DepsError:
        return False
    return True
