"""Keep secrets out of the log."""

from collections.abc import Mapping

_WORDS = ("password", "secret", "token", "authorization")


def without_secrets(record: Mapping[str, object]) -> dict[str, object]:
    """Blot out the values of keys that name a secret."""
    return {key: "***" if any(word in key.lower() for word in _WORDS) else value for key, value in record.items()}
