"""Rare requests that must still get a proper answer."""

import subprocess
from pathlib import Path

import httpx
import pytest

from support.repos import Repo
from support.sandbox import Sandbox, running_server


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    return sandbox.repository("kit", {"a": "1\n"}, tags=["v1"])


def test_fields_of_things_that_are_no_objects(http: httpx.Client, kit: Repo) -> None:
    """A path through a text or through null leads nowhere, and does not fail."""
    api = f"/2.0/repositories/{kit.full_name}"
    assert http.get(api, params={"fields": "slug.deeper,parent.name,name"}).json() == {"parent": None, "name": "kit"}
    assert "slug" in http.get(api, params={"fields": "-slug.deeper"}).json()
    assert http.get(api, params={"fields": "*"}).json() == http.get(api).json()
    assert http.get(f"{api}/nothing", params={"fields": "name"}).json()["type"] == "error"


def test_an_empty_repository(sandbox: Sandbox, http: httpx.Client) -> None:
    empty = sandbox.repository("empty")
    api = f"/2.0/repositories/{empty.full_name}"
    assert http.get(api).json()["mainbranch"] is None
    assert http.get(f"{api}/refs/tags").json() == {"pagelen": 10, "values": [], "page": 1}
    assert http.get(f"{api}/refs/tags?sort=name").json()["values"] == []
    assert http.get(f"{api}/commits").json()["values"] == []
    assert http.get(f"/{empty.full_name}/get/HEAD.tar.gz").status_code == 404


def test_short_and_wrong_hashes(http: httpx.Client, kit: Repo) -> None:
    """Seven digits name a commit; a tree's hash, an unknown one or six digits do not."""
    commit, tree = kit.git("rev-parse", "v1"), kit.git("rev-parse", "v1^{tree}")
    api = f"/2.0/repositories/{kit.full_name}/commit"
    asked = (commit, commit[:7], commit.upper(), commit[:6], tree, tree[:12], "f" * 40, "f" * 12)
    assert [http.get(f"{api}/{name}").status_code for name in asked] == [200, 200, 200, 404, 404, 404, 404, 404]


def test_head_and_other_methods(http: httpx.Client, kit: Repo) -> None:
    api = f"/2.0/repositories/{kit.full_name}"
    assert (http.head(api).status_code, http.head(api).content) == (200, b"")
    assert http.delete(api).status_code == 404
    assert http.get("/2.0").status_code == 404


def test_a_moved_tag_to_a_commit_that_is_not_there(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    sandbox.fault("moved-tag", tag="v1", commit="ab" * 20)
    assert http.get(f"/2.0/repositories/{kit.full_name}/refs/tags/v1").status_code == 404


def test_git_over_a_broken_line(sandbox: Sandbox, kit: Repo, tmp_path: Path) -> None:
    """A cut in the middle of a clone fails it; the next one works, and no git process is left behind."""
    sandbox.fault("cut", path="*/git-upload-pack", at=30)
    url = f"{sandbox.web_url}/{kit.full_name}.git"
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path), "GIT_CONFIG_SYSTEM": "/dev/null"}

    def clone(name: str) -> int:
        command = ["git", "clone", "-q", url, str(tmp_path / name)]
        return subprocess.run(command, env=environment, capture_output=True, check=False).returncode

    assert [clone("first"), clone("second")] == [128, 0]


def test_a_fetch_with_a_long_negotiation(sandbox: Sandbox, kit: Repo, tmp_path: Path) -> None:
    """Git compresses long requests; they are understood."""
    url = f"{sandbox.web_url}/{kit.full_name}.git"
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path), "GIT_CONFIG_SYSTEM": "/dev/null"}

    def run(*command: str) -> str:
        done = subprocess.run(
            ["git", *command], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    for number in range(60):
        kit.commit({"a": f"{number}\n"}, tags=[f"n{number}"], branch=f"b{number}", base="v1")
    run("clone", "-q", "--mirror", url, "c")
    last = kit.commit({"a": "last\n"}, branch="main")
    run("-C", "c", "fetch", "-q")
    assert run("-C", "c", "rev-parse", "main") == last


def test_archives_of_a_large_repository(sandbox: Sandbox, http: httpx.Client) -> None:
    """More text than the encoder's memory holds, and the archive is still that of git."""
    lines = "".join(f"{number} {number * 7919 % 104729}\n" for number in range(120_000))
    repo = sandbox.repository("large", {"a": lines}, tags=["v1"])
    assert http.get(f"/2.0/repositories/{repo.full_name}/src/v1/a").text == lines
    tar = subprocess.run(
        ["gzip", "-dc"], input=http.get(f"/{repo.full_name}/get/v1.tar.gz").content, capture_output=True, check=True
    ).stdout
    assert lines.encode() in tar


def test_git_must_be_there(tmp_path: Path) -> None:
    """Without git on PATH the sandbox says so at once."""
    (tmp_path / "seed.toml").write_text('[[repositories."a/b".commits]]\nfiles = { a = "1" }\n', encoding="utf-8")
    with (
        pytest.raises(AssertionError, match="the sandbox did not start: ''"),
        running_server(tmp_path / "root", seeds=[tmp_path / "seed.toml"], environment={"PATH": str(tmp_path)}),
    ):
        pass
