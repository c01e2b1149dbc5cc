"""Credentials that need no browser: which one is taken, what is sent, and what is said when it does not serve."""

import asyncio
import logging
import subprocess
from base64 import b64decode
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from bitdeps.auth.credentials import Credentials
from bitdeps.auth.store import Store
from bitdeps.config.environment import read_settings
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential
from support.credentials import REPO, consumer, find, refused
from support.hostile_server import hostile_server, http
from support.remotes import at, quick_settings
from support.sandbox import Sandbox
from support.signins import find as find_sign_in
from support.signins import through_the_sandbox

TOKEN = b'{"access_token": "fresh-token", "token_type": "bearer", "expires_in": 7200, "scopes": "repository"}'


def test_a_run_without_credentials_has_none(tmp_path: Path) -> None:
    assert find(quick_settings(tmp_path, {})) is None


@pytest.mark.parametrize(
    ("environment", "taken", "source"),
    [
        ({"BITBUCKET_ACCESS_TOKEN": "all"}, "all", "`BITBUCKET_ACCESS_TOKEN`"),
        (
            {"BITBUCKET_ACCESS_TOKEN": "all", "BITBUCKET_ACCESS_TOKEN__ACME": "ws"},
            "ws",
            "`BITBUCKET_ACCESS_TOKEN__ACME`",
        ),
        ({"BITBUCKET_ACCESS_TOKEN__OTHER": "other"}, None, None),
        ({"BITBUCKET_API_TOKEN": " api\n", "BITBUCKET_EMAIL": "a@b.example"}, "api", "`BITBUCKET_API_TOKEN`"),
        (
            {"BITBUCKET_API_TOKEN": "api", "BITBUCKET_EMAIL": "a@b.example", "BITBUCKET_ACCESS_TOKEN": "all"},
            "all",
            "`BITBUCKET_ACCESS_TOKEN`",
        ),
        (
            {"BITBUCKET_API_TOKEN__ACME": "api", "BITBUCKET_EMAIL": "a@b.example", "BITBUCKET_ACCESS_TOKEN": "all"},
            "api",
            "`BITBUCKET_API_TOKEN__ACME`",
        ),
        (
            {"BITBUCKET_API_TOKEN__ACME": "api", "BITBUCKET_EMAIL__ACME": "c@d.example", "BITBUCKET_EMAIL": "bad"},
            "api",
            "`BITBUCKET_API_TOKEN__ACME`",
        ),
        ({"BITBUCKET_ACCESS_TOKEN": "all", **consumer()}, "all", "`BITBUCKET_ACCESS_TOKEN`"),
    ],
)
def test_the_most_specific_credential_serves(
    environment: dict[str, str], taken: str | None, source: str | None, tmp_path: Path
) -> None:
    found = find(quick_settings(tmp_path, environment))
    assert (found and found.secret.reveal(), found and found.source) == (taken, source)


@pytest.mark.parametrize(
    ("environment", "message", "hint"),
    [
        (
            {"BITBUCKET_API_TOKEN": "canary"},
            "`BITBUCKET_API_TOKEN` is set, but `BITBUCKET_EMAIL` holds no e-mail address",
            "set it to the address of the Atlassian account that the API token belongs to",
        ),
        (
            {"BITBUCKET_API_TOKEN__ACME": "canary", "BITBUCKET_EMAIL": "ada"},
            "`BITBUCKET_API_TOKEN__ACME` is set, but `BITBUCKET_EMAIL__ACME` holds no e-mail address",
            "set it to the address of the Atlassian account that the API token belongs to",
        ),
        (
            {"BITBUCKET_CONSUMER_KEY": "canary"},
            "`BITBUCKET_CONSUMER_KEY` is set, but `BITBUCKET_CONSUMER_SECRET` is not",
            "an OAuth consumer has a key and a secret: set both, in the environment or in `.env`",
        ),
        (
            {"BITBUCKET_CONSUMER_SECRET": "canary"},
            "`BITBUCKET_CONSUMER_SECRET` is set, but `BITBUCKET_CONSUMER_KEY` is not",
            "an OAuth consumer has a key and a secret: set both, in the environment or in `.env`",
        ),
        (
            {"BITBUCKET_API_TOKEN": "ATBBcanary", "BITBUCKET_EMAIL": "a@b.example"},
            "`BITBUCKET_API_TOKEN` holds an app password; Bitbucket removed those on 2026-07-28",
            "make an API token instead, at https://id.atlassian.com/manage-profile/security/api-tokens",
        ),
        (
            {"BITBUCKET_ACCESS_TOKEN__ACME": "ATATcanary"},
            "`BITBUCKET_ACCESS_TOKEN__ACME` holds an API token, which is sent in another way than an access token",
            "set `BITBUCKET_API_TOKEN__ACME` to it, and `BITBUCKET_EMAIL__ACME` to the e-mail address of its account",
        ),
        (
            {"BITBUCKET_API_TOKEN": "ATCTcanary", "BITBUCKET_EMAIL": "a@b.example"},
            "`BITBUCKET_API_TOKEN` holds an access token, which is sent in another way than an API token",
            "set `BITBUCKET_ACCESS_TOKEN` to it; it needs no e-mail address",
        ),
        (
            {"BITBUCKET_ACCESS_TOKEN": "canary canary"},
            (
                "`BITBUCKET_ACCESS_TOKEN` holds characters that no token has (blanks, line breaks or "
                "letters outside ASCII)"
            ),
            "copy it again, without quotes and line breaks",
        ),
        (
            {"BITBUCKET_ACCESS_TOKEN": "canary\r\nX-Evil: 1"},
            (
                "`BITBUCKET_ACCESS_TOKEN` holds characters that no token has (blanks, line breaks or "
                "letters outside ASCII)"
            ),
            "copy it again, without quotes and line breaks",
        ),
    ],
)
def test_a_useless_variable_is_an_error(environment: dict[str, str], message: str, hint: str, tmp_path: Path) -> None:
    """It is never skipped in silence: another credential, or none, would be sent instead."""
    error = refused(quick_settings(tmp_path, environment))
    assert (str(error), error.hint, error.exit_code) == (message, hint, 4)


def test_client_credentials_are_one_request(tmp_path: Path) -> None:
    """Key and secret go as Basic, to the token endpoint, once for a run; the body holds the grant alone."""
    with hostile_server(lambda _: [http("200 OK", TOKEN, content_type="application/json")]) as server:
        settings = quick_settings(tmp_path, at(server.url), **consumer())

        async def several() -> list[Credential | None]:
            credentials = Credentials(settings)
            return await asyncio.gather(*(credentials.find(RepoName("acme", f"r{n}")) for n in range(20)))

        found = asyncio.run(several())
        assert {one and one.secret.reveal() for one in found} == {"fresh-token"}
        assert {str(one) for one in found} == {"the OAuth token of `BITBUCKET_CONSUMER_KEY`"}
        [heard] = server.heard
    assert (heard.method, heard.target) == ("POST", "/site/oauth2/access_token")
    assert b64decode(heard.headers["authorization"].removeprefix("Basic ")) == b"the-key:canary-secret"
    assert parse_qs(heard.body.decode()) == {"grant_type": ["client_credentials"]}
    assert heard.headers["user-agent"] == "deps/0.1.0"


def test_an_expiring_token_is_replaced_before_it_is_used(tmp_path: Path) -> None:
    short = TOKEN.replace(b"7200", b"299")
    with hostile_server(lambda _: [http("200 OK", short)]) as server:
        settings = quick_settings(tmp_path, at(server.url), **consumer())

        async def twice() -> None:
            credentials = Credentials(settings)
            await credentials.find(REPO)
            await credentials.find(REPO)

        asyncio.run(twice())
        assert len(server.heard) == 2


def test_two_workspaces_have_two_tokens(sandbox: Sandbox, tmp_path: Path) -> None:
    one = sandbox.consumer()
    settings = quick_settings(
        tmp_path,
        sandbox.environment(),
        BITBUCKET_CONSUMER_KEY__ACME=one.key,
        BITBUCKET_CONSUMER_SECRET__ACME=one.secret,
        BITBUCKET_ACCESS_TOKEN__OTHER="token",
    )
    first, second = find(settings), find(settings, RepoName("other", "x"))
    assert (first and first.kind, second and second.kind) == ("oauth", "access-token")
    assert find(settings, RepoName("third", "x")) is None


def test_a_scope_that_differs_is_no_trouble(sandbox: Sandbox, tmp_path: Path) -> None:
    """The library raises a Warning where `scope` is not what was asked for; both field names are understood."""
    key = sandbox.consumer()
    for field in ("scope", "scopes"):
        sandbox.switch(scope_field=field)
        settings = quick_settings(
            tmp_path, sandbox.environment(), BITBUCKET_CONSUMER_KEY=key.key, BITBUCKET_CONSUMER_SECRET=key.secret
        )
        assert find(settings) is not None


@pytest.mark.parametrize("field", ["scope", "scopes", "both"])
def test_a_sign_in_and_its_renewal_read_either_name_of_the_scopes(field: str, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.switch(scope_field=field)
    settings = quick_settings(tmp_path, sandbox.environment())
    through_the_sandbox(sandbox, settings)
    assert find_sign_in(settings) is not None
    [record] = Store(settings).all()
    assert record.scopes == ("account", "repository")


def test_the_library_would_stop_at_a_scope_that_differs(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trap is real: asked for less than the consumer has, it raises where the field is called `scope`."""
    from oauthlib.oauth2 import BackendApplicationClient
    from requests.auth import HTTPBasicAuth
    from requests_oauthlib import OAuth2Session

    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    key = sandbox.consumer()
    session = OAuth2Session(client=BackendApplicationClient(client_id=key.key, scope=["repository"]))
    session.trust_env = False
    url, auth = f"{sandbox.web_url}/site/oauth2/access_token", HTTPBasicAuth(key.key, key.secret)
    with pytest.raises(Warning, match="Scope has changed"):
        session.fetch_token(url, auth=auth)
    session.close()


@pytest.mark.writes_secrets(".env")
def test_an_env_file_serves_unless_git_tracks_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BITBUCKET_CONSUMER_KEY=the-key\nBITBUCKET_CONSUMER_SECRET=canary-secret\n")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.com"]
    with hostile_server(lambda _: [http("200 OK", TOKEN)]) as server:
        settings = read_settings({"HOME": str(tmp_path), **at(server.url)}, project_dir=str(tmp_path))
        found = find(settings)
        assert str(found) == "the OAuth token of `BITBUCKET_CONSUMER_KEY` in `.env`"
        subprocess.run([*git, "init", "-q"], check=True)
        assert find(settings) is not None
        subprocess.run([*git, "add", ".env"], check=True)
        error = refused(settings)
        assert len(server.heard) == 2
    assert str(error) == (
        f"`{tmp_path}/.env`: git tracks this file, so the secret in it is shared with everyone who has the repository"
    )
    assert error.hint == (
        "make a new secret at the consumer, then run `git rm --cached .env` and add `.env` to `.gitignore`"
    )


@pytest.mark.writes_secrets(".env")
def test_looking_whether_git_tracks_a_file_runs_no_program_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BITBUCKET_CONSUMER_KEY=the-key\nBITBUCKET_CONSUMER_SECRET=canary-secret\n")
    subprocess.run(["git", "-C", str(tmp_path), "init", "-q"], check=True)
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    hook.chmod(0o755)
    subprocess.run(["git", "-C", str(tmp_path), "config", "core.fsmonitor", str(hook)], check=True)
    with hostile_server(lambda _: [http("200 OK", TOKEN)]) as server:
        assert find(read_settings({"HOME": str(tmp_path), **at(server.url)}, project_dir=str(tmp_path))) is not None
    assert not (tmp_path / "ran").exists()


def test_no_secret_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """requests-oauthlib and oauthlib log secrets and tokens at the level DEBUG."""
    caplog.set_level(logging.DEBUG)
    with hostile_server(lambda _: [http("200 OK", TOKEN)]) as server:
        find(quick_settings(tmp_path, at(server.url), **consumer()))
    assert "canary" not in caplog.text
    assert "fresh-token" not in caplog.text
