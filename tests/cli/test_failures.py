"""Each way to fail has its own message, hint and exit code; the text is compared whole."""

import socket

import pytest

from support.program import Program
from support.repos import Repo
from support.sandbox import Sandbox

ONE = '[dependencies]\nlib = { workspace = "acme", tag = "v1" }\n'


@pytest.fixture
def lib(deps: Program, sandbox: Sandbox) -> Repo:
    """Give a repository and a manifest that names it."""
    deps.manifest(ONE)
    return sandbox.repository("lib", {"a.txt": "a\n"}, tags=["v1"])


def test_no_manifest(deps: Program) -> None:
    assert deps("install", code=2).text == (
        f"error: `deps.toml`: not found in `{deps.root}` or any directory above it\n"
        "\n"
        "hint: run `deps init` to make one, or name the project with `-C DIR`\n"
    )


def test_every_problem_of_a_manifest_at_once(deps: Program) -> None:
    deps.manifest(
        "[project]\n"
        'workspace = "acme"\n'
        'vendro = "x"\n'
        "\n"
        "[dependencies]\n"
        'one = { tag = "v1", branch = "main" }\n'
        'two = { tga = "v1" }\n'
        'three = { commit = "12345" }\n'
        'four = { tag = "v1", repo = "one" }\n'
        'five = { version = "^1.2" }\n'
    )
    assert deps("lock", code=2).text == (
        "error: deps.toml: 6 problems\n"
        "  deps.toml:3:1: project.vendro: unknown key; did you mean `vendor`?\n"
        "  deps.toml:6:21: dependencies.one.branch: stands beside `tag`; an entry has exactly one of `tag`, `version`, "
        "`branch`, `commit`\n"
        "  deps.toml:7:9: dependencies.two.tga: unknown key; did you mean `tag`?\n"
        "  deps.toml:8:11: dependencies.three.commit: must be all 40 hex digits of a commit, found 5\n"
        "  deps.toml:9:1: dependencies.four: is `acme/one`, as `dependencies.one` (line 6) is; "
        "there is one entry for each identity\n"
        "  deps.toml:10:10: dependencies.five.version: expected a version specifier (PEP 440), found `^1.2`; "
        "write `>=1.2,<2`\n"
        "  |\n"
        '3 | vendro = "x"\n'
        "  | ^^^^^^\n"
        '6 | one = { tag = "v1", branch = "main" }\n'
        "  |                     ^^^^^^\n"
        '7 | two = { tga = "v1" }\n'
        "  |         ^^^\n"
        '8 | three = { commit = "12345" }\n'
        "  |           ^^^^^^\n"
        '9 | four = { tag = "v1", repo = "one" }\n'
        "  | ^^^^\n"
        "\n"
        "hint: correct `deps.toml`; `docs/reference/manifest.md` lists every key\n"
    )


def test_a_wrong_lock(deps: Program, lib: Repo) -> None:
    deps("lock")
    text = deps.lock_text
    commit = lib.git("rev-parse", "v1")
    lock = deps.root / "deps.lock"
    lock.write_text(text.replace(commit, commit[:12]), encoding="utf-8")
    assert deps("install", code=2).text == (
        'error: deps.lock:10:1: packages."acme/lib".commit: must be all 40 hex digits of a commit, found 12\n'
        "   |\n"
        f'10 | commit = "{commit[:12]}"\n'
        "   | ^^^^^^\n"
        "\n"
        "hint: restore `deps.lock` from version control, or remove it and run `deps lock`\n"
    )
    lock.write_text(text.replace("lock-version = 1", "lock-version = 9"), encoding="utf-8")
    assert deps("install", code=2).text == (
        "error: deps.lock:2:1: lock-version: this `deps` reads version 1 and older\n"
        "  |\n"
        "2 | lock-version = 9\n"
        "  | ^^^^^^^^^^^^\n"
        "\n"
        "hint: a newer `deps` wrote it; update `deps`\n"
    )


def test_a_repository_that_may_be_private(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", {"a.txt": "a\n"}, tags=["v1"], private=True)
    deps.manifest(ONE)
    assert deps("install", code=4).text == (
        "error: `acme/lib`: there is no such repository, or it is private; no credential was sent\n\nhint: "
        "check the spelling; if it is private, run `deps auth login` or set `BITBUCKET_ACCESS_TOKEN__ACME`\n"
    )


def test_a_credential_that_sees_nothing(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", {"a.txt": "a\n"}, tags=["v1"], private=True)
    sandbox.repository("other", {"a.txt": "a\n"}, private=True)
    token = sandbox.access_token("acme/other")
    deps.manifest(ONE)
    assert deps("install", code=4, BITBUCKET_ACCESS_TOKEN=token).text == (
        "error: `acme/lib`: there is no such repository, or the access token of `BITBUCKET_ACCESS_TOKEN` may "
        "not read it\n\nhint: check the spelling; else give it read access to the repository, or set "
        "`BITBUCKET_ACCESS_TOKEN__ACME` to a token that has it\n"
    )


@pytest.mark.usefixtures("lib")
def test_a_wrong_token(deps: Program) -> None:
    assert deps("install", code=4, BITBUCKET_ACCESS_TOKEN="canary-secret-1").text == (
        "error: `acme/lib`: the service does not accept the access token of `BITBUCKET_ACCESS_TOKEN`: Token "
        "is invalid, expired, or not supported for this endpoint\n\nhint: whether it expired, was revoked or is "
        "mistyped, the service does not say: make a new one with the scope `repository`; `deps auth status` checks "
        "what is used\n"
    )


@pytest.mark.usefixtures("lib")
def test_no_network(deps: Program) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert deps("install", code=1, DEPS_API_URL=f"http://127.0.0.1:{port}/2.0", DEPS_RETRIES="0").text == (
        "error: `SERVICE`: no connection: Connection refused\n\nhint: check the network connection; `deps "
        "install --offline` works from the cache\n"
    )


@pytest.mark.usefixtures("lib")
def test_a_rate_limit(deps: Program, sandbox: Sandbox) -> None:
    sandbox.fault("rate-limit", times=None, retry_after=7200)
    assert deps("install", code=1).text == (
        "error: `SERVICE`: too many requests, it asks to wait 120 minutes: Rate limit for this resource has "
        "been exceeded\n\nhint: try again later; `deps install --locked` asks the API nothing; without a "
        "credential the service allows 60 requests an hour, with one 1,000: run `deps auth login`\n"
    )


@pytest.mark.usefixtures("lib")
def test_a_proxys_page(deps: Program, sandbox: Sandbox) -> None:
    page = "<html><title>Welcome to the hotel</title></html>"
    sandbox.fault("error", times=None, status=200, body=page, headers={"Content-Type": "text/html"})
    assert deps("install", code=1).text == (
        "error: `SERVICE`: a web page came back where data was expected\n\nhint: a proxy or the sign-in page of "
        "a network seems to answer instead: open the address in a browser, and check `HTTPS_PROXY` and "
        "`DEPS_API_URL`\n"
    )


@pytest.mark.usefixtures("lib")
def test_a_service_that_is_down(deps: Program, sandbox: Sandbox) -> None:
    sandbox.fault("error", times=None, status=503)
    assert deps("install", code=1).text == (
        "error: `SERVICE`: the service failed with status 503\n\nhint: try again later; "
        "https://bitbucket.status.atlassian.com shows known problems\n"
    )


def test_wrong_words_and_switches(deps: Program) -> None:
    assert deps("instal", code=2).text == (
        "error: no such command `instal`; did you mean `install`, `init`?\n\nhint: see `deps --help`\n"
    )
    assert deps("install", "--lokced", code=2).text == (
        "error: no such option `--lokced`; did you mean one of `--force`, `--locked`, `--no-locked`?\n"
        "\n"
        "hint: see `deps install --help`\n"
    )
    deps.manifest(ONE)
    assert deps("install", "--locked", "--frozen", code=2).text == (
        "error: `--locked` and `--frozen`: one compares the lock with the manifest, the other does not\n"
        "\n"
        "hint: give one of them\n"
    )
    assert deps("install", code=2, DEPS_JSON="perhaps").text == (
        "error: DEPS_JSON=perhaps: is neither yes nor no\n\nhint: set DEPS_JSON to `1` or `0`\n"
    )


def test_failures_as_json(deps: Program) -> None:
    ran = deps("--json", "install", code=2)
    assert ran.stderr == ""
    assert ran.document == {
        "error": {
            "code": "manifest",
            "message": f"`deps.toml`: not found in `{deps.root}` or any directory above it",
            "hint": "run `deps init` to make one, or name the project with `-C DIR`",
        }
    }
    assert deps("install", "--jsn", "--json", code=2).document["error"]["code"] == "usage"


def test_a_traceback_only_when_asked_for(deps: Program) -> None:
    assert "Traceback" not in deps("install", "-v", code=2).stderr
    assert "Traceback" in deps("install", "-vv", code=2).stderr
