"""What came back when an archive was asked for.

Where a credential does not serve, the website answers as to a person: with a redirect to its
sign-in page, a page, or nothing at all (BITBUCKET.md section 2). None of that is a broken archive.
"""

from bitdeps.core.bitbucket.address import parse_address
from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.body import explain, is_html
from bitdeps.core.bitbucket.clock import clock_note
from bitdeps.core.bitbucket.failures import OK, failure, fault_of, invisible
from bitdeps.core.messages import Response
from bitdeps.errors import AuthError, DepsError, NotFoundError

GZIP_MAGIC = b"\x1f\x8b"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SIGN_IN_HOSTS = ("id.atlassian.com",)
_SIGN_IN_PATHS = ("/account/signin", "/account/login", "/login", "/site/oauth2/authorize")


class ArchiveAccessError(AuthError):
    """The website did not give an archive for the credential that was sent; git may still."""


def leads_to_sign_in(response: Response) -> bool:
    """Tell whether an answer is a redirect to a page for people, or to nowhere."""
    if response.status not in _REDIRECTS:
        return False
    location = response.headers.get("location", "")
    address = parse_address(location)
    path = address.path if address else location.partition("?")[0]
    return not location or path.startswith(_SIGN_IN_PATHS) or (address is not None and address.host in _SIGN_IN_HOSTS)


def archive_failure(response: Response, asked: Asked) -> DepsError | None:
    """Write the error for an answer that holds no archive, or return None where it holds one.

    Of a success, `body` need only be its first bytes.
    """
    if response.status == OK:
        return None if response.body.startswith(GZIP_MAGIC) else _refused(response, asked, _appearance(response))
    if response.status in _REDIRECTS:
        return _refused(response, asked, "a redirect to a sign-in page")
    fault = fault_of(response)
    if fault == "missing" and explain(response).message.startswith("Cannot resolve"):
        return NotFoundError(
            f"`{asked.repository}`: the service has no archive of this commit: {explain(response).message}",
            hint="it may have been removed upstream; `deps lock --check` asks the service again",
        )
    if fault in ("missing", "invisible"):
        return ArchiveAccessError(str(invisible(asked)), hint=invisible(asked).hint)
    if fault in ("unauthorized", "forbidden", "scope", "page"):
        said = explain(response).message
        return _refused(response, asked, f"status {response.status}{f': {said}' if said else ''}")
    return failure(response, asked)


def _appearance(response: Response) -> str:
    if not response.body:
        return "an empty answer"
    return "a web page" if is_html(response) else "something that is no gzip file"


def _refused(response: Response, asked: Asked, got: str) -> ArchiveAccessError:
    if asked.credential is None:
        return ArchiveAccessError(
            f"`{asked.repository}`: the archive was not given, and no credential was sent: got {got}",
            hint=f"if the repository is private, run `deps auth login` or set `{asked.variable}`",
        )
    clock = clock_note(response)
    return ArchiveAccessError(
        f"`{asked.repository}`: the archive was not given for {asked.credential}: got {got}",
        hint=f"{clock}: set it first; "
        * bool(clock)
        + "it may be expired, or may not download archives: `deps auth status` checks it; "
        f"`{asked.variable}` can name another one for this workspace",
    )
