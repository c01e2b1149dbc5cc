"""How facts and conclusions read.

Each fact has one form, so that what is printed can be read back and checked against the catalog.
"""

from collections.abc import Iterable

from bitdeps.core.explain.derivation import (
    Barred,
    Choices,
    Derivation,
    OneVersion,
    Overridden,
    Premise,
    Required,
    Step,
    Subject,
)
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Requirement

NOTHING_FITS = "no versions fit together"
_SHORTEST_RUN = 3
_SHORT = 12


class Words:
    """The names of one derivation's commits."""

    def __init__(self, derivation: Derivation) -> None:
        self._names = derivation.names
        self._versions = derivation.versions
        self._sets: dict[tuple[Identity, frozenset[str]], str] = {}
        asked: dict[Identity, set[Requirement]] = {}
        for premise in derivation.premises():
            for identity, requirement, accepted in _required(premise):
                asked.setdefault(identity, set()).add(requirement)
                self._sets.setdefault((identity, accepted), _short(requirement))
        self._unlike = {
            identity
            for identity, found in asked.items()
            if len(found) > 1 and any(each.kind in ("branch", "commit") for each in found)
        }

    def premise(self, premise: Premise) -> str:
        """Write a fact."""
        fact = premise.fact
        if isinstance(fact, Required):
            return self._requirement(fact)
        if isinstance(fact, Overridden):
            accepted = self._accepted(fact.subject.identity, fact.requirement, fact.accepted, fact.prereleases)
            return f"`[overrides]` sets {fact.subject.identity} to {accepted}"
        if isinstance(fact, Barred):
            return f"{self._commits(fact.subject.identity, fact.commits)} cannot be used ({fact.reason})"
        return _one_version(fact)

    def conclusion(self, step: Step) -> str:
        """Write what a step says."""
        chosen = {subject: choices for subject, choices in step.terms.items() if not choices.absent}
        needed = [
            self._choices(subject, choices.opposite, "or") for subject, choices in step.terms.items() if choices.absent
        ]
        causes = [self._choices(subject, choices, "and") for subject, choices in chosen.items()]
        if not causes:
            return f"{', or '.join(needed)} is required" if needed else NOTHING_FITS
        plural = len(causes) == 1 and any(len(choices.commits) > 1 for choices in chosen.values())
        if needed:
            return f"{' with '.join(causes)} {'require' if plural else 'requires'} {', or '.join(needed)}"
        if len(causes) == 1:
            return f"{causes[0]} cannot be chosen"
        return f"{_listed(causes)} do not go together"

    def _requirement(self, fact: Required) -> str:
        demand = fact.demand
        if fact.demander is None:
            who = f"deps.toml:{fact.line} requires" if fact.line else "deps.toml requires"
        else:
            verb = "require" if len(fact.commits) > 1 else "requires"
            who = f"{self._commits(fact.demander.identity, fact.commits)} {verb}"
        alone = "" if demand.transitive else " alone"
        if fact.accepted is None:
            return f"{who} {demand.identity}{alone}"
        what = self._accepted(demand.identity, demand.requirement, fact.accepted, fact.prereleases)
        return f"{who} {demand.identity}{alone} {what}"

    def _accepted(
        self, identity: Identity, requirement: Requirement, accepted: frozenset[str], prereleases: tuple[str, ...]
    ) -> str:
        if not accepted:
            return f"{requirement} ({_why_nothing(requirement, prereleases)})"
        if identity in self._unlike and requirement.kind in ("tag", "branch"):
            return f"{requirement} ({_listed([commit[:_SHORT] for commit in sorted(accepted)])})"
        return str(requirement)

    def _choices(self, subject: Subject, choices: Choices, joint: str) -> str:
        identity = subject.identity
        alone = " alone" if subject.alone else ""
        if choices.others:
            if not choices.commits:
                return f"{identity}{alone}"
            return f"{identity}{alone} other than {self._listing(identity, choices.commits, 'and')}"
        known = self._sets.get((identity, choices.commits))
        return f"{identity}{alone} {known or self._listing(identity, choices.commits, joint)}"

    def _commits(self, identity: Identity, commits: frozenset[str]) -> str:
        return f"{identity} {self._listing(identity, commits, 'and')}"

    def _listing(self, identity: Identity, commits: frozenset[str], joint: str) -> str:
        names = self._names[identity]
        versions = self._versions.get(identity, ())
        parts: list[str] = []
        for run in _runs(commits, versions):
            named = [names[commit] for commit in run]
            parts += [f"{named[0]} to {named[-1]}"] if len(named) >= _SHORTEST_RUN else named
        return _listed([*parts, *sorted(names[commit] for commit in commits - set(versions))], joint)


def _required(premise: Premise) -> Iterable[tuple[Identity, Requirement, frozenset[str]]]:
    fact = premise.fact
    if isinstance(fact, Required) and fact.accepted:
        yield fact.demand.identity, fact.demand.requirement, fact.accepted
    if isinstance(fact, Overridden) and fact.accepted:
        yield fact.subject.identity, fact.requirement, fact.accepted


def _one_version(fact: OneVersion) -> str:
    return f"{fact.identity} is one commit with its dependencies and alone"


def _why_nothing(requirement: Requirement, prereleases: tuple[str, ...]) -> str:
    if requirement.kind != "version":
        return f"there is no such {requirement.kind}"
    return f"only pre-releases fit: {_listed(prereleases)}" if prereleases else "no tag fits"


def _listed(parts: Iterable[str], joint: str = "and") -> str:
    """Join as `a`, `a and b`, `a, b and c`."""
    *most, last = parts
    return f"{', '.join(most)} {joint} {last}" if most else last


def _short(requirement: Requirement) -> str:
    return f"commit {requirement.value[:_SHORT]}" if requirement.kind == "commit" else str(requirement)


def _runs(commits: frozenset[str], versions: Iterable[str]) -> list[list[str]]:
    """Group the versions of a set that follow each other."""
    groups: list[list[str]] = []
    neighbour = False
    for commit in versions:
        if commit in commits and neighbour:
            groups[-1].append(commit)
        elif commit in commits:
            groups.append([commit])
        neighbour = commit in commits
    return groups
