"""What comes back for an archive: an archive, or one of many ways to say no."""

import pytest

from bitdeps.core.bitbucket.archives import ArchiveAccessError, archive_failure, leads_to_sign_in
from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.messages import Response
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import NotFoundError, RateLimitedError, ServiceError

URL = "https://bitbucket.org/acme/http-kit/get/3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9.tar.gz"
TOKEN = Credential(kind="access-token", secret=Secret("x"), source="`BITBUCKET_ACCESS_TOKEN`")
ANONYMOUS = Asked(repository=RepoName("acme", "http-kit"), url=URL)
SIGNED = Asked(repository=RepoName("acme", "http-kit"), url=URL, credential=TOKEN)


def answer(status: int, body: bytes = b"", **headers: str) -> Response:
    return Response(status=status, headers=headers, body=body)


def test_a_gzip_file_is_an_archive() -> None:
    assert archive_failure(answer(200, b"\x1f\x8b\x08"), ANONYMOUS) is None


@pytest.mark.parametrize(
    ("response", "got"),
    [
        (answer(302), "a redirect to a sign-in page"),
        (answer(302, location="https://bitbucket.org/account/signin/?next=/x"), "a redirect to a sign-in page"),
        (answer(200), "an empty answer"),
        (answer(200, b"<!doctype html>"), "a web page"),
        (answer(200, b"PK\x03\x04"), "something that is no gzip file"),
        (answer(401), "status 401"),
        (
            answer(403, b"This endpoint does not support token-based authentication."),
            "status 403: This endpoint does not support token-based authentication",
        ),
        (answer(404, b"<html>"), "status 404"),
    ],
)
def test_everything_else_is_a_matter_of_access(response: Response, got: str) -> None:
    error = archive_failure(response, ANONYMOUS)
    assert isinstance(error, ArchiveAccessError)
    assert str(error) == f"`acme/http-kit`: the archive was not given, and no credential was sent: got {got}"
    assert error.hint == "if the repository is private, run `deps auth login` or set `BITBUCKET_ACCESS_TOKEN__ACME`"
    error = archive_failure(response, SIGNED)
    assert isinstance(error, ArchiveAccessError)
    assert str(error) == (
        f"`acme/http-kit`: the archive was not given for the access token of `BITBUCKET_ACCESS_TOKEN`: got {got}"
    )
    assert error.hint == (
        "it may be expired, or may not download archives: `deps auth status` checks it; "
        "`BITBUCKET_ACCESS_TOKEN__ACME` can name another one for this workspace"
    )


@pytest.mark.parametrize("body", [b"", b'{"error": {"message": "Repository acme/http-kit not found"}}'])
def test_a_404_has_two_meanings(body: bytes) -> None:
    error = archive_failure(answer(404, body), SIGNED)
    assert isinstance(error, ArchiveAccessError)
    assert str(error) == (
        "`acme/http-kit`: there is no such repository, or the access token of `BITBUCKET_ACCESS_TOKEN` may not read it"
    )


def test_a_commit_that_is_gone() -> None:
    error = archive_failure(answer(404, b"Cannot resolve the cset"), SIGNED)
    assert isinstance(error, NotFoundError)
    assert str(error) == "`acme/http-kit`: the service has no archive of this commit: Cannot resolve the cset"
    assert error.hint == "it may have been removed upstream; `deps lock --check` asks the service again"


def test_limits_and_failures_are_no_matter_of_access() -> None:
    assert isinstance(archive_failure(answer(429), SIGNED), RateLimitedError)
    assert isinstance(archive_failure(answer(503), SIGNED), ServiceError)


@pytest.mark.parametrize(
    ("status", "location", "page"),
    [
        (302, "", True),
        (302, "/account/signin/?next=/acme", True),
        (302, "https://id.atlassian.com/login", True),
        (303, "https://bitbucket.org/login", True),
        (302, "https://cdn.example/archive?signature=x", False),
        (302, "/other/get/x.tar.gz", False),
        (200, "/account/signin", False),
    ],
)
def test_redirects_to_pages_for_people_are_told_from_others(status: int, location: str, *, page: bool) -> None:
    assert leads_to_sign_in(answer(status, location=location)) is page
