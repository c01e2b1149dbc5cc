"""What may not be seen, and what goes wrong between here and the service."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from bitdeps.core.bitbucket.archives import ArchiveAccessError
from bitdeps.core.names import RepoName
from bitdeps.errors import (
    AuthError,
    NetworkError,
    NotFoundError,
    RateLimitedError,
    ServiceError,
)
from bitdeps.ops.remote import Remote
from support.hostile_server import hostile_server, http
from support.questions import GONE, consumer, name, questions, refused, settings
from support.remotes import ask, at, quick_settings
from support.sandbox import Sandbox

MISSING = "`{}`: there is no such repository, or it is private; no credential was sent"


@pytest.mark.parametrize("origin", ["same", "other"])
@pytest.mark.parametrize("kind", ["consumer", "api-token", "access-token"])
def test_a_private_repository_is_read_with_each_kind(kind: str, origin: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """And where the archive is at another origin, the credential does not go there."""
    head = sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True).git("rev-parse", "HEAD")
    sandbox.switch(archive_origin=origin)
    if kind == "consumer":
        credentials = consumer(sandbox)
    elif kind == "access-token":
        credentials = {"BITBUCKET_ACCESS_TOKEN": sandbox.access_token()}
    else:
        sandbox.user("ada")
        made = sandbox.api_token("ada")
        credentials = {"BITBUCKET_EMAIL": made.email, "BITBUCKET_API_TOKEN": made.token}

    async def question(remote: Remote) -> str:
        secret = name(sandbox, "secret")
        found = await remote.tag(secret, "v1")
        assert found is not None
        return (await remote.download(secret, found.commit, str(tmp_path / "archive"))).sha256

    sha256 = ask(settings(sandbox, tmp_path, **credentials), question)
    assert sha256 == hashlib.sha256((tmp_path / "archive").read_bytes()).hexdigest()
    sent = [(request.credential, request.status) for request in sandbox.requests() if request.method == "GET"]
    named = {"consumer": "oauth"}.get(kind, kind)
    more = [(named, 302), ("anonymous", 200)] if origin == "other" else [(named, 200)]
    assert sent == [(named, 200), *more]
    assert head == sandbox.requests("/get/")[0].path.split("/get/")[1][:40]


def test_a_repository_that_cannot_be_seen(sandbox: Sandbox, tmp_path: Path) -> None:
    """Private and absent look the same; without a credential each question names `deps auth login`."""
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    for repo in ("secret", "absent"):
        repository = name(sandbox, repo)
        variable = f"BITBUCKET_ACCESS_TOKEN__{sandbox.workspace.upper()}"
        for question in questions(repository, tmp_path / "archive")[:-1]:
            error = refused(settings(sandbox, tmp_path), question, AuthError)
            assert str(error) == MISSING.format(repository)
            assert error.hint == f"check the spelling; if it is private, run `deps auth login` or set `{variable}`"


def test_a_repository_that_cannot_be_seen_with_a_credential(sandbox: Sandbox, tmp_path: Path) -> None:
    """Both meanings, the credential that was used, and the variable that would serve."""
    given = settings(sandbox, tmp_path, **consumer(sandbox))
    absent = name(sandbox, "absent")
    error = refused(given, lambda remote: remote.tag(absent, "v1"), AuthError)
    assert (
        str(error)
        == f"`{absent}`: there is no such repository, or the OAuth token of `BITBUCKET_CONSUMER_KEY` may not read it"
    )
    assert error.hint == (
        "check the spelling; else give it read access to the repository, or set "
        f"`BITBUCKET_ACCESS_TOKEN__{sandbox.workspace.upper()}` to a token that has it"
    )


@pytest.mark.parametrize(
    ("refusal", "got"),
    [("redirect", "a redirect to a sign-in page"), ("html", "a web page"), ("unauthorized", "status 401")],
)
def test_an_archive_that_is_not_given_is_a_matter_of_access(
    refusal: str, got: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """It is never called corrupt, and no file is left."""
    repo = sandbox.repository("secret", {"a": "1\n"}, private=True)
    sandbox.switch(archive_refuses=["access-token"], archive_refusal=refusal)
    given = settings(sandbox, tmp_path, BITBUCKET_ACCESS_TOKEN=sandbox.access_token())
    secret, head = name(sandbox, "secret"), repo.git("rev-parse", "HEAD")
    error = refused(given, lambda remote: remote.download(secret, head, str(tmp_path / "a")), ArchiveAccessError)
    assert str(error).startswith(
        f"`{secret}`: the archive was not given for the access token of `BITBUCKET_ACCESS_TOKEN`: got {got}"
    )
    assert error.exit_code == 4
    assert not (tmp_path / "a").exists()


def test_an_archive_of_a_commit_that_is_gone(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.repository("kit", {"a": "1\n"})
    kit = name(sandbox, "kit")
    error = refused(
        settings(sandbox, tmp_path), lambda remote: remote.download(kit, GONE, str(tmp_path / "a")), NotFoundError
    )
    assert str(error) == f"`{kit}`: the service has no archive of this commit: Cannot resolve the cset"


def test_a_refused_token_of_a_consumer_is_replaced_once(sandbox: Sandbox, tmp_path: Path) -> None:
    """One new token and one retry; twenty questions at once still make one new token."""
    repo = sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    head = repo.git("rev-parse", "HEAD")
    given = settings(sandbox, tmp_path, **consumer(sandbox))

    async def question(remote: Remote) -> str | None:
        secret = name(sandbox, "secret")
        await remote.tag(secret, "v1")
        sandbox.expire_tokens()
        sandbox.clear_requests()
        found = await asyncio.gather(*(remote.commit(secret, head) for _ in range(20)))
        return found[0].commit if found[0] else None

    assert ask(given, question) == head
    log = sandbox.requests()
    assert [request.method for request in log].count("POST") == 1
    assert {request.status for request in log if request.method == "GET"} <= {200, 401}


def test_an_archive_with_an_expired_token_is_asked_for_again(sandbox: Sandbox, tmp_path: Path) -> None:
    repo = sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    head = repo.git("rev-parse", "HEAD")

    async def question(remote: Remote) -> int:
        secret = name(sandbox, "secret")
        await remote.tag(secret, "v1")
        sandbox.expire_tokens()
        return (await remote.download(secret, head, str(tmp_path / "archive"))).size

    assert ask(settings(sandbox, tmp_path, **consumer(sandbox)), question) == (tmp_path / "archive").stat().st_size


def test_a_token_that_stays_refused_is_replaced_no_second_time(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    sandbox.fault("expired-token", path="*", times=None)
    given = settings(sandbox, tmp_path, **consumer(sandbox))
    error = refused(given, lambda remote: remote.tag(name(sandbox, "secret"), "v1"), AuthError)
    assert "the service does not accept the OAuth token of `BITBUCKET_CONSUMER_KEY`" in str(error)
    assert [request.method for request in sandbox.requests()] == ["POST", "GET", "POST", "GET"]


def test_a_rate_limit_without_a_credential(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.repository("kit", {"a": "1\n"}, tags=["v1"])
    sandbox.limits(anonymous=1, window=3600)
    kit = name(sandbox, "kit")

    async def question(remote: Remote) -> object:
        await remote.tag(kit, "v1")
        return await remote.tag(kit, "v1")

    error = refused(settings(sandbox, tmp_path, DEPS_RETRIES="1"), question, RateLimitedError)
    host = sandbox.api_url.split("/")[2]
    assert str(error) == (
        f"`{host}`: too many requests, limits are counted by the hour: Rate limit for this resource has been exceeded"
    )
    assert error.hint == (
        "try again later; `deps install --locked` asks the API nothing; without a credential the service allows "
        "60 requests an hour, with one 1,000: run `deps auth login`"
    )
    assert [request.status for request in sandbox.requests()] == [200, 429, 429]


def test_a_short_rate_limit_is_waited_for(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.repository("kit", {"a": "1\n"}, tags=["v1"])
    sandbox.fault("rate-limit", path="*", times=2)
    assert ask(settings(sandbox, tmp_path), lambda remote: remote.tag(name(sandbox, "kit"), "v1")) is not None
    assert [request.status for request in sandbox.requests()] == [429, 429, 200]


def test_a_proxys_page(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.repository("kit", {"a": "1\n"}, tags=["v1"])
    sandbox.fault("error", path="*", status=200, body="<html>portal", headers={"Content-Type": "text/html"}, times=None)
    for question in questions(name(sandbox, "kit"), tmp_path / "a")[:-1]:
        error = refused(settings(sandbox, tmp_path), question, ServiceError)
        assert str(error) == f"`{sandbox.api_url.split('/')[2]}`: a web page came back where data was expected"


@pytest.mark.parametrize("fault", [{"kind": "cut"}, {"kind": "reset"}, {"kind": "reset", "at": 100}])
def test_a_cut_archive_is_retried_and_whole(fault: dict[str, object], sandbox: Sandbox, tmp_path: Path) -> None:
    head = sandbox.repository("kit", {"a": "1\n" * 100_000}).git("rev-parse", "HEAD")
    sandbox.fault(path="*/get/*", times=2, **fault)  # type: ignore[arg-type]
    kit, target = name(sandbox, "kit"), tmp_path / "archive"
    got = ask(settings(sandbox, tmp_path), lambda remote: remote.download(kit, head, str(target)))
    assert got.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    assert len(sandbox.requests("/get/")) == 3
    sandbox.fault(path="*/get/*", times=None, **fault)  # type: ignore[arg-type]
    error = refused(settings(sandbox, tmp_path), lambda remote: remote.download(kit, head, str(target)), NetworkError)
    assert str(error).endswith("the connection ended before the answer was whole")


def test_a_list_without_an_end(tmp_path: Path) -> None:
    page = '{{"values": [], "next": "{}/2.0/repositories/acme/kit/refs/tags?page=x"}}'
    urls: list[str] = []
    with hostile_server(lambda _: [http("200 OK", page.format(urls[0]).encode())]) as server:
        urls.append(server.url)
        given = quick_settings(tmp_path, at(server.url), BITBUCKET_ACCESS_TOKEN="made-up")
        error = refused(given, lambda remote: remote.tags(RepoName("acme", "kit")), ServiceError)
        assert len(server.heard) == 2
    assert str(error).endswith("cannot be used: the list of tags has no end")


def test_the_next_page_does_not_get_the_credential_elsewhere(tmp_path: Path) -> None:
    with hostile_server(lambda _: [http("200 OK", b'{"values": []}')]) as evil:
        page = f'{{"values": [], "next": "{evil.url}/2.0/x"}}'.encode()
        with hostile_server(lambda _: [http("200 OK", page)]) as server:
            given = quick_settings(tmp_path, at(server.url), BITBUCKET_ACCESS_TOKEN="canary")
            error = refused(given, lambda remote: remote.tags(RepoName("acme", "kit")), ServiceError)
        assert evil.heard == []
    assert str(error) == "`acme/kit`: the next page of the list is not at the API's own address"
