"""From a search that found no conflict to what it means: an answer, or what to fetch next."""

from dataclasses import dataclass

from bitdeps.core.manifest.model import DependencyManifest
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.requirement import naming_order
from bitdeps.core.resolver.agenda import Ask
from bitdeps.core.resolver.candidates import Accepted
from bitdeps.core.resolver.clause import EVERYTHING
from bitdeps.core.resolver.model import Candidate, Incomplete, ManifestQuery, RefQuery, Resolution, Tag
from bitdeps.core.resolver.search import Search
from bitdeps.core.versions import read_version


def missing(search: Search) -> Incomplete | None:
    """Return what the answer rests on and nobody knows, or None.

    A manifest is asked for only where the commit is certain: every look-up about it is known.
    """
    tags: set[RepoName] = set()
    refs: set[RefQuery] = set()
    manifests: set[ManifestQuery] = set()
    for variable, asks in _asked(search):
        identity, alone = search.variables[variable]
        commit = _commit(search, variable)
        pin = search.candidates.prefer.get(identity)
        kept = pin is not None and pin.commit == commit
        unknown = {ask.accepted.unknown for ask in asks if not (kept and ask.accepted.fits_pin)} - {None}
        tags.update(query for query in unknown if isinstance(query, RepoName))
        refs.update(query for query in unknown if isinstance(query, RefQuery))
        if commit is not None and not unknown and not alone:
            query = ManifestQuery(identity=identity, commit=commit)
            if query not in search.candidates.catalog.manifests:
                manifests.add(query)
    if not (tags or refs or manifests):
        return None
    return Incomplete(tags=frozenset(tags), refs=frozenset(refs), manifests=frozenset(manifests))


def resolution(search: Search) -> Resolution:
    """Return what a search with nothing missing has found."""
    asks: dict[Identity, list[Ask]] = {}
    requires: dict[Identity, tuple[Identity, ...]] = {}
    commits: dict[Identity, str] = {}
    for variable, found in _asked(search):
        identity, alone = search.variables[variable]
        asks.setdefault(identity, []).extend(found)
        commits[identity] = commit = _commit(search, variable) or ""
        if alone:
            requires.setdefault(identity, ())
        else:
            manifest = search.candidates.catalog.manifests[ManifestQuery(identity=identity, commit=commit)]
            demands = manifest.demands if isinstance(manifest, DependencyManifest) else ()
            requires[identity] = tuple(sorted({demand.identity for demand in demands}))
    return Resolution(
        pins={identity: named(search, identity, commits[identity], asks[identity]) for identity in sorted(commits)},
        requested={identity: _requested(search, identity, asks[identity]) for identity in sorted(commits)},
        requires={identity: requires[identity] for identity in sorted(commits)},
        unused_overrides=tuple(sorted(search.root.overrides.keys() - commits.keys())),
    )


def _asked(search: Search) -> list[tuple[int, list[Ask]]]:
    return [(variable, asks) for variable, asks in search.agenda.asks.items() if asks]


def _commit(search: Search, variable: int) -> str | None:
    bit = search.agenda.decided.get(variable)
    return None if bit is None else search.candidates.commit(search.variables[variable][0], bit)


def _requested(search: Search, identity: Identity, asks: list[Ask]) -> tuple[str, ...]:
    lines = {ask.demand.requested(ask.origin) for ask in asks}
    override = search.root.overrides.get(identity)
    if override is not None:
        lines.add(f"override: {override}")
    return tuple(sorted(lines))


def named(search: Search, identity: Identity, commit: str, asks: list[Ask]) -> Candidate:
    """Return a candidate under the name by which the lock is to have it.

    Of all requirements on it, the one of the root names it, else tag before version before
    branch before commit.
    """
    ask = min(asks, key=_naming_order)
    requirement = ask.accepted.requirement
    if requirement.kind == "commit":
        return Candidate(commit=commit)
    if requirement.kind == "branch":
        return Candidate(commit=commit, branch=requirement.value)
    tag = requirement.value if requirement.kind == "tag" else _tag(search, identity, commit, ask.accepted)
    version = read_version(tag, requirement.pattern)
    return Candidate(commit=commit, tag=tag, version=None if version is None else str(version))


def _naming_order(ask: Ask) -> tuple[bool, int, int, str]:
    return naming_order(ask.accepted.requirement, by_root=ask.by_root)


def _tag(search: Search, identity: Identity, commit: str, accepted: Accepted) -> str:
    """Return the tag by which a range accepts a commit: the pin's, else that of the newest version."""
    pin = search.candidates.prefer.get(identity)
    if pin is not None and pin.tag is not None and pin.commit == commit and accepted.fits_pin:
        return pin.tag
    return next(ranked.tag.name for ranked in accepted.ranking if ranked.tag.commit == commit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """A version that would be chosen, and stands for more than one commit."""

    ask: Ask
    version: str
    tags: tuple[Tag, ...]


def ambiguous(search: Search) -> Ambiguous | None:
    """Return the first chosen version that its requirements do not narrow down to one commit, or None."""
    for variable, asks in sorted(_asked(search), key=lambda item: search.variables[item[0]]):
        identity, _ = search.variables[variable]
        pin = search.candidates.prefer.get(identity)
        commit = _commit(search, variable)
        if pin is not None and pin.commit == commit:
            continue
        values = EVERYTHING
        for ask in asks:
            values &= ask.accepted.values
        for ask in sorted(asks, key=_naming_order):
            version = next((each.version for each in ask.accepted.ranking if each.tag.commit == commit), None)
            tags = [each.tag for each in ask.accepted.ranking if each.version == version and each.bit & values]
            if len(tags) > 1:
                return Ambiguous(ask=ask, version=str(version), tags=tuple(tags))
    return None
