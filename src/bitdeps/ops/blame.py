"""An update without a solution: which entries to leave out, found by solving without them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bitdeps.core.bump import Reach
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.rewrite import with_tags
from bitdeps.errors import DepsError, NoSolutionError
from bitdeps.ops.edge import Edge
from bitdeps.ops.edit import edited, entry_path
from bitdeps.ops.lock import Start
from bitdeps.ops.project import MANIFEST, Project, decode
from bitdeps.ops.resolve import resolve, root_of
from bitdeps.ops.targets import Targets

Tags = Mapping[KeyPath, tuple[str, str]]
_FLAGS: Mapping[Reach, tuple[str, ...]] = {"patch": ("--patch",), "compatible": (), "major": ("--major",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The update that failed."""

    tags: Tags
    """Old and new tag of each entry that was to move."""
    targets: Targets
    reach: Reach


async def with_advice(
    error: NoSolutionError, project: Project, edge: Edge, start: Start, tried: Tried
) -> NoSolutionError:
    """Add which command would succeed: the same update, with as many of its entries as go together."""
    unchanged = "neither file was changed"
    failure = await _failure(project, edge, start, {})
    if failure is not None:
        error.hint = f"{unchanged}; {failure.hint}" if failure.hint else unchanged
        return error
    moving: dict[KeyPath, tuple[str, str]] = {}
    for path, pair in tried.tags.items():
        if await _failure(project, edge, start, {**moving, path: pair}) is None:
            moving[path] = pair
    if moving.keys() == tried.tags.keys():
        # What fails is that packages were let go of their pins: the explanation is about the manifest as it is.
        error.hint = f"{unchanged}; {error.hint}" if error.hint else unchanged
        return error
    staying = [f"`{path[-1]}` at `{old}`" for path, (old, _) in tried.tags.items() if path not in moving]
    kept = " and ".join(staying).replace(" at ", " would have to stay at ", 1)
    command = _command(moving, tried)
    error.hint = f"{unchanged}; {kept}: `{command}` takes the rest" if command else f"{unchanged}; {kept}"
    return error


def _command(moving: Tags, tried: Tried) -> str | None:
    """Write the update of what can move, or None where nothing can."""
    targets = tried.targets
    own = [each for each in targets.entries if each.identity not in targets.overridden]
    names = [
        each.key
        for each in own
        if each.identity not in targets.precise
        and (entry_path(each) in moving or each.requirement.kind in ("version", "branch"))
    ]
    staying = tried.tags.keys() - moving.keys()
    precise = [
        f"--precise {each.key}={targets.precise[each.identity]}"
        for each in own
        if each.identity in targets.precise and entry_path(each) not in staying
    ]
    return " ".join(["deps update", *_FLAGS[tried.reach], *names, *precise]) if names or precise else None


async def _failure(project: Project, edge: Edge, start: Start, tags: Tags) -> DepsError | None:
    """Say why there is no solution with these tags moved alone, everything else at its pin if it can."""
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
    except DepsError as error:
        return error
    return None
