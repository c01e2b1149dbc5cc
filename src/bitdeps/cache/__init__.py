"""The content-addressed cache of archives, and of facts that never change (docs/reference/cache.md)."""

from bitdeps.cache.store import Cache, CacheSize

__all__ = ["Cache", "CacheSize"]
