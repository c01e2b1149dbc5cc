"""The sandbox gives the error bodies that people captured from the real service, word for word."""

from typing import Any

import httpx
import pytest

from support.sandbox import Sandbox
from support.shared_data import shared_json


@pytest.fixture(scope="module")
def captured() -> dict[str, dict[str, Any]]:
    """The captured bodies by what they answer."""
    return {entry["where"]: entry for entry in shared_json("bitbucket/responses/captured-errors.json")}


def test_every_capture_is_played(captured: dict[str, dict[str, Any]]) -> None:
    """Each captured body has its test below, or a reason."""
    assert set(captured) == {
        "api any endpoint, 429",
        "api repo 404 (missing OR private without access)",
        "api bad/expired/scopeless token",
        "api expired OAuth access token (older wording)",
        "api missing scope",
        "api /workspaces etc. after CHANGE-2770",
        "api wrong path",
        "api forbidden",  # a body without a cause: `Sandbox.fault("error", ...)` plays it
        "bitbucket.org/{ws}/{repo}/get/{bad-ref}.tar.gz",
        "bitbucket.org site endpoint with ?access_token= (archive)",
        "token endpoint: bad client auth",
        "token endpoint: client_credentials on a public consumer",
        "token endpoint: missing grant_type",
        "authorize page, redirect_uri mismatch",
        "token endpoint success BEFORE 2026-05-04",
        "www-authenticate on 401 (api, Basic)",
    }


def test_rate_limit(sandbox: Sandbox, http: httpx.Client, captured: dict[str, dict[str, Any]]) -> None:
    expected = captured["api any endpoint, 429"]
    sandbox.fault("rate-limit")
    response = http.get("/2.0/user")
    assert (response.status_code, response.headers["Content-Type"]) == (429, expected["content_type"])
    assert (response.text, response.headers["Content-Length"]) == (expected["body"], "46")
    assert response.headers["Vary"] == expected["headers"]["Vary"]
    assert "Retry-After" not in response.headers


def test_hidden_and_missing_repositories(
    sandbox: Sandbox, http: httpx.Client, captured: dict[str, dict[str, Any]]
) -> None:
    """Nothing tells a private repository from none."""
    expected = captured["api repo 404 (missing OR private without access)"]["body"]
    secret = sandbox.repository("secret", {"a": "b"}, private=True)
    for path in (secret.full_name, f"{sandbox.workspace}/none", "nobody/none"):
        response = http.get(f"/2.0/repositories/{path}")
        assert (response.status_code, response.json()) == (404, expected)


def test_tokens_that_do_not_work(sandbox: Sandbox, http: httpx.Client, captured: dict[str, dict[str, Any]]) -> None:
    """A bad token, an expired one, an API token without scopes and one sent as Bearer: all the same."""
    expected = captured["api bad/expired/scopeless token"]["body"]
    header = captured["www-authenticate on 401 (api, Basic)"]["headers"]["www-authenticate"]
    sandbox.user()
    good, scopeless = sandbox.api_token(), "scopeless"
    sandbox.add({"api-tokens": {scopeless: {"user": "ada", "scopes": []}}})
    late = sandbox.access_token(expires="2020-01-01T00:00:00Z")
    bearers = [{"Authorization": f"Bearer {token}"} for token in ("nonsense", late, good.token)]
    answers = [http.get("/2.0/user", headers=headers) for headers in bearers]
    answers += [http.get("/2.0/user", auth=(good.email, token)) for token in ("wrong", scopeless)]
    for response in answers:
        assert (response.status_code, response.json()) == (401, expected)
        assert response.headers["www-authenticate"] == header


def test_the_older_words_for_an_expired_token(
    sandbox: Sandbox, http: httpx.Client, captured: dict[str, dict[str, Any]]
) -> None:
    token = sandbox.oauth_token(sandbox.consumer())
    sandbox.expire_tokens()
    sandbox.switch(expired_message="old")
    response = http.get("/2.0/user", headers={"Authorization": f"Bearer {token}"})
    expected = captured["api expired OAuth access token (older wording)"]
    assert (response.status_code, response.json()) == (401, expected["body"])


def test_a_missing_scope(sandbox: Sandbox, http: httpx.Client, captured: dict[str, dict[str, Any]]) -> None:
    """`detail` is an object: the description says text."""
    token = sandbox.oauth_token(sandbox.consumer(scopes=["team"]))
    response = http.get("/2.0/user", headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.json()) == (403, captured["api missing scope"]["body"])
    sandbox.user()
    api = sandbox.api_token(scopes=["read:repository:bitbucket"])
    refused = http.get("/2.0/user", auth=(api.email, api.token)).json()
    assert refused["error"]["detail"]["required"] == ["read:user:bitbucket"]


@pytest.mark.parametrize(
    "path", ["workspaces", "repositories", "user/permissions/workspaces", "user/permissions/repositories"]
)
def test_removed_endpoints(http: httpx.Client, captured: dict[str, dict[str, Any]], path: str) -> None:
    response = http.get(f"/2.0/{path}")
    assert (response.status_code, response.json()) == (410, captured["api /workspaces etc. after CHANGE-2770"]["body"])


def test_a_path_that_is_none(http: httpx.Client, captured: dict[str, dict[str, Any]]) -> None:
    response = http.get("/2.0/no/such/thing")
    assert (response.status_code, response.json()) == (404, captured["api wrong path"]["body"])


def test_archive_refusals(sandbox: Sandbox, http: httpx.Client, captured: dict[str, dict[str, Any]]) -> None:
    repo = sandbox.repository("kit", {"a": "b"})
    bad = http.get(f"/{repo.full_name}/get/nothing.tar.gz")
    assert (bad.status_code, bad.text) == (404, captured["bitbucket.org/{ws}/{repo}/get/{bad-ref}.tar.gz"]["body"])
    query = http.get(f"/{repo.full_name}/get/main.tar.gz?access_token=x")
    expected = captured["bitbucket.org site endpoint with ?access_token= (archive)"]
    assert (query.status_code, query.text) == (expected["status"], expected["body"])
    assert sandbox.requests("access_token")[-1].path.endswith("?access_token=***")


def test_the_token_endpoint(sandbox: Sandbox, http: httpx.Client, captured: dict[str, dict[str, Any]]) -> None:
    consumer = sandbox.consumer()
    public = sandbox.consumer("app", private=False)
    form = {"grant_type": "client_credentials"}

    def ask(key: str, secret: str, data: dict[str, str]) -> httpx.Response:
        return http.post("/site/oauth2/access_token", data=data, auth=(key, secret))

    bad = ask(consumer.key, "wrong", form)
    assert (bad.status_code, bad.json()) == (401, captured["token endpoint: bad client auth"]["body"])
    refused = ask(public.key, public.secret, form)
    expected = captured["token endpoint: client_credentials on a public consumer"]
    assert (refused.status_code, refused.json()) == (expected["status"], expected["body"])
    empty = ask(consumer.key, consumer.secret, {})
    assert (empty.status_code, empty.json()) == (400, captured["token endpoint: missing grant_type"]["body"])
    sandbox.switch(scope_field="scopes")
    good = ask(consumer.key, consumer.secret, form).json()
    before = captured["token endpoint success BEFORE 2026-05-04"]["body"]
    # Client credentials have no refresh token (CHANGE-3052).
    assert {key: type(value) for key, value in good.items()} == {
        key: type(value) for key, value in before.items() if key != "refresh_token"
    }
    assert (good["token_type"], good["expires_in"]) == (before["token_type"], before["expires_in"])


def test_the_page_of_a_wrong_redirect_uri(
    sandbox: Sandbox, http: httpx.Client, captured: dict[str, dict[str, Any]]
) -> None:
    consumer = sandbox.consumer()
    query = {"client_id": consumer.key, "response_type": "code", "redirect_uri": "http://localhost:1/"}
    page = http.get("/site/oauth2/authorize", params=query)
    for line in captured["authorize page, redirect_uri mismatch"]["body"].splitlines():
        assert line in page.text
