"""Pages: `pagelen`, opaque cursors, `next`."""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from bitdeps.sandbox.call import Call
from bitdeps.sandbox.problems import ApiError

DEFAULT_LENGTH, LARGEST_LENGTH = 10, 100
_CURSOR = re.compile(r"([A-Za-z]{5})([0-9a-z]{1,6})\Z")
_NUMBER = re.compile(r"[0-9]{1,6}\Z")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
T = TypeVar("T")


def page_length(call: Call, *, default: int = DEFAULT_LENGTH, largest: int = LARGEST_LENGTH) -> int:
    """Read `pagelen`; more than the largest is an error, as is anything that is no number.

    Raises:
        ApiError: 400.
    """
    text = call.argument("pagelen")
    if text is None:
        return default
    number = whole_number(text)
    if number is None or not 1 <= number <= largest:
        raise ApiError(400, "Invalid pagelen")
    return number


def whole_number(text: str) -> int | None:
    """Read a number of at most six digits, None for anything else."""
    return int(text) if _NUMBER.match(text) else None


def _mask(path: str, offset: int) -> str:
    digest = hashlib.sha256(f"{path} {offset}".encode()).digest()
    return "".join(chr((97 if byte & 1 else 65) + byte % 26) for byte in digest[:5])


def _cursor(path: str, offset: int) -> str:
    digits = ""
    while offset or not digits:
        offset, digit = divmod(offset, 36)
        digits = _DIGITS[digit] + digits
    return _mask(path, int(digits, 36)) + digits


def page_offset(call: Call, length: int) -> int:
    """Read `page`: a cursor of ours, or a number when pages are numbered.

    Raises:
        ApiError: 404 for a page that the client built itself, 400 for anything else.
    """
    text = call.argument("page")
    if text is None or text == "1":
        return 0
    if call.state.switches.paging == "numbered":
        if number := whole_number(text):
            return (number - 1) * length
    elif (match := _CURSOR.match(text)) and match[1] == _mask(call.path, int(match[2], 36)):
        return int(match[2], 36)
    # What is no page at all is a 400 (atlassian-python-api#801); a number made up by the client a 404 (SharpBucket#87).
    raise ApiError(404 if text.isdigit() else 400, "Invalid page")


def envelope(
    call: Call, values: list[Any], offset: int, length: int, *, more: bool, size: int | None
) -> dict[str, Any]:
    """Wrap one page; `next` is absent on the last."""
    numbered = call.state.switches.paging == "numbered"
    # A recorded list with an opaque cursor in `next` (go-scm content_list.json) has `page` too, but no `size`.
    document: dict[str, Any] = {"pagelen": length, "values": values, "page": offset // length + 1}
    if numbered and size is not None:
        document["size"] = size
    if more:
        following = str(offset // length + 2) if numbered else _cursor(call.path, offset + length)
        query = [(key, value) for key, value in call.query if key not in {"page", "pagelen"}]
        query += [("pagelen", str(length)), ("page", following)]
        document["next"] = f"{call.base}{call.path}?{urlencode(query)}"
    return document


def paged(
    call: Call,
    items: Sequence[T],
    render: Callable[[T], Any],
    *,
    default: int = DEFAULT_LENGTH,
    largest: int = LARGEST_LENGTH,
    prepare: Callable[[Sequence[T]], object] | None = None,
) -> dict[str, Any]:
    """Give one page of a list; only the items of that page are rendered, after `prepare` saw all of them."""
    length = page_length(call, default=default, largest=largest)
    offset = page_offset(call, length)
    shown = items[offset : offset + length]
    if prepare:
        prepare(shown)
    values = [render(item) for item in shown]
    return envelope(call, values, offset, length, more=offset + length < len(items), size=len(items))
