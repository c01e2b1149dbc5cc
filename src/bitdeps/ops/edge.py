"""What a run asks for archives and answers: the cache and the service, opened together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bitdeps.cache import Cache
from bitdeps.config.settings import Settings
from bitdeps.ops.downloads import Downloads
from bitdeps.ops.facts import CachedFacts
from bitdeps.ops.remote import Remote
from bitdeps.ops.shared import open_shared
from bitdeps.ops.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """The edge of one run."""

    remote: Remote
    sources: Sources
    settings: Settings


@asynccontextmanager
async def open_edge(settings: Settings) -> AsyncIterator[Edge]:
    """Open the cache and the service; nothing is asked yet."""
    cache = Cache(settings.cache_dir, lock_timeout=settings.timeouts.lock)
    facts = CachedFacts(cache=cache)
    with cache.use():
        async with Remote(settings, facts) as remote, open_shared(settings) as shared:
            downloads = Downloads(settings=settings, remote=remote)
            sources = Sources(
                cache=cache,
                downloads=downloads,
                limits=settings.limits,
                offline=settings.offline,
                shared=shared,
                notes=downloads.notes,
            )
            yield Edge(remote=remote, sources=sources, settings=settings)
