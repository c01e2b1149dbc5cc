"""Add an entry to the manifest, with the newest release where no tag is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bitdeps.config.settings import Settings
from bitdeps.core.manifest.model import Manifest
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.names import COMMIT, Identity, RepoName, key_problem
from bitdeps.core.pasted import Kind, Revision, Target, parse_target, specifier_or_error
from bitdeps.core.placement import default_name
from bitdeps.core.requirement import Kind as RefKind
from bitdeps.core.resolver.model import RefQuery
from bitdeps.core.rewrite import with_entry
from bitdeps.errors import AuthError, DepsError, NoSolutionError, NotFoundError, UsageError
from bitdeps.ops.edge import Edge, open_edge
from bitdeps.ops.edit import edited, entry_path, write_both
from bitdeps.ops.history import repositories_beside
from bitdeps.ops.lock import LockRequest, Start, relock, start_from
from bitdeps.ops.newest import newest_release
from bitdeps.ops.previous import read_previous
from bitdeps.ops.project import MANIFEST, Project, decode
from bitdeps.ops.report import LockReport
from bitdeps.ops.resolve import look_up, nearest

BITBUCKET_HOSTS = frozenset({"bitbucket.org", "www.bitbucket.org", "altssh.bitbucket.org", "api.bitbucket.org"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRequest:
    """What to add, as it was typed."""

    what: str
    name: str | None = None
    group: str | None = None
    subdir: str | None = None
    branch: str | None = None
    commit: str | None = None
    version: str | None = None
    write: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport:
    """What was added."""

    path: KeyPath
    entry: Mapping[str, str]
    lock: LockReport
    notes: tuple[str, ...] = ()


async def add(project: Project, settings: Settings, request: AddRequest) -> AddReport:
    """Add one entry and lock; neither file changes unless all of it succeeds.

    Raises:
        UsageError: where what was typed names no repository, or one that has an entry.
        NotFoundError: where the repository has no such tag, branch or commit.
        DepsError: whatever else stands in the way.

    """
    target = _target(request, project.manifest, settings)
    identity = Identity(target.repository, target.subdir)
    path = _path(request, identity, project.manifest)
    _check_new(path, identity, project.manifest)
    start = start_from(project, read_previous(project))
    async with open_edge(settings) as edge:
        try:
            kind, value, pattern = await _requirement(target, start, edge)
        except AuthError as error:
            raise await _spelled(error, target.repository, project.manifest, edge) from error
        entry = _entry(identity, kind, value, pattern)
        changed = edited(project, with_entry(decode(project.manifest_bytes, MANIFEST), path, entry))
        try:
            report = await relock(changed, edge, start, LockRequest(write=False))
        except NoSolutionError as error:
            error.hint = "nothing was changed" if error.hint is None else f"nothing was changed; {error.hint}"
            raise
        if request.write:
            report = write_both(changed, project, report)
    return AddReport(path=path, entry=entry, lock=report, notes=_notes(target))


def _target(request: AddRequest, manifest: Manifest, settings: Settings) -> Target:
    hosts = {urlsplit(url).hostname or "" for url in (settings.web_url, settings.git_url, settings.api_url)}
    target = parse_target(request.what, workspace=manifest.workspace, hosts=hosts | BITBUCKET_HOSTS)
    given: list[tuple[str, Kind, str]] = []
    if request.branch is not None:
        given.append(("`--branch`", "branch", request.branch))
    if request.commit is not None:
        given.append(("`--commit`", "commit", request.commit))
    if request.version is not None:
        given.append(("`--version`", "version", specifier_or_error(request.version, "`--version`")))
    if len(given) > 1 or (given and target.revision is not None):
        named = [option for option, _, _ in given] + ([] if target.revision is None else [f"`{target.revision.name}`"])
        message = f"{named[0]} and {named[1]}: an entry asks for one of tag, version, branch, commit"
        raise UsageError(message, hint="give one of them")
    if request.subdir is not None and target.subdir not in (None, request.subdir):
        raise UsageError("`--subdir`: what was typed names another directory", hint="give one of them")
    revision = Revision(kind=given[0][1], name=given[0][2]) if given else target.revision
    subdir = request.subdir or target.subdir
    return Target(repository=target.repository, subdir=subdir, revision=revision, path=target.path)


def _path(request: AddRequest, identity: Identity, manifest: Manifest) -> KeyPath:
    name = request.name or default_name(identity)
    problem = key_problem(name)
    if problem is not None:
        raise UsageError(
            f"`{name}`: cannot be the name of an entry: it {problem}", hint="choose one with `--name NAME`"
        )
    if request.group is None:
        return ("dependencies", name)
    if key_problem(request.group) is not None:
        raise UsageError(f"`--group {request.group}`: {key_problem(request.group)}", hint=_groups(manifest))
    return ("groups", request.group, name)


def _groups(manifest: Manifest) -> str:
    names = ", ".join(f"`{name}`" for name in sorted(manifest.groups))
    return f"the groups are {names}" if names else "such as `--group test`"


def _check_new(path: KeyPath, identity: Identity, manifest: Manifest) -> None:
    for entry in manifest.dependencies:
        where = ".".join(map(str, entry_path(entry)))
        if entry.identity == identity:
            message = f"`{identity}`: is `{where}` in `{MANIFEST}` already (line {entry.line})"
            hint = f"`deps update {entry.key}` takes a newer tag; `deps remove {entry.key}` takes it out"
            raise UsageError(message, hint=hint)
        if entry.key.lower() == str(path[-1]).lower():
            message = f"`{path[-1]}`: is the name of `{where}` (`{entry.identity}`) in `{MANIFEST}` already"
            raise UsageError(message, hint="choose another with `--name NAME`")


async def _requirement(target: Target, start: Start, edge: Edge) -> tuple[Kind, str, str | None]:
    revision, repository = target.revision, target.repository
    if revision is None:
        return await newest_release(target, start.knowledge, edge)
    if revision.kind == "version":
        return "version", revision.name, None
    kinds: Sequence[RefKind] = ("tag", "branch") if revision.kind == "any" else (revision.kind,)
    for kind in kinds:
        if await _exists(repository, kind, revision.name, start, edge):
            return kind, revision.name, None
    raise await _missing(repository, revision, start, edge)


async def _exists(repository: RepoName, kind: RefKind, name: str, start: Start, edge: Edge) -> bool:
    if kind == "commit" and not COMMIT.fullmatch(name):
        return False
    query = RefQuery(repository=repository, kind=kind, name=name)
    found = await look_up(query, edge.remote)
    start.knowledge.refs[query] = None if found is None else found.commit
    return found is not None


async def _missing(repository: RepoName, revision: Revision, start: Start, edge: Edge) -> NotFoundError:
    what = "tag or branch" if revision.kind == "any" else revision.kind
    message = f"`{repository}` has no {what} `{revision.name}`"
    if revision.kind == "commit":
        return NotFoundError(message, hint="give all 40 digits of a commit that is in the repository")
    if revision.kind == "branch":
        names = [ref.name for ref in await edge.remote.branches(repository)]
    else:
        await start.knowledge.learn_tags(repository, edge.remote)
        names = [tag.name for tag in start.knowledge.all_tags(repository) or ()]
    if revision.kind == "tag" and await edge.remote.branch(repository, revision.name) is not None:
        return NotFoundError(
            message, hint=f"there is a branch of this name: `deps add {repository} --branch {revision.name}`"
        )
    if not names:
        return NotFoundError(message, hint="it has none at all")
    near = ", ".join(f"`{name}`" for name in nearest(revision.name, names))
    noun = "branches" if revision.kind == "branch" else "tags"
    return NotFoundError(message, hint=f"the nearest {noun} are {near}")


async def _spelled(error: AuthError, repository: RepoName, manifest: Manifest, edge: Edge) -> AuthError:
    """Add the names in the workspace that look like the one that was not found."""
    from difflib import get_close_matches

    try:
        names = await repositories_beside(edge.remote, edge.settings, repository)
    except DepsError:
        names = ()
    taken = {entry.identity.repository for entry in manifest.dependencies}
    close = [name for name in get_close_matches(repository.repo, names, n=3) if name != repository.repo]
    if close and repository not in taken:
        listed = " or ".join(f"`{repository.workspace}/{name}`" for name in close)
        error.hint = f"did you mean {listed}? Else {error.hint}"
    return error


def _entry(identity: Identity, kind: Kind, value: str, pattern: str | None) -> Mapping[str, str]:
    """Return the keys of an entry; `workspace`, `repo`, `tag` in this order: Renovate reads it so."""
    entry = {"workspace": identity.repository.workspace, "repo": identity.repository.repo, kind: value}
    if identity.subdir is not None:
        entry["subdir"] = identity.subdir
    return entry if pattern is None else {**entry, "tag-pattern": pattern}


def _notes(target: Target) -> tuple[str, ...]:
    if target.path is None:
        return ()
    return (f"the whole repository was added; `{target.path}` alone would be `--subdir` or `include`",)
