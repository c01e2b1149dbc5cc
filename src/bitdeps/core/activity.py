"""What a run is busy with at this moment: counted where it happens, shown by whoever looks.

Nothing here knows a clock or a terminal, and where nobody looks nothing is kept: `watching` makes
the one place that the functions below write to, for the code that runs inside of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True, eq=False)
class Transfer:
    """An archive on its way; sizes in bytes."""

    name: str
    total: int | None
    """None where nobody knows it before the end."""
    arrived: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Pause:
    """A wait before the next try of a request."""

    host: str
    seconds: float
    limited: bool
    """Because the service asked for it, not because something failed."""


@dataclass(slots=True, kw_only=True, eq=False)
class Activity:
    """Everything that is under way, oldest first, and what is done already."""

    transfers: list[Transfer] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    """What is asked and not answered, in words."""
    transferred: int = 0
    """Archives that arrived."""
    transferred_bytes: int = 0
    answered: int = 0
    """Questions that were answered."""

    @property
    def arrived(self) -> int:
        """Bytes of archives so far."""
        return self.transferred_bytes + sum(transfer.arrived for transfer in self.transfers)


_ACTIVITY: ContextVar[Activity | None] = ContextVar("activity", default=None)
_TRANSFER: ContextVar[Transfer | None] = ContextVar("transfer", default=None)


@contextmanager
def watching() -> Iterator[Activity]:
    """Have what happens inside counted."""
    activity = Activity()
    token = _ACTIVITY.set(activity)
    try:
        yield activity
    finally:
        _ACTIVITY.reset(token)


@contextmanager
def transfer(name: str, total: int | None) -> Iterator[None]:
    """Count an archive, whose bytes are counted by `arrived` inside."""
    activity = _ACTIVITY.get()
    if activity is None:
        yield
        return
    own = Transfer(name=name, total=total)
    token = _TRANSFER.set(own)
    activity.transfers.append(own)
    try:
        yield
        activity.transferred += 1
        activity.transferred_bytes += own.arrived
    finally:
        activity.transfers.remove(own)
        _TRANSFER.reset(token)


def begins(total: int | None) -> None:
    """Count the bytes of the archive from 0: its body begins, perhaps once more; `total` where the server says it."""
    own = _TRANSFER.get()
    if own is not None:
        own.arrived = 0
        own.total = own.total if total is None else total


def arrived(count: int) -> None:
    """Count bytes of the archive."""
    own = _TRANSFER.get()
    if own is not None:
        own.arrived += count


@contextmanager
def question(text: str) -> Iterator[None]:
    """Count a question to the service while it is open."""
    activity = _ACTIVITY.get()
    if activity is None:
        yield
        return
    activity.questions.append(text)
    try:
        yield
        activity.answered += 1
    finally:
        activity.questions.remove(text)


@contextmanager
def pause(host: str, seconds: float, *, limited: bool) -> Iterator[None]:
    """Count a wait before the next try."""
    activity = _ACTIVITY.get()
    if activity is None:
        yield
        return
    own = Pause(host=host, seconds=seconds, limited=limited)
    activity.pauses.append(own)
    try:
        yield
    finally:
        activity.pauses.remove(own)
