"""An OAuth consumer: a key, a secret, and where both came from."""

from dataclasses import dataclass

from bitdeps.core.oauth.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """The two halves of an OAuth consumer; `source` is written into messages."""

    key: str
    secret: Secret
    source: str
