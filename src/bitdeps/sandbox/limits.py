"""Hourly limits, counted as support.atlassian.com/bitbucket-cloud/docs/api-request-limits describes them.

Anonymous requests count by address, all resources together; others by user, access token or consumer and resource.
"""

import time
from collections import defaultdict, deque
from dataclasses import dataclass
from threading import Lock
from typing import Literal

Resource = Literal["api", "raw", "archive", "git"]
WINDOW = 3600.0
ANONYMOUS = 60
LIMITS: dict[str, int] = {"api": 1000, "raw": 5000, "archive": 5000, "git": 60_000}
# Raised limits exist for access tokens of large paid workspaces only; NearLimit is told below a fifth.
NEAR = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a caller stands: requests counted in the window, this one included, and the limit."""

    resource: str
    used: int
    limit: int

    @property
    def is_exceeded(self) -> bool:
        """Tell whether this request is over the limit."""
        return self.used > self.limit

    @property
    def is_near(self) -> bool:
        """Tell whether less than a fifth is left."""
        return self.limit - self.used < NEAR * self.limit


class RateLimits:
    """A rolling window for each caller and resource."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._lock = Lock()
        self.limits: dict[str, int] = {**LIMITS, "anonymous": ANONYMOUS}
        self.window = WINDOW

    def count(self, account: str, resource: Resource) -> Standing:
        """Count one request; `account` is empty for anonymous ones. A refused request is not counted again."""
        name = resource if account else "anonymous"
        now = time.monotonic()
        with self._lock:
            seen = self._seen[account, name]
            while seen and seen[0] <= now - self.window:
                seen.popleft()
            used = len(seen) + 1
            if used <= self.limits[name]:
                seen.append(now)
        return Standing(resource=name, used=used, limit=self.limits[name])

    def clear(self) -> None:
        """Forget all counts."""
        with self._lock:
            self._seen.clear()

    def reset(self) -> None:
        """Forget all counts and go back to the documented limits."""
        self.clear()
        self.limits = {**LIMITS, "anonymous": ANONYMOUS}
        self.window = WINDOW
