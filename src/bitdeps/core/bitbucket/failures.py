"""From an answer that is no success to the error that says so.

The service uses few statuses for many things (a 404 may mean "private", BITBUCKET.md section 1.5),
so an answer is first sorted into a `Fault`, by table and body, and the error then follows from that.
"""

import re
from collections.abc import Callable
from typing import Literal

from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.body import Explanation, dig, explain, is_html, load_json, printable, text_at
from bitdeps.core.bitbucket.refusal import refusal
from bitdeps.core.messages import Response
from bitdeps.errors import AuthError, DepsError, RateLimitedError, ServiceError

Fault = Literal[
    "unauthorized",
    "scope",
    "forbidden",
    "invisible",
    "missing",
    "no-api",
    "removed",
    "limited",
    "broken",
    "page",
    "odd",
]

OK = 200
_BY_STATUS: dict[int, Fault] = {401: "unauthorized", 403: "forbidden", 410: "removed", 429: "limited"}
_MISSING = 404
_SERVER = 500
_SRC_TIMEOUT = 555
_INVISIBLE = re.compile(r"may not have access to this repository|^Repository \S+ not found$", re.IGNORECASE)
_NO_API = "There is no API hosted at this URL"
_MINUTE = 60


def fault_of(response: Response) -> Fault | None:
    """Sort an answer; None for 200. `missing` is a 404 about a thing inside a repository that can be seen."""
    if response.status == OK:
        return None
    if response.status >= _SERVER:
        return "broken"
    if response.status == _MISSING:
        return _fault_of_404(response)
    fault = _BY_STATUS.get(response.status)
    if fault != "limited" and is_html(response):
        return "page"
    if fault == "forbidden" and explain(response).required:
        return "scope"
    return fault or "odd"


def failure(response: Response, asked: Asked) -> DepsError:
    """Write the error for an answer that is no success."""
    fault = fault_of(response)
    if fault is None:
        return unreadable(asked, "the answer is not what the API describes")
    return _ERRORS[fault](response, asked, explain(response))


def unreadable(asked: Asked, reason: str) -> ServiceError:
    """Write the error for a success that cannot be used."""
    return ServiceError(
        f"`{asked.host}`: the answer about `{asked.repository}` cannot be used: {reason}",
        hint="check that `DEPS_API_URL` is the address of the API, and try again",
    )


def other_hash(subject: object) -> ServiceError:
    """Write the error for a repository that does not use SHA-1."""
    return ServiceError(
        f"`{subject}`: its object ids are SHA-256, and `deps.lock` holds commits of 40 hex digits",
        hint="a repository with SHA-256 object ids cannot be a dependency yet",
    )


def web_page(asked: Asked) -> ServiceError:
    """Write the error for HTML where data was due: a proxy, a captive portal, a wrong address."""
    return ServiceError(
        f"`{asked.host}`: a web page came back where data was expected",
        hint="a proxy or the sign-in page of a network seems to answer instead: open the address in a browser, "
        "and check `HTTPS_PROXY` and `DEPS_API_URL`",
    )


def invisible(asked: Asked) -> AuthError:
    """Write the error for a repository that cannot be seen, which has two meanings."""
    sent = asked.credential
    if sent is None:
        return AuthError(
            f"`{asked.repository}`: there is no such repository, or it is private; no credential was sent",
            hint=f"check the spelling; if it is private, run `deps auth login` or set `{asked.variable}`",
        )
    return AuthError(
        f"`{asked.repository}`: there is no such repository, or {sent} may not read it",
        hint=f"check the spelling; else give it read access to the repository, or set `{asked.variable}` to "
        "a token that has it",
    )


def rate_limited(host: str, *, seconds: float | None, signed_in: bool, text: str = "") -> RateLimitedError:
    """Write the error for a limit that outlasts our patience; `seconds` is what the service asked for."""
    wait = "limits are counted by the hour" if seconds is None else f"it asks to wait {_duration(seconds)}"
    more = (
        "every user, token and consumer has its own budget: use one of its own for this pipeline"
        if signed_in
        else "without a credential the service allows 60 requests an hour, with one 1,000: run `deps auth login`"
    )
    said = f": {text}" if text else ""
    return RateLimitedError(
        f"`{host}`: too many requests, {wait}{said}",
        hint=f"try again later; `deps install --locked` asks the API nothing; {more}",
    )


def _fault_of_404(response: Response) -> Fault:
    told = explain(response)
    if is_html(response):
        return "page"
    if told.detail.startswith(_NO_API):
        return "no-api"
    return "invisible" if _INVISIBLE.search(told.message) else "missing"


def _duration(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 2 * _MINUTE else f"{round(whole / _MINUTE)} minutes"


def _unauthorized(response: Response, asked: Asked, told: Explanation) -> DepsError:
    if asked.credential is None:
        return invisible(asked)
    found = refusal(response, asked.credential, told.message)
    return AuthError(f"`{asked.repository}`: {found.text}", hint=found.hint)


def _scope(_response: Response, asked: Asked, told: Explanation) -> DepsError:
    needed = ", ".join(f"`{name}`" for name in told.required)
    has = ", ".join(f"`{name}`" for name in told.granted) or "none"
    sent = asked.credential or "the request"
    return AuthError(
        f"`{asked.repository}`: {sent} lacks the scope {needed}; it has {has}",
        hint="add the scope where the credential was made (for a token: make a new one); reading is enough",
    )


def _forbidden(_response: Response, asked: Asked, told: Explanation) -> DepsError:
    if asked.credential is None:
        return invisible(asked)
    said = f": {told.message}" if told.message else ""
    return AuthError(
        f"`{asked.repository}`: {asked.credential} may not read it{said}",
        hint=f"give it read access to the repository, or set `{asked.variable}` to a token that has it",
    )


def _invisible(_response: Response, asked: Asked, _told: Explanation) -> DepsError:
    return invisible(asked)


def _removed(response: Response, asked: Asked, told: Explanation) -> DepsError:
    link = text_at(dig(load_json(response.body), "error"), "data", "announcement_url")
    said = told.message or "no reason given"
    return ServiceError(
        f"`{asked.host}`: the service no longer answers this question: {said}",
        hint=f"a newer `deps` may know another way{f'; see {printable(link)}' if link else ''}",
    )


def _limited(response: Response, asked: Asked, told: Explanation) -> DepsError:
    header = response.headers.get("retry-after", "")
    seconds = float(header) if header.isascii() and header.isdigit() else None
    signed_in = asked.credential is not None
    return rate_limited(asked.host, seconds=seconds, signed_in=signed_in, text=told.message)


def _broken(response: Response, asked: Asked, told: Explanation) -> DepsError:
    said = f": {told.message}" if told.message else ""
    if response.status == _SRC_TIMEOUT:
        said = ": reading the file took the service too long"
    return ServiceError(
        f"`{asked.host}`: the service failed with status {response.status}{said}",
        hint="try again later; https://bitbucket.status.atlassian.com shows known problems",
    )


def _page(_response: Response, asked: Asked, _told: Explanation) -> DepsError:
    return web_page(asked)


def _no_api(_response: Response, asked: Asked, told: Explanation) -> DepsError:
    return ServiceError(
        f"`{asked.host}`: no API at this address: {told.message}",
        hint="check `DEPS_API_URL`; Bitbucket Cloud's is `https://api.bitbucket.org/2.0`",
    )


def _odd(response: Response, asked: Asked, told: Explanation) -> DepsError:
    said = f": {told.message}" if told.message else ""
    return unreadable(asked, f"status {response.status}{said}")


_ERRORS: dict[Fault, Callable[[Response, Asked, Explanation], DepsError]] = {
    "unauthorized": _unauthorized,
    "scope": _scope,
    "forbidden": _forbidden,
    "invisible": _invisible,
    "missing": _odd,
    "no-api": _no_api,
    "removed": _removed,
    "limited": _limited,
    "broken": _broken,
    "page": _page,
    "odd": _odd,
}
