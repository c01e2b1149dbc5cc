"""What a run is busy with, drawn in place on a terminal, or told now and then in a log.

Plain ANSI: the lines are erased and written anew, ten times a second, and erased at the end. The cursor waits at
the beginning of the first of them, where nothing that is typed and no narrower window moves it to another line. A run
that is over sooner than `QUIET_SECONDS` draws nothing. Whoever writes to the same stream meanwhile calls
`Display.erase` first.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ParamSpec, TextIO, TypeVar

from bitdeps.cli.progress_lines import Look, lines
from bitdeps.core.activity import Activity, Pause, watching

if TYPE_CHECKING:
    from bitdeps.cli.console import Console

_P = ParamSpec("_P")
_T = TypeVar("_T")
TICK_SECONDS = 0.1
QUIET_SECONDS = 0.3
LOG_SECONDS = 10.0
"""Between two lines in a log; a pause shorter than that is not worth one."""
_ERASE = "\r\x1b[J"
_WINDOW_SECONDS = 3.0
"""The rate is that of the last seconds."""


class Display:
    """Draws an activity, as often as `draw` is called."""

    def __init__(
        self,
        activity: Activity,
        stream: TextIO,
        *,
        paint: Callable[..., str],
        size: Callable[[], tuple[int, int]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._activity = activity
        self._stream = stream
        self._paint = paint
        self._size = size
        self._clock = clock
        self._has_drawn = False
        self._since = clock()
        self._seen: list[tuple[float, int]] = []
        self._pauses: dict[Pause, float] = {}

    def draw(self) -> None:
        """Draw what is under way now, in place of what was drawn before."""
        now = self._clock()
        rate = self._rate(now)
        left = self._left(now)
        if now - self._since < QUIET_SECONDS:
            return
        columns, rows = self._size()
        look = Look(columns=columns, rows=rows, paint=self._paint, encoding=self._stream.encoding or "ascii")
        drawn = lines(self._activity, look, rate=rate, left=left)
        if drawn or self._has_drawn:
            back = (f"\x1b[{len(drawn) - 1}A" if drawn[1:] else "") + "\r" if drawn else ""
            self._stream.write(_ERASE + "\n".join(drawn) + back)
            self._stream.flush()
            self._has_drawn = bool(drawn)

    def erase(self, instead: str = "") -> None:
        """Leave the terminal as if nothing had been drawn, or with a text instead."""
        if self._has_drawn:
            self._stream.write(_ERASE + instead)
            self._stream.flush()
            self._has_drawn = False

    def _rate(self, now: float) -> float | None:
        """Return the bytes a second of late; None before there is anything to measure."""
        self._seen.append((now, self._activity.arrived))
        while len(self._seen) > 2 and now - self._seen[0][0] > _WINDOW_SECONDS:  # noqa: PLR2004 - two make a rate
            self._seen.pop(0)
        (then, before), (_, after) = self._seen[0], self._seen[-1]
        return (after - before) / (now - then) if now > then and after > before else None

    def _left(self, now: float) -> dict[Pause, float]:
        """Return the seconds that are left of each pause."""
        self._pauses = {pause: self._pauses.get(pause, now + pause.seconds) for pause in self._activity.pauses}
        return {pause: max(0.0, end - now) for pause, end in self._pauses.items()}


class Log:
    """Tells of an activity in whole lines, each only when something takes long."""

    def __init__(
        self, activity: Activity, say: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._activity = activity
        self._say = say
        self._clock = clock
        self._next = clock() + LOG_SECONDS
        self._told: set[Pause] = set()

    def draw(self) -> None:
        """Say what is worth a line now."""
        from bitdeps.cli.progress_lines import summary_line, waiting

        new = [pause for pause in self._activity.pauses if pause.seconds >= LOG_SECONDS and pause not in self._told]
        for host, limited in sorted({(pause.host, pause.limited) for pause in new}):
            longest = max(pause.seconds for pause in new if (pause.host, pause.limited) == (host, limited))
            self._say(waiting(host, longest, limited=limited))
        self._told = (self._told | set(new)) & set(self._activity.pauses)
        now = self._clock()
        if now >= self._next:
            self._next = now + LOG_SECONDS
            line = summary_line(self._activity, None)
            if line:
                self._say(line)

    def erase(self, instead: str = "") -> None:
        """Do nothing: what was said stays."""


async def watched(console: "Console", work: Callable[_P, Awaitable[_T]], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Call an asynchronous function and show what it is busy with."""
    with watching() as activity:
        display = console.display(activity)
        ticking = asyncio.create_task(_tick(display))
        try:
            return await work(*args, **kwargs)
        except asyncio.CancelledError:
            # The terminal showed `^C` among the lines that go now; what follows begins below it, as anywhere else.
            display.erase("^C")
            raise
        finally:
            ticking.cancel()
            with suppress(asyncio.CancelledError):
                await ticking
            console.end_display()


async def _tick(display: Display | Log) -> None:
    while True:
        await asyncio.sleep(TICK_SECONDS)
        # A terminal that went away is noticed by whoever has something to say to it.
        with suppress(OSError, ValueError):
            display.draw()


def terminal_size(stream: TextIO) -> tuple[int, int]:
    """Return columns and rows of the terminal behind a stream, asked anew each time: windows are resized."""
    try:
        size: Any = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return 80, 24
    return size.columns or 80, size.lines or 24
