"""A text that no message, log or traceback shows."""

from typing import NoReturn


class Secret:
    """A secret text; only `reveal` gives it back.

    `repr`, `str` and formatting show a placeholder, and pickling is refused, so that a secret that
    strays into a message, a log line or a cache stays unreadable.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the text itself: for the wire and the store alone."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __format__(self, _spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled")
