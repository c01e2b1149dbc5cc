"""Every setting of a run, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """Caps of the strict reader (DESIGN section 8); sizes in bytes."""

    entries: int = 250_000
    depth: int = 64
    path: int = 1024
    part: int = 255
    pax_header: int = 64 * 1024
    unpacked: int = 8 * 1024 * MIB
    ratio: int = 200
    """Unpacked size is also at most the larger of `ratio_floor` and `ratio` times the compressed size."""
    ratio_floor: int = 64 * MIB
    download: int = 4 * 1024 * MIB
    answer: int = 16 * MIB
    """Of one answer of the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Time-outs in seconds."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 900.0
    wait: float = 60.0
    """The longest pause before a request is tried again, whoever asks for it."""
    lock: float = 300.0
    """How long to wait for another process that holds a lock."""
    login: float = 300.0
    """How long a sign-in waits for the browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What flags, environment and user settings decide for one run."""

    api_url: str
    """Without a slash at the end."""
    web_url: str
    git_url: str
    cache_dir: str
    config_dir: str
    remote_cache: str | None = None
    """The address of a cache that many machines share; without a secret in it."""
    allow_http: bool = False
    """Whether an object store may be spoken to without encryption."""
    transport: Literal["auto", "archive", "git"] = "auto"
    """What brings the content of a package: archives alone, git alone, or git where archives are refused."""
    offline: bool = False
    ci: bool = False
    concurrency: int = 8
    """Requests and downloads at a time, and as many of git's."""
    retries: int = 4
    """Further tries of a request that failed for the moment."""
    minimum_speed: int = 1024
    """Bytes a second, over any stretch of `timeouts.read` seconds."""
    timeouts: Timeouts = field(default_factory=Timeouts)
    limits: ArchiveLimits = field(default_factory=ArchiveLimits)
    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Proxy addresses by scheme (`https`, `http`, `all`), and `no`: the hosts that are reached directly."""
    ca_file: str | None = None
    callback_url: str = "http://localhost:8976"
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The `BITBUCKET_...` variables of the environment and of `.env`: secrets, never printed."""
    env_file: str | None = None
    """The `.env` that some of `credentials` came from."""
    from_env_file: frozenset[str] = frozenset()
    """Which of `credentials` came from it."""
