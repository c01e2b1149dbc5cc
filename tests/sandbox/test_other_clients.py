"""Clients that others wrote, over the socket. In CI a missing client is a failure; elsewhere a skip that says so."""

import importlib
import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from requests_oauthlib import OAuth2Session

from support.missing import missing
from support.repos import Repo
from support.sandbox import Sandbox

HERE = Path(__file__).resolve().parent
CLIENTS = Path(os.environ.get("DEPS_CLIENTS", HERE.parents[1] / "build" / "clients"))


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    """A private repository with a page and a half of tags."""
    sandbox.user()
    repo = sandbox.repository("kit", private=True)
    for number in range(12):
        commit = repo.commit({"README.md": f"text {number}\n"}, tags=[f"v1.{number}"])
    repo.tag("grün/1", commit, message="x\n")
    repo.branch("next", repo.git("rev-parse", "v1.3"))
    return repo


def refs(repo: Repo, kind: str) -> dict[str, str]:
    """What git says: names and commits."""
    rows = repo.git("for-each-ref", "--format=%(refname:strip=2) %(objectname) %(*objectname)", f"refs/{kind}")
    return {row.split(" ")[0]: (row.split(" ")[2] or row.split(" ")[1]) for row in rows.splitlines()}


def test_atlassian_python_api(sandbox: Sandbox, kit: Repo) -> None:
    """The client of the Python world lists tags and branches over several pages, and reads a file."""
    if importlib.util.find_spec("atlassian") is None:
        missing("atlassian-python-api", "pip install atlassian-python-api")
    token = sandbox.api_token()
    # The package has no types.
    client: Any = importlib.import_module("atlassian.bitbucket").Cloud
    with client(url=f"{sandbox.web_url}/", username=token.email, password=token.token, cloud=True) as cloud:
        repository = cloud.repositories.get(kit.workspace, kit.slug)
        tags = {tag.name: tag.hash for tag in repository.tags.each()}
        branches = {branch.name: branch.hash for branch in repository.branches.each()}
        file = repository.get_source_file(tags["v1.3"], "README.md")
    assert (tags, branches) == (refs(kit, "tags"), refs(kit, "heads"))
    assert file in {"text 3\n", b"text 3\n"}


@pytest.mark.writes_secrets(arguments=True)
def test_npm_bitbucket(sandbox: Sandbox, kit: Repo) -> None:
    """The client of the JavaScript world does the same through its `baseUrl`."""
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules" / "bitbucket").is_dir():
        missing("the npm package bitbucket", "install Node.js, then run tests/sandbox/clients/install.sh")
    assert node
    token = sandbox.api_token()
    command = [node, str(HERE / "clients" / "read.js"), sandbox.api_url, kit.workspace, kit.slug]
    done = subprocess.run(
        [*command, token.email, token.token],
        env={"NODE_PATH": str(CLIENTS / "node_modules"), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (dict(found["tags"]), dict(found["branches"])) == (refs(kit, "tags"), refs(kit, "heads"))
    assert [name for name, _ in found["tags"]][:3] == ["grün/1", "v1.0", "v1.1"]
    assert found["file"] == f"text {11}\n"


def test_requests_oauthlib(sandbox: Sandbox, kit: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authorization-code flow of requests-oauthlib, its refresh too, without any help."""
    # Its own switch for http; the sandbox listens on loopback only.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    consumer = sandbox.consumer(scopes=["account", "repository"])
    token_url = f"{sandbox.web_url}/site/oauth2/access_token"
    with OAuth2Session(consumer.key, redirect_uri=consumer.callback) as session:
        session.trust_env = False
        address, state = session.authorization_url(f"{sandbox.web_url}/site/oauth2/authorize")
        callback = sandbox.grant(address, user="ada")
        assert callback.startswith(f"{consumer.callback}?code=")
        assert callback.endswith(f"&state={state}")
        token = session.fetch_token(token_url, authorization_response=callback, client_secret=consumer.secret)
        assert session.get(f"{sandbox.api_url}/user").json()["nickname"] == "ada"
        assert session.get(f"{sandbox.api_url}/repositories/{kit.full_name}").json()["is_private"] is True
        sandbox.expire_tokens()
        assert session.get(f"{sandbox.api_url}/user").status_code == 401
        fresh = session.refresh_token(token_url, auth=(consumer.key, consumer.secret))
        assert fresh["refresh_token"] != token["refresh_token"]
        assert session.get(f"{sandbox.api_url}/user").status_code == 200
