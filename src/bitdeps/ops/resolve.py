"""Drive the pure solver: fetch all that an answer rests on, at once, and ask again."""

import asyncio
from collections.abc import Callable, Mapping

from bitdeps.core.bitbucket.answers import Found
from bitdeps.core.manifest.model import Manifest, Unusable
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.resolver.model import (
    Candidate,
    Incomplete,
    ManifestQuery,
    RefQuery,
    Resolution,
    Root,
    RootDemand,
)
from bitdeps.errors import DepsError, NotFoundError, OfflineError
from bitdeps.ops.dependency import dependency_manifest, manifest_path
from bitdeps.ops.knowledge import Knowledge, young_note
from bitdeps.ops.project import MANIFEST
from bitdeps.ops.remote import Remote

HINT_ROUNDS = 32
"""How often more is fetched only to find a hint for a failure that is certain already."""
BETTER_HINT_ROUNDS = 4
"""The same where there is a hint, and one that comes before it is not decided yet."""


def root_of(manifest: Manifest) -> Root:
    """Return what the root manifest asks the solver for."""
    demands = tuple(
        RootDemand(origin=entry.origin, demand=entry.demand, key=entry.key, line=entry.line)
        for entry in manifest.dependencies
    )
    return Root(demands=demands, overrides={entry.identity: entry.requirement for entry in manifest.overrides})


async def resolve(
    root: Root,
    knowledge: Knowledge,
    remote: Remote,
    *,
    prefer: Mapping[Identity, Candidate],
    learned: Callable[[], None] = lambda: None,
) -> Resolution:
    """Solve, fetching what is unknown in parallel, round by round; `learned` is called after each round.

    Raises:
        NoSolutionError: where no versions fit together.
        NotFoundError: where the root manifest names a tag, branch or commit that does not exist.
        OfflineError: names everything that is missing, where the network may not be used.

    """
    from bitdeps.core.resolver.failure import AmbiguousVersionError, ConflictError
    from bitdeps.core.resolver.solve import solve

    hint_rounds = 0
    while True:
        try:
            answer = solve(root, knowledge.catalog(), prefer=prefer)
        except (ConflictError, AmbiguousVersionError) as error:
            hint_rounds += 1
            most = HINT_ROUNDS if error.hint is None else BETTER_HINT_ROUNDS
            if error.wanted is None or hint_rounds > most or not await _learn(error.wanted, knowledge, remote):
                note = young_note(knowledge)
                error.hint = error.hint if note is None else note if error.hint is None else f"{error.hint}; {note}"
                raise
            continue
        if isinstance(answer, Resolution):
            return answer
        await _fetch(answer, knowledge, remote, root)
        await _require_direct(root, knowledge, remote)
        learned()


async def _learn(wanted: Incomplete, knowledge: Knowledge, remote: Remote) -> bool:
    """Fetch what would let a better hint be checked, as far as it can be had; tell whether anything was learned."""
    answers = await asyncio.gather(
        *(_answer(question, knowledge, remote) for question in _questions(wanted)), return_exceptions=True
    )
    return any(failure is None for failure in answers)


def _questions(wanted: Incomplete) -> list[RepoName | RefQuery | ManifestQuery]:
    return [*wanted.tags, *wanted.refs, *wanted.manifests]


async def _fetch(wanted: Incomplete, knowledge: Knowledge, remote: Remote, root: Root) -> None:
    questions = _questions(wanted)
    answers = await asyncio.gather(
        *(_answer(question, knowledge, remote) for question in questions), return_exceptions=True
    )
    failures: list[tuple[RepoName, DepsError]] = []
    for question, failure in zip(questions, answers, strict=True):
        if isinstance(failure, DepsError):
            failures.append((_repository(question), failure))
        elif failure is not None:
            raise failure
    if failures:
        failures.sort(key=lambda pair: (pair[0], str(pair[1])))
        raise _explained(failures, root, knowledge)


def _repository(question: RepoName | RefQuery | ManifestQuery) -> RepoName:
    if isinstance(question, RepoName):
        return question
    return question.repository if isinstance(question, RefQuery) else question.identity.repository


async def _answer(question: RepoName | RefQuery | ManifestQuery, knowledge: Knowledge, remote: Remote) -> None:
    if isinstance(question, RepoName):
        await knowledge.learn_tags(question, remote)
    elif isinstance(question, RefQuery):
        await _ref(question, knowledge, remote)
    else:
        await _manifest(question, knowledge, remote)


def _explained(failures: list[tuple[RepoName, DepsError]], root: Root, knowledge: Knowledge) -> DepsError:
    offline = [error for _, error in failures if isinstance(error, OfflineError)]
    if offline:
        missing = "\n".join(sorted({f"- {error}" for error in offline}))
        message = f"not everything that is needed is in the cache:\n{missing}"
        return OfflineError(message, hint="run the command once without `--offline`")
    repository, error = failures[0]
    chain = _chain(repository, root, knowledge)
    if chain:
        error.args = (f"{error} ({chain})",)
    return error


def _chain(target: RepoName, root: Root, knowledge: Knowledge) -> str:
    """Say who requires a repository that the root manifest does not name itself."""
    came_from: dict[Identity, Identity | None] = {entry.demand.identity: None for entry in root.demands}
    queue = list(came_from)
    for identity in queue:
        if identity.repository == target:
            return _required_by(identity, came_from)
        for query, found in knowledge.manifests.items():
            if query.identity != identity or isinstance(found, Unusable):
                continue
            for demand in found.demands:
                if demand.identity not in came_from:
                    came_from[demand.identity] = identity
                    queue.append(demand.identity)
    return ""


def _required_by(identity: Identity, came_from: Mapping[Identity, Identity | None]) -> str:
    steps: list[str] = []
    parent = came_from[identity]
    while parent is not None:
        steps.append(f"required by `{parent}`")
        parent = came_from[parent]
    return ", ".join([*steps, "required by the project"]) if steps else ""


async def _ref(query: RefQuery, knowledge: Knowledge, remote: Remote) -> None:
    found = await look_up(query, remote)
    knowledge.refs[query] = None if found is None else found.commit


async def look_up(query: RefQuery, remote: Remote) -> Found | None:
    """Ask for one tag, branch or commit."""
    if query.kind == "tag":
        return await remote.tag(query.repository, query.name)
    if query.kind == "branch":
        return await remote.branch(query.repository, query.name)
    return await remote.commit(query.repository, query.name)


async def _manifest(query: ManifestQuery, knowledge: Knowledge, remote: Remote) -> None:
    content = await remote.file(query.identity.repository, query.commit, manifest_path(query.identity))
    knowledge.manifests[query] = dependency_manifest(content, query.identity)


async def _require_direct(root: Root, knowledge: Knowledge, remote: Remote) -> None:
    """Stop early, with the nearest names, where the root manifest names what does not exist."""
    for entry in root.demands:
        identity = entry.demand.identity
        requirement = root.overrides.get(identity, entry.demand.requirement)
        query = RefQuery(repository=identity.repository, kind=requirement.kind, name=requirement.value)
        if requirement.kind != "version" and query in knowledge.refs and knowledge.refs[query] is None:
            raise await _missing(entry, query, knowledge, remote)


async def _missing(entry: RootDemand, query: RefQuery, knowledge: Knowledge, remote: Remote) -> NotFoundError:
    place = f" ({MANIFEST}:{entry.line})" if entry.line else ""
    message = f"`{entry.key}`{place}: `{query.repository}` has no {query.kind} `{query.name}`"
    if query.kind != "tag":
        return NotFoundError(message, hint=f"check the {query.kind} in `{MANIFEST}`")
    await knowledge.learn_tags(query.repository, remote)
    near = nearest(query.name, [tag.name for tag in knowledge.all_tags(query.repository) or ()])
    hint = f"the nearest tags are {', '.join(f'`{name}`' for name in near)}" if near else "it has no tags at all"
    return NotFoundError(message, hint=hint)


def nearest(name: str, names: list[str], *, most: int = 5) -> list[str]:
    """Return the names that look most like one, best first."""
    from difflib import SequenceMatcher

    def likeness(other: str) -> tuple[float, str]:
        return (-SequenceMatcher(None, name, other).ratio(), other)

    return sorted(names, key=likeness)[:most]
