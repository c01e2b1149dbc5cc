"""Hourly limits, counted as the service counts them."""

import httpx
import pytest

from support.repos import Repo
from support.sandbox import Sandbox


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    return sandbox.repository("kit", {"a": "1\n"}, tags=["v1"])


def statuses(http: httpx.Client, *paths: str, **named: object) -> list[int]:
    headers = {str(key): str(value) for key, value in named.items()}
    return [http.get(path, headers=headers).status_code for path in paths]


def test_no_limit_unless_asked_for(http: httpx.Client, kit: Repo) -> None:
    assert statuses(http, *[f"/2.0/repositories/{kit.full_name}"] * 70) == [200] * 70


def test_anonymous_requests_count_all_together(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """60 an hour in reality: API, raw files and archives in one pot."""
    sandbox.limits(anonymous=3)
    api = f"/2.0/repositories/{kit.full_name}"
    paths = [api, f"/{kit.full_name}/get/v1.tar.gz", f"{api}/src/v1/a", api, f"/{kit.full_name}/get/v1.tar.gz"]
    assert statuses(http, *paths) == [200, 200, 200, 429, 429]


def test_the_documented_limits(sandbox: Sandbox) -> None:
    sandbox.switch(rate_limits=True)
    limits = sandbox.server.control("GET", "state")["limits"]
    expected = {"anonymous": 60, "api": 1000, "raw": 5000, "archive": 5000, "git": 60_000, "window": 3600.0}
    assert limits == expected


def test_each_resource_and_each_consumer_counts_by_itself(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Tokens of one consumer share a pot; another consumer has its own; archives are another resource."""
    ci = sandbox.consumer("ci")
    first, second, other = (f"Bearer {sandbox.oauth_token(held)}" for held in (ci, ci, sandbox.consumer("other")))
    sandbox.limits(api=2, archive=1)
    api, archive = f"/2.0/repositories/{kit.full_name}", f"/{kit.full_name}/get/v1.tar.gz"
    assert statuses(http, api, Authorization=first) == [200]
    assert statuses(http, api, api, Authorization=second) == [200, 429]
    assert statuses(http, api, Authorization=other) == [200]
    assert statuses(http, archive, archive, Authorization=first) == [200, 429]
    assert statuses(http, api) == [200]


def test_access_tokens_are_told_where_they_stand(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Only they get the X-RateLimit headers."""
    sandbox.limits(api=5)
    headers = {"Authorization": f"Bearer {sandbox.access_token()}"}
    api = f"/2.0/repositories/{kit.full_name}"
    told = [http.get(api, headers=headers).headers for _ in range(5)]
    assert {(held["X-RateLimit-Limit"], held["X-RateLimit-Resource"]) for held in told} == {("5", "api")}
    assert [held["X-RateLimit-NearLimit"] for held in told] == ["false", "false", "false", "false", "true"]
    oauth = {"Authorization": f"Bearer {sandbox.oauth_token(sandbox.consumer())}"}
    assert "X-RateLimit-Limit" not in http.get(api, headers=oauth).headers


def test_the_window_rolls(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """A request counts for the length of the window: with one of 0 seconds nothing is ever over."""
    sandbox.limits(anonymous=1, window=0)
    assert statuses(http, *[f"/2.0/repositories/{kit.full_name}"] * 3) == [200, 200, 200]


def test_git_counts_too(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    sandbox.limits(anonymous=1)
    refs = f"/{kit.full_name}.git/info/refs?service=git-upload-pack"
    assert statuses(http, refs, refs) == [200, 429]


def test_retry_after_when_the_switch_says_so(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    sandbox.limits(anonymous=0)
    api = f"/2.0/repositories/{kit.full_name}"
    assert "Retry-After" not in http.get(api).headers
    sandbox.switch(retry_after=30)
    assert http.get(api).headers["Retry-After"] == "30"


@pytest.mark.parametrize("limits", [{"pulls": 3}, {"api": "3"}])
def test_a_wrong_limit_is_refused(sandbox: Sandbox, limits: dict[str, object]) -> None:
    with pytest.raises(AssertionError, match=r"limits: `(pulls|api)` = '?3'? is not possible"):
        sandbox.server.control("POST", "limits", limits)
