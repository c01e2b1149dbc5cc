"""git itself: clone, fetch, ls-remote and push with each kind of credential."""

import subprocess
from pathlib import Path

import pytest

from support.repos import Repo
from support.sandbox import Sandbox

# Here git gets its credentials in addresses, as people give them.
pytestmark = pytest.mark.writes_secrets("*/.git/config", arguments=True)

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin:/usr/local/bin",
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


def run_git(*arguments: str, cwd: Path | None = None, trace: bool = False) -> tuple[int, str]:
    """Run git as a user would; gives its exit code and everything it said."""
    environment = ENVIRONMENT | ({"GIT_TRACE_PACKET": "1"} if trace else {})
    done = subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def secret(sandbox: Sandbox) -> Repo:
    sandbox.user()
    repo = sandbox.repository("secret", {"a": "1\n"}, private=True)
    repo.commit({"a": "2\n"}, tags=["v1.0"])
    return repo


def address(sandbox: Sandbox, repo: Repo, user: str = "", password: str = "") -> str:
    credential = f"{user}:{password}@" if user else ""
    return sandbox.web_url.replace("://", f"://{credential}") + f"/{repo.full_name}.git"


def test_ls_remote_of_a_public_repository(sandbox: Sandbox) -> None:
    repo = sandbox.repository("kit", {"a": "1\n"}, tags=["v1"])
    commit = repo.git("rev-parse", "v1")
    code, text = run_git("ls-remote", address(sandbox, repo))
    assert (code, text) == (0, f"{commit}\tHEAD\n{commit}\trefs/heads/main\n{commit}\trefs/tags/v1\n")


@pytest.mark.parametrize("kind", ["oauth", "access token", "api token", "api token with the user's name"])
def test_clone_with_each_kind(sandbox: Sandbox, secret: Repo, tmp_path: Path, kind: str) -> None:
    """Each kind has its own user name for git."""
    token = sandbox.api_token()
    user, password = {
        "oauth": ("x-token-auth", sandbox.oauth_token(sandbox.consumer())),
        "access token": ("x-token-auth", sandbox.access_token()),
        "api token": ("x-bitbucket-api-token-auth", token.token),
        "api token with the user's name": ("ada", token.token),
    }[kind]
    target = tmp_path / "clone"
    assert run_git("clone", "-q", address(sandbox, secret, user, password), str(target)) == (0, "")
    assert run_git("rev-parse", "v1.0", cwd=target) == (0, secret.git("rev-parse", "v1.0") + "\n")


@pytest.mark.parametrize(
    ("user", "password"),
    [("", ""), ("x-token-auth", "nonsense"), ("x-token-auth", "API"), ("ada%40example.com", "API"), ("x", "ACCESS")],
)
def test_what_git_may_not_use(sandbox: Sandbox, secret: Repo, user: str, password: str) -> None:
    """No credential, a wrong one, or the right one under another kind's user name: git is asked to sign in."""
    real = {"API": sandbox.api_token().token, "ACCESS": sandbox.access_token()}.get(password, password)
    code, text = run_git("ls-remote", address(sandbox, secret, user, real))
    assert code == 128
    assert "could not read Username" in text or "Authentication failed" in text
    assert [entry.status for entry in sandbox.requests("info/refs")][-1] == 401


def test_app_passwords_are_gone(sandbox: Sandbox, secret: Repo) -> None:
    sandbox.add({"users": {"bob": {"access": {sandbox.workspace: "write"}, "app-password": "old"}}})
    code, text = run_git("ls-remote", address(sandbox, secret, "bob", "old"))
    assert (code, "error: 410" in text) == (128, True)


def test_a_repository_that_is_not_there(sandbox: Sandbox) -> None:
    """Who is known gets 404; who is not is asked to sign in, as for a private repository."""
    sandbox.user()
    token = sandbox.api_token()
    base = sandbox.web_url.replace("://", f"://{token.user}:{token.token}@")
    assert "not found" in run_git("ls-remote", f"{base}/{sandbox.workspace}/none.git")[1]
    run_git("ls-remote", f"{sandbox.web_url}/{sandbox.workspace}/none.git")
    assert [entry.status for entry in sandbox.requests("none.git")] == [401, 404, 401]


def test_shallow_fetch_of_a_tag(sandbox: Sandbox, tmp_path: Path) -> None:
    """What a client does that wants one tag: depth 1, one commit."""
    repo = sandbox.repository("kit", {"a": "1\n"})
    commit = repo.commit({"a": "2\n"}, tags=["v1"])
    run_git("init", "-q", "--bare", str(tmp_path))
    url = address(sandbox, repo)
    assert run_git("fetch", "-q", "--depth=1", url, "refs/tags/v1:refs/tags/v1", cwd=tmp_path) == (0, "")
    assert run_git("rev-list", "--all", cwd=tmp_path) == (0, f"{commit}\n")


@pytest.mark.parametrize("advertised", [True, False])
def test_partial_clone(sandbox: Sandbox, tmp_path: Path, *, advertised: bool) -> None:
    """The filter is advertised or not, as the switch says."""
    repo = sandbox.repository("kit", {"a": "1\n"})
    sandbox.switch(partial_clone=advertised)
    url = address(sandbox, repo)
    run_git("clone", "-q", "--bare", "--filter=tree:0", url, str(tmp_path / "clone"))
    listed = run_git("rev-list", "--objects", "--missing=print", "--all", cwd=tmp_path / "clone")[1]
    assert ("?" in listed) is advertised


@pytest.mark.parametrize("protocol", ["v2", "v0"])
def test_protocol_versions(sandbox: Sandbox, protocol: str) -> None:
    repo = sandbox.repository("kit", {"a": "1\n"})
    sandbox.switch(git_protocol=protocol)
    text = run_git("ls-remote", address(sandbox, repo), trace=True)[1]
    assert ("git< version 2" in text) is (protocol == "v2")
    assert sandbox.requests("info/refs")[0].headers["git-protocol"] == "version=2"


def test_push_needs_scope_and_role(sandbox: Sandbox, secret: Repo, tmp_path: Path) -> None:
    """A member with the scope may push, and the API shows the new tag at once."""
    reader = sandbox.access_token(scopes=["repository"])
    run_git("clone", "-q", address(sandbox, secret, "x-token-auth", reader), str(tmp_path / "c"))
    assert run_git("push", "-q", "origin", "v1.0:refs/tags/v2", cwd=tmp_path / "c")[0] == 128
    writer = sandbox.access_token(scopes=["repository:write"])
    url = address(sandbox, secret, "x-token-auth", writer)
    assert run_git("push", "-q", url, "v1.0:refs/tags/v2", cwd=tmp_path / "c") == (0, "")
    assert secret.git("rev-parse", "v2") == secret.git("rev-parse", "v1.0")


def test_archive_and_clone_hold_the_same(sandbox: Sandbox, tmp_path: Path) -> None:
    """The two ways to a commit agree, byte for byte (the tar is `git archive`'s own)."""
    repo = sandbox.repository("kit", {"a": "1\n", "d/ü": b"\0\xff"}, tags=["v1"])
    url = address(sandbox, repo)
    run_git("clone", "-q", url, str(tmp_path / "clone"))
    files = {
        path.name: path.read_bytes()
        for path in (tmp_path / "clone").rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    assert files == {"a": b"1\n", "ü": b"\0\xff"}
