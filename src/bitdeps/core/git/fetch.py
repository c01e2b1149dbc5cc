"""The answer to `fetch` in protocol version 2, read only as far as the first object."""

from bitdeps.core.bitbucket.body import printable
from bitdeps.core.git.errors import GitAnswerError, NotServedError
from bitdeps.core.git.pack import PackedObject, PackStart
from bitdeps.core.git.packets import Mark, Packets, line_of

_DATA, _PROGRESS, _FAILED = 1, 2, 3


class FetchAnswer:
    """Takes in an answer piece by piece; use `reset` before each try.

    The sections before the pack (https://git-scm.com/docs/protocol-v2#_fetch) say nothing that matters here.
    """

    def __init__(self, most: int) -> None:
        """Set the largest object, in bytes."""
        self._most = most
        self.reset()

    def reset(self) -> None:
        """Forget what came so far: the request is sent once more."""
        self._packets = Packets()
        self._pack: PackStart | None = None
        self._begins = True

    def feed(self, piece: bytes) -> bool:
        """Take in a piece; tell whether enough has come.

        Raises:
            GitAnswerError: where the answer breaks the protocol.
            NotServedError: where the server refuses, and says why.

        """
        return any(self._take(one) for one in self._packets.feed(piece))

    @property
    def first(self) -> PackedObject:
        """The first object.

        Raises:
            GitAnswerError: where the answer ended before it was whole.

        """
        if self._pack is None or self._pack.first is None:
            raise GitAnswerError("the pack ends before its first object is whole")
        return self._pack.first

    def _take(self, one: bytes | Mark) -> bool:
        if isinstance(one, Mark):
            return False
        if self._pack is not None:
            return self._unwrap(one, self._pack)
        line = line_of(one)
        if line.startswith("ERR "):
            raise NotServedError(printable(line.removeprefix("ERR ")))
        if line == "packfile":
            self._pack = PackStart(self._most)
        return False

    def _unwrap(self, one: bytes, pack: PackStart) -> bool:
        if pack.first is not None:
            return True
        band = one[0] if one else 0
        if band == _DATA:
            return pack.feed(one[1:])
        if band == _FAILED:
            raise NotServedError(printable(line_of(one[1:])))
        if band != _PROGRESS:
            raise GitAnswerError("something else than a pack came where a pack was due")
        return False
