"""What a browser brings back: one answer counts, a forged one ends the sign-in, the rest is ignored."""

import pytest

from bitdeps.core.oauth.callback import Denied, Forged, Granted, Outcome, read_callback
from bitdeps.core.oauth.secret import Secret

STATE = Secret("s3cret-state")
ISSUER = "https://bitbucket.org"


def read(target: str, path: str = "/cb") -> Outcome:
    return read_callback(target, path=path, state=STATE, issuer=ISSUER)


def test_a_code_with_the_right_state_is_granted() -> None:
    assert read("/cb?code=a%2Bb&state=s3cret-state") == Granted(code=Secret("a+b"))
    assert read("/cb?state=s3cret-state&code=c&iss=https%3A%2F%2Fbitbucket.org&more=x") == Granted(code=Secret("c"))
    assert read("/?code=c&state=s3cret-state", path="") == Granted(code=Secret("c"))


def test_a_refusal_is_handed_on() -> None:
    assert read("/cb?error=access_denied&error_description=No+way&state=s3cret-state") == Denied(
        error="access_denied", description="No way"
    )
    assert read("/cb?error=x&state=s3cret-state") == Denied(error="x", description="")


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/cb",
        "/cb?",
        "/cb?state=s3cret-state",
        "/favicon.ico",
        "/cb/?code=a&state=s3cret-state",
        "/CB?code=a",
        "/other?code=a&state=s3cret-state",
        "http://localhost/cb?code=a",
        "",
        "/cb?" + "a" * 9000 + "&code=a",
    ],
)
def test_other_requests_are_none_of_our_business(target: str) -> None:
    assert read(target) is None


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("/cb?code=a", "its `state` is not the one that was sent"),
        ("/cb?code=a&state=", "its `state` is not the one that was sent"),
        ("/cb?code=a&state=s3cret-stat", "its `state` is not the one that was sent"),
        ("/cb?code=a&state=s3cret-state2", "its `state` is not the one that was sent"),
        ("/cb?code=a&state=S3cret-state", "its `state` is not the one that was sent"),
        ("/cb?error=access_denied", "its `state` is not the one that was sent"),
        ("/cb?code=a&code=b&state=s3cret-state", "a parameter appears twice"),
        ("/cb?code=a&state=x&state=s3cret-state", "a parameter appears twice"),
        ("/cb?code=a&state=s3cret-state&iss=https%3A%2F%2Fevil.example", "it comes from another service"),
    ],
)
def test_a_request_that_does_not_belong_here_is_forged(target: str, reason: str) -> None:
    assert read(target) == Forged(reason=reason)
