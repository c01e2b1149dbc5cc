"""The values that a plan is made from, and the plan."""

from dataclasses import dataclass
from typing import Literal

EditKind = Literal["modified", "missing", "extra", "mode", "kind"]
"""What happened to a file: its bytes, gone, not ours, its executable bit, or file, link and directory exchanged."""
Lies = Literal["absent", "vacant", "tree", "link", "other"]
"""`vacant` is a directory with nothing in it but files that `ignore` allows; `other` is neither directory nor link."""
Action = Literal["keep", "adopt", "place", "replace", "remove", "forget", "stop"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edit:
    """One difference between a place and what it should hold; the path is relative to the place."""

    path: str
    kind: EditKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one place shall hold. `digest` is `d1:...`, or `link:TARGET` for a local checkout."""

    path: str
    identity: str
    name: str
    label: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What `.deps/` says that we placed; `pending` is the digest that an interrupted swap was putting there."""

    path: str
    identity: str
    name: str
    label: str
    digest: str
    pending: str = ""

    @property
    def digests(self) -> frozenset[str]:
        """Every digest that counts as ours."""
        return frozenset((self.digest, self.pending)) - {""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What lies at one place now.

    `digest` is that of the tree as it is, extra files included (those that `ignore` allows are not), or
    `link:TARGET`, or None. `edits` are the differences from what we placed, or from what is wanted where
    nothing is known of what we placed; empty where neither is known file by file.
    """

    lies: Lies
    digest: str | None = None
    edits: tuple[Edit, ...] = ()
    recorded: bool = False
    """Whether the record in `.deps/` describes exactly this tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done at one place. `label` and `digest` are empty where nothing shall lie there."""

    action: Action
    path: str
    identity: str
    name: str
    label: str = ""
    digest: str = ""
    old_label: str = ""
    lies: Lies = "absent"
    edits: tuple[Edit, ...] = ()
    """What stands in the way, for `stop`; what is moved to the trash, for a forced step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One step for each place, in the order of their paths."""

    steps: tuple[Step, ...]

    def having(self, *actions: Action) -> tuple[Step, ...]:
        """Return the steps with one of these actions."""
        return tuple(step for step in self.steps if step.action in actions)

    @property
    def stops(self) -> tuple[Step, ...]:
        """The places that were edited."""
        return self.having("stop")

    @property
    def fills(self) -> tuple[Step, ...]:
        """The places that need a tree: from the cache, or downloaded."""
        return self.having("place", "replace")

    @property
    def changes_vendor(self) -> bool:
        """Whether anything in the vendor directory changes."""
        return bool(self.having("place", "replace", "remove"))

    @property
    def idle(self) -> bool:
        """Whether neither the vendor directory nor the record changes."""
        return all(step.action == "keep" for step in self.steps)
