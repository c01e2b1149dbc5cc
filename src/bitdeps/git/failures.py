"""From what git complains about to errors that say what to do."""

import re

from bitdeps.core.bitbucket.body import printable
from bitdeps.core.bitbucket.failures import other_hash
from bitdeps.core.git.errors import NotServedError
from bitdeps.errors import AuthError, DepsError, NetworkError, NotFoundError, ServiceError
from bitdeps.git.program import Done

_NOT_SERVED = re.compile(
    r"not our ref|unadvertised object|couldn't find remote ref|Server does not allow request|want .* not valid"
)
_NO_ACCESS = re.compile(
    r"could not read (?:Username|Password)|Authentication failed|Permission denied|access denied|"
    r"returned error: 40[13]|terminal prompts disabled|unable to get password",
    re.IGNORECASE,
)
_NO_REPOSITORY = re.compile(r"repository .*not found|returned error: 404|does not exist|does not appear to be a git")
# What the service answers git for an app password (BITBUCKET.md section 1.5).
_APP_PASSWORD = re.compile(r"returned error: 410")
_HOST_KEY = re.compile(r"Host key verification failed")
_TELLING = re.compile(r"^(?:fatal|error|remote):")
_OTHER_HASH = re.compile(r"mismatched algorithms|unknown object format|unsupported object format|sha256", re.IGNORECASE)


class GitAccessError(AuthError):
    """Git could not sign in, or may not read the repository."""


def fetch_failure(done: Done, subject: str) -> Exception:
    """Return the error for a run that asked a server and failed; `NotServedError` where another way may do."""
    said = _said(done, _NO_ACCESS)
    if _NOT_SERVED.search(done.complaint):
        return NotServedError(said)
    if _OTHER_HASH.search(done.complaint):
        return other_hash(subject)
    refused = _access_failure(done.complaint, subject, said)
    if refused is not None:
        return refused
    if _NO_REPOSITORY.search(done.complaint):
        hint = "check the spelling; if it is private, check that the credential or SSH key may read it"
        return NotFoundError(f"`{subject}`: git finds no such repository: {said}", hint=hint)
    hint = "check the network connection and `DEPS_GIT_URL`; `git ls-remote` with the same address shows more"
    return NetworkError(f"`{subject}`: git could not fetch: {said}", hint=hint)


def _access_failure(complaint: str, subject: str, said: str) -> GitAccessError | None:
    if _HOST_KEY.search(complaint):
        hint = "connect once by hand, `ssh -T git@HOST`, and compare the key with the one that the service publishes"
        return GitAccessError(f"`{subject}`: the host key of the SSH server is not known here", hint=hint)
    if _APP_PASSWORD.search(complaint):
        gone = "git signs in with an app password; Bitbucket removed those on 2026-07-28"
        hint = "make an API token instead, at https://id.atlassian.com/manage-profile/security/api-tokens"
        return GitAccessError(f"`{subject}`: {gone}", hint=f"{hint}, or let git ask `deps auth git-credential`")
    if _NO_ACCESS.search(complaint):
        hint = "check the credential, or with `ssh://` the key: `git ls-remote` with the same address must work"
        return GitAccessError(f"`{subject}`: git gets no access: {said}", hint=hint)
    return None


def local_failure(done: Done, subject: str, what: str) -> DepsError:
    """Return the error for a run that only worked on what was fetched."""
    return ServiceError(
        f"`{subject}`: git cannot {what}: {_said(done, _TELLING)}", hint="try again; `git fsck` may tell more"
    )


def _said(done: Done, best: re.Pattern[str]) -> str:
    lines = [line for line in done.complaint.splitlines() if line.strip()]
    best_lines, telling = ([line for line in lines if pattern.search(line)] for pattern in (best, _TELLING))
    line = (best_lines or telling or lines or [f"exit status {done.status}"])[0]
    return printable(re.sub(r"://[^/@\s]*@", "://", line).removeprefix("fatal: ").removeprefix("error: "))
