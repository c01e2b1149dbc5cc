"""A checker of derivations that shares nothing with the solver: it accepts valid steps alone."""

from collections.abc import Mapping

from bitdeps.core.explain.derivation import (
    Barred,
    Choices,
    Derivation,
    Inference,
    OneVersion,
    Overridden,
    Premise,
    Required,
    Step,
    Subject,
)
from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import Identity
from bitdeps.core.resolver.model import Candidate, ManifestQuery, Root
from support.graphs import World
from support.slow_search import accepts

ABSENT, OTHER = "absent", "another commit"


class InvalidProofError(AssertionError):
    """A step of a derivation does not follow."""


class ProofChecker:
    """Replays a derivation against a world."""

    def __init__(self, world: World, root: Root, pins: Mapping[Identity, Candidate]) -> None:
        self.world, self.root, self.pins = world, root, pins

    def check(self, derivation: Derivation) -> None:
        """Accept a derivation whose every step is valid and whose last says that nothing is possible."""
        proved: list[Step] = []
        for step in derivation.steps():
            if isinstance(step, Inference):
                _require(any(step.left is each for each in proved), "rests on something unproved")
                _require(any(step.right is each for each in proved), "rests on something unproved")
                self._inference(step)
            else:
                self._premise(step)
            proved.append(step)
        _require(not derivation.last.terms, "does not end in a contradiction")

    def _values(self, *steps: Step) -> set[str]:
        commits = {commit for step in steps for choices in step.terms.values() for commit in choices.commits}
        return commits | {ABSENT, OTHER}

    def _inference(self, step: Inference) -> None:
        """Check by enumeration: a resolvent excludes nothing that its parents do not exclude."""
        values = self._values(step, step.left, step.right)
        subjects = {*step.left.terms, *step.right.terms}
        _require(step.terms.keys() <= subjects, "speaks of something new")
        _require(step.pivot in step.left.terms and step.pivot in step.right.terms, "does not join on its pivot")
        for subject in subjects:
            for value in values:
                left, right, result = (_holds(each, subject, value) for each in (step.left, step.right, step))
                if subject == step.pivot:
                    _require(result == (left or right), f"excludes too much or too little of {subject}")
                else:
                    _require(result == (left and right), f"excludes too much or too little of {subject}")

    def _premise(self, premise: Premise) -> None:
        """Check that a fact is one, and that its terms say no more and no less."""
        fact = premise.fact
        expected: dict[Subject, set[str]] = {}
        values = self._values(premise)
        if isinstance(fact, Required):
            values |= fact.commits | (fact.accepted or set())
            expected = self._required(fact, values)
        elif isinstance(fact, Overridden):
            _require(self.root.overrides.get(fact.subject.identity) == fact.requirement, "no such override")
            accepted = accepts(self.world, fact.subject.identity, fact.requirement, self.pins)
            _require(accepted == fact.accepted, "the override accepts something else")
            values |= accepted
            expected = {fact.subject: values - accepted - {ABSENT}}
        elif isinstance(fact, Barred):
            for commit in fact.commits:
                found = self._manifest(fact.subject.identity, commit)
                _require(found == Unusable(reason=fact.reason), "the manifest can be used")
            expected = {fact.subject: set(fact.commits)}
        else:
            self._one_version(fact, premise)
            return
        for subject in {*premise.terms, *expected}:
            for value in values:
                said = _holds(premise, subject, value)
                _require(said == (value in expected.get(subject, values)), f"says something else of {subject}")

    def _manifest(self, identity: Identity, commit: str) -> DependencyManifest | Unusable:
        return self.world.manifest(ManifestQuery(identity=identity, commit=commit))

    def _required(self, fact: Required, values: set[str]) -> dict[Subject, set[str]]:
        demand = fact.demand
        target = Subject(identity=demand.identity, alone=not demand.transitive)
        if fact.demander is None:
            lines = [(entry.line, entry.demand) for entry in self.root.demands]
            _require((fact.line, demand) in lines, "the root has no such entry")
        else:
            _require(not fact.demander.alone, "who is alone requires nothing")
            for commit in fact.commits:
                found = self._manifest(fact.demander.identity, commit)
                _require(isinstance(found, DependencyManifest) and demand in found.demands, "no such requirement")
        accepted = values - {ABSENT}
        if demand.identity in self.root.overrides:
            _require(fact.accepted is None, "the requirement is overridden")
        else:
            accepted = accepts(self.world, demand.identity, demand.requirement, self.pins)
            _require(fact.accepted == frozenset(accepted), "the requirement accepts something else")
        expected = {target: values - accepted}
        if fact.demander is not None:
            expected[fact.demander] = set(fact.commits) & expected.get(fact.demander, values)
        return expected

    def _one_version(self, fact: OneVersion, premise: Premise) -> None:
        """Check `one is commit C, the other is present and is not C`."""
        sides = [Subject(identity=fact.identity), Subject(identity=fact.identity, alone=True)]
        _require(set(premise.terms) == set(sides), "speaks of something else")
        narrow, wide = sorted((premise.terms[side] for side in sides), key=lambda choices: choices.others)
        _require(len(narrow.commits) == 1 and not narrow.absent, "is not about one commit")
        _require(wide == Choices(commits=narrow.commits, others=True, absent=False), "is not about one commit")


def _holds(step: Step, subject: Subject, value: str) -> bool:
    choices = step.terms.get(subject)
    if choices is None:
        return True
    return choices.absent if value == ABSENT else (value in choices.commits) != choices.others


def _require(holds: bool, problem: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise InvalidProofError(problem)
