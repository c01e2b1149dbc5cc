"""Questions about history: addresses character by character, and answers as the OpenAPI description has them."""

import json

import pytest

from bitdeps.core.bitbucket import history
from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.messages import Response
from bitdeps.core.names import RepoName
from bitdeps.errors import AuthError, ServiceError

API = "https://api.bitbucket.org/2.0"
REPO = RepoName("acme", "http-kit")
OLD, NEW = "1" * 40, "2" * 40
ASKED = Asked(repository=REPO, url=API)


def answer(value: object, status: int = 200) -> Response:
    return Response(status=status, headers={"content-type": "application/json"}, body=json.dumps(value).encode())


def test_addresses() -> None:
    request = history.between_request(API, REPO, include=NEW, exclude=OLD, path="a b/c")
    assert request.url == (
        f"{API}/repositories/acme/http-kit/commits?include={NEW}&exclude={OLD}&path=a%20b/c&pagelen=100"
        "&fields=values.hash,values.date,values.message,values.author.raw,next"
    )
    assert history.files_request(API, REPO, new=NEW, old=OLD).url == (
        f"{API}/repositories/acme/http-kit/diffstat/{NEW}..{OLD}?topic=false&pagelen=100"
        "&fields=values.status,values.lines_added,values.lines_removed,values.old.path,values.new.path,next"
    )
    some = history.files_request(API, REPO, new=NEW, old=OLD, paths=["a b/c", "LICENSE"]).url
    assert "?topic=false&pagelen=100&path=a%20b/c&path=LICENSE&fields=" in some
    assert history.repositories_request(API, REPO).url == (
        f"{API}/repositories/acme?pagelen=100&fields=values.full_name,next"
    )
    with pytest.raises(ValueError, match="not a commit id"):
        history.between_request(API, REPO, include="main", exclude=OLD)


def test_a_commit_of_a_history_is_one_safe_line() -> None:
    value = {"hash": NEW, "message": "\n Fix \x1b[31mthis\x1b[0m\n\nmore", "author": {"raw": "Ada <ada@x.org>"}}
    found = history.read_logged({**value, "date": "2026-01-01T00:00:00+00:00"}, ASKED)
    assert (found.title, found.author) == ("Fix  [31mthis [0m", "Ada")
    assert history.read_logged({"hash": NEW}, ASKED).title == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"status": "added", "new": {"path": "a"}, "old": None, "lines_added": 3}, ("added", "a", None, 3, 0)),
        ({"status": "removed", "old": {"path": "a"}, "lines_removed": 2}, ("removed", "a", None, 0, 2)),
        ({"status": "renamed", "old": {"path": "a"}, "new": {"path": "b"}}, ("renamed", "b", "a", 0, 0)),
        ({"status": "merge conflict", "old": {"path": "a"}, "new": {"path": "a"}}, ("modified", "a", None, 0, 0)),
        ({"status": "modified", "new": {"path": "a"}, "lines_added": True}, ("modified", "a", None, 0, 0)),
    ],
)
def test_a_changed_file(value: object, expected: tuple[object, ...]) -> None:
    found = history.read_changed(value, ASKED)
    assert (found.status, found.path, found.old_path, found.added, found.removed) == expected


def test_pages() -> None:
    page = history.read_page(answer({"values": [1, 2], "next": f"{API}/x"}), ASKED)
    assert page == history.Page(values=(1, 2), next=f"{API}/x")
    assert history.read_page(answer({"error": {"message": "Commit not found"}}, 404), ASKED) is None
    hidden = {"error": {"message": "You may not have access to this repository or it no longer exists"}}
    with pytest.raises(AuthError):
        history.read_page(answer(hidden, 404), ASKED)
    wrong: list[object] = [{"values": {}}, {"values": [], "next": 1}, [], 7]
    for broken in wrong:
        with pytest.raises(ServiceError):
            history.read_page(answer(broken), ASKED)


@pytest.mark.parametrize("value", [None, {}, {"hash": "abc"}, {"hash": 7}])
def test_an_entry_that_is_none_is_an_error(value: object) -> None:
    for read in (history.read_logged, history.read_changed, history.read_name):
        with pytest.raises(ServiceError):
            read(value, ASKED)


def test_names_of_repositories() -> None:
    assert history.read_name({"full_name": "acme/Http-Kit"}, ASKED) == REPO
    assert history.read_name({"full_name": "acme/{odd}"}, ASKED) is None
