"""The lines of the progress display: one that sums up, one for each archive, one for each wait."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from bitdeps.core.activity import Activity, Pause, Transfer
from bitdeps.ops.words import count

_MIB = 1024 * 1024
_MOST_TRANSFERS = 8
_WIDEST_NAME = 24
_NARROW = 60
"""Columns below which there is no room for a bar."""
_WIDEST_BAR = 32
_FULL, _FULL_ASCII = "━", "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is drawn on."""

    columns: int
    rows: int
    paint: Callable[..., str]
    encoding: str

    @property
    def full(self) -> str:
        """One column of a bar, as far as the terminal's encoding goes."""
        try:
            _FULL.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return _FULL_ASCII
        return _FULL

    @property
    def is_narrow(self) -> bool:
        """Tell whether there is room for the shortest words alone."""
        return self.columns < _NARROW

    def line(self, text: str, *styles: str) -> str:
        """Cut a text to the width: the last column stays free, where some terminals wrap."""
        return self.paint(_cut(text, self.columns - 1), *styles)


def lines(activity: Activity, look: Look, *, rate: float | None, left: Mapping[Pause, float]) -> list[str]:
    """Return what is to be seen now; nothing where nothing is under way."""
    first = summary_line(activity, rate, brief=look.is_narrow)
    waits = _waits(left)
    if not first and not waits:
        return []
    shown = [look.line(first, "bold")] if first else []
    room = max(1, min(_MOST_TRANSFERS, look.rows - 2 - len(waits)))
    # Those that get bytes come first: with many archives most only wait for their turn.
    moving = [transfer for transfer in activity.transfers if transfer.arrived]
    queued = [transfer for transfer in activity.transfers if not transfer.arrived]
    order = [*moving, *queued]
    width = min(_WIDEST_NAME, max((_width(transfer.name) for transfer in order[:room]), default=0))
    shown += [_transfer(transfer, look, min(width, look.columns // 3)) for transfer in order[:room]]
    if order[room:]:
        shown.append(look.line(f"  and {len(order) - room:,} more", "dim"))
    shown += [look.line(wait, "yellow") for wait in waits]
    return shown


def summary_line(activity: Activity, rate: float | None, *, brief: bool = False) -> str:
    """Say how far it is; an empty text where nothing is under way."""
    if activity.transfers:
        total = activity.transferred + len(activity.transfers)
        verb = "" if brief else "Downloaded "
        parts = [f"{verb}{activity.transferred:,} of {count(total, 'archive')}", size(activity.arrived)]
        return ", ".join([*parts, *([f"{size(rate)}/s"] if rate else [])])
    if activity.questions:
        more = len(activity.questions) - 1
        text = f"Asking for {activity.questions[0]}" + (f" and {more:,} more" if more else "")
        return text + (f", {activity.answered:,} answered" if activity.answered else "")
    return ""


def waiting(host: str, seconds: float, *, limited: bool) -> str:
    """Say what is waited for, and how long."""
    return f"Waiting {max(1, ceil(seconds)):,} s: {'rate limit of' if limited else 'trying again:'} {host}"


def size(number: float) -> str:
    """Write a number of bytes."""
    if number >= _MIB:
        return f"{number / _MIB:,.1f} MiB"
    return f"{number / 1024:,.0f} KiB" if number >= 1024 else f"{number:,.0f} B"  # noqa: PLR2004 - a KiB


def _waits(left: Mapping[Pause, float]) -> list[str]:
    """Return one line for each host, with the longest of its waits; short ones are not worth a line."""
    longest: dict[tuple[str, bool], float] = {}
    for pause, seconds in left.items():
        if pause.seconds >= 1:
            key = (pause.host, pause.limited)
            longest[key] = max(longest.get(key, 0.0), seconds)
    return [waiting(host, seconds, limited=limited) for (host, limited), seconds in sorted(longest.items())]


def _transfer(transfer: Transfer, look: Look, width: int) -> str:
    name = _cut(transfer.name, width)
    name += " " * (width - _width(name))
    if not transfer.arrived:
        return look.line(f"  {name}  waits for its first byte", "dim")
    share = min(1.0, transfer.arrived / transfer.total) if transfer.total else None
    amount = size(transfer.arrived) if not transfer.total else f"{size(transfer.arrived)} of {size(transfer.total)}"
    if share is None:
        return look.line(f"  {name}  {amount}")
    if look.is_narrow:
        return look.line(f"  {name}  {share:>4.0%}  {size(transfer.arrived)}")
    room = min(_WIDEST_BAR, look.columns - 1 - 2 - width - 2 - 2 - len("1,023 KiB of 9,999.9 MiB"))
    done = round(share * room)
    bar = look.full * done
    return f"  {name}  {look.paint(bar, 'cyan')}{' ' * (room - done)}  {amount}"


def _width(text: str) -> int:
    """Return the columns that a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def _cut(text: str, width: int) -> str:
    """Cut a text to a width in columns, with two dots where something is missing."""
    if _width(text) <= width:
        return text
    kept: Sequence[str] = text
    while kept and _width("".join(kept)) > width - 2:
        kept = kept[:-1]
    return ("".join(kept) + "..")[: max(0, width)]
