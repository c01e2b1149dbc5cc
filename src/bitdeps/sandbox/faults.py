"""Faults on demand: each names what goes wrong, for which requests, and how often."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, get_args, get_type_hints
from typing import Literal as _Literal

from bitdeps.sandbox.problems import SeedError

FaultKind = _Literal[
    "latency",  # wait `seconds` before answering
    "rate-limit",  # 429, text/plain; Retry-After when `retry_after` is set
    "error",  # answer `status` with `body`, `headers`
    "cut",  # send the first `at` bytes (half when 0) of the body, then close the connection
    "drip",  # send `at` bytes (16 when 0) every `seconds`
    "reset",  # reset the connection after `at` bytes of the body (0: before the status line)
    "expired-token",  # the credential of the request has expired (an OAuth token dies for good)
    "moved-tag",  # tag `tag` is looked up and is at `commit`
    "tampered-archive",  # an archive is sent, with other bytes: `how` says which
]
Tampering = _Literal["content", "crc", "html", "empty", "recompressed", "extra-member", "file"]
_CHOICES: dict[str, tuple[str, ...]] = {"kind": get_args(FaultKind), "how": get_args(Tampering)}
_COMMON = {"kind", "path", "method", "credential", "times", "after"}
_OWN: dict[str, set[str]] = {
    "latency": {"seconds"},
    "rate-limit": {"retry_after"},
    "error": {"status", "body", "headers"},
    "cut": {"at"},
    "drip": {"at", "seconds"},
    "reset": {"at"},
    "expired-token": set(),
    "moved-tag": {"tag", "commit"},
    "tampered-archive": {"how", "file"},
}
# These strike in the middle of a request, where there is a tag or an archive; all others at its beginning.
LATE = {"moved-tag", "tampered-archive"}
_LEAST = {"times": 1, "after": 0, "seconds": 0, "retry_after": 0, "at": 0}
_STATUSES = range(200, 600)
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault; `times` None means always, `after` lets that many matching requests pass first."""

    kind: str
    path: str = "*"
    method: str = "*"
    credential: str = "*"
    times: int | None = 1
    after: int = 0
    seconds: float = 0.1
    status: int = 500
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    retry_after: int | None = None
    at: int = 0
    tag: str = ""
    commit: str = ""
    how: str = "content"
    file: str = ""
    number: int = 0
    hits: int = 0


def parse_fault(table: dict[str, Any]) -> Fault:
    """Read a fault from TOML or JSON; keys may be spelled with `-`, `times = "always"` is None.

    Raises:
        SeedError: for an unknown key, kind or value.
    """
    values = {key.replace("-", "_"): value for key, value in table.items()}
    if values.get("times") == "always":
        values["times"] = None
    types = {key: kind for key, kind in get_type_hints(Fault).items() if key not in {"number", "hits"}}
    for key, value in values.items():
        if key not in types:
            msg = f"fault: unknown key `{key}`"
            raise SeedError(msg)
        if key in _CHOICES and value not in _CHOICES[key]:
            msg = f"fault: `{key}` is one of {', '.join(_CHOICES[key])}, not {value!r}"
            raise SeedError(msg)
        if not _fits(value, types[key]) or not _is_possible(key, value):
            msg = f"fault: `{key}` cannot be {value!r}"
            raise SeedError(msg)
    if "kind" not in values:
        msg = "fault: `kind` is missing"
        raise SeedError(msg)
    _check_keys(values["kind"], values)
    if values.get("how") == "file" and not Path(values.get("file", "")).is_file():
        msg = f"fault: `file` is no file: {values.get('file', '')!r}"
        raise SeedError(msg)
    return Fault(**values)


def _check_keys(kind: str, values: dict[str, Any]) -> None:
    foreign = [key for key in values if key not in _COMMON | _OWN[kind]]
    if foreign:
        msg = f"fault: `{foreign[0].replace('_', '-')}` is no key of `{kind}`"
        raise SeedError(msg)
    missing = [key for key in ("tag", "commit") if kind == "moved-tag" and key not in values]
    if missing:
        msg = f"fault: `{missing[0]}` is missing"
        raise SeedError(msg)


def _is_possible(key: str, value: Any) -> bool:  # noqa: ANN401 (a value of the right type)
    if key in _LEAST and value is not None:
        return math.isfinite(value) and bool(value >= _LEAST[key])
    if key == "status":
        return value in _STATUSES
    if key == "commit":
        return bool(_COMMIT.match(value))
    return key != "headers" or all(_is_header(part) for item in value.items() for part in item)


def _is_header(text: Any) -> bool:  # noqa: ANN401
    return isinstance(text, str) and text.isascii() and text.isprintable()


def _fits(value: Any, kind: Any) -> bool:  # noqa: ANN401 (a value of a TOML or JSON file and a type)
    if kind is float:
        return type(value) in {int, float}
    if kind == int | None:
        return value is None or type(value) is int
    return isinstance(value, dict) if kind == dict[str, str] else type(value) is kind


class FaultTable:
    """The faults in force, in the order they were set."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._numbers = count(1)
        self._lock = Lock()

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        with self._lock:
            fault.number = next(self._numbers)
            self._faults.append(fault)
        return fault

    def take(self, method: str, paths: Iterable[str], credential: str, fits: Callable[[Fault], bool]) -> list[Fault]:
        """Give the faults that strike here, and count the hit: those that match a request and that `fits` accepts.

        `paths` are decoded, without the query; one that matches is enough.
        """
        hit = []
        with self._lock:
            for fault in self._faults:
                if not fits(fault) or not _matches(fault, method, paths, credential):
                    continue
                fault.hits += 1
                past = fault.hits - fault.after
                if past > 0 and (fault.times is None or past <= fault.times):
                    hit.append(fault)
        return hit

    def listing(self) -> list[dict[str, Any]]:
        """Give all faults with their number of matching requests."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def clear(self) -> None:
        """End all faults."""
        with self._lock:
            self._faults.clear()


def _matches(fault: Fault, method: str, paths: Iterable[str], credential: str) -> bool:
    return (
        fnmatchcase(method, fault.method)
        and any(fnmatchcase(path, fault.path) for path in paths)
        and fnmatchcase(credential, fault.credential)
    )
