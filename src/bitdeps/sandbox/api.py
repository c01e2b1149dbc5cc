"""Answer a request below `/2.0`."""

import json

from bitdeps.sandbox.access import oauth_scope
from bitdeps.sandbox.call import Answer, Call, json_answer, text_answer
from bitdeps.sandbox.fields import select_fields
from bitdeps.sandbox.limits import Resource
from bitdeps.sandbox.problems import (
    BAD_TOKEN,
    EXPIRED_TOKEN,
    RATE_LIMIT,
    ApiError,
    missing_scope,
    no_such_url,
    unauthorized,
)
from bitdeps.sandbox.routes import Endpoint, match

# How a credential must be presented to the API; API tokens as Bearer, and git's user names, are refused.
_PRESENTED = {"oauth": {"bearer"}, "access-token": {"bearer"}, "api-token": {"email"}}


def answer_api(call: Call) -> Answer:
    """Answer one API request, errors included.

    Raises:
        AssertionError: for a status that the table of endpoints does not list, a defect of the sandbox.
    """
    found = match(call.method, call.path.removeprefix("/2.0"))
    try:
        answer = _answer(call, found)
    except ApiError as error:
        answer = json_answer(error.body, error.status, error.headers)
    if found and answer.status not in found[0].statuses:
        msg = f"{found[0].method} {found[0].template} gave {answer.status}, which it does not list"
        raise AssertionError(msg)
    return answer


def _answer(call: Call, found: tuple[Endpoint, dict[str, str]] | None) -> Answer:
    _authenticate(call)
    limited = count_request(call, "raw" if found and found[0].template.endswith("{path}") else "api")
    if limited:
        return limited
    if found is None:
        raise no_such_url()
    endpoint, call.params = found
    if endpoint.scope:
        call.notes["X-Accepted-OAuth-Scopes"] = oauth_scope(endpoint.scope)
        missing = call.principal.lacks(endpoint.scope)
        if missing:
            raise missing_scope(missing, call.principal.scopes)
    return _partial(call, endpoint.answer(call))


def _authenticate(call: Call) -> None:
    principal = call.principal
    if principal.kind == "anonymous":
        return
    if principal.expired and call.state.switches.expired_message == "old":
        raise unauthorized(EXPIRED_TOKEN)
    if not principal.is_known or principal.presented not in _PRESENTED[principal.kind]:
        raise unauthorized(BAD_TOKEN)


def _partial(call: Call, answer: Answer) -> Answer:
    wanted = call.argument("fields")
    kind = answer.headers.get("Content-Type", "")
    if wanted and isinstance(answer.body, bytes) and kind.startswith("application/json") and answer.status == 200:  # noqa: PLR2004
        answer.body = json.dumps(select_fields(json.loads(answer.body), wanted)).encode()
    return answer


def too_many(retry_after: int | None) -> Answer:
    """Give the 429: 46 bytes of plain text, normally without Retry-After."""
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    headers |= {"Cache-Control": "no-cache, no-store", "Vary": "Authorization, cookie, user-context"}
    return text_answer(RATE_LIMIT, 429, headers=headers)


def count_request(call: Call, resource: Resource) -> Answer | None:
    """Count a request against its limit; gives the 429 when it is over."""
    switches = call.state.switches
    if not switches.rate_limits:
        return None
    account = call.principal.account if call.principal.is_known else ""
    standing = call.state.limits.count(account, resource)
    if call.principal.kind == "access-token":
        # Only access tokens of repositories, projects and workspaces are told (BITBUCKET.md section 1.6).
        call.notes["X-RateLimit-Limit"] = str(standing.limit)
        call.notes["X-RateLimit-Resource"] = standing.resource
        call.notes["X-RateLimit-NearLimit"] = str(standing.is_near).lower()
    return too_many(switches.retry_after or None) if standing.is_exceeded else None
