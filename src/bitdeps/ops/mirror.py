"""Fill a shared cache from the lock, fill the own cache from it, and compare the two."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from bitdeps.cache.shared import Store, StoreError, archive_key, content_key
from bitdeps.config.settings import Settings
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.errors import DepsError, NetworkError, OfflineError, UsageError
from bitdeps.ops.edge import Edge, open_edge
from bitdeps.ops.project import Project
from bitdeps.ops.shared import Shared, needs_network, open_store
from bitdeps.ops.sources import archive_of
from bitdeps.ops.stale import require_lock

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorReport:
    """What was moved, what was there, and which packages are not; names of packages in the order of the lock."""

    address: str
    moved: tuple[str, ...] = ()
    there: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    """What the mirror keeps in another size than the lock names."""
    warnings: tuple[str, ...] = ()


async def push(project: Project, settings: Settings, given: str | None) -> MirrorReport:
    """Write every archive of the lock that the mirror lacks; what this machine lacks is downloaded.

    Raises:
        NetworkError: where the mirror cannot be written.
        DepsError: where an archive cannot be had.

    """
    address = _address(settings, given)
    settings = replace(settings, remote_cache=None)
    async with _opened(address, settings) as store, open_edge(settings) as edge:
        return await _each(project, address, lambda package: _push(edge, store, address, package))


async def pull(project: Project, settings: Settings, given: str | None) -> MirrorReport:
    """Copy every archive of the lock that this machine lacks from the mirror into its cache; the service is not asked.

    Raises:
        DepsError: where the machine refuses.

    """
    address = _address(settings, given)
    alone = replace(settings, remote_cache=None, offline=True)
    async with _opened(address, settings) as store, open_edge(alone) as edge:
        own = edge.sources
        sources = replace(own, shared=Shared(store=store, address=address))

        async def get(package: LockedPackage) -> str:
            wanted = archive_of(package)
            try:
                await own.use(wanted, lambda _: None)
            except OfflineError:
                try:
                    await sources.use(wanted, lambda _: None)
                except OfflineError:
                    return "missing"
                return "moved"
            return "there"

        report = await _each(project, address, get)
        return replace(report, warnings=sources.warnings)


async def status(project: Project, settings: Settings, given: str | None) -> MirrorReport:
    """Ask the mirror which archives of the lock it has.

    Raises:
        NetworkError: where it does not say.

    """
    address = _address(settings, given)

    async with _opened(address, settings) as store:
        return await _each(project, address, lambda package: _look(store, address, package))


async def _push(edge: Edge, store: Store, address: str, package: LockedPackage) -> str:
    found = await _look(store, address, package)
    if found != "missing":
        return found
    wanted = archive_of(package)
    sha256 = await edge.sources.use(wanted, lambda archive: archive.survey.sha256)
    path = edge.sources.cache.archive_path(sha256)
    if path is None:
        raise UsageError(
            f"`{edge.sources.cache.dir}`: the cache is read-only and lacks `{package.name}`",
            hint="set `DEPS_CACHE_DIR` to a directory that can be written",
        )
    await _asked(address, store.put(archive_key(sha256), path))
    with edge.sources.cache.temporary() as pointer:
        with open(pointer, "w", encoding="ascii") as file:  # noqa: ASYNC230 (64 bytes)
            file.write(sha256)
        await _asked(address, store.put(content_key(package.content), pointer))
    return "moved"


async def _look(store: Store, address: str, package: LockedPackage) -> str:
    if package.archive_sha256 is not None:
        size = await _asked(address, store.size(archive_key(package.archive_sha256)))
        if size is not None:
            return "there" if package.archive_size in (None, size) else "wrong"
    return "missing" if await _asked(address, store.size(content_key(package.content))) is None else "there"


async def _each(project: Project, address: str, work: Callable[[LockedPackage], Awaitable[str]]) -> MirrorReport:
    """Do it for every package of the lock at once; the first failure in their order, when all have ended."""
    packages = tuple(require_lock(project, compare=False).packages.values())
    results = await asyncio.gather(*(work(package) for package in packages), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result

    def having(word: str) -> tuple[str, ...]:
        return tuple(package.name for package, result in zip(packages, results, strict=True) if result == word)

    return MirrorReport(
        address=address,
        moved=having("moved"),
        there=having("there"),
        missing=having("missing"),
        wrong=having("wrong"),
    )


async def _asked(address: str, answer: Awaitable[T]) -> T:
    try:
        return await answer
    except StoreError as error:
        raise _failed(address, error) from error


def _failed(address: str, error: StoreError) -> DepsError:
    return NetworkError(f"`{address}`: {error}", hint="check the address, and who may read and write there")


def _address(settings: Settings, given: str | None) -> str:
    if given is not None:
        from bitdeps.config.values import read_value

        return str(read_value("store", given, f"`{given}`"))
    if settings.remote_cache is None:
        raise UsageError("no shared cache is named", hint="name its address, or set `DEPS_REMOTE_CACHE`")
    return settings.remote_cache


@asynccontextmanager
async def _opened(address: str, settings: Settings) -> AsyncIterator[Store]:
    if settings.offline and needs_network(address):
        raise OfflineError(f"`{address}`: the network may not be used", hint="run the command without `--offline`")
    store = open_store(address, settings)
    try:
        yield store
    finally:
        await store.aclose()
