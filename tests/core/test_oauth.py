"""Credentials and tokens as values."""

import pickle
from base64 import b64decode

import pytest

from bitdeps.core.oauth.credential import Credential, authorization, git_login, variable_for
from bitdeps.core.oauth.failures import Grant, token_failure
from bitdeps.core.oauth.secret import Secret
from bitdeps.core.oauth.token import beginning_of, read_token
from bitdeps.errors import AuthError, DepsError, RateLimitedError, ServiceError

CANARY = "canary-7d1e"


def credential(kind: str, email: str | None = None) -> Credential:
    return Credential(kind=kind, secret=Secret(CANARY), source="`X`", email=email)  # type: ignore[arg-type]


def test_a_secret_is_never_shown() -> None:
    secret = Secret(CANARY)
    holder = credential("oauth")
    for text in (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>40}",
        repr([secret]),
        repr(holder),
        str(holder),
    ):
        assert CANARY not in text
    assert secret.reveal() == CANARY


def test_a_secret_is_never_pickled() -> None:
    with pytest.raises(TypeError, match="a secret is never pickled"):
        pickle.dumps(Secret(CANARY))


def test_secrets_are_compared_by_value() -> None:
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"


@pytest.mark.parametrize(
    ("kind", "email", "header", "git_user"),
    [
        ("oauth", None, f"Bearer {CANARY}", "x-token-auth"),
        ("access-token", None, f"Bearer {CANARY}", "x-token-auth"),
        ("api-token", "ada@example.com", f"Basic ada@example.com:{CANARY}", "x-bitbucket-api-token-auth"),
    ],
)
def test_wire_forms_by_kind(kind: str, email: str | None, header: str, git_user: str) -> None:
    sent = authorization(credential(kind, email)).reveal()
    scheme, _, value = sent.partition(" ")
    assert f"{scheme} {b64decode(value).decode()}" == header if scheme == "Basic" else sent == header
    login = git_login(credential(kind, email))
    assert (login.username, login.password.reveal()) == (git_user, CANARY)


def test_a_credential_is_named_by_kind_and_source() -> None:
    assert [str(credential(kind)) for kind in ("oauth", "api-token", "access-token")] == [
        "the OAuth token of `X`",
        "the API token of `X`",
        "the access token of `X`",
    ]


@pytest.mark.parametrize(
    ("workspace", "variable"),
    [("acme", "T__ACME"), ("acme-platform", "T__ACME_PLATFORM"), ("a.b_c", "T__A_B_C"), ("9", "T__9")],
)
def test_the_variable_of_a_workspace(workspace: str, variable: str) -> None:
    assert variable_for("T", workspace) == variable


@pytest.mark.parametrize(
    ("more", "scopes", "expires"),
    [
        ({"scopes": "repository", "expires_in": 7200, "token_type": "bearer"}, ("repository",), 8200.0),
        (
            {"scope": "repository account", "expires_in": "3600", "token_type": "Bearer"},
            ("account", "repository"),
            4600.0,
        ),
        ({"scope": "a,b", "scopes": "c", "expires_in": "soon"}, ("a", "b"), 4600.0),
        ({"scope": ["b", 7, "a"], "expires_in": None}, ("a", "b"), 4600.0),
        ({"scope": 7, "expires_in": -5}, (), 4600.0),
    ],
)
def test_a_token_answer_of_any_year_is_read(more: dict[str, object], scopes: tuple[str, ...], expires: float) -> None:
    token = read_token({"access_token": CANARY, "refresh_token": "r", **more}, 1000.0)
    assert token is not None
    assert (token.scopes, token.expires_at) == (scopes, expires)
    assert token.access == Secret(CANARY)
    assert token.refresh == Secret("r")
    assert CANARY not in repr(token)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": 7},
        {"access_token": ""},
        {"access_token": "a b"},
        {"access_token": "a\nb"},
        {"access_token": "\u00fc"},
        {"access_token": "a", "token_type": "mac"},
        {"access_token": "a", "token_type": 7},
    ],
)
def test_an_answer_without_a_usable_token_is_none(answer: dict[str, object]) -> None:
    assert read_token(answer, 0.0) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ATBBx3fake", "app-password"),
        ("ATATT3fake", "api-token"),
        ("ATCTT3fake", "access-token"),
        ("atat", None),
        ("xATAT", None),
        ("", None),
    ],
)
def test_a_kind_is_known_by_its_beginning(text: str, kind: str | None) -> None:
    assert beginning_of(text) == kind


def test_staleness_counts_the_leeway() -> None:
    token = read_token({"access_token": "a", "expires_in": 100}, 0.0)
    assert token is not None
    assert token.refresh is None
    assert not token.is_stale(99.0, 0.0)
    assert token.is_stale(100.0, 0.0)
    assert token.is_stale(50.0, 50.0)


PUBLIC = 'Cannot use client_credentials with a consumer marked as "public"'
CONSUMERS = "(Workspace settings > OAuth consumers)"


@pytest.mark.parametrize(
    ("grant", "status", "error", "description", "kind", "message", "hint"),
    [
        (
            "client-credentials",
            400,
            "invalid_grant",
            PUBLIC,
            AuthError,
            f"the OAuth consumer of `K` is public, so it cannot be used without a browser: {PUBLIC}",
            (
                'open its settings (Workspace settings > OAuth consumers), tick "This is a private consumer" and '
                "give it a callback URL; or sign in with `deps auth login`"
            ),
        ),
        (
            "client-credentials",
            401,
            "unauthorized_client",
            "Invalid OAuth client credentials",
            AuthError,
            "the service does not accept the key and secret of `K`: Invalid OAuth client credentials",
            f"compare both with the consumer's page {CONSUMERS}",
        ),
        (
            "client-credentials",
            403,
            "",
            "",
            AuthError,
            "the service does not accept the key and secret of `K`: status 403",
            f"compare both with the consumer's page {CONSUMERS}",
        ),
        (
            "refresh-token",
            401,
            "unauthorized_client",
            "Invalid OAuth client credentials",
            AuthError,
            "the sign-in of `K` has ended: Invalid OAuth client credentials",
            "sign in again with `deps auth login`",
        ),
        (
            "authorization-code",
            400,
            "invalid_grant",
            "",
            AuthError,
            "the service did not take the code of the sign-in: invalid_grant",
            (
                "run `deps auth login` again; the consumer's callback URL must be the one that `deps` listens "
                "on (`--callback-url`)"
            ),
        ),
        (
            "authorization-code",
            401,
            "unauthorized_client",
            "",
            AuthError,
            "the service does not accept the key and secret of `K`: unauthorized_client",
            f"compare both with the consumer's page {CONSUMERS}",
        ),
        (
            "refresh-token",
            429,
            "",
            "",
            RateLimitedError,
            "the token endpoint gets too many requests: status 429",
            "limits are counted by the hour: try again later",
        ),
        (
            "client-credentials",
            503,
            "",
            "down",
            ServiceError,
            "the token endpoint failed with status 503: down",
            "try again later; https://bitbucket.status.atlassian.com shows known problems",
        ),
    ],
)
def test_a_token_that_is_not_given(
    grant: Grant, status: int, error: str, description: str, kind: type[DepsError], message: str, hint: str
) -> None:
    raised = token_failure(grant, "`K`", status=status, error=error, description=description)
    assert type(raised) is kind
    assert (str(raised), raised.hint) == (message, hint)
