"""Failures of the service: each its own text and hint, whole."""

import json

import pytest

from bitdeps.core.bitbucket.answers import read_ref
from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.messages import Response
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import AuthError, DepsError, ServiceError

REPO = RepoName("acme", "http-kit")


URL = "https://api.bitbucket.org/2.0/repositories/acme/http-kit/refs/tags/v1"


TOKEN = Credential(kind="access-token", secret=Secret("canary-1f3a"), source="`BITBUCKET_ACCESS_TOKEN`")


API_TOKEN = Credential(
    kind="api-token", secret=Secret("canary-1f3a"), source="`BITBUCKET_API_TOKEN`", email="a@b.example"
)


KEPT = Credential(kind="oauth", secret=Secret("canary-1f3a"), source="`deps auth login`")


OAUTH = Credential(kind="oauth", secret=Secret("canary-1f3a"), source="`BITBUCKET_CONSUMER_KEY`")


BAD_TOKEN = {"type": "error", "error": {"message": "Token is invalid, expired, or not supported for this endpoint."}}


NO_SCOPE = {
    "type": "error",
    "error": {
        "message": "Your credentials lack one or more required privilege scopes.",
        "detail": {"required": ["repository"], "granted": ["account", "team"]},
    },
}


NO_ACCESS = {
    "type": "error",
    "error": {"message": "You may not have access to this repository or it no longer exists in this workspace."},
}


NO_API = {
    "type": "error",
    "error": {"message": "Resource not found", "detail": "There is no API hosted at this URL.\n\nFor"},
}


GONE = {
    "type": "error",
    "error": {
        "message": "CHANGE-2770 - Functionality has been deprecated",
        "detail": "Please read the changelog entry for more details.",
        "data": {"announcement_url": "https://developer.atlassian.com/cloud/bitbucket/changelog#CHANGE-2770"},
    },
}


RENEW = (
    "whether it expired, was revoked or is mistyped, the service does not say: make a new one with the scope `{}`; "
    "`deps auth status` checks what is used"
)


SERVE = "set `BITBUCKET_ACCESS_TOKEN__ACME` to a token that has it"


STATUS = "try again later; https://bitbucket.status.atlassian.com shows known problems"


ANONYMOUS = "`acme/http-kit`: there is no such repository, or it is private; no credential was sent"


LOGIN = "check the spelling; if it is private, run `deps auth login` or set `BITBUCKET_ACCESS_TOKEN__ACME`"


def raised(status: int, body: object, credential: Credential | None, **headers: str) -> DepsError:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    asked = Asked(repository=REPO, url=URL, credential=credential)
    with pytest.raises(DepsError) as caught:
        read_ref(Response(status=status, headers=headers, body=data), asked, "v1")
    assert "canary" not in repr(caught.value) + repr(asked)
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "credential", "kind", "message", "hint"),
    [
        (401, BAD_TOKEN, None, AuthError, ANONYMOUS, LOGIN),
        (
            401,
            BAD_TOKEN,
            TOKEN,
            AuthError,
            (
                "`acme/http-kit`: the service does not accept the access token of `BITBUCKET_ACCESS_TOKEN`: "
                "Token is invalid, expired, or not supported for this endpoint"
            ),
            RENEW.format("repository"),
        ),
        (
            401,
            "",
            API_TOKEN,
            AuthError,
            "`acme/http-kit`: the service does not accept the API token of `BITBUCKET_API_TOKEN`",
            RENEW.format("read:repository:bitbucket"),
        ),
        (
            401,
            BAD_TOKEN,
            OAUTH,
            AuthError,
            (
                "`acme/http-kit`: the service does not accept the OAuth token of `BITBUCKET_CONSUMER_KEY`: "
                "Token is invalid, expired, or not supported for this endpoint"
            ),
            "the consumer may have been changed or removed: look at its page; `deps auth status` checks what is used",
        ),
        (
            401,
            BAD_TOKEN,
            KEPT,
            AuthError,
            (
                "`acme/http-kit`: the service does not accept the OAuth token of `deps auth login`: "
                "Token is invalid, expired, or not supported for this endpoint"
            ),
            "sign in again with `deps auth login`; `deps auth status` checks what is used",
        ),
        (
            403,
            NO_SCOPE,
            TOKEN,
            AuthError,
            (
                "`acme/http-kit`: the access token of `BITBUCKET_ACCESS_TOKEN` lacks the scope `repository`; it "
                "has `account`, `team`"
            ),
            "add the scope where the credential was made (for a token: make a new one); reading is enough",
        ),
        (
            403,
            {"error": {"message": "x", "detail": {"required": ["repository"], "granted": 7}}},
            None,
            AuthError,
            "`acme/http-kit`: the request lacks the scope `repository`; it has none",
            "add the scope where the credential was made (for a token: make a new one); reading is enough",
        ),
        (
            403,
            {"type": "error", "error": {"message": "You do not have access to this workspace."}},
            TOKEN,
            AuthError,
            (
                "`acme/http-kit`: the access token of `BITBUCKET_ACCESS_TOKEN` may not read it: You do not have "
                "access to this workspace"
            ),
            f"give it read access to the repository, or {SERVE}",
        ),
        (
            403,
            "",
            TOKEN,
            AuthError,
            "`acme/http-kit`: the access token of `BITBUCKET_ACCESS_TOKEN` may not read it",
            f"give it read access to the repository, or {SERVE}",
        ),
        (403, {"error": {"message": "Forbidden"}}, None, AuthError, ANONYMOUS, LOGIN),
        (404, NO_ACCESS, None, AuthError, ANONYMOUS, LOGIN),
        (
            404,
            NO_ACCESS,
            TOKEN,
            AuthError,
            (
                "`acme/http-kit`: there is no such repository, or the access token of `BITBUCKET_ACCESS_TOKEN` "
                "may not read it"
            ),
            f"check the spelling; else give it read access to the repository, or {SERVE}",
        ),
        (
            404,
            NO_API,
            TOKEN,
            ServiceError,
            "`api.bitbucket.org`: no API at this address: Resource not found",
            "check `DEPS_API_URL`; Bitbucket Cloud's is `https://api.bitbucket.org/2.0`",
        ),
        (
            410,
            GONE,
            TOKEN,
            ServiceError,
            (
                "`api.bitbucket.org`: the service no longer answers this question: CHANGE-2770 - Functionality "
                "has been deprecated"
            ),
            (
                "a newer `deps` may know another way; see "
                "https://developer.atlassian.com/cloud/bitbucket/changelog#CHANGE-2770"
            ),
        ),
        (
            410,
            "",
            TOKEN,
            ServiceError,
            "`api.bitbucket.org`: the service no longer answers this question: no reason given",
            "a newer `deps` may know another way",
        ),
        (500, "", None, ServiceError, "`api.bitbucket.org`: the service failed with status 500", STATUS),
        (
            502,
            "<html><h1>Bad gateway",
            None,
            ServiceError,
            "`api.bitbucket.org`: the service failed with status 502",
            STATUS,
        ),
        (
            503,
            "upstream down.",
            None,
            ServiceError,
            "`api.bitbucket.org`: the service failed with status 503: upstream down",
            STATUS,
        ),
        (
            555,
            "",
            None,
            ServiceError,
            "`api.bitbucket.org`: the service failed with status 555: reading the file took the service too long",
            STATUS,
        ),
        (
            418,
            "I am a teapot",
            None,
            ServiceError,
            "`api.bitbucket.org`: the answer about `acme/http-kit` cannot be used: status 418: I am a teapot",
            "check that `DEPS_API_URL` is the address of the API, and try again",
        ),
        (
            302,
            "",
            None,
            ServiceError,
            "`api.bitbucket.org`: the answer about `acme/http-kit` cannot be used: status 302",
            "check that `DEPS_API_URL` is the address of the API, and try again",
        ),
        (
            403,
            "<html>portal",
            TOKEN,
            ServiceError,
            "`api.bitbucket.org`: a web page came back where data was expected",
            (
                "a proxy or the sign-in page of a network seems to answer instead: open the address in a browser, "
                "and check `HTTPS_PROXY` and `DEPS_API_URL`"
            ),
        ),
        (
            404,
            "<html>portal",
            None,
            ServiceError,
            "`api.bitbucket.org`: a web page came back where data was expected",
            (
                "a proxy or the sign-in page of a network seems to answer instead: open the address in a browser, "
                "and check `HTTPS_PROXY` and `DEPS_API_URL`"
            ),
        ),
    ],
)
def test_each_failure_has_its_own_text(
    status: int, body: object, credential: Credential | None, kind: type[DepsError], message: str, hint: str
) -> None:
    error = raised(status, body, credential)
    assert type(error) is kind
    assert str(error) == message
    assert error.hint == hint
