"""What an operation did, as values that the face renders and `--json` prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.names import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One package that came, went, or is another one now."""

    sign: Literal["+", "~", "-"]
    name: str
    old: str | None = None
    new: str | None = None

    @property
    def text(self) -> str:
        """Write `name v1`, `name v1 -> v2` or `name`."""
        if self.sign == "~" and self.old and self.old != self.new:
            # The label of a link to a local checkout begins with an arrow of its own.
            old, new = ((label or "").removeprefix("-> ") for label in (self.old, self.new))
            return f"{self.name} {old} -> {new}"
        return self.name if self.sign == "-" else f"{self.name} {self.new}"

    def document(self) -> dict[str, str | None]:
        """Return the value for `--json`."""
        kind = {"+": "added", "~": "changed", "-": "removed"}[self.sign]
        return {"change": kind, "name": self.name, "old": self.old, "new": self.new}


@dataclass(frozen=True, slots=True, kw_only=True)
class LockReport:
    """What `lock` found."""

    lockfile: Lockfile
    changes: tuple[Change, ...]
    changed: bool
    """Whether the bytes of the lockfile differ from what was on disk."""
    written: bool
    new_workspaces: tuple[str, ...] = ()
    """Workspaces of Bitbucket that the lock did not name before."""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    """What only `-v` shows."""
    requests: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallReport:
    """What `install` did."""

    changes: tuple[Change, ...] = ()
    kept: int = 0
    lock: LockReport | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What `verify` found; the vendor directory is right where `problems` is empty."""

    packages: int
    files: int
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hint: str | None = None
    seconds: float = 0.0


def lock_changes(
    before: Mapping[Identity, LockedPackage], after: Mapping[Identity, LockedPackage]
) -> tuple[Change, ...]:
    """Compare two locks, package by package, in the order of their identities."""
    changes = [_change(before.get(identity), after.get(identity)) for identity in sorted({*before, *after})]
    return tuple(change for change in changes if change is not None)


def _change(old: LockedPackage | None, new: LockedPackage | None) -> Change | None:
    if new is None:
        return None if old is None else Change(sign="-", name=old.name, old=old.label)
    if old is None:
        return Change(sign="+", name=new.name, new=new.label)
    if (old.commit, old.label, old.path) == (new.commit, new.label, new.path):
        return None
    label = new.label if new.label != old.label or new.commit == old.commit else f"{new.label} ({new.commit[:12]})"
    return Change(sign="~", name=new.name, old=old.label, new=label)
