"""A shared cache behind a static HTTP server: read, never written."""

import os

from bitdeps.cache.shared import StoreError
from bitdeps.config.settings import Settings
from bitdeps.core.bitbucket.failures import OK
from bitdeps.core.messages import Request
from bitdeps.errors import DepsError
from bitdeps.transport.client import Transport

_ABSENT = frozenset({404, 410})
_AS_IT_IS = {"accept-encoding": "identity"}


class WebStore:
    """Files below one address, asked for without a credential."""

    def __init__(self, address: str, settings: Settings) -> None:
        self._address = address
        self._settings = settings
        self._client: Transport | None = None

    async def get(self, key: str, target: str, cap: int) -> bool:
        """Write what is kept under a key to a file, at most `cap` bytes; False where there is nothing.

        Raises:
            StoreError: it cannot be had.

        """
        request = Request(method="GET", url=f"{self._address}/{key}", endpoint="archive")
        try:
            if key.endswith(".tar.gz"):
                received = await self._transport.download(request, target, cap=cap)
                answer, is_written = received.response, received.sha256 is not None
            else:
                answer, is_written = await self._transport.send(request), False
        except DepsError as error:
            raise StoreError(str(error)) from error
        if answer.status in _ABSENT:
            return False
        if answer.status != OK:
            raise StoreError(f"it answers with status {answer.status}")
        if not is_written:
            # A page in place of the file, or a short file: what it is worth shows when it is checked.
            with open(target, "wb") as file:  # noqa: ASYNC230, PTH123 (at most one small answer)
                file.write(answer.body[:cap])
        return True

    async def size(self, key: str) -> int | None:
        """Return the bytes of what is kept under a key, or None where there is nothing.

        Raises:
            StoreError: it cannot be found out.

        """
        request = Request(method="HEAD", url=f"{self._address}/{key}", endpoint="archive", headers=_AS_IT_IS)
        try:
            answer = await self._transport.send(request)
        except DepsError as error:
            raise StoreError(str(error)) from error
        if answer.status in _ABSENT:
            return None
        length = answer.headers.get("content-length", "")
        if answer.status != OK or not length.isdigit():
            raise StoreError(f"it answers with status {answer.status} to a question for a file's size")
        return int(length)

    async def put(self, key: str, path: str) -> bool:
        """Refuse: there is no agreed way to write to a web server.

        Raises:
            StoreError: always.

        """
        raise StoreError(f"a web address is read-only; `{os.path.basename(path)}` cannot be kept as `{key}`")  # noqa: PTH119

    async def aclose(self) -> None:
        """Close every connection."""
        if self._client is not None:
            await self._client.aclose()

    @property
    def _transport(self) -> Transport:
        if self._client is None:
            self._client = Transport(self._settings)
        return self._client
