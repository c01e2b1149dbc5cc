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


def test_what_no_client_sends_is_refused_and_not_a_failure(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Numbers without end, nesting without end, bytes that are no text, addresses that are none."""
    api = f"/2.0/repositories/{kit.full_name}"
    digits = "9" * 5000
    assert [
        http.get(f"{api}/{path}").status_code
        for path in (
            f"refs/tags?pagelen={digits}",
            f"refs/tags?page=AbCde{digits}",
            f"refs/tags?page={digits}",
            f"refs/tags?q={'(' * 5000}",
            f"src/v1/?max_depth={digits}",
            "commits?path=%00",
            "diffstat/v1?path=%00",
            "refs/tags/%FF%00",
            "src/v1/%00",
        )
    ] == [400, 400, 404, 400, 400, 400, 400, 404, 404]
    sandbox.switch(paging="numbered")
    assert [http.get(f"{api}/commits?page={page}").status_code for page in (digits, "999999", "0")] == [404, 200, 404]
    assert http.post(f"{api}/commits", content=b"include=\xff\xfe").status_code == 404
    deep = http.put(f"{api}/commit/v1/reports/r", content="[" * 100_000, headers=_bearer(sandbox))
    assert (deep.status_code, deep.json()["error"]["message"]) == (400, "The request body is not valid JSON.")
    consumer = sandbox.consumer()
    query = {"client_id": consumer.key, "response_type": "code", "redirect_uri": "http://[bad"}
    assert http.get("/site/oauth2/authorize", params=query).status_code == 400
    assert http.post("/_sandbox/world", content="[" * 100_000).status_code == 400


def _bearer(sandbox: Sandbox) -> dict[str, str]:
    return {"Authorization": f"Bearer {sandbox.oauth_token(sandbox.consumer())}"}


def test_names_of_odd_digits_sort(http: httpx.Client, kit: Repo) -> None:
    """A superscript two is a digit to Unicode and no number."""
    for name in ("\u00b2", "v10", "v9"):
        kit.tag(name, kit.git("rev-parse", "v1"))
    listed = http.get(f"/2.0/repositories/{kit.full_name}/refs/tags?sort=name").json()["values"]
    assert [tag["name"] for tag in listed] == ["v1", "v9", "v10", "\u00b2"]


def test_histories_that_never_met(sandbox: Sandbox, http: httpx.Client) -> None:
    """`topic` asks for the common ancestor, and there is none."""
    plans = [{"files": {"a": "1"}, "branch": "one"}, {"files": {"b": "1"}, "branch": "two"}]
    sandbox.add({"repositories": {f"{sandbox.workspace}/two": {"commits": plans}}})
    api = f"/2.0/repositories/{sandbox.workspace}/two/diffstat/one..two"
    assert [http.get(api + query).status_code for query in ("", "?topic=true")] == [200, 404]


def test_a_file_that_only_begins_like_a_pointer(sandbox: Sandbox, http: httpx.Client) -> None:
    """Git LFS pointers name an object; other text that begins so is sent as it is."""
    text = "version https://git-lfs.github.com/spec/v1\nnothing more\n"
    repo = sandbox.repository("lfs", {"a": text})
    assert http.get(f"/2.0/repositories/{repo.full_name}/src/main/a").text == text


def test_git_gives_listed_statuses_only(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Requests that no git sends: the wrong method, the wrong type, no such service."""
    url = f"/{kit.full_name}.git"
    got = {
        http.get(f"{url}/git-upload-pack").status_code,
        http.post(f"{url}/git-upload-pack", content=b"x").status_code,
        http.get(f"{url}/info/refs?service=git-evil").status_code,
        http.get(f"{url}/info/refs").status_code,
    }
    listed = next(row for row in sandbox.server.control("GET", "pages") if "git-upload-pack" in row["path"])
    assert got == {405, 415, 403, 200}
    assert got <= set(listed["statuses"])


def test_a_failure_of_the_sandbox_is_told(tmp_path: Path) -> None:
    """A damaged repository: a 500 that no one takes for the service's, the reason in the state and on stderr."""
    with running_server(tmp_path) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        body = {"repositories": {"a/b": {"commits": [{"files": {"a": "1"}}]}}}
        server.control("POST", "world", body)
        (tmp_path / "a" / "b.git" / "packed-refs").write_text("nonsense\n", encoding="ascii")
        answer = http.get("/2.0/repositories/a/b/refs/tags")
        assert (answer.status_code, answer.text) == (500, "The sandbox itself failed; its standard error says why.")
        server.control("POST", "reset")
        (defect,) = server.control("GET", "state")["defects"]
    assert defect.startswith("GET /2.0/repositories/a/b/refs/tags\nTraceback")
    assert "GitError: fatal: unexpected line in " in defect


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
