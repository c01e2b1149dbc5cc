"""What a manifest says, after every rule about its text was checked."""

from dataclasses import dataclass

from bitdeps.core.names import Identity
from bitdeps.core.requirement import Demand, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """One entry of `[dependencies]` or of a group."""

    key: str
    identity: Identity
    requirement: Requirement
    group: str | None = None
    """None for `[dependencies]`, else the name of the group."""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    patches: tuple[str, ...] = ()
    """Globs or paths relative to the manifest."""
    into: str | None = None
    """Destination relative to the manifest; None means below the vendor directory."""
    transitive: bool = True
    lfs_pointers: bool = False
    """True where `lfs = "pointers"` accepts pointer files in place of their content."""
    line: int = 0
    """Line of the entry in the manifest, from 1."""

    @property
    def demand(self) -> Demand:
        """The part that resolution looks at."""
        return Demand(identity=self.identity, requirement=self.requirement, transitive=self.transitive)

    @property
    def origin(self) -> str:
        """FROM in `requested`: `project` or `project.GROUP`."""
        return "project" if self.group is None else f"project.{self.group}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One entry of `[overrides]`: replaces every requirement on the identity."""

    identity: Identity
    requirement: Requirement
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A root manifest, `deps.toml`."""

    name: str | None = None
    workspace: str | None = None
    vendor: str = "vendor"
    ignore: tuple[str, ...] = ()
    commit_vendor: bool = False
    min_age: int = 0
    """Seconds that a tag must have existed before it is taken by itself."""
    dependencies: tuple[Dependency, ...] = ()
    """Entries of `[dependencies]` and of all groups, in the order of the file."""
    overrides: tuple[Override, ...] = ()

    def path(self, dependency: Dependency) -> str:
        """Return where a dependency is placed, relative to the manifest."""
        return dependency.into or f"{self.vendor}/{dependency.key}"

    @property
    def groups(self) -> frozenset[str]:
        """The names of all groups."""
        return frozenset(entry.group for entry in self.dependencies if entry.group is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyManifest:
    """What a dependency's own `deps.toml` contributes to a resolution."""

    demands: tuple[Demand, ...] = ()
    ignored: tuple[str, ...] = ()
    """Key paths that this version of `deps` does not know, named with `-v`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """Why a candidate's manifest cannot be used; the resolver rules the candidate out."""

    reason: str
