"""A derivation as sentences, in the manner of pub.

Each step is said after those it rests on. One that is needed again later, or that stands too far
from where it is needed, gets a number; every other conclusion is the sentence just before.

Source: https://github.com/dart-lang/pub/blob/master/doc/solver.md#error-reporting
"""

from collections.abc import Generator, Iterator

from bitdeps.core.explain.derivation import Derivation, Inference, OneVersion, Premise, Required, Step
from bitdeps.core.explain.words import Words

First = tuple[Inference, bool]
"""A step that must be said before, and whether it gets a number in any case."""


def explain(derivation: Derivation) -> str:
    """Say why no versions fit together."""
    return _Prose(derivation).text()


class _Prose:
    def __init__(self, derivation: Derivation) -> None:
        self._last = derivation.last
        self._words = Words(derivation)
        self._lines: list[tuple[int | None, str]] = []
        self._numbers: dict[int, int] = {}
        self._uses: dict[int, int] = {}
        for step in derivation.steps():
            for parent in _parents(step):
                self._uses[id(parent)] = self._uses.get(id(parent), 0) + 1

    def text(self) -> str:
        if isinstance(self._last, Premise):
            return f"Because {self._words.premise(self._last)}, {self._words.conclusion(self._last)}."
        self._say_all()
        width = max((len(f"({number}) ") for number in self._numbers.values()), default=0)
        return "\n".join(
            (f"({number}) " if number is not None else "").rjust(width) + sentence for number, sentence in self._lines
        )

    def _say_all(self) -> None:
        """Say every step, however deep the proof: each waits for those it asks to be said first."""
        waiting = [self._visit(self._last)]
        while waiting:
            first = next(waiting[-1], None)
            if first is None:
                waiting.pop()
            else:
                waiting.append(self._visit(*first))

    def _visit(self, step: Step, numbered: bool = False) -> Iterator[First]:  # noqa: FBT001, FBT002 - see First
        premises = [parent for parent in _parents(step) if isinstance(parent, Premise)]
        known = [parent for parent in _parents(step) if isinstance(parent, Inference)]
        if not known:
            reason = f"Because {self._both(premises[0], premises[1])}"
        elif premises:
            reason = yield from self._after_one(step, known[0], premises[0])
        else:
            reason = yield from self._after_two(step, known[0], known[1])
        if numbered or self._uses.get(id(step), 0) > 1:
            self._numbers[id(step)] = len(self._numbers) + 1
        self._lines.append((self._numbers.get(id(step)), f"{reason}, {self._words.conclusion(step)}."))

    def _after_one(self, step: Step, known: Inference, premise: Premise) -> Generator[First, None, str]:
        """Say a step that adds one premise to what is known."""
        if id(known) in self._numbers:
            return f"{self._because(step)} {self._words.premise(premise)} and {self._numbered(known)}"
        chain = [parent for parent in _parents(known) if isinstance(parent, Premise)]
        if len(chain) == 1 and self._uses[id(known)] == 1:
            (inner,) = (parent for parent in _parents(known) if isinstance(parent, Inference))
            if id(inner) not in self._numbers:
                yield inner, False
                return f"{self._and(step)} {self._both(chain[0], premise)}"
        yield known, False
        return f"{self._and(step)} {self._words.premise(premise)}"

    def _after_two(self, step: Step, left: Inference, right: Inference) -> Generator[First, None, str]:
        """Say a step that joins two conclusions."""
        if id(left) not in self._numbers and id(right) not in self._numbers:
            yield left, True
        known, other = (left, right) if id(left) in self._numbers else (right, left)
        if id(other) in self._numbers:
            return f"{self._because(step)} {self._numbered(known)} and {self._numbered(other)}"
        yield other, False
        return f"{self._and(step)} {self._numbered(known)}"

    def _both(self, one: Premise, two: Premise) -> str:
        """Say two premises, the one that leads to the other first."""
        first, second = (two, one) if _leads_to(two, one) and not _leads_to(one, two) else (one, two)
        return f"{self._words.premise(first)} and {self._words.premise(second)}"

    def _numbered(self, step: Step) -> str:
        return f"{self._words.conclusion(step)} ({self._numbers[id(step)]})"

    def _because(self, step: Step) -> str:
        return "So, because" if step is self._last else "Because"

    def _and(self, step: Step) -> str:
        return "So, because" if step is self._last else "And because"


def _parents(step: Step) -> tuple[Step, ...]:
    return (step.left, step.right) if isinstance(step, Inference) else ()


def _leads_to(one: Premise, two: Premise) -> bool:
    """Tell whether a premise asks for what another is about."""
    if not isinstance(one.fact, Required):
        return False
    target = one.fact.demand.identity
    if isinstance(two.fact, Required):
        return two.fact.demander is not None and two.fact.demander.identity == target
    return target == (two.fact.identity if isinstance(two.fact, OneVersion) else two.fact.subject.identity)
