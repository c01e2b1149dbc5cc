"""What a lockfile says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bitdeps.core.names import Identity

LOCK_VERSION = 1
Proof = Literal["commit", "export", "none"]
PROVED: frozenset[Proof | None] = frozenset({"commit", "export"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedPackage:
    """One table of `[packages]`; the fields are the keys of DESIGN section 3, in their order."""

    identity: Identity
    name: str
    path: str
    uuid: str | None = None
    tag: str | None = None
    branch: str | None = None
    version: str | None = None
    commit: str
    tree: str
    proof: Proof | None = None
    content: str
    """`d1:` and 64 hex digits."""
    archive_sha256: str | None = None
    archive_size: int | None = None
    """Bytes."""
    selection: str | None = None
    """`s1:` and 64 hex digits, where something is selected."""
    placed: str | None = None
    """`d1:` of what is placed, where something is selected."""
    groups: tuple[str, ...] = ()
    requires: tuple[Identity, ...] = ()
    requested: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """How people call this pin: its tag, its branch and short commit, or its short commit."""
        if self.tag is not None:
            return self.tag
        return f"{self.branch}@{self.commit[:12]}" if self.branch is not None else self.commit[:12]

    @property
    def placed_digest(self) -> str:
        """The digest of what lies in the vendor directory."""
        return self.placed if self.placed is not None else self.content


def upgraded(package: LockedPackage, other: LockedPackage) -> LockedPackage:
    """Return a package with the proof of another entry for the same bytes, where only that one is proved."""
    is_same = (package.commit, package.tree, package.content) == (other.commit, other.tree, other.content)
    if is_same and package.proof not in PROVED and other.proof in PROVED:
        return replace(package, proof=other.proof)
    return package


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockfile:
    """A whole lockfile; `packages` is sorted by identity."""

    packages: Mapping[Identity, LockedPackage]
