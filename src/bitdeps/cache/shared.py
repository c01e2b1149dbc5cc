"""What a shared cache is: keys and files, wherever they lie; nothing that comes out of it is trusted."""

from typing import Final, Protocol

from bitdeps.cache import layout

POINTER_BYTES: Final = 64
"""Length of what a content entry holds: the SHA-256 of an archive, in hex."""


class StoreError(Exception):
    """The store did not do what it was asked; the text is the reason, without the store's address."""


class Store(Protocol):
    """Files by key; what is there once is never written again."""

    async def get(self, key: str, target: str, cap: int) -> bool:
        """Write what is kept under a key to a file, at most `cap` bytes; False where there is nothing.

        Raises:
            StoreError: it cannot be had.

        """

    async def size(self, key: str) -> int | None:
        """Return the bytes of what is kept under a key, or None where there is nothing.

        Raises:
            StoreError: it cannot be found out.

        """

    async def put(self, key: str, path: str) -> bool:
        """Keep a file under a key, unless there is something already: then False.

        Raises:
            StoreError: it cannot be kept.

        """

    async def aclose(self) -> None:
        """Let go of connections."""


def archive_key(sha256: str) -> str:
    """Return the key of the archive with this SHA-256."""
    return layout.archive_path("", sha256).removeprefix("/")


def content_key(content: str) -> str:
    """Return the key of the SHA-256 of an archive with this content."""
    return layout.content_directory("", content).removeprefix("/")
