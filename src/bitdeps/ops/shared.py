"""The cache that many machines share: asked after the own cache and before the service, and never trusted."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bitdeps.cache.shared import POINTER_BYTES, Store, StoreError, archive_key, content_key
from bitdeps.config.settings import Settings

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FOLDER = "file://"
_CONNECT_SECONDS = 5.0
_READ_SECONDS = 10.0
_RETRIES = 1


@dataclass(slots=True, kw_only=True)
class Shared:
    """One shared cache in one run.

    It saves time or it is left alone: after the first failure nothing more is asked of it, and one warning says so.
    """

    store: Store
    address: str
    _is_down: bool = False
    _warnings: list[str] = field(default_factory=list)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The first thing that went wrong, if any."""
        return tuple(self._warnings[:1])

    async def fetch(self, sha256: str, target: str, cap: int) -> bool:
        """Write the archive that should have this SHA-256 to a file, at most `cap` bytes; False where that fails."""
        return await self._get(archive_key(sha256), target, cap)

    async def with_content(self, content: str, target: str) -> str | None:
        """Return the SHA-256 of an archive that should have this content; `target` is a file to write to meanwhile."""
        if not await self._get(content_key(content), target, POINTER_BYTES):
            return None
        with open(target, "rb") as file:  # noqa: ASYNC230 (64 bytes)
            text = file.read().decode("ascii", "replace")
        if _SHA256.fullmatch(text):
            return text
        self.doubt("an entry of its index is damaged")
        return None

    def doubt(self, reason: str) -> None:
        """Keep a reason for the warning."""
        self._warnings.append(
            f"the shared cache `{self.address}` is of no use here: {reason}\n"
            "nothing wrong was installed; `deps mirror status` shows what it has"
        )

    async def _get(self, key: str, target: str, cap: int) -> bool:
        if self._is_down:
            return False
        try:
            return await self.store.get(key, target, cap)
        except StoreError as error:
            self._is_down = True
            self.doubt(str(error))
            return False


def needs_network(address: str) -> bool:
    """Tell whether a shared cache lies elsewhere than in the file system."""
    return not address.startswith(_FOLDER)


def open_store(address: str, settings: Settings) -> Store:
    """Open what lies at an address; nothing is asked yet, and it is not waited for as long as for the service.

    Raises:
        UsageError: this needs `obstore`, which is not there, or does not take the address.

    """
    if not needs_network(address):
        from bitdeps.cache.folder import FolderStore

        return FolderStore(address.removeprefix(_FOLDER))
    times = settings.timeouts
    quick = replace(times, connect=min(times.connect, _CONNECT_SECONDS), read=min(times.read, _READ_SECONDS))
    settings = replace(settings, timeouts=quick, retries=min(settings.retries, _RETRIES))
    if address.startswith(("https://", "http://")):
        from bitdeps.transport.mirror import WebStore

        return WebStore(address, settings)
    from bitdeps.cache.objects import ObjectsStore

    return ObjectsStore(
        address,
        allow_http=settings.allow_http,
        connect=quick.connect,
        read=quick.read,
        total=quick.total,
        retries=settings.retries,
        minimum_speed=settings.minimum_speed,
    )


@asynccontextmanager
async def open_shared(settings: Settings) -> AsyncIterator[Shared | None]:
    """Open the shared cache of the settings; None where there is none, or the network may not be used for it.

    Raises:
        UsageError: see `open_store`.

    """
    address = settings.remote_cache
    if address is None or (settings.offline and needs_network(address)):
        yield None
        return
    store = _Lazy(address, settings)
    try:
        yield Shared(store=store, address=address)
    finally:
        await store.aclose()


class _Lazy:
    """A store that is opened at the first question, so that a run that asks nothing loads nothing."""

    def __init__(self, address: str, settings: Settings) -> None:
        self._address = address
        self._settings = settings
        self._store: Store | None = None

    async def get(self, key: str, target: str, cap: int) -> bool:
        """Ask the store."""
        return await self._opened().get(key, target, cap)

    async def size(self, key: str) -> int | None:
        """Ask the store."""
        return await self._opened().size(key)

    async def put(self, key: str, path: str) -> bool:
        """Ask the store."""
        return await self._opened().put(key, path)

    async def aclose(self) -> None:
        """Close the store, if it was opened."""
        if self._store is not None:
            await self._store.aclose()

    def _opened(self) -> Store:
        if self._store is None:
            self._store = open_store(self._address, self._settings)
        return self._store
