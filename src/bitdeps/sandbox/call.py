"""One request and one answer, free of any web framework."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from bitdeps.sandbox.access import Principal
from bitdeps.sandbox.faults import Fault

if TYPE_CHECKING:
    from bitdeps.sandbox.state import State


@dataclass(slots=True, kw_only=True)
class Call:
    """A request: `path` is still percent-encoded, `notes` are headers for the answer, `struck` the faults so far."""

    state: "State"
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes
    base: str
    origin: str
    principal: Principal
    params: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    struck: list[Fault] = field(default_factory=list)

    def strike(self, fits: Callable[[Fault], bool], *, also: str = "") -> list[Fault]:
        """Give the faults that strike at this point; `also` is a second path that they may be meant for."""
        paths = [unquote(self.path), also] if also else [unquote(self.path)]
        hit = self.state.faults.take(self.method, paths, self.principal.kind, fits)
        self.struck += hit
        return hit

    def argument(self, name: str) -> str | None:
        """Give the last value of a query parameter."""
        return next((value for key, value in reversed(self.query) if key == name), None)

    def arguments(self, name: str) -> list[str]:
        """Give all values of a query parameter, in order."""
        return [value for key, value in self.query if key == name]

    @property
    def api(self) -> str:
        """Give the base address of the API."""
        return f"{self.base}/2.0"


@dataclass(slots=True, kw_only=True)
class Answer:
    """An answer: `body` is bytes, a file to send, or a stream of chunks."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Path | AsyncIterator[bytes] = b""
    length: bool = True


def json_answer(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:  # noqa: ANN401 (JSON)
    """Answer with a JSON document."""
    fields = {"Content-Type": "application/json; charset=utf-8"} | (headers or {})
    return Answer(status=status, headers=fields, body=json.dumps(document).encode())


def text_answer(
    text: str, status: int = 200, kind: str = "text/plain", headers: dict[str, str] | None = None
) -> Answer:
    """Answer with text of a media type."""
    return Answer(status=status, headers={"Content-Type": kind} | (headers or {}), body=text.encode())


def redirect(location: str, status: int = 302) -> Answer:
    """Answer with a redirect and an empty body."""
    return Answer(status=status, headers={"Location": location})
