"""Lockfiles made from a few words: who requires what, at which tag."""

import hashlib
from collections.abc import Mapping, Sequence

from bitdeps.core.lockfile.groups import package_groups
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.names import Identity, parse_identity


def identity(text: str) -> Identity:
    found = parse_identity(text if "/" in text else f"acme/{text}")
    assert found is not None
    return found


def digits(text: str, length: int = 64) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def locked(name: str, tag: str, requested: Sequence[str]) -> LockedPackage:
    """Give a package whose commit and bytes follow from its name and tag."""
    found = identity(name)
    pin = f"{found}@{tag}"
    return LockedPackage(
        identity=found,
        name=found.repository.repo,
        path=f"vendor/{found.repository.repo}",
        uuid=f"{{{digits(str(found), 8)}-0000-4000-8000-000000000000}}",
        tag=tag,
        version=tag.removeprefix("v"),
        commit=digits(pin, 40),
        tree=digits(f"tree {pin}", 40),
        proof="commit",
        content=f"d1:{digits(pin)}",
        archive_sha256=digits(f"archive {pin}"),
        archive_size=1000 + len(pin),
        requested=tuple(requested),
    )


def lock(packages: Mapping[str, tuple[str, Sequence[str]]]) -> Lockfile:
    """Give a lockfile from `name: (tag, requested)`; groups and requires follow."""
    found = {identity(name): locked(name, tag, sorted(lines)) for name, (tag, lines) in packages.items()}
    groups = package_groups({key: package.requested for key, package in found.items()})
    origins = {key: [line.partition(": ")[0] for line in package.requested] for key, package in found.items()}
    whole = {}
    for key in sorted(found):
        package = found[key]
        requires = tuple(other for other in sorted(found) if str(key) in origins[other])
        fields = {name: getattr(package, name) for name in package.__slots__}
        whole[key] = LockedPackage(**{**fields, "groups": groups.get(key, ()), "requires": requires})
    return Lockfile(packages=whole)
