"""Reports on a commit: requests to the character, and what each answer means."""

import json

import pytest

from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.reports import (
    Annotation,
    Place,
    Report,
    annotation_requests,
    check_deleted,
    check_saved,
    delete_request,
    report_request,
)
from bitdeps.core.messages import Response
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import DepsError

API = "https://api.bitbucket.org/2.0"
COMMIT = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"
REPO = RepoName("acme", "shop")
PLACE = Place(repository=REPO, commit=COMMIT, id="deps-a b")
ADDRESS = f"{API}/repositories/acme/shop/commit/{COMMIT}/reports/deps-a%20b"
TOKEN = Credential(kind="access-token", secret=Secret("canary-secret"), source="`T`")


def note(number: int, **changes: object) -> Annotation:
    values = {"kind": "BUG", "severity": "HIGH", "summary": "x", "path": "deps.lock", "line": 3, **changes}
    return Annotation(id=f"deps-{number}", **values)  # type: ignore[arg-type]


def test_a_report_is_put_and_removed() -> None:
    data: dict[str, int | str | bool] = {"Packages": 3, "Moved": "none", "Safe": True}
    request = report_request(API, PLACE, Report(title="T", details="D" * 2001, result="FAILED", data=data))
    assert (request.method, request.url, request.endpoint, request.repository) == ("PUT", ADDRESS, "api", REPO)
    assert request.headers == {"content-type": "application/json"}
    assert json.loads(request.body or b"") == {
        "title": "T",
        "details": "D" * 1997 + "...",
        "report_type": "SECURITY",
        "reporter": "deps",
        "result": "FAILED",
        "data": [
            {"title": "Packages", "type": "NUMBER", "value": 3},
            {"title": "Moved", "type": "TEXT", "value": "none"},
            {"title": "Safe", "type": "BOOLEAN", "value": True},
        ],
    }
    removed = delete_request(API, PLACE)
    assert (removed.method, removed.url, removed.body) == ("DELETE", ADDRESS, None)


def test_annotations_go_in_hundreds_and_a_thousand_at_most() -> None:
    requests = annotation_requests(API, PLACE, [note(number) for number in range(1234)])
    assert {(request.method, request.url) for request in requests} == {("POST", f"{ADDRESS}/annotations")}
    assert [len(json.loads(request.body or b"")) for request in requests] == [100] * 10
    assert annotation_requests(API, PLACE, []) == ()


def test_an_annotation_has_the_fields_of_the_service() -> None:
    [request] = annotation_requests(API, PLACE, [note(1, details="two\nlines"), note(2, severity="LOW")])
    first = {"external_id": "deps-1", "annotation_type": "BUG", "severity": "HIGH", "result": "FAILED", "summary": "x"}
    second = {**first, "external_id": "deps-2", "severity": "LOW", "result": "IGNORED"}
    place = {"path": "deps.lock", "line": 3}
    assert json.loads(request.body or b"") == [{**first, "details": "two\nlines", **place}, {**second, **place}]


def test_an_abbreviated_commit_is_never_sent() -> None:
    with pytest.raises(ValueError, match="not a commit id"):
        delete_request(API, Place(repository=REPO, commit=COMMIT[:12], id="deps"))


def answer(status: int, body: object = None) -> Response:
    text = b"" if body is None else json.dumps({"type": "error", "error": body}).encode()
    return Response(status=status, headers={"content-type": "application/json"}, body=text)


def asked(credential: Credential | None = TOKEN) -> Asked:
    return Asked(repository=REPO, url=ADDRESS, credential=credential)


def test_what_went_well_is_accepted() -> None:
    """A report that was not there is gone too."""
    assert check_saved(answer(200), asked()) is None  # type: ignore[func-returns-value]
    for status in (204, 404):
        assert check_deleted(answer(status), asked()) is None  # type: ignore[func-returns-value]


INVISIBLE = {"message": "You may not have access to this repository or it no longer exists in this workspace."}


@pytest.mark.parametrize(
    ("response", "credential", "message"),
    [
        (answer(401), None, "`acme/shop`: a report needs a credential, and none was sent"),
        (answer(404, INVISIBLE), None, "`acme/shop`: a report needs a credential, and none was sent"),
        (
            answer(404, INVISIBLE),
            TOKEN,
            "`acme/shop`: there is no such repository, or the access token of `T` may not read it",
        ),
        (
            answer(404, {"message": "Resource not found"}),
            TOKEN,
            "`acme/shop`: the service has no such commit to report on",
        ),
        (
            answer(403, {"message": "x", "detail": {"required": ["write"], "granted": []}}),
            TOKEN,
            "`acme/shop`: the access token of `T` may not write reports: it lacks the scope `write`; it has none",
        ),
        (
            answer(400, {"message": "Bad request"}),
            TOKEN,
            "`api.bitbucket.org`: the service does not take the report: Bad request",
        ),
        (answer(503), TOKEN, "`api.bitbucket.org`: the service failed with status 503"),
    ],
)
def test_a_refusal_says_why(response: Response, credential: Credential | None, message: str) -> None:
    for check in (check_saved, check_deleted):
        if check is check_deleted and response.status == 404:
            continue
        with pytest.raises(DepsError) as caught:
            check(response, asked(credential))
        assert str(caught.value) == message
