"""Why there is no solution, as an error for people and programs."""

from typing import ClassVar

from bitdeps.core.explain.derivation import Derivation
from bitdeps.core.resolver.model import Incomplete, Tag
from bitdeps.errors import NoSolutionError


class ConflictError(NoSolutionError):
    """The requirements contradict each other; the message explains why.

    `derivation` is the proof. `wanted` names what is unknown and would let a better hint be
    checked: whoever fetches it, in whole or in part, may solve again.
    """

    def __init__(
        self, message: str, *, derivation: Derivation, hint: str | None = None, wanted: Incomplete | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.derivation = derivation
        self.wanted = wanted


class AmbiguousVersionError(NoSolutionError):
    """The version that would be chosen is tagged on more than one commit."""

    code: ClassVar[str] = "ambiguous-version"

    def __init__(
        self, message: str, *, tags: tuple[Tag, ...], hint: str | None = None, wanted: Incomplete | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.tags = tags
        self.wanted = wanted
