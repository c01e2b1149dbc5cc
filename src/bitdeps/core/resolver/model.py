"""What resolution takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.requirement import Demand, Kind, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag of a repository and the commit that it names (peeled)."""

    name: str
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefQuery:
    """A question that one look-up answers: does this tag, branch or commit exist?"""

    repository: RepoName
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestQuery:
    """A question that one file read answers: what does this candidate require?"""

    identity: Identity
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """What is known so far; what is absent is unknown, never empty."""

    tags: Mapping[RepoName, tuple[Tag, ...]] = field(default_factory=dict)
    """Complete listings."""
    refs: Mapping[RefQuery, str | None] = field(default_factory=dict)
    """The commit, or None where the service says that there is no such tag, branch or commit."""
    manifests: Mapping[ManifestQuery, DependencyManifest | Unusable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One commit that an identity can have, and by which name it was found."""

    commit: str
    tag: str | None = None
    branch: str | None = None
    version: str | None = None
    """The PEP 440 version that the tag is read as, in normal form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootDemand:
    """A demand of the root manifest; `line` and `key` are for explanations."""

    origin: str
    """`project` or `project.GROUP`."""
    demand: Demand
    key: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """What the root manifest asks for."""

    demands: tuple[RootDemand, ...]
    overrides: Mapping[Identity, Requirement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One candidate for each identity, and who asked for it."""

    pins: Mapping[Identity, Candidate]
    requested: Mapping[Identity, tuple[str, ...]]
    """`FROM: KIND VALUE` strings, sorted, as the lockfile has them."""
    requires: Mapping[Identity, tuple[Identity, ...]]
    """Sorted."""
    unused_overrides: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomplete:
    """What must be fetched before an answer can rest on facts."""

    tags: frozenset[RepoName] = frozenset()
    refs: frozenset[RefQuery] = frozenset()
    manifests: frozenset[ManifestQuery] = frozenset()
