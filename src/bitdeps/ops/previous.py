"""What the lock on disk contributes to a new one: pins to prefer, and bytes to keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bitdeps.core.lockfile.conflict import conflict_sides, preferences
from bitdeps.core.lockfile.demands import locked_demands
from bitdeps.core.lockfile.model import LockedPackage, Lockfile, upgraded
from bitdeps.core.lockfile.pins import read_lock
from bitdeps.core.lockfile.requested import read_lines
from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import Identity
from bitdeps.core.resolver.model import Candidate, ManifestQuery
from bitdeps.ops.project import LOCKFILE, Project, decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """The old lock, or both sides of a merge conflict in it."""

    lockfile: Lockfile | None
    """None where there is none, or it holds a conflict."""
    packages: Mapping[Identity, LockedPackage]
    """What is preferred: our side first."""
    entries: Mapping[tuple[Identity, str], LockedPackage]
    """Every entry of either side, by identity and commit."""
    manifests: Mapping[ManifestQuery, DependencyManifest | Unusable]
    """What the locked commits demand, as the lock tells it."""

    @staticmethod
    def candidate(package: LockedPackage) -> Candidate:
        """Return what the resolver prefers for a locked package: its commit under every name it was locked by.

        An entry with a tag may have been asked for as a branch too; without the branch's name, a branch that
        moved on would no longer accept the commit that it is locked at.
        """
        asked = (line.requirement for line in read_lines(package.requested))
        branches = sorted(requirement.value for requirement in asked if requirement.kind == "branch")
        branch = package.branch or (branches[0] if branches else None)
        return Candidate(commit=package.commit, tag=package.tag, branch=branch, version=package.version)


def read_previous(project: Project) -> Previous:
    """Read the old lock of a project; each side of a conflict serves as preference.

    Raises:
        LockfileError: where it is wrong in another way than by a merge conflict.

    """
    if project.lock_bytes is None:
        return _previous(None, ())
    text = decode(project.lock_bytes, LOCKFILE)
    if conflict_sides(text) is not None:
        return _previous(None, preferences(text))
    lockfile = read_lock(text)
    return _previous(lockfile, (lockfile,))


def _previous(lockfile: Lockfile | None, locks: Sequence[Lockfile]) -> Previous:
    packages: dict[Identity, LockedPackage] = {}
    entries: dict[tuple[Identity, str], LockedPackage] = {}
    manifests: dict[ManifestQuery, DependencyManifest | Unusable] = {}
    for lock in locks:
        demands = locked_demands(lock)
        for identity, package in lock.packages.items():
            packages.setdefault(identity, package)
            key = (identity, package.commit)
            entries[key] = upgraded(entries[key], package) if key in entries else package
            # An entry that nobody requires transitively was locked without reading its manifest.
            if any(line.transitive for line in read_lines(package.requested)):
                query = ManifestQuery(identity=identity, commit=package.commit)
                manifests.setdefault(query, DependencyManifest(demands=tuple(demands[identity])))
    return Previous(lockfile=lockfile, packages=packages, entries=entries, manifests=manifests)
