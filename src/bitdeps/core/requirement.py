"""What somebody asks for: one identity, and which of its commits are acceptable."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from bitdeps.core.names import Identity

Kind = Literal["tag", "version", "branch", "commit"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Neither refs nor patterns nor normal specifiers hold a space, so the last `: KIND VALUE` is the one.
_REQUESTED = re.compile(
    r"(?P<origin>.+): (?P<kind>tag|version|branch|commit) (?P<value>[^ ]+)"
    r"(?: pattern (?P<pattern>[^ ]+))?(?P<prereleases> prereleases)?(?P<alone> alone)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Which commits are acceptable.

    `value` is a tag, a branch, 40 hex digits, or a PEP 440 specifier set in normal form
    (specifiers without spaces, sorted, joined by commas). `pattern` is the literal
    `tag-pattern`, where one is set; it and `prereleases` stand beside a version, or beside a
    tag, where `deps update` reads them.
    """

    kind: Kind
    value: str
    pattern: str | None = None
    prereleases: bool = False

    def __str__(self) -> str:
        """Write it as `requested` in the lockfile does (DESIGN section 3)."""
        pattern = f" pattern {self.pattern}" if self.pattern is not None else ""
        return f"{self.kind} {self.value}{pattern}{' prereleases' if self.prereleases else ''}"


def naming_order(requirement: Requirement, *, by_root: bool) -> tuple[bool, int, int, str]:
    """Return what sorts the requirements on one identity so that the first names it in the lock.

    One of the root (an override too) comes first, else a tag before a version before a branch before a commit.
    """
    text = str(requirement)
    return (not by_root, KINDS.index(requirement.kind), len(text), text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A requirement on an identity; without `transitive`, its own dependencies are left out."""

    identity: Identity
    requirement: Requirement
    transitive: bool = True

    def requested(self, origin: str) -> str:
        """Write `FROM: KIND VALUE ...`; origin is `project`, `project.GROUP`, `override` or an identity."""
        return f"{origin}: {self.requirement}{'' if self.transitive else ' alone'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """A `requested` string of the lockfile, taken apart."""

    origin: str
    """`project`, `project.GROUP`, `override`, or the text of an identity."""
    requirement: Requirement
    transitive: bool = True


def parse_requested(text: str) -> Requested | None:
    """Read `FROM: KIND VALUE [pattern P] [prereleases] [alone]`, or return None."""
    match = _REQUESTED.fullmatch(text)
    if match is None:
        return None
    kind = next(kind for kind in KINDS if kind == match["kind"])
    requirement = Requirement(
        kind=kind,
        value=match["value"],
        pattern=match["pattern"],
        prereleases=match["prereleases"] is not None,
    )
    return Requested(origin=match["origin"], requirement=requirement, transitive=match["alone"] is None)
