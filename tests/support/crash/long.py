"""How much is tried: a seeded sample in `make test`, everything in `make torture`."""

import os
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
LONG = bool(os.environ.get("DEPS_LONG"))


def sample(everything: Sequence[T], number: int) -> Sequence[T]:
    """Return all in a long run, else so many of them, always the same."""
    if LONG or len(everything) <= number:
        return everything
    return random.Random(20261124).sample(everything, number)  # noqa: S311 - which ones to try
