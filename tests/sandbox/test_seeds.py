"""Seed files: repositories, tags, contents and people without one git command; every mistake is named."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from bitdeps.sandbox.problems import SeedError
from bitdeps.sandbox.server import prepare
from support.sandbox import running_server

WHOLE = """
[workspaces.acme]
name = "Acme"
plan = "free"

[users.ada]
display-name = "Ada Byron"
email = "ada@acme.example"
access = { acme = "admin" }
app-password = "old"

[consumers.ci]
key = "key-of-ci"
secret = "secret-of-ci"
workspace = "acme"
callback = "http://localhost:8976"
private = true
scopes = ["repository"]

[api-tokens.token-of-ada]
user = "ada"
scopes = ["read:repository:bitbucket", "read:user:bitbucket"]
expires = 2099-01-01

[access-tokens.token-of-kit]
kind = "repository"
covers = ["acme/kit"]
scopes = ["repository"]
expires = 2099-01-01T00:00:00Z

[switches]
scope-field = "scopes"

[[faults]]
kind = "rate-limit"
path = "*/refs/branches"
times = "always"

[repositories."acme/kit"]
private = true
description = "A kit"
language = "c"
uuid = "{00000000-0000-4000-8000-000000000001}"
default-branch = "trunk"

[[repositories."acme/kit".commits]]
message = "First"
date = 2023-05-06T07:08:09Z
author = "Ada <ada@acme.example>"
tags = ["v1.0", { name = "v1.0-signed", message = "A note", date = 2023-05-07T00:00:00Z }]
[repositories."acme/kit".commits.files]
"README.md" = "text\\n"
"bin/run" = { text = "#!/bin/sh\\n", executable = true }
"link" = { link = "bin/run" }
"logo" = { base64 = "AAEC/w==" }
"big.bin" = { size = 100000 }
"twin.bin" = { size = 100000, seed = "big.bin" }
"many/{n:03}.txt" = { count = 120, text = "file {n}\\n" }
"noise/{n}" = { count = 2, size = 10 }
"sub" = { submodule = "abababababababababababababababababababab" }
"from-disk" = { file = "disk/one.txt" }

[[repositories."acme/kit".commits]]
base = "v1.0"
branch = "old"
files = { "README.md" = { delete = true } }

[[repositories."acme/kit".commits]]
directory = "disk"
merges = ["old"]
tags = ["v2.0"]
"""


def test_a_whole_seed(tmp_path: Path) -> None:
    """Everything that the reference describes, as git and the API then see it."""
    disk = tmp_path / "disk" / "deep"
    disk.mkdir(parents=True)
    (tmp_path / "disk" / "one.txt").write_text("one\n", encoding="utf-8")
    (disk / "tool").write_text("#!/bin/sh\n", encoding="utf-8")
    (disk / "tool").chmod(0o755)
    (disk / "l").symlink_to("tool")
    (tmp_path / "seed.toml").write_text(WHOLE, encoding="utf-8")
    root = tmp_path / "root"
    with (
        running_server(root, seeds=[tmp_path / "seed.toml"]) as server,
        httpx.Client(base_url=server.url, trust_env=False, auth=("ada@acme.example", "token-of-ada")) as http,
    ):
        api = "/2.0/repositories/acme/kit"
        document = http.get(api).json()
        assert (document["is_private"], document["description"], document["language"]) == (True, "A kit", "c")
        assert (document["uuid"], document["mainbranch"]["name"]) == ("{00000000-0000-4000-8000-000000000001}", "trunk")
        assert http.get("/2.0/user").json()["display_name"] == "Ada Byron"
        assert http.get(f"{api}/downloads").status_code == 402
        assert [http.get(f"{api}/refs/branches").status_code for _ in range(3)] == [429] * 3
        token = http.post(
            "/site/oauth2/access_token", data={"grant_type": "client_credentials"}, auth=("key-of-ci", "secret-of-ci")
        )
        assert token.json()["scopes"] == "repository"
        tag = http.get(f"{api}/refs/tags/v1.0-signed").json()
        assert (tag["message"], tag["date"]) == ("A note\n", "2023-05-07T00:00:00+00:00")
        assert tag["target"]["date"] == "2023-05-06T07:08:09+00:00"
        assert tag["target"]["author"]["user"]["display_name"] == "Ada Byron"
        bearer = httpx.get(f"{server.url}{api}", headers={"Authorization": "Bearer token-of-kit"}, trust_env=False)
        assert bearer.status_code == 200
    git = ["git", "-C", str(root / "acme" / "kit.git")]
    listed = subprocess.run([*git, "ls-tree", "-r", "-z", "v1.0"], capture_output=True, text=True, check=True).stdout
    modes = {row.split("\t")[1]: row.split(" ")[0] for row in listed.strip("\0").split("\0")}
    assert {modes[path] for path in ("bin/run", "link", "sub")} == {"100755", "120000", "160000"}
    assert len([path for path in modes if path.startswith("many/")]) == 120
    assert "many/007.txt" in modes
    blob = {row.split("\t")[1]: row.split("\t")[0].split(" ")[2] for row in listed.strip("\0").split("\0")}
    assert blob["big.bin"] == blob["twin.bin"]
    assert blob["noise/0"] != blob["noise/1"]
    one = subprocess.run([*git, "show", "v1.0:many/007.txt"], capture_output=True, text=True, check=True).stdout
    assert one == "file 7\n"
    big = subprocess.run([*git, "show", "v1.0:big.bin"], capture_output=True, check=True).stdout
    assert big == hashlib.shake_256(b"big.bin").digest(100_000)
    later = subprocess.run([*git, "ls-tree", "-r", "v2.0"], capture_output=True, text=True, check=True).stdout
    assert "120000 blob" in later.split("deep/l")[0].splitlines()[-1]
    assert "100755 blob" in later.split("deep/tool")[0].splitlines()[-1]
    parents = subprocess.run([*git, "log", "-1", "--format=%P", "v2.0"], capture_output=True, text=True, check=True)
    assert len(parents.stdout.split()) == 2


def test_a_repository_that_is_there_stays(tmp_path: Path) -> None:
    """Seeding again changes nothing; `sandbox.toml` of the root needs no option."""
    root = tmp_path / "root"
    root.mkdir()
    text = '[repositories."acme/kit"]\nprivate = true\n[[repositories."acme/kit".commits]]\nfiles = { a = "1" }\n'
    (root / "sandbox.toml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "bitdeps.sandbox", "--root", str(root), "--make-only"]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b""
    head = (root / "acme" / "kit.git" / "packed-refs").read_bytes()
    (root / "sandbox.toml").write_text(text.replace('"1"', '"2"'), encoding="utf-8")
    with (
        running_server(root) as server,
        httpx.Client(base_url=server.url, trust_env=False) as http,
    ):
        assert http.get("/2.0/repositories/acme/kit").status_code == 404
    assert (root / "acme" / "kit.git" / "packed-refs").read_bytes() == head


def _kit(rest: str) -> str:
    return f'[[repositories."acme/kit".commits]]\n{rest}\n'


MISTAKES = [
    ("[user.ada]\n", "unknown table `user`"),
    ("[users]\nada = 3\n", "users.ada: a table is needed"),
    ('[users.ada]\nmail = "x"\n', "users.ada: unknown key `mail`"),
    ("[users.ada]\nemail = 3\n", "users.ada: `email` must be text"),
    ('[consumers.ci]\nworkspace = "acme"\n', "consumers.ci: `secret` is missing"),
    ('[api-tokens.t]\nuser = "bob"\n', "api-tokens: there is no user `bob`"),
    (
        '[access-tokens.t]\nkind = "world"\ncovers = []\n',
        "access-tokens.t: `kind` is one of repository, project, workspace",
    ),
    ("[access-tokens.t]\ncovers = []\nexpires = 3\n", "access-tokens.t: `expires` is not a date"),
    ("[switches]\nspeed = 3\n", "unknown switch `speed`"),
    ('[switches]\npaging = "none"\n', "switch `paging`: 'none' is not possible"),
    ("[repositories.kit]\n", "repositories.kit: the name is `workspace/repo` in lower case"),
    (_kit("mood = 3"), "repositories.acme/kit: commit 1: unknown key `mood`"),
    (_kit("date = 3"), "repositories.acme/kit: commit 1: `date` is not a date"),
    (_kit('date = "soon"'), "repositories.acme/kit: commit 1: `date` is not a date"),
    (_kit("tags = [3]"), "repositories.acme/kit: commit 1: a tag is a name or a table with `name` and `message`"),
    (_kit('tags = [{ name = "a", mood = 3 }]'), "repositories.acme/kit: commit 1: tag `a`: unknown key `mood`"),
    (_kit('tags = ["a b"]'), "repositories.acme/kit: fatal: "),
    (_kit("files = { a = 3 }"), "repositories.acme/kit: commit 1: file `a`: text or a table is needed"),
    (
        _kit("files = { a = {} }"),
        (
            "repositories.acme/kit: commit 1: file `a`: exactly one of text, base64, size, link, "
            "submodule, file, delete is needed"
        ),
    ),
    (_kit('files = { a = { text = "", mood = 3 } }'), "repositories.acme/kit: commit 1: file `a`: unknown key `mood`"),
    (
        _kit('files = { a = { text = "", count = 3 } }'),
        "repositories.acme/kit: commit 1: file `a`: `count` needs {n} or {n:04} in the path",
    ),
    (_kit("files = { a = { size = -1 } }"), "repositories.acme/kit: commit 1: `size` is a number of bytes"),
    (_kit("files = { a = { link = 3 } }"), "repositories.acme/kit: commit 1: `link` must be text"),
    (_kit('files = { a = { base64 = "?" } }'), "repositories.acme/kit: commit 1: `base64`: "),
    (
        _kit('files = { a = { file = "none" } }'),
        "repositories.acme/kit: commit 1: `file`: cannot read `none`: No such file or directory",
    ),
    (_kit('directory = "none"'), "repositories.acme/kit: commit 1: `directory`: `none` is no directory"),
    ("=", "Invalid"),
    ("a = " + "[" * 5000, "nested too deeply"),
    ("faults = [3]\n", "fault: a table is needed"),
    ('[[faults]]\nkind = "moved-tag"\ntag = "v1"\n', "fault: `commit` is missing"),
    ('[repositories."acme/kit"]\ncommits = [3]\n', "repositories.acme/kit: commit 1: a table is needed"),
    (_kit("merges = [3]"), "repositories.acme/kit: commit 1: `merges` must be a list of texts"),
    (_kit("files = { a = { size = 1000000000000 } }"), "commit 1: `size` is a number of bytes, at most 1073741824"),
    (_kit('files = { "{n}" = { text = "", count = -3 } }'), "commit 1: file `{n}`: `count` is 1 to 250000"),
    (_kit('files = { "/a" = "1" }'), "repositories.acme/kit: fatal: "),
    ('[users.ada]\naccess = { acme = "reed" }\n', "users.ada: `access` to `acme` is one of read, write, admin"),
    (
        '[consumers.ci]\nsecret = "s"\nworkspace = "acme"\nscopes = [3]\n',
        "consumers.ci: `scopes` must be a list of texts",
    ),
    ("[access-tokens.t]\ncovers = [3]\n", "access-tokens.t: `covers` must be a list of texts"),
    ('[access-tokens.t]\ncovers = []\nexpires = "soon"\n', "access-tokens.t: `expires` is not a date"),
    ('[workspaces.acme]\nplan = "golden"\n', "workspaces.acme: `plan` is one of free, standard, premium"),
    ("[workspaces.ACME]\n", "workspaces.ACME: the name of a workspace is lower case letters, digits and `_.-`"),
    ("[switches]\ntoken-lifetime = -1\n", "switch `token-lifetime`: -1 is not possible"),
    ('[switches]\narchive-refuses = ["oauht"]\n', "switch `archive-refuses`: ['oauht'] is not possible"),
    *(
        (f'[repositories."{name}"]\n', f"repositories.{name}: the name is `workspace/repo` in lower case")
        for name in ("acme/..", "../kit", "acme/", "/kit", "acme/kit.git", ".archives/kit", "acme/Kit", "a/b/c")
    ),
]


@pytest.mark.parametrize(("text", "told"), MISTAKES, ids=range(len(MISTAKES)))
def test_mistakes_are_named(tmp_path: Path, text: str, told: str) -> None:
    """One line with the file, the place and what is wrong; a wrong repository is not left half made."""
    path, root = tmp_path / "seed.toml", tmp_path / "root"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SeedError) as caught:
        prepare(root, [path])
    assert str(caught.value).startswith(f"{path}: ")
    assert told in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert list(root.glob("*/*")) + list(tmp_path.glob("*.git")) == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("none.toml", None, "No such file or directory"),
        ("folder.toml", ..., "Is a directory"),
        ("latin.toml", b"# \xfc\n", "'utf-8' codec can't decode byte 0xfc in position 2: invalid start byte"),
        ("twice.toml", b"[users]\n[users]\n", "Cannot declare ('users',) twice (at line 2, column 7)"),
    ],
)
def test_a_seed_that_cannot_be_read(tmp_path: Path, name: str, content: Any, told: str) -> None:  # noqa: ANN401
    path = tmp_path / name
    if content is ...:
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    command = [sys.executable, "-m", "bitdeps.sandbox", "--root", str(tmp_path / "root"), "--seed", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # The same for every mistake of a file.
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"error: sandbox: {path}: {told}\n")


def test_files_of_this_machine_are_for_seed_files_only(sandbox_server: object) -> None:
    """Over the control interface no file of the machine can be read."""
    from support.sandbox import Server

    assert isinstance(sandbox_server, Server)
    body = {"repositories": {"acme/leak": {"commits": [{"files": {"a": {"file": "/etc/passwd"}}}]}}}
    with pytest.raises(AssertionError, match="`file` and `directory` work in seed files only"):
        sandbox_server.control("POST", "world", body)
