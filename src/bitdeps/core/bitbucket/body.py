"""Reading bodies that may be anything: JSON, plain text, a proxy's HTML, nothing."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bitdeps.core.messages import Response

_SHOWN = 200
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What the service said about a failure, safe to print: one line, no control characters."""

    message: str = ""
    detail: str = ""
    required: tuple[str, ...] = ()
    """Scopes that the request needs."""
    granted: tuple[str, ...] = ()
    """Scopes that the credential has."""


def is_html(response: Response) -> bool:
    """Tell whether the body is a web page."""
    return media_type(response) == "text/html" or _HTML.match(response.body[:4096]) is not None


def media_type(response: Response) -> str:
    """Return the media type in lower case, without parameters."""
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def load_json(body: bytes) -> object:
    """Read JSON, or return None for whatever is none, however it is broken."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value


def dig(value: object, *keys: str) -> object:
    """Follow keys through nested objects; None where the way ends."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def text_at(value: object, *keys: str) -> str | None:
    """Follow keys to a text; None where there is none."""
    found = dig(value, *keys)
    return found if isinstance(found, str) else None


def printable(text: str) -> str:
    """Make foreign text fit for one line of a message, without a full stop at the end."""
    line = _UNPRINTABLE.sub(" ", text).strip()
    short = line if len(line) <= _SHOWN else f"{line[:_SHOWN].rstrip()}..."
    return short if short.endswith("...") else short.rstrip(".")


def explain(response: Response) -> Explanation:
    """Find what the service says about a failure, in JSON or plain text; a web page says nothing."""
    data = load_json(response.body)
    message = text_at(data, "error", "message") or text_at(data, "error_description") or text_at(data, "error")
    if message is None:
        plain = isinstance(data, Mapping) or is_html(response)
        return Explanation(message="" if plain else printable(response.body.decode("utf-8", "replace")))
    detail = dig(data, "error", "detail")
    return Explanation(
        message=printable(message),
        detail=printable(detail) if isinstance(detail, str) else "",
        required=_texts(dig(detail, "required")),
        granted=_texts(dig(detail, "granted")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(printable(item) for item in value if isinstance(item, str)) if isinstance(value, list) else ()
