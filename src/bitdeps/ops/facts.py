"""Immutable answers of the service, kept in the cache."""

from dataclasses import dataclass

from bitdeps.cache import Cache


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedFacts:
    """`ops.remote.Facts` over the cache; a key begins with the host of the API."""

    cache: Cache

    def get(self, key: str) -> bytes | None:
        """Return a fact, or None where it is not known."""
        host, _, rest = key.partition("/")
        return self.cache.fact(host, rest)

    def put(self, key: str, value: bytes) -> None:
        """Keep a fact."""
        host, _, rest = key.partition("/")
        self.cache.record_fact(host, rest, value)
