"""Every error that `deps` raises, under one root.

An error says what failed and why in `str(error)`, what to do next in `.hint`, and how a
program should react in `.code` (stable, documented in docs/reference/errors.md) and
`.exit_code` (DESIGN section 4: 1 failed, 2 usage, 3 integrity, 4 authentication).
"""

from typing import ClassVar


class DepsError(Exception):
    """Root of all errors that are meant for a user."""

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        """Keep the message and the optional next step."""
        super().__init__(message)
        self.hint = hint
        self.excerpt = ""
        """The lines of a file that are meant, with carets, for people; empty where there are none."""


class UsageError(DepsError):
    """The command line or a setting makes no sense."""

    code = "usage"
    exit_code = 2


class ManifestError(DepsError):
    """`deps.toml` is missing or invalid; the message lists every problem of the file."""

    code = "manifest"
    exit_code = 2


class LockfileError(DepsError):
    """`deps.lock` is invalid."""

    code = "lockfile"
    exit_code = 2


class StaleLockError(DepsError):
    """`deps.lock` is missing or does not match `deps.toml`, and may not be written here."""

    code = "stale-lock"


class NoSolutionError(DepsError):
    """No set of versions satisfies every requirement."""

    code = "no-solution"


class NotFoundError(DepsError):
    """A tag, branch, commit, path or package does not exist."""

    code = "not-found"


class UnprovedError(DepsError):
    """A proof that an archive is its commit was demanded, and there is none."""

    code = "unproved"


class NetworkError(DepsError):
    """The service could not be reached, or the answer did not arrive whole."""

    code = "network"


class ServiceError(DepsError):
    """The service answered with something that `deps` cannot use."""

    code = "service"


class RateLimitedError(DepsError):
    """The service asks to wait longer than `deps` waits by itself."""

    code = "rate-limited"


class OfflineError(DepsError):
    """Something that is not in the cache is needed, and the network may not be used."""

    code = "offline"


class LocalError(DepsError):
    """The machine refused: a full disk, a missing permission, a lock held by another process."""

    code = "local"


class IntegrityError(DepsError):
    """Bytes are not what the lockfile names."""

    code = "integrity"
    exit_code = 3


class MovedTagError(IntegrityError):
    """A locked tag, or the repository behind a name, is another one upstream."""

    code = "moved-tag"


class EditedVendorError(IntegrityError):
    """The vendor directory holds changes that `deps` did not make."""

    code = "edited-vendor"


class ArchiveRefusedError(IntegrityError):
    """An archive breaks a rule of the strict reader; `rule` names it, `member` the entry."""

    code = "archive-refused"

    def __init__(self, rule: str, member: str, message: str, *, hint: str | None = None) -> None:
        """Keep the rule's name and the member (escaped for display)."""
        super().__init__(message, hint=hint)
        self.rule = rule
        self.member = member


class AuthError(DepsError):
    """The service does not accept the credential, or needs one."""

    code = "auth"
    exit_code = 4
