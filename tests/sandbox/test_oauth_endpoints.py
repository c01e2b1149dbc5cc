"""The OAuth endpoints: the page with its Grant button, codes, refresh and rotation, client credentials."""

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from support.sandbox import Consumer, Sandbox

TOKEN = "/site/oauth2/access_token"


def authorize(sandbox: Sandbox, consumer: Consumer, **query: str) -> str:
    sent = {"client_id": consumer.key, "response_type": "code", "state": "s1"} | query
    return f"{sandbox.web_url}/site/oauth2/authorize?{urlencode(sent)}"


def code_of(location: str) -> str:
    return parse_qs(urlsplit(location).query)["code"][0]


def exchange(http: httpx.Client, consumer: Consumer, **form: str) -> httpx.Response:
    return http.post(TOKEN, data=form, auth=(consumer.key, consumer.secret))


def sign_in(sandbox: Sandbox, http: httpx.Client, consumer: Consumer) -> dict[str, Any]:
    """Authorize as ada and exchange the code; gives the token answer."""
    sandbox.user()
    code = code_of(sandbox.grant(authorize(sandbox, consumer), user="ada"))
    answer: dict[str, Any] = exchange(http, consumer, grant_type="authorization_code", code=code).json()
    return answer


def test_the_page_names_the_consumer_and_its_scopes(sandbox: Sandbox, http: httpx.Client) -> None:
    """The page shows who asks for what, escaped, with a Grant button that a script can press."""
    sandbox.user()
    consumer = sandbox.consumer("<b>app</b>", scopes=["repository", "account"])
    page = http.get(authorize(sandbox, consumer))
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "&lt;b&gt;app&lt;/b&gt; is requesting access" in page.text
    assert re.findall("<li>(.*?)</li>", page.text) == ["repository", "account"]
    assert '<button type="submit" name="decision" value="grant">Grant access</button>' in page.text


def test_a_denied_request_leads_back_with_an_error(sandbox: Sandbox) -> None:
    sandbox.user()
    location = sandbox.grant(authorize(sandbox, sandbox.consumer()), user="ada", decision="deny")
    assert parse_qs(urlsplit(location).query)["error"] == ["access_denied"]
    assert parse_qs(urlsplit(location).query)["state"] == ["s1"]


def test_another_response_type_leads_back_with_an_error(sandbox: Sandbox, http: httpx.Client) -> None:
    location = http.get(authorize(sandbox, sandbox.consumer(), response_type="token")).headers["Location"]
    assert location == "http://localhost:8976?error=unsupported_response_type&state=s1"


def test_a_code_works_once(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.user()
    consumer = sandbox.consumer()
    code = code_of(sandbox.grant(authorize(sandbox, consumer), user="ada"))
    answers = [exchange(http, consumer, grant_type="authorization_code", code=code) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 400]
    assert answers[1].json() == {
        "error_description": "The specified code is not valid.",
        "error": "invalid_grant",
    }


def test_a_sent_redirect_uri_must_be_repeated(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.user()
    consumer = sandbox.consumer(callback="http://localhost:8976")
    place = "http://localhost:8976/deps/callback"
    location = sandbox.grant(authorize(sandbox, consumer, redirect_uri=place), user="ada")
    assert location.startswith(f"{place}?code=")
    refused = exchange(http, consumer, grant_type="authorization_code", code=code_of(location))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    again = code_of(sandbox.grant(authorize(sandbox, consumer, redirect_uri=place), user="ada"))
    form = {"grant_type": "authorization_code", "code": again, "redirect_uri": place}
    assert exchange(http, consumer, **form).status_code == 200


@pytest.mark.parametrize(
    ("rule", "sent", "fine"),
    [
        ("extends", "http://localhost:8976/a", True),
        ("extends", "http://localhost:8976.evil.example/", False),
        ("extends", "http://localhost:1/", False),
        ("equal", "http://localhost:8976/a", False),
        ("equal", "http://localhost:8976", True),
        ("any-port", "http://localhost:50123/", True),
        ("any-port", "http://example.com:8976/", False),
    ],
)
def test_rules_for_a_redirect_uri(sandbox: Sandbox, http: httpx.Client, rule: str, sent: str, *, fine: bool) -> None:
    """Sources disagree on what may differ from the registered callback, so each rule can be played."""
    sandbox.switch(redirect_uri=rule)
    page = http.get(authorize(sandbox, sandbox.consumer(), redirect_uri=sent))
    assert (page.status_code == 200, "Invalid redirect_uri" in page.text) == (fine, not fine)


def test_what_a_token_answer_holds(sandbox: Sandbox, http: httpx.Client) -> None:
    """Tokens are longer than a Windows credential, and `scope` or `scopes` names what they may do."""
    consumer = sandbox.consumer(scopes=["repository", "account"])
    answer = sign_in(sandbox, http, consumer)
    assert len(answer["access_token"]) == 2600
    assert (answer["scope"], answer["token_type"], answer["expires_in"]) == ("repository account", "bearer", 7200)
    sandbox.switch(scope_field="both", token_length=40, token_lifetime=3600)
    other = sign_in(sandbox, http, consumer)
    assert (other["scopes"], other["scope"]) == ("repository account", "repository account")
    assert (len(other["access_token"]), other["expires_in"]) == (40, 3600)


def test_whatever_it_issues_can_be_found(sandbox: Sandbox, http: httpx.Client) -> None:
    """Code, access tokens and refresh tokens begin with the mark that the tests search for (support.canaries)."""
    consumer = sandbox.consumer()
    sandbox.user()
    code = code_of(sandbox.grant(authorize(sandbox, consumer), user="ada"))
    sandbox.switch(token_length=40)
    answer = sign_in(sandbox, http, consumer)
    fresh = exchange(http, consumer, grant_type="refresh_token", refresh_token=answer["refresh_token"]).json()
    issued = [code, sandbox.oauth_token(consumer)]
    issued += [held[name] for held in (answer, fresh) for name in ("access_token", "refresh_token")]
    assert [text[:14] for text in issued] == ["canary-secret-"] * 6
    assert len(set(issued)) == 6


def test_refresh_tokens_rotate(sandbox: Sandbox, http: httpx.Client) -> None:
    """A used refresh token is dead at once when the leeway is 0, and says so in the service's odd words."""
    sandbox.switch(rotation_leeway=0)
    consumer = sandbox.consumer()
    first = sign_in(sandbox, http, consumer)["refresh_token"]
    second = exchange(http, consumer, grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    assert second != first
    dead = exchange(http, consumer, grant_type="refresh_token", refresh_token=first)
    assert (dead.status_code, dead.json()) == (
        400,
        {"error_description": "Invalid OAuth client credentials", "error": "unauthorized_client"},
    )
    sandbox.switch(dead_refresh="invalid_grant")
    assert exchange(http, consumer, grant_type="refresh_token", refresh_token=first).json()["error"] == "invalid_grant"
    assert exchange(http, consumer, grant_type="refresh_token", refresh_token=second).status_code == 200


def test_a_leeway_lets_the_old_refresh_token_work(sandbox: Sandbox, http: httpx.Client) -> None:
    consumer = sandbox.consumer()
    first = sign_in(sandbox, http, consumer)["refresh_token"]
    answers = [exchange(http, consumer, grant_type="refresh_token", refresh_token=first) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]


def test_without_rotation_the_refresh_token_stays(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.switch(rotation=False)
    consumer = sandbox.consumer()
    first = sign_in(sandbox, http, consumer)["refresh_token"]
    assert exchange(http, consumer, grant_type="refresh_token", refresh_token=first).json()["refresh_token"] == first


def test_a_refresh_token_belongs_to_its_consumer(sandbox: Sandbox, http: httpx.Client) -> None:
    token = sign_in(sandbox, http, sandbox.consumer())["refresh_token"]
    answer = exchange(http, sandbox.consumer("other"), grant_type="refresh_token", refresh_token=token)
    assert answer.status_code == 400
    sandbox.revoke_refresh_tokens()
    assert exchange(http, sandbox.consumer(), grant_type="refresh_token", refresh_token=token).status_code == 400


def test_client_credentials_act_for_the_workspace_alone(sandbox: Sandbox, http: httpx.Client) -> None:
    """The app user sees private repositories of the consumer's workspace and of no other."""
    own = sandbox.repository("own", {"a": "b"}, private=True)
    other = sandbox.repository("other", {"a": "b"}, private=True, workspace=f"{sandbox.workspace}-b")
    token = sandbox.oauth_token(sandbox.consumer())
    headers = {"Authorization": f"Bearer {token}"}
    statuses = [http.get(f"/2.0/repositories/{repo.full_name}", headers=headers).status_code for repo in (own, other)]
    assert statuses == [200, 404]
    assert http.get("/2.0/user", headers=headers).json()["type"] == "app_user"


def test_client_credentials_need_a_callback(sandbox: Sandbox, http: httpx.Client) -> None:
    consumer = sandbox.consumer(callback="")
    answer = exchange(http, consumer, grant_type="client_credentials")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_an_expired_token_is_refused_until_refreshed(sandbox: Sandbox, http: httpx.Client) -> None:
    consumer = sandbox.consumer()
    answer = sign_in(sandbox, http, consumer)
    sandbox.fault("expired-token", path="/2.0/*")
    old = {"Authorization": f"Bearer {answer['access_token']}"}
    assert [http.get("/2.0/user", headers=old).status_code for _ in range(2)] == [401, 401]
    fresh = exchange(http, consumer, grant_type="refresh_token", refresh_token=answer["refresh_token"]).json()
    new = {"Authorization": f"Bearer {fresh['access_token']}"}
    assert http.get("/2.0/user", headers=new).status_code == 200


def test_lifetimes_pass_by_themselves(sandbox: Sandbox, http: httpx.Client) -> None:
    """A lifetime of 0 seconds is over at once."""
    sandbox.switch(token_lifetime=0)
    token = sandbox.oauth_token(sandbox.consumer())
    assert http.get("/2.0/user", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_in_the_address_is_worth_nothing(sandbox: Sandbox, http: httpx.Client) -> None:
    """Tokens count in the Authorization header only (CHANGE-3052), and the log does not show them."""
    repo = sandbox.repository("own", {"a": "b"}, private=True)
    token = sandbox.oauth_token(sandbox.consumer())
    assert http.get(f"/2.0/repositories/{repo.full_name}", params={"access_token": token}).status_code == 404
    assert token not in str(sandbox.requests())
