"""Rate limits, bodies that were seen, and foreign text in messages."""

import json

import pytest

from bitdeps.core.bitbucket.answers import read_ref
from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.body import printable
from bitdeps.core.bitbucket.failures import failure, rate_limited
from bitdeps.core.messages import Response
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import DepsError, RateLimitedError
from support.shared_data import shared_json

REPO = RepoName("acme", "http-kit")


URL = "https://api.bitbucket.org/2.0/repositories/acme/http-kit/refs/tags/v1"


TOKEN = Credential(kind="access-token", secret=Secret("canary-1f3a"), source="`BITBUCKET_ACCESS_TOKEN`")


def raised(status: int, body: object, credential: Credential | None, **headers: str) -> DepsError:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    asked = Asked(repository=REPO, url=URL, credential=credential)
    with pytest.raises(DepsError) as caught:
        read_ref(Response(status=status, headers=headers, body=data), asked, "v1")
    assert "canary" not in repr(caught.value) + repr(asked)
    return caught.value


RATE = "Rate limit for this resource has been exceeded"


@pytest.mark.parametrize(
    ("header", "credential", "message", "more"),
    [
        (
            "",
            None,
            f"`api.bitbucket.org`: too many requests, limits are counted by the hour: {RATE}",
            "without a credential the service allows 60 requests an hour, with one 1,000: run `deps auth login`",
        ),
        (
            "90",
            TOKEN,
            f"`api.bitbucket.org`: too many requests, it asks to wait 90 s: {RATE}",
            "every user, token and consumer has its own budget: use one of its own for this pipeline",
        ),
        (
            "3000",
            TOKEN,
            f"`api.bitbucket.org`: too many requests, it asks to wait 50 minutes: {RATE}",
            "every user, token and consumer has its own budget: use one of its own for this pipeline",
        ),
        (
            "soon",
            None,
            f"`api.bitbucket.org`: too many requests, limits are counted by the hour: {RATE}",
            "without a credential the service allows 60 requests an hour, with one 1,000: run `deps auth login`",
        ),
    ],
)
def test_a_rate_limit_says_how_long(header: str, credential: Credential | None, message: str, more: str) -> None:
    error = raised(429, RATE, credential, **{"retry-after": header, "content-type": "text/plain"})
    assert type(error) is RateLimitedError
    assert str(error) == message
    assert error.hint == f"try again later; `deps install --locked` asks the API nothing; {more}"


def test_a_rate_limit_without_a_text() -> None:
    error = rate_limited("api.bitbucket.org", seconds=0.2, signed_in=True)
    assert str(error) == "`api.bitbucket.org`: too many requests, it asks to wait 1 s"


def test_a_success_is_no_failure() -> None:
    asked = Asked(repository=REPO, url="not an address")
    error = failure(Response(status=200, headers={}, body=b""), asked)
    assert (
        str(error)
        == "`the service`: the answer about `acme/http-kit` cannot be used: the answer is not what the API describes"
    )


@pytest.mark.parametrize("status", [None, 400, 401, 403, 404, 410, 429, 500, 555])
def test_every_captured_error_becomes_an_error_or_an_absence(status: int | None) -> None:
    """No body that was ever seen breaks the reader, whatever status it comes with."""
    captured = shared_json("bitbucket/responses/captured-errors.json")
    assert len(captured) == 16
    asked = Asked(repository=REPO, url=URL, credential=TOKEN)
    for case in captured:
        body = case.get("body", "")
        text = body if isinstance(body, str) else json.dumps(body)
        own = case["status"] if isinstance(case["status"], int) else 400
        headers = {"content-type": case.get("content_type", "")}
        error = error_or_none(Response(status=status or own, headers=headers, body=text.encode()), asked)
        assert error is None or ("\n" not in str(error) and error.hint)


def error_or_none(response: Response, asked: Asked) -> DepsError | None:
    try:
        assert read_ref(response, asked, "v1") is None
    except DepsError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Not found.", "Not found"),
        ("a\x1b[31mb\r\nc\u202ed\x9be", "a [31mb c d e"),
        ("x" * 300, "x" * 200 + "..."),
        (" \n ", ""),
    ],
)
def test_foreign_text_is_made_fit_for_a_line(text: str, line: str) -> None:
    assert printable(text) == line
