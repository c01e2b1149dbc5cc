"""Why a credential does not serve: each reason has its own words, whole, in the command that meets it."""

import re

import pytest

from support.logins import keys, piped, signed_in, stored
from support.program import Program
from support.sandbox import Consumer, Sandbox

ONE = '[dependencies]\nsecret = { workspace = "acme", tag = "v1" }\n'
REFUSED = "Token is invalid, expired, or not supported for this endpoint"
BEHIND = "the clock of this machine is 2 hours behind the service's: set it first; "
AHEAD = "the clock of this machine is 2 hours ahead of the service's: set it first; "


@pytest.fixture
def secret(deps: Program, sandbox: Sandbox) -> Sandbox:
    """Give a project that needs a private repository."""
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    deps.manifest(ONE)
    return sandbox


def test_a_sign_in_that_was_revoked(deps: Program, secret: Sandbox, consumer: Consumer, callback: str) -> None:
    """Access token and refresh token are dead before their time; status says what install says."""
    signed_in(deps, secret, consumer, callback)
    before = stored(deps).read_bytes()
    secret.expire_tokens()
    secret.revoke_refresh_tokens()
    ran = deps("install", code=4)
    assert ran.stderr == (
        "error: the sign-in of `deps auth login` has ended: Invalid OAuth client credentials\n"
        "\nhint: sign in again with `deps auth login`\n"
    )
    assert deps("auth", "status", code=4).stderr == ran.stderr
    assert stored(deps).read_bytes() == before


def test_a_token_that_stays_refused_though_it_is_new(
    deps: Program, secret: Sandbox, consumer: Consumer, callback: str
) -> None:
    """It was renewed, and lives for two hours: so it did not expire."""
    signed_in(deps, secret, consumer, callback)
    secret.fault("expired-token", path="*", times=None)
    ran = deps("install", code=4)
    assert re.fullmatch(
        f"error: `acme/secret`: the service does not accept the OAuth token of `deps auth login`: {REFUSED}\n"
        r"\nhint: it would have lived until \d{4}-\d\d-\d\d \d\d:\d\d UTC, so it was revoked, or the service does "
        "not take it here: sign in again with `deps auth login`; `deps auth status` checks what is used\n",
        ran.stderr,
    )


def test_status_renews_what_is_refused(deps: Program, secret: Sandbox, consumer: Consumer, callback: str) -> None:
    """As `deps install` would: one refresh, and the sign-in serves."""
    signed_in(deps, secret, consumer, callback)
    secret.expire_tokens()
    secret.clear_requests()
    ran = deps("auth", "status")
    assert ran.stdout.splitlines()[-2:] == ["  API       yes (acme/secret)", "  archives  yes"]
    assert [request.status for request in secret.requests("/site/oauth2/access_token")] == [200]
    deps("install")
    assert [request.status for request in secret.requests("/site/oauth2/access_token")] == [200]


def test_status_renews_the_token_of_a_consumer_alone(deps: Program, secret: Sandbox) -> None:
    made = secret.consumer()
    deps.extra |= {"BITBUCKET_CONSUMER_KEY": made.key, "BITBUCKET_CONSUMER_SECRET": made.secret}
    secret.fault("expired-token", path="/2.0/user")
    assert deps("auth", "status").stdout.splitlines()[-2:] == ["  API       yes (acme/secret)", "  archives  yes"]
    assert len(secret.requests("/site/oauth2/access_token")) == 2


@pytest.mark.parametrize(("clock", "note"), [(7200, BEHIND), (-7200, AHEAD)])
def test_a_wrong_clock_is_named(clock: int, note: str, deps: Program, secret: Sandbox) -> None:
    """Where a token is refused, where a consumer is, and where a sign-in is."""
    secret.switch(clock=clock)
    renew = "make a new one with the scope `repository`; `deps auth status` checks what is used"
    assert deps("lock", code=4, BITBUCKET_ACCESS_TOKEN="canary-secret-1").stderr == (
        f"error: `acme/secret`: the service does not accept the access token of `BITBUCKET_ACCESS_TOKEN`: {REFUSED}\n"
        f"\nhint: {note}whether it expired, was revoked or is mistyped, the service does not say: {renew}\n"
    )
    ran = deps("lock", code=4, BITBUCKET_CONSUMER_KEY="nobody", BITBUCKET_CONSUMER_SECRET="canary-secret-2")
    assert ran.stderr == (
        "error: the service does not accept the key and secret of `BITBUCKET_CONSUMER_KEY`: "
        "Requests must be authenticated using OAuth client credentials\n"
        f"\nhint: {note}compare both with the consumer's page (Workspace settings > OAuth consumers)\n"
    )
    done = piped(deps, "canary-secret-3", "auth", "login", "--with-token", "--email", "ada@example.com")
    assert done.returncode == 4
    assert done.stderr == (
        f"error: the service does not accept this API token: {REFUSED}\n"
        f"\nhint: {note}nothing was stored; make a new one and sign in again\n"
    )


def test_a_wrong_clock_hinders_nothing_that_works(deps: Program, secret: Sandbox) -> None:
    """Nor is it spoken of."""
    secret.switch(clock=-86400)
    made = secret.consumer()
    deps.extra |= {"BITBUCKET_CONSUMER_KEY": made.key, "BITBUCKET_CONSUMER_SECRET": made.secret}
    assert "clock" not in deps("install").stderr


def test_an_access_token_that_nobody_has_tried(deps: Program, sandbox: Sandbox) -> None:
    """Nothing says that it is right; so the command does not, either."""
    done = piped(deps, "canary-secret-4", "auth", "login", "--with-token")
    assert done.returncode == 0
    assert done.stderr.startswith(
        "Kept an access token that nobody has tried: the service does not tell whose it is. "
        "`deps auth status --probe WORKSPACE/REPO` tries it.\n"
    )
    sandbox.repository("secret", {"a": "1\n"}, private=True)
    ran = deps("auth", "status", "--probe", "acme/secret", code=4)
    assert (
        f"  API       `acme/secret`: the service does not accept the access token of `deps auth login`: {REFUSED}"
        in (ran.stdout)
    )


def test_a_token_that_does_not_renew_itself_does_not_say_so(
    deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str
) -> None:
    import json

    signed_in(deps, sandbox, consumer, callback)
    kept = json.loads(stored(deps).read_text())
    del kept["sign-ins"][0]["refresh"]
    stored(deps).write_text(json.dumps(kept))
    assert re.search(r"^  until     \d{4}-\d\d-\d\d \d\d:\d\d UTC$", deps("auth", "status").stdout, re.MULTILINE)
    kept["sign-ins"][0]["expires"] = 1795514400.0 - 10 * 365 * 86400  # 2016-11-26 10:00 UTC
    stored(deps).write_text(json.dumps(kept))
    sandbox.expire_tokens()
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    deps.manifest(ONE)
    assert deps("install", code=4).stderr == (
        "error: `acme/secret`: the OAuth token of `deps auth login` expired on 2016-11-26 10:00 UTC: "
        f"{REFUSED}\n\nhint: sign in again with `deps auth login`; `deps auth status` checks what is used\n"
    )


def test_the_exchange_of_a_code_with_a_wrong_secret(
    deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str
) -> None:
    """Access was granted in the browser; the consumer's secret is mistyped."""
    from support.logins import login, visit

    wrong = {**keys(consumer, callback), "BITBUCKET_CONSUMER_SECRET": "canary-secret-wrong"}
    with login(deps, **wrong) as running:
        visit(sandbox.grant(running.link, user="ada"))
        code, text = running.end()
    assert code == 4
    assert text.endswith(
        "error: the service does not accept the key and secret of `BITBUCKET_CONSUMER_KEY`: "
        "Requests must be authenticated using OAuth client credentials\n"
        "\nhint: compare both with the consumer's page (Workspace settings > OAuth consumers)\n"
    )
    assert not stored(deps).exists()


def test_a_repository_that_only_another_one_needs(deps: Program, sandbox: Sandbox) -> None:
    """Who needs it, what was sent, and which variable would serve it alone."""
    sandbox.repository("app", {"deps.toml": '[dependencies]\nkit = { tag = "v2" }\n'}, tags=["v1"])
    sandbox.repository(
        "kit", {"deps.toml": '[dependencies]\nbase = { workspace = "acme-core", tag = "v3" }\n'}, tags=["v2"]
    )
    token = sandbox.access_token("acme/app")
    deps.manifest('[dependencies]\napp = { workspace = "acme", tag = "v1" }\n')
    chain = "(required by `acme/kit`, required by `acme/app`, required by the project)"
    assert deps("lock", code=4, BITBUCKET_ACCESS_TOKEN=token).stderr == (
        "error: `acme-core/base`: there is no such repository, or the access token of `BITBUCKET_ACCESS_TOKEN` may not "
        f"read it {chain}\n"
        "\nhint: check the spelling; else give it read access to the repository, or set "
        "`BITBUCKET_ACCESS_TOKEN__ACME_CORE` to a token that has it\n"
    )
    assert deps("lock", code=4).stderr == (
        f"error: `acme-core/base`: there is no such repository, or it is private; no credential was sent {chain}\n"
        "\nhint: check the spelling; if it is private, run `deps auth login` or set "
        "`BITBUCKET_ACCESS_TOKEN__ACME_CORE`\n"
    )
