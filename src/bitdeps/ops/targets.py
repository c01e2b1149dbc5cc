"""What an update is about: entries of the manifest, and packages that others require."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.core.lockfile.requested import read_lines
from bitdeps.core.manifest.model import Dependency, Manifest
from bitdeps.core.names import Identity
from bitdeps.errors import UsageError
from bitdeps.ops.previous import Previous


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What may move."""

    entries: tuple[Dependency, ...]
    """Entries that were named, or all of them."""
    transitive: tuple[Identity, ...]
    """Packages without an entry."""
    overridden: frozenset[Identity]
    precise: Mapping[Identity, str] = field(default_factory=dict)
    """Tags that were named for a package."""

    @property
    def bumped(self) -> tuple[Dependency, ...]:
        """Entries whose tag moves to the newest."""
        return tuple(
            entry
            for entry in self.entries
            if entry.requirement.kind == "tag"
            and entry.identity not in self.overridden
            and entry.identity not in self.precise
        )

    @property
    def free(self) -> frozenset[Identity]:
        """Packages whose pin is not preferred any more; commits and overridden ones stay."""
        entries = (entry.identity for entry in self.entries if entry.requirement.kind != "commit")
        return frozenset({*entries, *self.transitive}) - self.overridden


def choose_targets(manifest: Manifest, previous: Previous, names: Iterable[str], precise: Mapping[str, str]) -> Targets:
    """Find what is meant by names; without any, everything is.

    Raises:
        UsageError: where a name is that of no entry and no locked package.

    """
    entries = {entry.key: entry for entry in manifest.dependencies}
    owned = {entry.identity for entry in manifest.dependencies}
    others = {package.name: key for key, package in previous.packages.items() if key not in owned}
    wanted = [*names, *precise]
    for name in wanted:
        if name not in entries and name not in others:
            raise unknown_name(name, [*entries, *others])
    everything = not wanted
    chosen = {name: entries[name].identity if name in entries else others[name] for name in precise}
    return Targets(
        entries=tuple(entry for entry in manifest.dependencies if everything or entry.key in wanted),
        transitive=tuple(key for name, key in others.items() if everything or name in wanted),
        overridden=frozenset(override.identity for override in manifest.overrides),
        precise={chosen[name]: tag for name, tag in precise.items()},
    )


def unknown_name(name: str, known: Iterable[str]) -> UsageError:
    """Say that a name is nobody's, and which are close."""
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(name, names, n=3) or names
    listed = ", ".join(f"`{each}`" for each in close)
    message = f"`{name}`: neither `deps.toml` nor `deps.lock` has a package of this name"
    hint = f"did you mean {listed}?" if len(close) < len(names) else f"the names are {listed or 'none yet'}"
    return UsageError(message, hint=hint)


def has_range(package: LockedPackage) -> bool:
    """Tell whether somebody asks for a range of versions, so that its tags must be listed."""
    return any(line.requirement.kind == "version" for line in read_lines(package.requested))
