"""How the steps of a derivation become sentences, and that only valid steps are accepted."""

from dataclasses import replace

import pytest

from bitdeps.core.explain import Derivation, explain
from bitdeps.core.explain.derivation import Choices, Inference, Premise, Required, Step, Subject
from bitdeps.core.resolver.failure import ConflictError
from bitdeps.core.resolver.solve import solve
from support.graphs import commit_of, demand, name, root, world
from support.premises import Reader, satisfiable
from support.proof import InvalidProofError, ProofChecker

ANY = Choices(commits=frozenset(), others=True, absent=False)
"""Whatever the version."""


def subject(letter: str) -> Subject:
    return Subject(identity=name(letter))


def some(*letters: str) -> dict[Subject, Choices]:
    """Each of these is there, in any version."""
    return {subject(letter): ANY for letter in letters}


def without(letter: str) -> dict[Subject, Choices]:
    return {subject(letter): ANY.opposite}


def needs(who: str, what: str) -> Premise:
    """Say that any version of one requires another."""
    fact = Required(
        demander=subject(who),
        commits=frozenset({commit_of(who)}),
        demand=demand(f"{what} tag t"),
        accepted=frozenset({"t"}),
    )
    return Premise(terms=some(who) | without(what), fact=fact)


def joined(left: Step, right: Step, on: str, terms: dict[Subject, Choices]) -> Inference:
    return Inference(terms=terms, left=left, right=right, pivot=subject(on))


def told(last: Step) -> list[str]:
    names = {name(letter): {commit_of(letter): "v1"} for letter in "abcdefgh"}
    return explain(Derivation(last=last, names=names, versions={})).splitlines()


def test_a_conclusion_that_is_used_twice_is_numbered() -> None:
    """Said once, referred to by number."""
    shared = joined(needs("a", "b"), needs("b", "c"), "b", some("a") | without("c"))
    left = joined(shared, needs("c", "d"), "c", some("a") | without("d"))
    right = joined(shared, needs("c", "e"), "c", some("a") | without("e"))
    last = joined(left, right, "a", {})
    assert told(last) == [
        "(1) Because acme/a v1 requires acme/b tag t and acme/b v1 requires acme/c tag t, acme/a requires acme/c.",
        "(2) And because acme/c v1 requires acme/d tag t, acme/a requires acme/d.",
        "    Because acme/c v1 requires acme/e tag t and acme/a requires acme/c (1), acme/a requires acme/e.",
        "    So, because acme/a requires acme/d (2), no versions fit together.",
    ]


def test_two_conclusions_that_have_numbers_are_joined_by_them() -> None:
    """Both were said before, and neither stands just above."""
    one = joined(needs("a", "b"), needs("b", "c"), "b", some("a") | without("c"))
    two = joined(needs("d", "e"), needs("e", "f"), "e", some("d") | without("f"))
    both = joined(one, two, "a", some("a", "d"))
    again = joined(one, two, "a", some("d"))
    last = joined(both, again, "d", {})
    assert told(last) == [
        "(1) Because acme/a v1 requires acme/b tag t and acme/b v1 requires acme/c tag t, acme/a requires acme/c.",
        "(2) Because acme/d v1 requires acme/e tag t and acme/e v1 requires acme/f tag t, acme/d requires acme/f.",
        "(3) And because acme/a requires acme/c (1), acme/a and acme/d do not go together.",
        "    Because acme/a requires acme/c (1) and acme/d requires acme/f (2), acme/d cannot be chosen.",
        "    So, because acme/a and acme/d do not go together (3), no versions fit together.",
    ]


def test_a_conclusion_that_has_a_number_is_joined_with_a_new_one() -> None:
    """The new one is said first, then joined by number."""
    one = joined(needs("a", "b"), needs("b", "c"), "b", some("a") | without("c"))
    two = joined(needs("d", "e"), needs("e", "f"), "e", some("d") | without("f"))
    for left, right in ((one, two), (two, one)):
        first = joined(one, needs("c", "g"), "c", some("a") | without("g"))
        last = joined(first, joined(left, right, "a", some("d")), "a", {})
        assert told(last) == [
            "(1) Because acme/a v1 requires acme/b tag t and acme/b v1 requires acme/c tag t, acme/a requires acme/c.",
            "(2) And because acme/c v1 requires acme/g tag t, acme/a requires acme/g.",
            "    Because acme/d v1 requires acme/e tag t and acme/e v1 requires acme/f tag t, acme/d requires acme/f.",
            "    And because acme/a requires acme/c (1), acme/d cannot be chosen.",
            "    So, because acme/a requires acme/g (2), no versions fit together.",
        ]


def test_a_chain_does_not_skip_over_a_number() -> None:
    """Where the step before the last is known by number, each link is a sentence."""
    shared = joined(needs("a", "b"), needs("b", "c"), "b", some("a") | without("c"))
    first = joined(shared, needs("c", "d"), "c", some("a") | without("d"))
    second = joined(shared, needs("c", "e"), "c", some("a") | without("e"))
    third = joined(second, needs("e", "f"), "e", some("a") | without("f"))
    last = joined(first, third, "a", {})
    assert told(last)[2:] == [
        "    Because acme/c v1 requires acme/e tag t and acme/a requires acme/c (1), acme/a requires acme/e.",
        "    And because acme/e v1 requires acme/f tag t, acme/a requires acme/f.",
        "    So, because acme/a requires acme/d (2), no versions fit together.",
    ]


def test_a_long_proof_is_told_whole() -> None:
    """However long the chain, no limit of depth is met."""
    count = 3_000
    letters = [f"p{number}" for number in range(count)]
    step: Step = needs(letters[0], letters[1])
    for index in range(1, count - 1):
        known = some(letters[0]) | without(letters[index + 1])
        step = joined(step, needs(letters[index], letters[index + 1]), letters[index], known)
    names = {name(letter): {commit_of(letter): "v1"} for letter in letters}
    lines = explain(Derivation(last=step, names=names, versions={})).splitlines()
    assert len(lines) == count / 2
    assert lines[-1] == (
        "So, because acme/p2997 v1 requires acme/p2998 tag t and acme/p2998 v1 requires acme/p2999 tag t, "
        "acme/p0 requires acme/p2999."
    )


class TestChecker:
    """The tests' own checker accepts the solver's proofs, and nothing that is wrong."""

    WORLD = world(
        {
            "a": {"v1": ["c version <2"]},
            "b": {"v1": ["c version >=2"]},
            "c": {"v1": [], "v2": []},
        }
    )
    ROOT = root("a tag v1", "b tag v1")

    @pytest.fixture
    def error(self) -> ConflictError:
        with pytest.raises(ConflictError) as caught:
            solve(self.ROOT, self.WORLD.full_catalog(self.ROOT), prefer={})
        return caught.value

    def accepts(self, derivation: Derivation) -> bool:
        try:
            ProofChecker(self.WORLD, self.ROOT, {}).check(derivation)
        except InvalidProofError:
            return False
        return True

    def test_every_change_of_a_step_is_refused(self, error: ConflictError) -> None:
        """Drop a term, widen it, narrow it, in each step."""
        assert self.accepts(error.derivation)
        tried = 0
        for step in error.derivation.steps():
            for who, choices in step.terms.items():
                others = {each: value for each, value in step.terms.items() if each != who}
                for changed in (
                    others,
                    others | {who: choices.opposite},
                    others | {who: replace(choices, commits=choices.commits | {commit_of("c v9")})},
                    others | {who: replace(choices, absent=not choices.absent)},
                ):
                    assert not self.accepts(_with(error.derivation, step, replace(step, terms=changed)))
                    tried += 1
        assert tried > 20

    def test_invented_facts_are_refused(self, error: ConflictError) -> None:
        """A requirement that no manifest has, a line that the root does not have."""
        for premise in error.derivation.premises():
            fact = premise.fact
            assert isinstance(fact, Required)
            for invented in (
                replace(fact, demand=demand("c version >=7")),
                replace(fact, accepted=frozenset({commit_of("c v9")})),
                replace(fact, line=99) if fact.demander is None else replace(fact, demander=None),
            ):
                assert not self.accepts(_with(error.derivation, premise, replace(premise, fact=invented)))

    def test_a_proof_that_stops_early_is_refused(self, error: ConflictError) -> None:
        """The last step must say that nothing is possible."""
        for step in error.derivation.steps()[:-1]:
            assert not self.accepts(replace(error.derivation, last=step))

    def test_printed_premises_are_read_strictly(self, error: ConflictError) -> None:
        """A text that claims something else than the catalog has is refused; a shorter one proves nothing."""
        reader = Reader(self.WORLD, self.ROOT, {})
        claims = reader.claims(str(error))
        assert (len(claims), satisfiable(claims), satisfiable(claims[1:])) == (4, False, True)
        for old, new in (("version <2", "version <3"), ("deps.toml:3", "deps.toml:4"), ("acme/a v1", "acme/a v2")):
            assert old in str(error)
            with pytest.raises((AssertionError, KeyError)):
                reader.claims(str(error).replace(old, new))


def _with(derivation: Derivation, old: Step, new: Step) -> Derivation:
    """Replace one step of a derivation."""
    done: dict[int, Step] = {}
    for step in derivation.steps():
        if step is old:
            done[id(step)] = new
        elif isinstance(step, Inference):
            done[id(step)] = replace(step, left=done[id(step.left)], right=done[id(step.right)])
        else:
            done[id(step)] = step
    return replace(derivation, last=done[id(derivation.last)])
