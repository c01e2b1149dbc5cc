"""What a check of a credential finds out."""

import asyncio
from pathlib import Path

import pytest

from bitdeps.auth.listener import Listener
from bitdeps.auth.port_owner import owner_of
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import UsageError
from bitdeps.ops.access import Access, check_access
from support.hostile_server import Heard, free_port, hostile_server, http
from support.remotes import at, quick_settings
from support.sandbox import Sandbox


def check(sandbox: Sandbox, home: Path, token: str, *repos: str, chosen: bool = False) -> Access:
    credential = Credential(kind="access-token", secret=Secret(token), source="`X`")
    candidates = tuple(RepoName(sandbox.workspace, repo) for repo in repos)
    settings = quick_settings(home, sandbox.environment())
    return asyncio.run(check_access(settings, credential, candidates, chosen=chosen))


def test_the_first_private_repository_is_probed(sandbox: Sandbox, tmp_path: Path) -> None:
    """Reading a public one would prove nothing; the probe asks little and downloads nothing whole."""
    sandbox.repository("open", {"a": "1\n"})
    sandbox.repository("secret", {"a": "1\n" * 100_000}, private=True)
    sandbox.repository("other", {"a": "1\n"}, private=True)
    found = check(sandbox, tmp_path, sandbox.access_token(), "open", "secret", "other")
    assert (found.api, found.archives) == ("yes", "yes")
    assert found.probed == RepoName(sandbox.workspace, "secret")
    assert found.usable


def test_with_public_repositories_alone_nothing_is_probed(sandbox: Sandbox, tmp_path: Path) -> None:
    for name in ("one", "two"):
        sandbox.repository(name, {"a": "1\n"})
    found = check(sandbox, tmp_path, sandbox.access_token(), "one", "two")
    assert (found.api, found.archives, found.probed) == ("not probed", "not probed", None)


@pytest.mark.parametrize(("chosen", "api"), [(False, "not probed"), (True, "yes")])
def test_one_public_repository_is_probed_only_when_it_was_asked_for(
    chosen: bool,  # noqa: FBT001 (a parameter)
    api: str,
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    sandbox.repository("open", {"a": "1\n"})
    found = check(sandbox, tmp_path, sandbox.access_token(), "open", chosen=chosen)
    assert (found.api, found.archives) == (api, api)


def test_a_token_that_does_not_cover_the_repository(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.repository("secret", {"a": "1\n"}, private=True)
    sandbox.repository("mine", {"a": "1\n"}, private=True)
    found = check(sandbox, tmp_path, sandbox.access_token(f"{sandbox.workspace}/mine"), "secret")
    secret = f"{sandbox.workspace}/secret"
    assert found.api == f"`{secret}`: there is no such repository, or the access token of `X` may not read it"
    assert (found.archives, found.usable) == ("not probed", False)


@pytest.mark.parametrize(
    ("near", "budget"), [("", "1000 requests an hour"), ("true", "1000 requests an hour, nearly used up")]
)
def test_an_empty_repository_and_a_budget(near: str, budget: str, tmp_path: Path) -> None:
    """The service tells its limits to some kinds of tokens only (BITBUCKET.md section 1.6)."""

    def answer(heard: Heard) -> list[bytes]:
        body = b"{}" if heard.target.startswith("/2.0/user") else b'{"is_private": true}'
        return [http("200 OK", body, x_ratelimit_limit="1000", x_ratelimit_nearlimit=near)]

    with hostile_server(answer) as server:
        credential = Credential(kind="access-token", secret=Secret("t"), source="`X`")
        settings = quick_settings(tmp_path, at(server.url))
        found = asyncio.run(check_access(settings, credential, (RepoName("acme", "x"),), chosen=False))
    assert found.archives == "not probed: the repository is empty"
    assert found.budget == budget


def test_a_callback_that_is_no_address() -> None:
    with pytest.raises(UsageError, match="`nonsense`: not a callback address"):
        Listener("nonsense")


def test_a_port_that_nobody_holds_has_no_owner() -> None:
    assert owner_of(free_port()) is None
