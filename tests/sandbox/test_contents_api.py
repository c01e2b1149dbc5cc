"""Files, directories, commits and what changed between them, held against git."""

import hashlib
import shutil
from typing import Any

import httpx
import pytest

from support.repos import Executable, Link, Repo, Submodule
from support.sandbox import Sandbox

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "ab" * 32 + "\nsize 3\n"


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    repo = sandbox.repository("kit", {"README.md": "one\ntwo\n", "gone.c": "int a;\nint b;\nint c;\n"})
    more: dict[str, Any] = {
        "bin/run": Executable("#!/bin/sh\n"),
        "bin/l": Link("run"),
        "raw": b"\0\xff",
        "sub": Submodule("ab" * 20),
    }
    repo.commit({**more, "dir/grün/ü.txt": "x\n", "big.psd": LFS, "empty": ""}, tags=["v1"])
    repo.commit(
        {"README.md": "one\n2\n", "gone.c": None, "new.c": "int a;\nint b;\nint c;\n", "raw": b"\0\xfe"}, tags=["v2"]
    )
    return repo


def api(repo: Repo, rest: str) -> str:
    return f"/2.0/repositories/{repo.full_name}/{rest}"


def tree(repo: Repo, where: str, *options: str) -> list[str]:
    return repo.git("ls-tree", "-z", "--name-only", *options, where).strip("\0").split("\0")


@pytest.mark.parametrize("path", ["README.md", "bin/run", "bin/l", "raw", "dir/grün/ü.txt", "empty"])
def test_raw_files(http: httpx.Client, kit: Repo, path: str) -> None:
    """The bytes of the blob, as an attachment, without a charset, with an ETag of the content."""
    blob = kit.git("rev-parse", f"v1:{path}")
    response = http.get(api(kit, f"src/{kit.git('rev-parse', 'v1')}/{path}"))
    assert hashlib.sha1(b"blob %d\0" % len(response.content) + response.content).hexdigest() == blob
    assert response.headers["Content-Disposition"] == "attachment"
    assert "charset" not in response.headers["Content-Type"]
    same = http.get(api(kit, f"src/v1/{path}"), headers={"If-None-Match": response.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_etags_are_of_content_and_mode(sandbox: Sandbox, http: httpx.Client) -> None:
    """An empty file has one ETag, wherever it lies; as an executable it has another."""
    repo = sandbox.repository("etags", {"a": "", "d/b": "", "c": Executable("")})
    tags = [http.get(api(repo, f"src/main/{path}")).headers["ETag"] for path in ("a", "d/b", "c")]
    assert (tags[0] == tags[1], tags[0] == tags[2]) == (True, False)


def test_content_types_come_from_the_extension(http: httpx.Client, kit: Repo) -> None:
    kinds = [
        http.get(api(kit, f"src/v1/{path}")).headers["Content-Type"] for path in ("dir/gr%C3%BCn/%C3%BC.txt", "raw")
    ]
    assert kinds == ["text/plain", "application/octet-stream"]


def test_a_file_in_lfs_leads_elsewhere(http: httpx.Client, kit: Repo) -> None:
    response = http.get(api(kit, "src/v1/big.psd"))
    assert (response.status_code, response.headers["Location"].endswith("ab" * 32)) == (301, True)


@pytest.mark.parametrize(
    ("path", "attributes", "size"),
    [
        ("bin/run", ["executable"], 10),
        ("bin/l", ["link"], 3),
        ("raw", ["binary"], 2),
        ("sub", ["subrepository"], 40),
        ("README.md", [], 8),
    ],
)
def test_what_is_known_about_a_file(http: httpx.Client, kit: Repo, path: str, attributes: list[str], size: int) -> None:
    commit = kit.git("rev-parse", "v1")
    meta = http.get(api(kit, f"src/{commit}/{path}?format=meta")).json()
    assert (meta["path"], meta["attributes"], meta["size"]) == (path, attributes, size)
    assert meta["commit"]["hash"] == commit
    assert (meta["type"], meta["escaped_path"]) == ("commit_file", path)


def test_directories(http: httpx.Client, kit: Repo) -> None:
    """In git's order, as deep as asked for; the root needs its slash."""
    root = http.get(api(kit, "src/v1/?pagelen=100")).json()
    assert [row["path"] for row in root["values"]] == tree(kit, "v1")
    assert {row["path"]: row["type"] for row in root["values"]}["dir"] == "commit_directory"
    below = http.get(api(kit, "src/v1/dir?max_depth=2")).json()
    assert [row["path"] for row in below["values"]] == ["dir/grün", "dir/grün/ü.txt"]
    assert http.get(api(kit, "src/v1")).status_code == 404
    assert http.get(api(kit, "src/v1/README.md/")).status_code == 404
    assert http.get(api(kit, "src/v1/README.md/x")).status_code == 404
    assert http.get(api(kit, "src/v1/dir?format=meta")).json()["type"] == "commit_directory"


def test_directories_can_be_searched_and_sorted(http: httpx.Client, kit: Repo) -> None:
    query = {"q": 'type = "commit_file" AND size > 9', "sort": "-size", "max_depth": "3"}
    rows = http.get(api(kit, "src/v1/"), params=query).json()["values"]
    sizes = [(row["size"], row["path"]) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert "bin/run" in {path for _, path in sizes}


def test_the_root_of_the_main_branch(http: httpx.Client, kit: Repo) -> None:
    response = http.get(api(kit, "src"))
    assert response.headers["Location"].endswith(f"/src/{kit.git('rev-parse', 'main')}/")


def test_a_commit(http: httpx.Client, kit: Repo) -> None:
    commit = kit.git("rev-parse", "v2")
    for revision in (commit, commit[:12], "main", "v2"):
        document = http.get(api(kit, f"commit/{revision}")).json()
        assert (document["hash"], document["message"]) == (commit, kit.git("log", "-1", "--format=%s", "v2") + "\n")
        assert [parent["hash"] for parent in document["parents"]] == [kit.git("rev-parse", "v1")]
        assert document["date"] == "2024-01-03T00:00:00+00:00"
        assert document["author"] == {"raw": "Sandbox <sandbox@example.com>"}


def test_lists_of_commits(http: httpx.Client, kit: Repo) -> None:
    """`include` without `exclude`, one path, newest first; by POST when the lists are long."""
    side = kit.commit({"side": "x\n"}, branch="side", base="v1")
    every = kit.git("rev-list", "--topo-order", "--all").splitlines()

    def hashes(path: str, **form: Any) -> list[str]:  # noqa: ANN401 (one or many values)
        response = http.post(api(kit, path), data=form) if form else http.get(api(kit, path))
        return [row["hash"] for row in response.json()["values"]]

    assert hashes("commits") == every
    assert hashes("commits/main") == kit.git("rev-list", "main").splitlines()
    assert hashes("commits?include=side&exclude=main") == [side]
    assert (
        hashes("commits", include=["side", "main"], exclude="v1")
        == kit.git("rev-list", "side", "main", "^v1").splitlines()
    )
    assert hashes("commits?path=README.md") == kit.git("rev-list", "--all", "--", "README.md").splitlines()
    first = http.get(api(kit, "commits?pagelen=3")).json()
    rest = http.get(first["next"]).json()
    assert [row["hash"] for row in first["values"] + rest["values"]] == every
    assert "next" not in rest


def test_diffstat(http: httpx.Client, kit: Repo) -> None:
    """What the first has that the second has not: the other way round than git."""
    rows = http.get(api(kit, "diffstat/v2..v1")).json()["values"]
    short = {(row["status"], (row["old"] or {}).get("path"), (row["new"] or {}).get("path")) for row in rows}
    assert short == {("modified", "README.md", "README.md"), ("renamed", "gone.c", "new.c"), ("modified", "raw", "raw")}
    counts = {row["new"]["path"]: (row["lines_added"], row["lines_removed"]) for row in rows}
    assert counts == {"README.md": (1, 1), "new.c": (0, 0), "raw": (0, 0)}
    assert http.get(api(kit, "diffstat/v2")).json()["values"] == rows
    plain = http.get(api(kit, "diffstat/v2?renames=false&path=gone.c&path=new.c&ignore_whitespace=true")).json()[
        "values"
    ]
    assert [(row["status"], row["lines_added"], row["lines_removed"]) for row in plain] == [
        ("removed", 0, 3),
        ("added", 3, 0),
    ]
    added = http.get(api(kit, f"diffstat/{kit.git('rev-list', '--max-parents=0', 'main')}")).json()["values"]
    assert {row["status"] for row in added} == {"added"}


def test_diffstat_of_a_topic(http: httpx.Client, kit: Repo) -> None:
    """With `topic`, and without any word, the merge base is compared with: the other side's changes do not show."""
    kit.commit({"side": "x\n"}, branch="side", base="v1")
    paths = [
        [
            (row["new"] or row["old"])["path"]
            for row in http.get(api(kit, f"diffstat/side..main{query}")).json()["values"]
        ]
        for query in ("?topic=true", "", "?topic=false", "?merge=false")
    ]
    assert paths[:2] == [["side"], ["side"]]
    assert "README.md" in paths[2]
    assert paths[3] == paths[2]


def test_a_repository_and_its_workspace(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Slugs in any case, and uuids in place of both parts."""
    direct = http.get(api(kit, "").rstrip("/")).json()
    workspace_uuid = direct["workspace"]["uuid"]
    for name in (f"{kit.workspace.upper()}/KIT", f"{workspace_uuid}/{direct['uuid']}"):
        assert http.get(f"/2.0/repositories/{name}").json() == direct
    assert direct["mainbranch"] == {"type": "branch", "name": "main"}
    shutil.move(kit.path, kit.path.with_name("kit-two.git"))
    sandbox.add({"repositories": {f"{kit.workspace}/kit-two": {"uuid": direct["uuid"]}}})
    assert http.get(f"/2.0/repositories/{kit.workspace}/kit-two").json()["uuid"] == direct["uuid"]
    assert http.get(f"/2.0/repositories/{kit.workspace}/kit").status_code == 404


def test_lists_show_what_the_caller_may_see(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    sandbox.repository("secret", {"a": "b"}, private=True)
    sandbox.user()
    token = sandbox.api_token()
    path = f"/2.0/repositories/{kit.workspace}"
    assert [row["slug"] for row in http.get(path).json()["values"]] == ["kit"]
    assert [row["slug"] for row in http.get(path, auth=(token.email, token.token)).json()["values"]] == [
        "kit",
        "secret",
    ]
    query = {"q": "is_private = true", "sort": "-slug"}
    rows = http.get(path, params=query, auth=(token.email, token.token)).json()["values"]
    assert [row["slug"] for row in rows] == ["secret"]


def test_a_private_repository_may_answer_403(sandbox: Sandbox, http: httpx.Client) -> None:
    """The description says 403, the service 404 since 2022."""
    secret = sandbox.repository("secret", {"a": "b"}, private=True)
    sandbox.switch(hidden_status=403)
    assert http.get(api(secret, "refs/tags")).status_code == 403


def test_workspaces_are_for_members(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    sandbox.user(access={f"{sandbox.workspace}": "admin"})
    sandbox.user("eve", access={})
    scopes = ["read:workspace:bitbucket", "read:user:bitbucket"]
    ada, eve = (sandbox.api_token(name, scopes=scopes) for name in ("ada", "eve"))
    path = f"/2.0/workspaces/{kit.workspace}"
    assert http.get(path, auth=(ada.email, ada.token)).json()["slug"] == kit.workspace
    refused = http.get(path, auth=(eve.email, eve.token))
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        403,
        "You do not have access to this workspace.",
    )
    assert http.get(path).status_code == 401
    rows = http.get("/2.0/user/workspaces", auth=(ada.email, ada.token)).json()["values"]
    assert [(row["workspace"]["slug"], row["administrator"]) for row in rows] == [(kit.workspace, True)]
