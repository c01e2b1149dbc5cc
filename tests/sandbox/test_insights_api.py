"""Code Insights: a report and its annotations come back as they were sent."""

import httpx
import pytest

from support.every_answer import ANNOTATION, REPORT, member
from support.repos import Repo
from support.sandbox import Sandbox


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    sandbox.user()
    return sandbox.repository("kit", {"a": "1\n"})


def place(repo: Repo) -> str:
    return f"/2.0/repositories/{repo.full_name}/commit/{repo.git('rev-parse', 'main')}/reports"


def test_a_report_lives(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Made, replaced under the same uuid, listed, found by both names, removed."""
    auth, path = member(sandbox), place(kit)
    made = http.put(f"{path}/deps-1", json=REPORT, auth=auth).json()
    assert {key: made[key] for key in REPORT} == REPORT
    assert (made["type"], made["external_id"]) == ("report", "deps-1")
    again = http.put(f"{path}/deps-1", json={**REPORT, "result": "FAILED"}, auth=auth).json()
    assert (again["uuid"], again["result"], again["created_on"]) == (made["uuid"], "FAILED", made["created_on"])
    assert http.get(path).json()["values"] == [again]
    assert http.get(f"{path}/{made['uuid']}").json() == again
    assert http.delete(f"{path}/deps-1", auth=auth).status_code == 204
    assert http.get(f"{path}/deps-1").status_code == 404


def test_annotations_live(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    auth, path = member(sandbox), f"{place(kit)}/deps-1/annotations"
    http.put(path.rpartition("/")[0], json=REPORT, auth=auth)
    made = http.post(path, json=[{**ANNOTATION, "external_id": f"a{n}"} for n in range(100)], auth=auth).json()
    assert [row["external_id"] for row in made][:2] == ["a0", "a1"]
    changed = http.put(f"{path}/a1", json={**ANNOTATION, "severity": "LOW"}, auth=auth).json()
    assert (changed["uuid"], changed["severity"]) == (made[1]["uuid"], "LOW")
    assert http.get(f"{path}?pagelen=100").json()["values"][1] == changed
    assert http.delete(f"{path}/a1", auth=auth).status_code == 204
    assert http.get(f"{path}/a1").status_code == 404
    assert len(http.get(f"{path}?pagelen=100").json()["values"]) == 99


def test_limits_of_a_report(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """10 data fields, 100 annotations a request, 1,000 a report."""
    auth, path = member(sandbox), f"{place(kit)}/deps-1"
    data = [{"title": "x", "type": "NUMBER", "value": 1}] * 11
    assert http.put(path, json={**REPORT, "data": data}, auth=auth).status_code == 400
    http.put(path, json=REPORT, auth=auth)
    rows = [{**ANNOTATION, "external_id": f"a{number}"} for number in range(1001)]
    assert http.post(f"{path}/annotations", json=rows[:101], auth=auth).status_code == 400
    for start in range(0, 1000, 100):
        assert http.post(f"{path}/annotations", json=rows[start : start + 100], auth=auth).status_code == 200
    assert http.post(f"{path}/annotations", json=rows[1000:], auth=auth).status_code == 400


def test_what_is_wrong_is_named(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    auth, path = member(sandbox), f"{place(kit)}/deps-1"
    refused = http.put(path, json={"title": 3, "mood": "good", "report_type": "MOOD"}, auth=auth)
    assert refused.status_code == 400
    assert refused.json()["error"]["fields"] == {
        "details": ["required key not provided"],
        "title": ["expected str"],
        "mood": ["extra keys not allowed"],
        "report_type": ["must be one of SECURITY, COVERAGE, TEST, BUG"],
    }
    assert http.put(path, content=b"{", auth=auth).status_code == 400
    assert http.put(path, json=[], auth=auth).status_code == 400


def test_who_may_write(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Nobody without a credential, and no API token without the scope of pipelines."""
    path = f"{place(kit)}/deps-1"
    assert http.put(path, json=REPORT).status_code == 401
    token = sandbox.api_token(scopes=["read:repository:bitbucket"])
    refused = http.put(path, json=REPORT, auth=(token.email, token.token))
    assert (refused.status_code, refused.json()["error"]["detail"]["required"]) == (403, ["write:pipeline:bitbucket"])
    oauth = {"Authorization": f"Bearer {sandbox.oauth_token(sandbox.consumer())}"}
    assert http.put(path, json=REPORT, headers=oauth).status_code == 200
