"""The log of requests, as data; never holds a secret."""

import re
from dataclasses import asdict, dataclass
from itertools import count
from threading import Lock
from typing import Any

LONGEST = 100_000
_SECRET = re.compile(r"(?<![^?&])(access_token|client_secret|refresh_token|code|signature|token)=[^&]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answered request; `path` includes the query, with secret values replaced by `***`."""

    number: int
    origin: str
    method: str
    path: str
    status: int
    credential: str
    presented: str
    principal: str
    faults: tuple[str, ...]
    sent: int
    headers: dict[str, str]


# The request headers that tests ask about; none carries a credential.
_KEPT = ("accept", "accept-encoding", "user-agent", "git-protocol", "range", "if-none-match")


class Journal:
    """Keeps the newest requests."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._numbers = count(1)
        self._lock = Lock()

    def add(self, *, path: str, headers: dict[str, str], **fields: Any) -> Entry:  # noqa: ANN401 (fields of Entry)
        """Record one request."""
        shown = {name: headers[name] for name in _KEPT if name in headers}
        with self._lock:
            entry = Entry(number=next(self._numbers), path=_SECRET.sub(r"\1=***", path), headers=shown, **fields)
            self._entries.append(entry)
            del self._entries[:-LONGEST]
        return entry

    def listing(self) -> list[dict[str, Any]]:
        """Give all entries, oldest first."""
        with self._lock:
            return [asdict(entry) for entry in self._entries]

    def clear(self) -> None:
        """Forget all entries."""
        with self._lock:
            self._entries.clear()
