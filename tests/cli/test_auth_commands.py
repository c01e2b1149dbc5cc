"""`deps auth status`, `token`, `logout`, `git-credential`, and tokens that come over stdin."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.canaries import holders
from support.hostile_server import free_port
from support.logins import keys, login, piped, signed_in, stored, visit
from support.program import Program
from support.sandbox import Consumer, Sandbox

REFUSED = "Token is invalid, expired, or not supported for this endpoint"


def test_tokens_come_over_stdin_and_serve_their_scope(deps: Program, sandbox: Sandbox) -> None:
    """One for a repository, one for its workspace: the most specific wins."""
    sandbox.repository("one", {"a": "1\n"}, tags=["v1"], private=True)
    sandbox.repository("two", {"a": "2\n"}, tags=["v1"], private=True)
    sandbox.user("ada")
    api, access = sandbox.api_token("ada"), sandbox.access_token("acme/one")
    done = piped(deps, api.token, "auth", "login", "--with-token", "--email", api.email, "--for", "acme")
    assert (done.returncode, "Signed in as ada." in done.stderr) == (0, True), done.stderr
    done = piped(
        deps, access + "\n", "auth", "login", "--with-token", "--for", "acme/one", "--probe", "acme/one", "--json"
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["serves"], document["api"], document["archives"]) == ("acme/one", "yes", "yes")
    assert api.token not in done.stdout + done.stderr
    sandbox.clear_requests()
    deps.manifest('[project]\nworkspace = "acme"\n[dependencies]\none = { tag = "v1" }\ntwo = { tag = "v1" }\n')
    deps("install")
    used = {request.path.split("/get/")[0]: request.credential for request in sandbox.requests("/get/")}
    assert used == {"/acme/one": "access-token", "/acme/two": "api-token"}
    assert piped(deps, "", "auth", "token", "--for", "acme/one").stdout == f"{access}\n"
    assert piped(deps, "", "auth", "token", "--for", "acme").stdout == f"{api.token}\n"
    assert piped(deps, "", "auth", "token").returncode == 4
    assert deps("auth", "logout", "--for", "acme/one").stderr == (
        "Forgot the sign-in for `acme/one`. The service keeps the grant until you revoke it.\n"
    )
    assert piped(deps, "", "auth", "token", "--for", "acme/one").stdout == f"{api.token}\n"
    assert deps("auth", "logout", "--all").stderr == "Forgot every sign-in.\n"
    assert deps("auth", "logout", code=1).stderr == "There is no sign-in for every workspace.\n"


@pytest.mark.parametrize(
    ("text", "words", "message"),
    [
        ("ATBBcanary", (), "this access token is an app password; Bitbucket removed those on 2026-07-28"),
        ("", (), "the access token is empty, or holds blanks, line breaks or letters outside ASCII"),
        ("a b", (), "the access token is empty, or holds blanks, line breaks or letters outside ASCII"),
        ("token", ("--kind", "api-token"), "an API token needs the e-mail address of its account"),
        ("ATATcanary", (), "this is an API token, not an access token"),
        ("ATCTcanary", ("--email", "a@b.example"), "this is an access token, not an API token"),
        ("wrong", ("--probe", "acme/lib"), f"the service does not accept this access token: {REFUSED}"),
        ("wrong", ("--email", "a@b.example"), f"the service does not accept this API token: {REFUSED}"),
    ],
)  # fmt: skip
def test_a_token_that_cannot_serve_is_not_stored(
    text: str, words: tuple[str, ...], message: str, deps: Program
) -> None:
    done = piped(deps, text, "auth", "login", "--with-token", *words)
    assert (done.returncode, done.stderr.splitlines()[0]) == (4, f"error: {message}")
    assert not stored(deps).exists()


def test_a_login_in_json_and_on_another_callback(deps: Program, sandbox: Sandbox, consumer: Consumer) -> None:
    """`--callback-url` wins over the variable; a wrong one is refused at once."""
    other = f"http://127.0.0.1:{free_port()}/cb"
    made = sandbox.consumer("other", callback=other)
    with login(deps, "--json", "--callback-url", other, **keys(made, consumer.callback)) as running:
        visit(sandbox.grant(running.link, user="ada"))
        code = running.process.wait(timeout=30)
        assert running.process.stdout is not None
        document = json.loads(running.process.stdout.read())
    assert code == 0
    assert document == {
        "serves": "all",
        "stored": f"`{stored(deps)}` (readable by you alone)",
        "account": "ada",
        "accepted": True,
        "api": "not probed",
        "archives": "not probed",
        "probed": None,
        "budget": None,
    }
    assert json.loads(deps("auth", "token", "--json").stdout)["kind"] == "oauth"
    ran = deps("auth", "login", "--callback-url", "https://example.org/", code=2)
    assert ran.stderr.startswith("error: `--callback-url`: the callback must be `http://localhost:PORT`")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("token", "--for", "a b"), "`a b` is neither `all` nor a workspace nor WORKSPACE/REPO"),
        (("token", "--for", "a/b/c"), "`a/b/c` is no WORKSPACE/REPO"),
        (("status", "--probe", "acme"), "`acme` is no WORKSPACE/REPO"),
        (("status", "--probe", "acme/x//sub"), "`acme/x//sub` is no WORKSPACE/REPO"),
    ],
)
def test_a_scope_that_is_none(words: tuple[str, ...], message: str, deps: Program) -> None:
    assert deps("auth", *words, code=2).stderr.splitlines()[0] == f"error: {message}"


def test_status_says_what_each_credential_may_do(
    deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str
) -> None:
    ran = deps("auth", "status", code=4)
    assert ran.stdout == "No credential. Public repositories need none; else run `deps auth login`.\n"
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    deps.manifest('[dependencies]\nsecret = { workspace = "acme", tag = "v1" }\n')
    signed_in(deps, sandbox, consumer, callback)
    lines = deps("auth", "status").stdout.splitlines()
    assert lines[0] == "the OAuth token of `deps auth login`"
    assert lines[1] == "  account   ada"
    assert lines[2].startswith("  scopes    ")
    assert lines[2].endswith("repository")
    assert re.fullmatch(r"  until     \d{4}-\d\d-\d\d \d\d:\d\d UTC, then it renews itself", lines[3])
    assert lines[4:] == ["  API       yes (acme/secret)", "  archives  yes"]
    sandbox.switch(archive_refuses=["oauth"])
    [entry] = json.loads(deps("auth", "status", "--json").stdout)
    assert entry["archives"] == (
        "`acme/secret`: the archive was not given for the OAuth token of `deps auth login`: "
        "got a redirect to a sign-in page"
    )
    ran = deps("auth", "status", code=4, BITBUCKET_ACCESS_TOKEN="wrong")
    assert "the service does not accept the access token of `BITBUCKET_ACCESS_TOKEN`" in ran.stdout


def test_status_of_a_consumer_and_of_one_that_cannot_serve(deps: Program, sandbox: Sandbox) -> None:
    """The one that fails does not hide the other; together they are not usable."""
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    deps.manifest('[dependencies]\nsecret = { workspace = "acme", tag = "v1" }\n')
    good, public = sandbox.consumer(), sandbox.consumer("public", private=False)
    deps.extra |= {"BITBUCKET_CONSUMER_KEY__ACME": good.key, "BITBUCKET_CONSUMER_SECRET__ACME": good.secret}
    lines = deps("auth", "status").stdout.splitlines()
    assert lines[0] == "the OAuth token of `BITBUCKET_CONSUMER_KEY__ACME`"
    assert lines[2] == "  scopes    account, repository"
    assert re.fullmatch(r"  until     \d{4}-\d\d-\d\d \d\d:\d\d UTC, then it renews itself", lines[3])
    assert lines[4:] == ["  API       yes (acme/secret)", "  archives  yes"]
    deps.extra |= {"BITBUCKET_CONSUMER_KEY": public.key, "BITBUCKET_CONSUMER_SECRET": public.secret}
    ran = deps("auth", "status", code=4)
    assert ran.stdout.splitlines()[4:] == lines[4:]
    assert ran.stderr == (
        "error: the OAuth consumer of `BITBUCKET_CONSUMER_KEY` is public, so it cannot be used without a browser: "
        'Cannot use client_credentials with a consumer marked as "public". Calls for auto generated consumers should '
        "use urn:bitbucket:oauth2:jwt instead\n\n"
        'hint: open its settings (Workspace settings > OAuth consumers), tick "This is a private consumer" and give '
        "it a callback URL; or sign in with `deps auth login`\n"
    )
    entry, failure = deps("auth", "status", "--json", code=4).document
    assert (entry["source"], entry["scopes"]) == ("`BITBUCKET_CONSUMER_KEY__ACME`", ["account", "repository"])
    assert failure["error"]["message"] in ran.stderr


@pytest.mark.parametrize("kind", ["access-token", "api-token", "oauth"])
def test_git_gets_what_it_needs(
    kind: str, deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str, tmp_path: Path
) -> None:
    """A plain `git clone` of a private repository, with this helper and nothing else; an old sign-in is renewed."""
    if kind == "oauth":
        signed_in(deps, sandbox, consumer, callback)
        kept = json.loads(stored(deps).read_text())
        kept["sign-ins"][0]["expires"] = 0
        stored(deps).write_text(json.dumps(kept))
        sandbox.expire_tokens()
        sandbox.clear_requests()
    held = sandbox.api_token("ada")
    variables = {
        "access-token": {"BITBUCKET_ACCESS_TOKEN__ACME": sandbox.access_token()},
        "api-token": {"BITBUCKET_API_TOKEN__ACME": held.token, "BITBUCKET_EMAIL": held.email},
        "oauth": {},
    }[kind]
    head = sandbox.repository("secret", {"a": "1\n"}, private=True).git("rev-parse", "HEAD")
    helper = f"!'{sys.executable}' -m bitdeps auth git-credential"
    command = ["git", "-c", f"credential.{sandbox.web_url}.helper={helper}", "-c", "credential.useHttpPath=true"]
    environment = {**deps.environment, **variables, "GIT_TERMINAL_PROMPT": "0"}
    target = tmp_path / "clone"
    subprocess.run(
        [*command, "clone", "-q", f"{sandbox.web_url}/acme/secret", str(target)], env=environment, check=True
    )
    assert (
        subprocess.run(
            ["git", "-C", str(target), "rev-parse", "HEAD"], capture_output=True, text=True, check=True
        ).stdout
        == f"{head}\n"
    )
    assert len(sandbox.requests("/site/oauth2/access_token")) == (1 if kind == "oauth" else 0)
    assert {request.credential for request in sandbox.requests("/acme/secret")} == {"anonymous", kind}


def test_a_token_that_git_was_refused_is_renewed(
    deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str, tmp_path: Path
) -> None:
    """The service forgot it before its time, which git alone learns: the clone after that works."""
    sandbox.repository("secret", {"a": "1\n"}, private=True)
    signed_in(deps, sandbox, consumer, callback)
    sandbox.expire_tokens()
    sandbox.clear_requests()
    helper = f"!'{sys.executable}' -m bitdeps auth git-credential"
    command = ["git", "-c", f"credential.{sandbox.web_url}.helper={helper}", "clone", "-q"]
    environment = {**deps.environment, "GIT_TERMINAL_PROMPT": "0"}
    command += [f"{sandbox.web_url}/acme/secret", str(tmp_path / "clone")]
    codes = [subprocess.run(command, env=environment, check=False, capture_output=True).returncode for _ in range(2)]
    assert codes == [128, 0]
    assert [request.status for request in sandbox.requests("/site/oauth2/access_token")] == [200]
    before = stored(deps).read_bytes()
    other = f"protocol=http\nhost={sandbox.web_url.removeprefix('http://')}\nusername=x-token-auth\npassword=other\n"
    assert piped(deps, other, "auth", "git-credential", "erase").returncode == 0
    assert stored(deps).read_bytes() == before


@pytest.mark.parametrize(
    "asked",
    [
        "protocol=https\nhost=github.com\n",
        "protocol=https\nhost=bitbucket.org\n",
        "protocol=ftp\nhost=x\n",
        "",
        "nonsense",
    ],
)
def test_git_gets_nothing_for_other_hosts(asked: str, deps: Program, sandbox: Sandbox) -> None:
    deps.extra["BITBUCKET_ACCESS_TOKEN"] = sandbox.access_token()
    done = piped(deps, asked, "auth", "git-credential", "get")
    assert (done.returncode, done.stdout) == (0, "")
    assert piped(deps, asked, "auth", "git-credential", "store").stdout == ""


def test_a_store_that_others_can_read_is_refused(
    deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str
) -> None:
    signed_in(deps, sandbox, consumer, callback)
    stored(deps).chmod(0o644)
    ran = deps("auth", "token", code=4)
    assert ran.stderr == (
        f"error: `{stored(deps)}`: other users of this machine can read it, so the sign-ins in it are not used\n"
        f"\nhint: run `chmod 600 {stored(deps)}`, and make new secrets if somebody may have read them\n"
    )
    deps("auth", "logout", "--all")
    assert json.loads(stored(deps).read_text())["sign-ins"] == []


def test_a_sign_in_is_for_its_own_service(deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str) -> None:
    """Another address of the service finds nothing, and so sends nothing."""
    signed_in(deps, sandbox, consumer, callback)
    assert deps("auth", "token", code=4, DEPS_WEB_URL="https://bitbucket.org").stderr.startswith(
        "error: there is no credential\n"
    )


def test_two_workspaces_with_two_tokens_in_one_run(deps: Program, sandbox: Sandbox) -> None:
    """Each token goes to its own workspace alone."""
    sandbox.repository("one", {"a": "1\n"}, tags=["v1"], private=True)
    first = sandbox.access_token()
    sandbox.use_workspace("acme-platform")
    sandbox.repository("two", {"a": "2\n"}, tags=["v1"], private=True)
    second = sandbox.access_token()
    deps.extra |= {"CI": "1", "BITBUCKET_ACCESS_TOKEN__ACME": first, "BITBUCKET_ACCESS_TOKEN__ACME_PLATFORM": second}
    deps.manifest(
        '[dependencies]\none = { workspace = "acme", tag = "v1" }\ntwo = { workspace = "acme-platform", tag = "v1" }\n'
    )
    deps("lock")
    deps("install")
    assert (deps.vendor / "two" / "a").read_text() == "2\n"
    assert {request.status for request in sandbox.requests("/get/")} == {200}
    ran = deps("auth", "status")
    assert [line for line in ran.stdout.splitlines() if not line.startswith(" ")] == [
        "the access token of `BITBUCKET_ACCESS_TOKEN__ACME`",
        "the access token of `BITBUCKET_ACCESS_TOKEN__ACME_PLATFORM`",
    ]


@pytest.mark.parametrize("kind", ["consumer", "access-token", "api-token"])
def test_in_a_pipeline_nothing_is_written(kind: str, deps: Program, sandbox: Sandbox) -> None:
    """With the credential in the environment HOME has nothing but the cache afterwards, and no secret is in it."""
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    deps.manifest('[dependencies]\nsecret = { workspace = "acme", tag = "v1" }\n')
    sandbox.user("ada")
    made, held, token = sandbox.consumer(), sandbox.api_token("ada"), sandbox.access_token()
    variables = {
        "consumer": {"BITBUCKET_CONSUMER_KEY": made.key, "BITBUCKET_CONSUMER_SECRET": made.secret},
        "access-token": {"BITBUCKET_ACCESS_TOKEN": token},
        "api-token": {"BITBUCKET_API_TOKEN": held.token, "BITBUCKET_EMAIL": held.email},
    }
    deps.extra |= {"CI": "true", **variables[kind]}
    deps("lock")
    deps("install")
    assert [path.name for path in deps.home.iterdir()] == [".cache"]
    assert holders([made.secret, held.token, token], deps.home, deps.root) == []
