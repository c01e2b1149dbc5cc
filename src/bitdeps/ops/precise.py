"""`--precise NAME=TAG`: one tag for one package, whatever is newest."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bitdeps.core.lockfile.model import Lockfile
from bitdeps.core.lockfile.requested import read_lines
from bitdeps.core.manifest.model import Dependency, Manifest
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.model import Candidate, RefQuery
from bitdeps.core.versions import allows, read_version
from bitdeps.errors import NoSolutionError, NotFoundError, UsageError
from bitdeps.ops.edge import Edge
from bitdeps.ops.edit import entry_path
from bitdeps.ops.knowledge import Knowledge
from bitdeps.ops.previous import Previous
from bitdeps.ops.resolve import nearest
from bitdeps.ops.targets import Targets


@dataclass(frozen=True, slots=True, kw_only=True)
class Precise:
    """The tags that were named, for the manifest and for the resolution."""

    tags: Mapping[KeyPath, tuple[str, str]] = field(default_factory=dict)
    """Old and new tag of entries."""
    pins: Mapping[Identity, Candidate] = field(default_factory=dict)
    names: Mapping[Identity, str] = field(default_factory=dict)


async def read_precise(
    manifest: Manifest, previous: Previous, targets: Targets, knowledge: Knowledge, edge: Edge
) -> Precise:
    """Look up the tags that were named.

    Raises:
        UsageError: where a package is not pinned by a tag.
        NotFoundError: where a tag does not exist.
        NoSolutionError: where a range leaves the tag out.

    """
    tags: dict[KeyPath, tuple[str, str]] = {}
    pins: dict[Identity, Candidate] = {}
    names: dict[Identity, str] = {}
    for identity, tag in targets.precise.items():
        entry = next((each for each in manifest.dependencies if each.identity == identity), None)
        name = previous.packages[identity].name if entry is None else entry.key
        _check_kind(name, tag, entry, overridden=identity in targets.overridden)
        requirement = _range(entry, previous, identity)
        _check_range(name, tag, requirement, entry)
        commit = await _commit(name, identity, tag, knowledge, edge)
        version = read_version(tag, None if requirement is None else requirement.pattern)
        pins[identity] = Candidate(commit=commit, tag=tag, version=None if version is None else str(version))
        names[identity] = name
        if entry is not None and entry.requirement.kind == "tag" and entry.requirement.value != tag:
            tags[entry_path(entry)] = (entry.requirement.value, tag)
    return Precise(tags=tags, pins=pins, names=names)


def check_precise(precise: Precise, lockfile: Lockfile) -> None:
    """Compare what was named with what was locked.

    Raises:
        NoSolutionError: where other requirements led to another tag.

    """
    for identity, pin in precise.pins.items():
        package = lockfile.packages.get(identity)
        if package is None or package.commit != pin.commit:
            asked = "; ".join(() if package is None else package.requested)
            message = f"`--precise {precise.names[identity]}={pin.tag}`: does not fit what is asked for: {asked}"
            raise NoSolutionError(message, hint="neither file was changed")


def _check_kind(name: str, tag: str, entry: Dependency | None, *, overridden: bool) -> None:
    if overridden:
        message = f"`--precise {name}={tag}`: `[overrides]` decides about this package"
        raise UsageError(message, hint="change the tag in `[overrides]`")
    if entry is not None and entry.requirement.kind in ("branch", "commit"):
        kind = entry.requirement.kind
        message = f"`--precise {name}={tag}`: its entry asks for a {kind}"
        raise UsageError(message, hint=f'write `tag = "{tag}"` in place of `{kind}` in `deps.toml`')


def _range(entry: Dependency | None, previous: Previous, identity: Identity) -> Requirement | None:
    if entry is not None:
        return entry.requirement
    lines = read_lines(previous.packages[identity].requested)
    return next((line.requirement for line in lines if line.requirement.kind == "version"), None)


def _check_range(name: str, tag: str, requirement: Requirement | None, entry: Dependency | None) -> None:
    if entry is None or requirement is None or requirement.kind != "version":
        return
    version = read_version(tag, requirement.pattern)
    if version is None or not allows(requirement, version):
        why = "is no version" if version is None else f"is not in `{requirement.value}`"
        message = f"`--precise {name}={tag}`: the tag {why}"
        raise NoSolutionError(message, hint="change `version` in `deps.toml`, or choose another tag")


async def _commit(name: str, identity: Identity, tag: str, knowledge: Knowledge, edge: Edge) -> str:
    repository = identity.repository
    listed = knowledge.all_tags(repository)
    if listed is not None:
        commit = next((each.commit for each in listed if each.name == tag), None)
    else:
        found = await edge.remote.tag(repository, tag)
        commit = None if found is None else found.commit
    knowledge.refs[RefQuery(repository=repository, kind="tag", name=tag)] = commit
    if commit is not None:
        return commit
    await knowledge.learn_tags(repository, edge.remote)
    near = nearest(tag, [each.name for each in knowledge.all_tags(repository) or ()])
    hint = f"the nearest tags are {', '.join(f'`{each}`' for each in near)}" if near else "it has no tags at all"
    raise NotFoundError(f"`--precise {name}={tag}`: `{repository}` has no tag `{tag}`", hint=hint)
