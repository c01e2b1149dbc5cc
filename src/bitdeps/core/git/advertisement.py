"""What a server offers, as the answer to `GET info/refs` in protocol version 2 tells it."""

from dataclasses import dataclass

from bitdeps.core.git.errors import GitAnswerError
from bitdeps.core.git.packets import Mark, Packets, line_of

_SERVICE = "# service=git-upload-pack"
_VERSION = "version 2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertisement:
    """The parts of an advertisement that matter here."""

    filters: bool
    """Whether `fetch` takes a filter, so that a commit comes without its tree."""
    listing: bool
    """Whether `ls-refs` is offered."""
    object_format: str
    """`sha1`, or what the repository uses instead."""


def read_advertisement(body: bytes) -> Advertisement | None:
    """Read an advertisement; None where the server does not speak version 2.

    Raises:
        GitAnswerError: where the body is no advertisement at all.

    """
    packets = Packets()
    lines = [line_of(one) for one in packets.feed(body) if not isinstance(one, Mark)]
    if packets.rest or not lines:
        raise GitAnswerError("the list of what the server can do ends too early")
    if lines[0] == _SERVICE:
        del lines[0]
    if not lines or lines[0] != _VERSION:
        return None
    offered = dict(line.partition("=")[::2] for line in lines[1:])
    if "fetch" not in offered:
        return None
    return Advertisement(
        filters="filter" in offered["fetch"].split(),
        listing="ls-refs" in offered,
        object_format=offered.get("object-format", "sha1"),
    )
