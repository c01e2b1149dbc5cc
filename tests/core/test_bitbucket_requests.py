"""Requests: their addresses, character by character."""

from urllib.parse import unquote

import pytest

from bitdeps.core.bitbucket import requests
from bitdeps.core.names import RepoName
from bitdeps.errors import ServiceError

API = "https://api.bitbucket.org/2.0"
REPO = RepoName("acme", "http-kit")
COMMIT = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"
REF_FIELDS = "?fields=name,target.hash,target.date,target.repository.uuid,target.repository.full_name"


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("v2.4.1", "v2.4.1"),
        ("release/2024#1", "release/2024%231"),
        ("100%-ok", "100%25-ok"),
        ("v1.0+b.2", "v1.0%2Bb.2"),
        ("gr\u00fcn/1", "gr%C3%BCn/1"),
        ("@scope/pkg@1.0.3", "%40scope/pkg%401.0.3"),
        ("a%2Fb", "a%252Fb"),
        ('special-"$;><&#_=@!|.,/test', "special-%22%24%3B%3E%3C%26%23_%3D%40%21%7C.%2C/test"),
    ],
)
def test_a_tag_is_asked_for_with_everything_but_the_slash_encoded(name: str, encoded: str) -> None:
    request = requests.ref_request(API, REPO, "tags", name)
    assert request.url == f"{API}/repositories/acme/http-kit/refs/tags/{encoded}{REF_FIELDS}"
    assert unquote(encoded) == name
    assert (request.method, request.endpoint, request.repository) == ("GET", "api", REPO)


def test_a_branch_is_asked_for_under_branches() -> None:
    request = requests.ref_request(API, REPO, "branches", "feature/x")
    assert request.url == f"{API}/repositories/acme/http-kit/refs/branches/feature/x{REF_FIELDS}"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../../user",
        "a/../b",
        "a/.hidden",
        "/a",
        "a/",
        "a//b",
        "a\nb",
        "a b",
        "a\\b",
        "a?b",
        "a*b",
        "a[b",
        "a~1",
        "a^",
        "a:b",
        "a.lock",
        "a.lock/b",
        "a.",
        "a@{1}",
        "@",
        "a\x7f",
    ],
)
def test_a_name_that_git_cannot_have_is_never_sent(name: str) -> None:
    assert not requests.is_ref_name(name)
    with pytest.raises(ValueError, match="not a name of a tag or branch"):
        requests.ref_request(API, REPO, "tags", name)


@pytest.mark.parametrize("name", ["v1", "a.b", "a-b", "a@b", "gr\u00fcn", "a.locked", "-a", "a{b}"])
def test_a_name_that_git_can_have_is_sent(name: str) -> None:
    assert requests.is_ref_name(name)


def test_a_list_asks_for_full_pages_and_never_forgets_the_next_page() -> None:
    url = requests.refs_request(API, REPO, "tags").url
    assert url == (
        f"{API}/repositories/acme/http-kit/refs/tags?pagelen=100"
        "&fields=values.name,values.target.hash,values.target.repository.uuid,next"
    )


def test_the_next_page_is_taken_as_it_is() -> None:
    url = f"{API}/repositories/acme/http-kit/refs/tags?pagelen=100&page=xGCox%3D"
    assert requests.next_request(API, REPO, url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.bitbucket.org/2.0/x",
        "https://api.bitbucket.org:8443/2.0/x",
        "https://api.bitbucket.org.evil.example/2.0/x",
        "https://user@api.bitbucket.org/2.0/x",
        "https://evil.example/2.0/x",
        "https://api.bitbucket.org/1.0/x",
        "/2.0/x",
        "",
    ],
)
def test_a_next_page_elsewhere_is_refused(url: str) -> None:
    """The credential would go with it."""
    with pytest.raises(ServiceError) as caught:
        requests.next_request(API, REPO, url)
    assert str(caught.value) == "`acme/http-kit`: the next page of the list is not at the API's own address"
    assert caught.value.hint == "check `DEPS_API_URL`: a proxy or gateway must not change the addresses inside answers"


def test_commits_files_and_archives_are_asked_by_40_hex_digits_alone() -> None:
    assert requests.commit_request(API, REPO, COMMIT).url == (
        f"{API}/repositories/acme/http-kit/commit/{COMMIT}?fields=hash,date,repository.uuid,repository.full_name"
    )
    assert requests.file_request(API, REPO, COMMIT, "a b/\u00fc#.toml").url == (
        f"{API}/repositories/acme/http-kit/src/{COMMIT}/a%20b/%C3%BC%23.toml"
    )
    archive = requests.archive_request("https://bitbucket.org", REPO, COMMIT)
    assert archive.url == f"https://bitbucket.org/acme/http-kit/get/{COMMIT}.tar.gz"
    assert archive.headers == {"accept-encoding": "identity"}
    assert archive.endpoint == "archive"


@pytest.mark.parametrize("commit", ["main", COMMIT.upper(), COMMIT[:12], COMMIT + "\n", ""])
def test_anything_else_than_a_commit_id_is_refused(commit: str) -> None:
    with pytest.raises(ValueError, match="not a commit id"):
        requests.commit_request(API, REPO, commit)


@pytest.mark.parametrize("path", ["", "/a", "a/../b", "./a", "a/", ".."])
def test_a_path_that_could_lead_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not a plain relative path"):
        requests.file_request(API, REPO, COMMIT, path)


def test_a_repository_is_asked_for_by_its_name() -> None:
    url = requests.repository_request(API, REPO).url
    assert url == f"{API}/repositories/acme/http-kit?fields=uuid,full_name,is_private,mainbranch.name"
