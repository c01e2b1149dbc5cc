"""The newest release of a repository that nothing is known about but its tags."""

from collections.abc import Mapping, Sequence

from bitdeps.core.pasted import Kind, Target
from bitdeps.core.resolver.model import Tag
from bitdeps.core.versions import TaggedVersion, TagVersions, derive_pattern, read_tags
from bitdeps.errors import NoSolutionError, NotFoundError
from bitdeps.ops.edge import Edge
from bitdeps.ops.knowledge import Knowledge, young_note

_SHORT = 12


async def newest_release(target: Target, knowledge: Knowledge, edge: Edge) -> tuple[Kind, str, str | None]:
    """Return the kind, the tag and the `tag-pattern` that an entry needs, which is None: `update` derives it.

    Tags such as `v1.2` come first. Where there are none, the one pattern that all versions of the
    repository share decides, and before it one that begins with the repository's name; a package of a
    directory has the tags that begin with its own.

    Raises:
        NotFoundError: where no tag is a release, or several kinds of tags are.
        NoSolutionError: where the newest version is tagged on two commits.

    """
    repository = target.repository
    tags = await knowledge.learn_tags(repository, edge.remote)
    name = str(repository) if target.subdir is None else f"{repository}//{target.subdir}"
    releases = _releases(target, tags)
    if len(releases) > 1:
        newest = sorted(_newest(found).tags[0].name for found in releases.values())
        message = f"`{name}`: its tags are of several kinds, the newest are {', '.join(f'`{tag}`' for tag in newest)}"
        raise NotFoundError(message, hint=f"name one: `deps add {name}@{newest[0]}`")
    if not releases:
        raise await _none(name, target, knowledge, edge)
    [found] = releases.values()
    version = _newest(found)
    if version.is_ambiguous:
        listed = " and ".join(f"`{tag.name}` ({tag.commit[:_SHORT]})" for tag in version.tags)
        message = f"`{name}`: its newest version {version.version} is tagged on more than one commit: {listed}"
        raise NoSolutionError(message, hint=f"name one: `deps add {name}@{version.tags[0].name}`")
    return "tag", version.tags[0].name, None


def _releases(target: Target, tags: tuple[Tag, ...]) -> Mapping[str | None, TagVersions[Tag]]:
    """Return by pattern what has at least one release."""
    leaf = (target.subdir or target.repository.repo).rpartition("/")[2]
    patterns = {pattern for tag in tags if (pattern := derive_pattern(tag.name)) is not None}
    own = sorted(each for each in patterns if each.startswith((f"{leaf}/", f"{leaf}-", f"{leaf}@")))
    plain: tuple[Sequence[str | None], ...] = ([None], own) if target.subdir is None else (own, [None])
    groups = (*plain, sorted(patterns))
    for group in groups:
        read = {pattern: read_tags(tags, pattern) for pattern in group}
        found = {pattern: each for pattern, each in read.items() if _has_release(each)}
        if found:
            return found
    return {}


def _has_release(found: TagVersions[Tag]) -> bool:
    return any(not each.version.is_prerelease for each in found.versions)


def _newest(found: TagVersions[Tag]) -> TaggedVersion[Tag]:
    return next(each for each in found.versions if not each.version.is_prerelease)


def _example(target: Target, tags: tuple[Tag, ...]) -> str:
    """Return a tag that could be named: the newest release, else the first."""
    found = next(iter(_releases(target, tags).values()), None)
    return tags[0].name if found is None else _newest(found).tags[0].name


async def _none(name: str, target: Target, knowledge: Knowledge, edge: Edge) -> NotFoundError:
    note = young_note(knowledge, [target.repository])
    tags = knowledge.tags[target.repository]
    if tags or note is not None:
        some = ", ".join(f"`{tag.name}`" for tag in tags[:5])
        message = f"`{name}`: none of its tags is a release{f': {some}' if some else ''}"
        example = _example(target, tags or knowledge.young[target.repository])
        hint = f"name one: `deps add {name}@{example}`"
        return NotFoundError(message, hint=hint if note is None else f"{note}; {hint}")
    branch = (await edge.remote.repository(target.repository)).main_branch or "main"
    return NotFoundError(f"`{name}`: has no tags", hint=f"take a branch: `deps add {name} --branch {branch}`")
