"""HTTP as values, so that requests are built and answers are read without a network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bitdeps.core.names import RepoName

Endpoint = Literal["api", "archive", "git", "token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, without a credential: who sends it passes the `Authorization` header beside it."""

    method: str
    url: str
    endpoint: Endpoint
    repository: RepoName | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    is_patient: bool = True
    """Whether to wait and ask again where the service wants fewer requests; not where another way is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    received: float | None = None
    """When it arrived, in seconds since the epoch by the clock of this machine."""
