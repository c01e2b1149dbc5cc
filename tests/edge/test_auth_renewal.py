"""Renewing a sign-in: once, by one process, saved before it is used, nothing lost."""

import asyncio
import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from bitdeps.auth.credentials import Credentials
from bitdeps.auth.record import SignIn, read_records, write_records
from bitdeps.auth.renewal import renew_sign_in
from bitdeps.auth.store import Store
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import AuthError, NetworkError
from support.hostile_server import free_port, hostile_server, http
from support.remotes import ask, at, quick_settings
from support.sandbox import Sandbox
from support.signins import REPO, find, signed_in, through_the_sandbox


def test_an_expired_sign_in_is_renewed_and_saved_before_it_is_used(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    settings = quick_settings(tmp_path, sandbox.environment())
    old = through_the_sandbox(sandbox, settings)
    secret = RepoName(sandbox.workspace, "secret")
    assert ask(settings, lambda remote: remote.tag(secret, "v1")) is not None
    assert [(request.method, request.status) for request in sandbox.requests()] == [("POST", 200), ("GET", 200)]
    [new] = Store(settings).all()
    assert new.secret != old.secret
    assert new.refresh not in (None, old.refresh)
    assert new.expires_at is not None
    assert new.expires_at > time.time() + 7000


def test_a_refused_sign_in_is_renewed_once(sandbox: Sandbox, tmp_path: Path) -> None:
    """The service forgot the token before its time; twenty questions notice at once."""
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    settings = quick_settings(tmp_path, sandbox.environment())
    through_the_sandbox(sandbox, settings, expires_in=7200.0)
    sandbox.expire_tokens()
    secret = RepoName(sandbox.workspace, "secret")
    found = ask(settings, lambda remote: asyncio.gather(*(remote.tag(secret, "v1") for _ in range(20))))
    assert len(found) == 20
    assert [request.method for request in sandbox.requests()].count("POST") == 1


def test_a_sign_in_that_stays_refused_is_renewed_no_second_time(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    settings = quick_settings(tmp_path, sandbox.environment())
    through_the_sandbox(sandbox, settings, expires_in=7200.0)
    sandbox.fault("expired-token", path="*", times=None)
    secret = RepoName(sandbox.workspace, "secret")
    with pytest.raises(AuthError) as caught:
        ask(settings, lambda remote: asyncio.gather(*(remote.tag(secret, "v1") for _ in range(5))))
    assert "the service does not accept the OAuth token of `deps auth login`" in str(caught.value)
    assert [request.method for request in sandbox.requests()].count("POST") == 1


def test_a_token_that_cannot_be_renewed_is_not_asked_about_twice(tmp_path: Path) -> None:
    """An API token that is refused stays what it is."""
    settings = quick_settings(tmp_path, {})
    signed_in(settings, expires_in=7200)
    credentials = Credentials(settings)
    found = asyncio.run(credentials.find(REPO))
    assert found is not None
    assert asyncio.run(credentials.renew(REPO, found)) is None


@pytest.mark.parametrize("kind", ["unauthorized_client", "invalid_grant"])
def test_a_sign_in_that_ended_says_so_and_deletes_nothing(kind: str, sandbox: Sandbox, tmp_path: Path) -> None:
    settings = quick_settings(tmp_path, sandbox.environment())
    through_the_sandbox(sandbox, settings)
    sandbox.switch(dead_refresh=kind)
    sandbox.revoke_refresh_tokens()
    before = Path(Store(settings).path).read_bytes()

    async def several() -> list[object]:
        credentials = Credentials(settings)
        return list(await asyncio.gather(*(credentials.find(REPO) for _ in range(10)), return_exceptions=True))

    errors = asyncio.run(several())
    assert {type(error) for error in errors} == {AuthError}
    error = errors[0]
    assert isinstance(error, AuthError)
    assert str(error).startswith("the sign-in of `deps auth login` has ended: ")
    assert error.hint == "sign in again with `deps auth login`"
    assert len(sandbox.requests()) == 1
    assert Path(Store(settings).path).read_bytes() == before


def test_a_token_that_still_lives_survives_a_failing_renewal(tmp_path: Path) -> None:
    """Within the leeway, with the service away: the old token is used; once expired, the error is shown."""
    settings = quick_settings(tmp_path, at(f"http://127.0.0.1:{free_port()}"), DEPS_RETRIES="0")
    signed_in(settings, expires_in=100, refresh="r")
    found = find(settings, leeway=300.0)
    assert found is not None
    signed_in(settings, expires_in=-100, refresh="r")
    with pytest.raises(NetworkError):
        find(settings, leeway=300.0)


def test_a_process_that_was_slower_takes_what_the_faster_one_got(tmp_path: Path) -> None:
    settings = quick_settings(tmp_path, at(f"http://127.0.0.1:{free_port()}"))
    stale = signed_in(settings, access="old", refresh="r")
    signed_in(settings, access="new", refresh="r2", expires_in=7200)
    assert renew_sign_in(settings, Store(settings), stale).secret == Secret("new")


def test_a_sign_in_that_was_removed_meanwhile(tmp_path: Path) -> None:
    settings = quick_settings(tmp_path, {})
    stale = signed_in(settings, refresh="r")
    with Store(settings).lock():
        Store(settings).remove(stale)
    with pytest.raises(AuthError) as caught:
        renew_sign_in(settings, Store(settings), stale)
    assert str(caught.value) == "the sign-in of `deps auth login` was removed meanwhile"


def test_a_sign_in_without_a_consumer_is_not_renewed(tmp_path: Path) -> None:
    settings = quick_settings(tmp_path, {})
    stale = signed_in(settings)
    with pytest.raises(AuthError, match="the sign-in of `deps auth login` cannot be renewed"):
        renew_sign_in(settings, Store(settings), stale)


def test_a_service_that_gives_no_new_refresh_token_keeps_the_old_one(tmp_path: Path) -> None:
    answer = b'{"access_token": "new", "token_type": "bearer", "expires_in": 7200}'
    with hostile_server(lambda _: [http("200 OK", answer)]) as server:
        settings = quick_settings(tmp_path, at(server.url))
        signed_in(settings, refresh="r")
        assert find(settings) is not None
        assert server.heard[0].body.decode().count("refresh_token=r") == 1
    [record] = Store(settings).all()
    assert (record.refresh, record.secret, record.scopes) == (Secret("r"), Secret("new"), ("repository",))


RENEW = """
import asyncio, hashlib, sys
from bitdeps.auth.credentials import Credentials
from bitdeps.config.environment import read_settings
from bitdeps.core.names import RepoName
credentials = Credentials(read_settings(project_dir="."), leeway=0.0)
credentials.kept()                       # everybody has read the expired token
print("ready", flush=True)
sys.stdin.readline()
found = asyncio.run(credentials.find(RepoName("acme", "secret")))
print(hashlib.sha256(found.secret.reveal().encode()).hexdigest(), credentials.sent)
"""


def test_32_processes_at_one_expiry_make_one_renewal(sandbox: Sandbox, tmp_path: Path) -> None:
    """All of them hold the expired token when they start; used refresh tokens die at once."""
    sandbox.switch(rotation_leeway=0)
    settings = quick_settings(tmp_path, sandbox.environment())
    through_the_sandbox(sandbox, settings)
    kept = {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("COVERAGE_")}
    environment = {**kept, "HOME": str(tmp_path), **sandbox.environment()}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    running = [
        subprocess.Popen([sys.executable, "-c", RENEW], env=environment, text=True, cwd=tmp_path, **pipes)  # type: ignore[call-overload]
        for _ in range(32)
    ]
    for process in running:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=60) for process in running]
    assert {process.returncode for process in running} == {0}, [errors for _, errors in ended]
    [record] = Store(settings).all()
    assert {text.split()[0] for text, _ in ended} == {sha256(record.secret.reveal().encode()).hexdigest()}
    # By its path: a git that an earlier test killed may still be answered.
    asked = sandbox.requests("/site/oauth2/access_token")
    assert [(request.method, request.status) for request in asked] == [("POST", 200)]


def test_a_token_without_a_consumer_is_stored_too() -> None:
    record = SignIn(origin="x", serves="acme", kind="api-token", secret=Secret("t"), email="a@b.example")
    assert read_records(write_records((record,)), "place") == (record,)
    assert not record.is_stale(1e12, 0.0)
