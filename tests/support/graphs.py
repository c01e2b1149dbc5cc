"""Worlds of repositories for the resolver: what a service knows, written in a few lines."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import COMMIT, Identity, RepoName
from bitdeps.core.requirement import Demand, Kind, Requirement
from bitdeps.core.resolver.model import (
    Candidate,
    Catalog,
    Incomplete,
    ManifestQuery,
    RefQuery,
    Resolution,
    Root,
    RootDemand,
    Tag,
)
from bitdeps.core.resolver.solve import solve
from bitdeps.core.versions import read_version
from bitdeps.errors import NoSolutionError

Listings = Mapping[str, Mapping[str, str | list[str]]]
"""Repository, tag, and the lines of its manifest (see `world`)."""


def commit_of(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()


def name(text: str) -> Identity:
    repo, _, subdir = text.partition("//")
    return Identity(RepoName("acme", repo), subdir or None)


def demand(text: str) -> Demand:
    """Read `REPO KIND VALUE [pattern P] [prereleases] [alone]`, as `requested` in the lockfile is written."""
    repo, kind, value, *rest = text.split()
    pattern = rest[rest.index("pattern") + 1] if "pattern" in rest else None
    kinds: dict[str, Kind] = {"tag": "tag", "version": "version", "branch": "branch", "commit": "commit"}
    if kind == "commit" and not COMMIT.fullmatch(value):
        value = commit_of(f"{repo} {value}")
    requirement = Requirement(kind=kinds[kind], value=value, pattern=pattern, prereleases="prereleases" in rest)
    return Demand(identity=name(repo), requirement=requirement, transitive="alone" not in rest)


def root(*lines: str, overrides: Mapping[str, str] | None = None) -> Root:
    """Make a root manifest: one demand a line, from line 3 on; `test: ...` is of the group `test`."""
    demands = []
    for number, line in enumerate(lines, 3):
        group, colon, text = line.rpartition(": ")
        asked = demand(text)
        origin = f"project.{group}" if colon else "project"
        key = asked.identity.subdir or asked.identity.repository.repo
        demands.append(RootDemand(origin=origin, demand=asked, key=key, line=number))
    sets = {name(repo): demand(f"{repo} {text}").requirement for repo, text in (overrides or {}).items()}
    return Root(demands=tuple(demands), overrides=sets)


def world(tags: Listings, branches: Mapping[str, Mapping[str, str]] | None = None) -> "World":
    """Make a world: repository (or `repo//subdir`), tag, and its demands.

    A text in place of the demands is `= TAG` (the same commit as that tag) or the reason why the manifest is unusable.
    A branch names a tag, or a commit of its own, whose manifest is that of `@NAME` among the tags.
    """
    made = World()
    for text, listing in tags.items():
        identity = name(text)
        known = made.tags.setdefault(identity.repository, {})
        for tag, content in listing.items():
            if isinstance(content, str) and content.startswith("= "):
                known[tag] = known[content[2:]]
                continue
            commit = commit_of(f"{identity.repository.repo} {tag.removeprefix('@')}")
            if not tag.startswith("@"):
                known.setdefault(tag, commit)
            query = ManifestQuery(identity=identity, commit=commit)
            made.manifests[query] = (
                Unusable(reason=content)
                if isinstance(content, str)
                else DependencyManifest(demands=tuple(demand(line) for line in content))
            )
    for repo, heads in (branches or {}).items():
        known = made.tags.setdefault(name(repo).repository, {})
        made.branches[name(repo).repository] = {
            branch: known.get(target, commit_of(f"{repo} {target}")) for branch, target in heads.items()
        }
    return made


def pin(repo: str, tag: str, **more: str) -> dict[Identity, Candidate]:
    """Make a locked candidate of a tag, which has the commit that `world` gives it."""
    identity = name(repo)
    commit = commit_of(f"{identity.repository.repo} {tag}")
    version = read_version(tag)
    return {identity: Candidate(commit=commit, tag=tag, version=None if version is None else str(version), **more)}


def locked(answer: Resolution) -> dict[Identity, Candidate]:
    """Return an answer as the next run's preference: the commit under its name, and as the branch it was asked for.

    The lock's `requested` has both; without the branch, a branch that moved on would no longer
    accept the commit that it is locked at together with a tag.
    """
    pins = {}
    for identity, candidate in answer.pins.items():
        words = [line.split() for line in answer.requested[identity]]
        branches = sorted(each[2] for each in words if each[1] == "branch")
        pins[identity] = replace(candidate, branch=candidate.branch or (branches[0] if branches else None))
    return pins


@dataclass(slots=True)
class World:
    """A service with everything that it knows; `tags` and the rest are what a test writes."""

    tags: dict[RepoName, dict[str, str]] = field(default_factory=dict)
    branches: dict[RepoName, dict[str, str]] = field(default_factory=dict)
    manifests: dict[ManifestQuery, DependencyManifest | Unusable] = field(default_factory=dict)

    def answer(self, query: RefQuery) -> str | None:
        tags, branches = self.tags.get(query.repository, {}), self.branches.get(query.repository, {})
        if query.kind == "commit":
            return query.name if query.name in {*tags.values(), *branches.values()} else None
        return (tags if query.kind == "tag" else branches).get(query.name)

    def manifest(self, query: ManifestQuery) -> DependencyManifest | Unusable:
        return self.manifests.get(query, DependencyManifest())

    def listing(self, repository: RepoName) -> tuple[Tag, ...]:
        return tuple(Tag(name=tag, commit=commit) for tag, commit in self.tags.get(repository, {}).items())

    def identities(self) -> list[Identity]:
        return sorted({query.identity for query in self.manifests} | {Identity(repo) for repo in self.tags})

    def commits(self, identity: Identity) -> list[str]:
        tags, branches = self.tags.get(identity.repository, {}), self.branches.get(identity.repository, {})
        return sorted({*tags.values(), *branches.values()})

    def full_catalog(self, root: Root) -> Catalog:
        """Everything at once: listings, every look-up that any manifest needs, every manifest."""
        demands = [entry.demand for entry in root.demands]
        for found in self.manifests.values():
            demands += found.demands if isinstance(found, DependencyManifest) else ()
        refs = {}
        for demand in demands:
            for asked in (demand.requirement, root.overrides.get(demand.identity)):
                if asked is not None and asked.kind != "version":
                    query = RefQuery(repository=demand.identity.repository, kind=asked.kind, name=asked.value)
                    refs[query] = self.answer(query)
        identities = {demand.identity for demand in demands}
        repositories = {*self.tags, *self.branches, *(identity.repository for identity in identities)}
        queries = [
            ManifestQuery(identity=identity, commit=commit)
            for identity in identities
            for commit in self.commits(identity)
        ]
        manifests = self.manifests | {query: self.manifest(query) for query in queries}
        return Catalog(tags={repo: self.listing(repo) for repo in repositories}, refs=refs, manifests=manifests)


@dataclass(slots=True)
class Driver:
    """Fetches what `solve` asks for, as the real driver does, and counts."""

    world: World
    tags: dict[RepoName, tuple[Tag, ...]] = field(default_factory=dict)
    refs: dict[RefQuery, str | None] = field(default_factory=dict)
    manifests: dict[ManifestQuery, DependencyManifest | Unusable] = field(default_factory=dict)
    rounds: int = 0
    asked: list[Incomplete] = field(default_factory=list)

    def catalog(self) -> Catalog:
        return Catalog(tags=self.tags, refs=self.refs, manifests=self.manifests)

    def fetch(self, wanted: Incomplete) -> None:
        assert wanted.tags or wanted.refs or wanted.manifests
        assert not wanted.tags & self.tags.keys()
        assert not wanted.refs & self.refs.keys()
        assert not wanted.manifests & self.manifests.keys()
        self.rounds += 1
        self.asked.append(wanted)
        self.tags |= {repository: self.world.listing(repository) for repository in wanted.tags}
        self.refs |= {query: self.world.answer(query) for query in wanted.refs}
        self.manifests |= {query: self.world.manifest(query) for query in wanted.manifests}

    def solve(self, root: Root, prefer: Mapping[Identity, Candidate] | None = None) -> Resolution:
        pins = prefer or {}
        for identity, pin in pins.items():
            query = ManifestQuery(identity=identity, commit=pin.commit)
            self.manifests[query] = self.world.manifest(query)
        while True:
            answer = solve(root, self.catalog(), prefer=pins)
            if isinstance(answer, Resolution):
                return answer
            self.fetch(answer)


def attempt(root: Root, catalog: Catalog, prefer: Mapping[Identity, Candidate] | None = None) -> Resolution | None:
    """Solve with a full catalog; None where there is no solution."""
    try:
        answer = solve(root, catalog, prefer=prefer or {})
    except NoSolutionError:
        return None
    assert isinstance(answer, Resolution), answer
    return answer
