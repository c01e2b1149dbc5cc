"""Answers: the recorded ones of the real service, and broken ones."""

import json

import pytest

from bitdeps.core.bitbucket.answers import (
    Found,
    Ref,
    Repository,
    read_commit,
    read_file,
    read_ref,
    read_refs,
    read_repository,
)
from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.messages import Response
from bitdeps.core.names import RepoName
from bitdeps.errors import AuthError, ServiceError
from support.shared_data import shared_data

ASKED = Asked(repository=RepoName("acme", "http-kit"), url="https://api.bitbucket.org/2.0/x")
COMMIT = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"
UUID = "{2c6a1f0e-0000-4000-8000-000000000000}"
HINT = "check that `DEPS_API_URL` is the address of the API, and try again"


def ok(body: bytes | object, **headers: str) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status=200, headers=headers or {"content-type": "application/json"}, body=data)


def missing(message: str) -> Response:
    body = json.dumps({"type": "error", "error": {"message": message}}).encode()
    return Response(status=404, headers={"content-type": "application/json"}, body=body)


def go_scm(name: str) -> Response:
    return ok(shared_data(f"bitbucket/responses/go-scm/{name}").read_bytes())


def test_a_recorded_tag() -> None:
    assert read_ref(go_scm("tag.json"), ASKED, "@atlaskit/activity@1.0.3") == Found(
        commit="ceb01356c3f062579bdfeb15bc53fe151b9e00f0",
        uuid="{1082744e-871d-4463-b373-df00db2986e7}",
        date="2018-04-16T02:35:52+00:00",
        full_name="atlassian/atlaskit",
    )


def test_a_recorded_list_of_tags() -> None:
    page = read_refs(go_scm("tags.json"), ASKED)
    assert page.refs[0] == Ref(
        name="@atlaskit/activity@1.0.3",
        commit="ceb01356c3f062579bdfeb15bc53fe151b9e00f0",
        date="2018-04-16T02:35:52+00:00",
    )
    assert page.next == "https://api.bitbucket.org/2.0/repositories/atlassian/atlaskit/refs/tags?pagelen=30&page=2"
    assert page.uuid == "{1082744e-871d-4463-b373-df00db2986e7}"


def test_recorded_branches() -> None:
    found = read_ref(go_scm("branch.json"), ASKED, "master")
    assert found is not None
    assert found.uuid == "{7dd600e6-0d9c-4801-b967-cb4cc17359ff}"
    for name in ("branches.json", "branches_filter.json"):
        expected = json.loads(shared_data(f"bitbucket/responses/go-scm/{name}").read_bytes())
        page = read_refs(go_scm(name), ASKED)
        assert [(ref.name, ref.commit) for ref in page.refs] == [
            (value["name"], value["target"]["hash"]) for value in expected["values"]
        ]


def test_a_recorded_commit() -> None:
    commit = "a6e5e7d797edf751cbd839d6bd4aef86c941eec9"
    found = read_commit(go_scm("commit.json"), ASKED, commit)
    assert found is not None
    assert (found.commit, found.uuid) == (commit, "{7dd600e6-0d9c-4801-b967-cb4cc17359ff}")


def test_a_recorded_repository() -> None:
    assert read_repository(go_scm("repo.json"), ASKED) == Repository(
        uuid="{7dd600e6-0d9c-4801-b967-cb4cc17359ff}",
        full_name="atlassian/stash-example-plugin",
        private=True,
        main_branch="master",
    )


def test_a_recorded_file_and_a_recorded_absence() -> None:
    raw = shared_data("bitbucket/responses/go-scm/content.txt").read_bytes()
    assert read_file(ok(raw, **{"content-type": "text/plain"}), ASKED) == raw
    gone = shared_data("bitbucket/responses/go-scm/content_fail.json").read_bytes()
    assert read_file(Response(status=404, headers={}, body=gone), ASKED) is None


def test_a_recorded_directory_is_no_file() -> None:
    assert read_file(go_scm("content_list.json"), ASKED) is None


def test_a_recorded_unknown_repository_is_a_question_of_access() -> None:
    body = shared_data("bitbucket/responses/go-scm/error.json").read_bytes()
    with pytest.raises(AuthError, match="there is no such repository, or it is private"):
        read_ref(Response(status=404, headers={}, body=body), ASKED, "v1")


@pytest.mark.parametrize(
    "name",
    ["repos.json", "repos-2.json", "perms.json", "user_workspaces.json", "commits.json", "content.json", "user.json"],
)
def test_every_other_recorded_answer_is_no_tag(name: str) -> None:
    """An answer about something else is never taken for the one that was asked for."""
    with pytest.raises(ServiceError, match="it is about another name than was asked for"):
        read_ref(go_scm(name), ASKED, "v1")


def test_a_lightweight_tag_has_nulls() -> None:
    body = {"name": "v1", "message": None, "date": None, "tagger": None, "target": {"hash": COMMIT, "repository": None}}
    assert read_ref(ok(body), ASKED, "v1") == Found(commit=COMMIT)


@pytest.mark.parametrize("message", ["Tag not found", "Commit not found", "", "No such file or directory: x"])
def test_what_is_missing_is_none(message: str) -> None:
    assert read_ref(missing(message), ASKED, "v1") is None
    assert read_commit(missing(message), ASKED, COMMIT) is None
    assert read_file(missing(message), ASKED) is None


def test_a_missing_list_or_repository_is_a_question_of_access() -> None:
    with pytest.raises(AuthError):
        read_refs(missing("Resource not found"), ASKED)
    with pytest.raises(AuthError):
        read_repository(missing("Resource not found"), ASKED)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"[]", "it is no JSON object"),
        (b"{", "it is no JSON object"),
        (b"\xff\xfe", "it is no JSON object"),
        (b"[" * 100_000, "it is no JSON object"),
        (b"1" * 10_000, "it is no JSON object"),
        (b"{}", "it is about another name than was asked for"),
        (b'{"name": "v2"}', "it is about another name than was asked for"),
        (b'{"name": "v1"}', "it names no commit of 40 hex digits"),
        (b'{"name": "v1", "target": []}', "it names no commit of 40 hex digits"),
        (b'{"name": "v1", "target": {"hash": 7}}', "it names no commit of 40 hex digits"),
        (b'{"name": "v1", "target": {"hash": "3F2C"}}', "it names no commit of 40 hex digits"),
    ],
)
def test_a_broken_answer_says_what_is_wrong(body: bytes, reason: str) -> None:
    with pytest.raises(ServiceError) as caught:
        read_ref(ok(body), ASKED, "v1")
    assert str(caught.value) == f"`api.bitbucket.org`: the answer about `acme/http-kit` cannot be used: {reason}"
    assert caught.value.hint == HINT


def test_a_commit_that_was_not_asked_for_is_refused() -> None:
    with pytest.raises(ServiceError, match="it is about another commit than was asked for"):
        read_commit(ok({"hash": COMMIT}), ASKED, "0" * 40)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"values": {}},
        {"values": [], "next": 7},
        {"values": [7]},
        {"values": [{"name": "v1", "target": {"hash": "x"}}]},
        {"values": [{"name": "", "target": {"hash": COMMIT}}]},
    ],
)
def test_a_broken_page_is_refused(body: object) -> None:
    with pytest.raises(ServiceError, match="cannot be used"):
        read_refs(ok(body), ASKED)


def test_an_odd_uuid_is_left_out() -> None:
    body = {"values": [{"name": "v1", "target": {"hash": COMMIT, "repository": {"uuid": "../x"}}}]}
    assert read_refs(ok(body), ASKED).uuid is None
    body["values"][0]["target"]["repository"] = {"uuid": UUID}  # type: ignore[index]
    assert read_refs(ok(body), ASKED).uuid == UUID


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><title>Sign in</title>", b"  <html>", b"<!-- x --><HTML>"])
def test_a_proxys_page_in_place_of_an_answer(page: bytes) -> None:
    with pytest.raises(ServiceError) as caught:
        read_ref(ok(page, **{"content-type": "text/html; charset=utf-8"}), ASKED, "v1")
    assert str(caught.value) == "`api.bitbucket.org`: a web page came back where data was expected"
    assert caught.value.hint == (
        "a proxy or the sign-in page of a network seems to answer instead: open the address in a browser, "
        "and check `HTTPS_PROXY` and `DEPS_API_URL`"
    )
    with pytest.raises(ServiceError, match="a web page came back"):
        read_file(ok(page, **{"content-type": "text/html"}), ASKED)


def test_a_file_may_hold_html() -> None:
    """Only together with the media type of a page is it one: the service derives the type from the extension."""
    assert read_file(ok(b"<html>", **{"content-type": "text/plain"}), ASKED) == b"<html>"


@pytest.mark.parametrize("read", [read_file, read_refs, read_repository])
def test_every_reader_passes_failures_on(read: object) -> None:
    with pytest.raises(ServiceError, match="the service failed with status 503"):
        read(Response(status=503, headers={}, body=b""), ASKED)  # type: ignore[operator]
