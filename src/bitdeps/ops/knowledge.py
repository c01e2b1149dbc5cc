"""What a run found out about repositories; it grows, and the solver sees it as a catalog."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bitdeps.core.age import is_young
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.resolver.model import Candidate, Catalog, ManifestQuery, RefQuery, Tag
from bitdeps.ops.history import dated_tags
from bitdeps.ops.remote import Remote


@dataclass(slots=True, kw_only=True)
class Knowledge:
    """Answers so far; what is absent is unknown."""

    min_age: int = 0
    """Seconds that a tag must have existed to be offered; a tag that is named counts at any age."""
    locked: frozenset[tuple[RepoName, str]] = frozenset()
    """Tags that are locked: they count at any age too, else an update would fall back behind them."""
    tags: dict[RepoName, tuple[Tag, ...]] = field(default_factory=dict)
    """Complete, but for the young ones."""
    young: dict[RepoName, tuple[Tag, ...]] = field(default_factory=dict)
    refs: dict[RefQuery, str | None] = field(default_factory=dict)
    manifests: dict[ManifestQuery, DependencyManifest | Unusable] = field(default_factory=dict)

    def catalog(self) -> Catalog:
        """Show it to the solver."""
        return Catalog(tags=self.tags, refs=self.refs, manifests=self.manifests)

    def ignored_keys(self, pins: Mapping[Identity, Candidate]) -> tuple[str, ...]:
        """Name the keys of chosen manifests, as far as they were read, that this version of `deps` does not know."""
        return tuple(
            f"`{query.identity}`: its `deps.toml` has keys that this `deps` does not know: "
            f"{', '.join(sorted(found.ignored))}"
            for query, found in sorted(self.manifests.items(), key=lambda item: item[0].identity)
            if isinstance(found, DependencyManifest) and found.ignored
            if query.identity in pins and pins[query.identity].commit == query.commit
        )

    def all_tags(self, repository: RepoName) -> tuple[Tag, ...] | None:
        """Return every tag, young ones too; None where they were not listed."""
        tags = self.tags.get(repository)
        return None if tags is None else (*tags, *self.young.get(repository, ()))

    async def learn_tags(self, repository: RepoName, remote: Remote) -> tuple[Tag, ...]:
        """List the tags of a repository once; return those that are old enough."""
        if repository not in self.tags:
            if self.min_age:
                await self._learn_dated(repository, remote)
            else:
                self.tags[repository] = await remote.tags(repository)
        return self.tags[repository]

    async def _learn_dated(self, repository: RepoName, remote: Remote) -> None:
        refs = await dated_tags(remote, repository)
        since = time.time() - self.min_age
        young = [ref for ref in refs if is_young(ref.date, since=since) and (repository, ref.name) not in self.locked]
        names = {ref.name for ref in young}
        self.young[repository] = tuple(Tag(name=ref.name, commit=ref.commit) for ref in young)
        for tag in self.young[repository]:
            self.refs[RefQuery(repository=repository, kind="tag", name=tag.name)] = tag.commit
        self.tags[repository] = tuple(Tag(name=ref.name, commit=ref.commit) for ref in refs if ref.name not in names)


def locked_tags(packages: Mapping[Identity, LockedPackage]) -> frozenset[tuple[RepoName, str]]:
    """Return the tags that packages are locked at."""
    return frozenset((key.repository, package.tag) for key, package in packages.items() if package.tag is not None)


def young_note(knowledge: Knowledge, repositories: Iterable[RepoName] | None = None) -> str | None:
    """Say which tags `min-age` keeps out, or return None."""
    wanted = knowledge.young.keys() if repositories is None else repositories
    listed = [
        f"{', '.join(f'`{tag.name}`' for tag in knowledge.young[repository])} of `{repository}`"
        for repository in sorted(wanted)
        if knowledge.young.get(repository)
    ]
    return f"`min-age` in `deps.toml` keeps out {' and '.join(listed)}" if listed else None
