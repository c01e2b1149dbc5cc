"""A shared cache on an object store: S3 and its kin, through `obstore` (extra `remote`)."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING

from bitdeps.cache.shared import StoreError
from bitdeps.errors import UsageError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_SHOWN = 300


class ObjectsStore:
    """Objects below a prefix; who may read and write there is the business of the store's own variables."""

    def __init__(
        self,
        address: str,
        *,
        allow_http: bool,
        connect: float,
        read: float,
        total: float,
        retries: int,
        minimum_speed: int,
    ) -> None:
        """Read `AWS_...` and the like from the environment; times are in seconds, the speed in bytes a second.

        Raises:
            UsageError: `obstore` is not installed, or refuses the address.

        """
        try:
            from obstore.exceptions import BaseError
            from obstore.store import from_url
        except ImportError as error:
            raise UsageError(
                f"`{address}`: the shared cache needs `obstore`, which is not installed",
                hint="install `bitdeps[remote]`",
            ) from error
        try:
            self._store: ObjectStore = from_url(
                address,
                client_options={
                    "allow_http": allow_http,
                    "connect_timeout": timedelta(seconds=connect),
                    "timeout": timedelta(seconds=total),
                },
                retry_config={"max_retries": retries, "retry_timeout": timedelta(seconds=read)},
            )
        except (BaseError, ValueError) as error:
            raise UsageError(
                f"`{address}`: is no shared cache: {_reason(error)}", hint="such as `s3://BUCKET/PREFIX`"
            ) from error
        self._window = read
        self._minimum_speed = minimum_speed

    async def get(self, key: str, target: str, cap: int) -> bool:
        """Write an object to a file, at most `cap` bytes; False where there is none.

        Raises:
            StoreError: it cannot be had.

        """
        from obstore.exceptions import BaseError, NotFoundError

        try:
            async with asyncio.timeout(self._window):
                answer = await self._store.get_async(key)
            with open(target, "wb") as file:  # noqa: ASYNC230 (the page cache is quick)
                size = 0
                async for piece in self._in_time(answer.stream(min_chunk_size=64 * 1024).__aiter__()):
                    size += len(piece)
                    if size > cap:
                        raise StoreError(f"what it keeps is larger than the {cap:,} bytes that it should be")
                    file.write(piece)
        except (FileNotFoundError, NotFoundError):
            return False
        except TimeoutError as error:
            raise StoreError("it is too slow") from error
        except (BaseError, OSError, ValueError) as error:
            raise StoreError(_reason(error)) from error
        return True

    async def size(self, key: str) -> int | None:
        """Return the bytes of an object, or None where there is none.

        Raises:
            StoreError: it cannot be found out.

        """
        from obstore.exceptions import BaseError, NotFoundError

        try:
            async with asyncio.timeout(self._window):
                return (await self._store.head_async(key))["size"]
        except (FileNotFoundError, NotFoundError):
            return None
        except TimeoutError as error:
            raise StoreError("it is too slow") from error
        except (BaseError, OSError) as error:
            raise StoreError(_reason(error)) from error

    async def put(self, key: str, path: str) -> bool:
        """Keep a file as an object, unless there is one already: then False.

        Raises:
            StoreError: it cannot be kept.

        """
        from pathlib import Path

        from obstore.exceptions import AlreadyExistsError, BaseError

        try:
            # In one request: only so the store itself refuses to write over what is there.
            await self._store.put_async(key, Path(path), mode="create", use_multipart=False)
        except AlreadyExistsError:
            return False
        except (BaseError, OSError) as error:
            raise StoreError(_reason(error)) from error
        return True

    async def aclose(self) -> None:
        """Do nothing: the connections end with the process."""

    async def _in_time(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield pieces; every `timeouts.read` seconds must bring the minimum speed."""
        window = self._window
        start, arrived = time.monotonic(), 0
        while True:
            try:
                async with asyncio.timeout(window):
                    piece = await anext(stream)
            except StopAsyncIteration:
                return
            arrived += len(piece)
            elapsed = time.monotonic() - start
            if elapsed >= window:
                if arrived < self._minimum_speed * elapsed:
                    raise TimeoutError
                start, arrived = time.monotonic(), 0
            yield piece


def _reason(error: Exception) -> str:
    """Give the first line of obstore's words: what follows are its internals."""
    from bitdeps.core.bitbucket.body import printable

    lines = str(error).strip().splitlines() or [type(error).__name__]
    return printable(lines[0][:_SHOWN])
