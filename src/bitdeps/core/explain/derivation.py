"""A proof that no versions fit together, in terms that anybody can check.

A term says that a subject's choice lies in a set. A premise is a fact: its terms are never all
true together. An inference joins two of them on one subject: whatever that subject is, one of
the two is broken unless a term on another subject is false. The last inference has no terms
left.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bitdeps.core.names import Identity
from bitdeps.core.requirement import Demand, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a choice is made for: an identity with its dependencies, or alone (`transitive = false`)."""

    identity: Identity
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A set of choices for one subject, "not chosen at all" being one of them."""

    commits: frozenset[str]
    others: bool
    """False: these commits; True: every commit but these, known or not."""
    absent: bool
    """Whether "not chosen at all" is in the set."""

    @property
    def opposite(self) -> "Choices":
        """Every choice that is not in the set."""
        return Choices(commits=self.commits, others=not self.others, absent=not self.absent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """A line of a manifest: the root's, or that of some candidates."""

    demander: Subject | None
    """None for the root."""
    commits: frozenset[str] = frozenset()
    """Which candidates of the demander have the line."""
    line: int = 0
    """In the root manifest, from 1; 0 where unknown."""
    demand: Demand
    accepted: frozenset[str] | None
    """What the catalog has for it; None where an override decides that."""
    prereleases: tuple[str, ...] = ()
    """Tags that would be accepted if pre-releases were; newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overridden:
    """A line of `[overrides]`."""

    subject: Subject
    requirement: Requirement
    accepted: frozenset[str]
    prereleases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """Candidates whose own manifest cannot be used."""

    subject: Subject
    commits: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneVersion:
    """Not a fact of the catalog but the rule: an identity has one commit, alone or not."""

    identity: Identity


Fact = Required | Overridden | Barred | OneVersion


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Premise:
    """A fact; its terms are never all true."""

    terms: Mapping[Subject, Choices]
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inference:
    """What follows from two steps, whatever is chosen for the pivot."""

    terms: Mapping[Subject, Choices]
    left: "Step"
    right: "Step"
    pivot: Subject


Step = Premise | Inference


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """The proof, and what its commits are called."""

    last: Step
    names: Mapping[Identity, Mapping[str, str]]
    """What each commit is called."""
    versions: Mapping[Identity, tuple[str, ...]]
    """Commits that are versions, oldest first: where they follow each other, `v1.0 to v1.4` names them all."""

    def premises(self) -> tuple[Premise, ...]:
        """Return every premise once, in the order of the proof."""
        return tuple(step for step in self.steps() if isinstance(step, Premise))

    def steps(self) -> tuple[Step, ...]:
        """Return every step once, each after those it rests on."""
        done: dict[int, Step] = {}
        stack = [(self.last, False)]
        while stack:
            step, entered = stack.pop()
            if id(step) in done:
                continue
            if entered or isinstance(step, Premise):
                done[id(step)] = step
            else:
                stack += [(step, True), (step.right, False), (step.left, False)]
        return tuple(done.values())
