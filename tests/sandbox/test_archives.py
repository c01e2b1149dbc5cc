"""Source archives: the same bytes everywhere, every refusal, every switch."""

import gzip
import hashlib
import io
import os
import random
import subprocess
import tarfile
import zipfile
from pathlib import Path

import httpx
import pytest

from bitdeps.sandbox.deflate import gzip_fixed
from support.repos import Executable, Files, Link, Repo
from support.sandbox import Sandbox, running_server

# Of the seed below; made once, must hold on every machine, with every git and every zlib.
FIXED_COMMIT = "fea9d116ea92d9656fb59dddc461112d3d977412"
FIXED_ARCHIVE = "7fc62154afcab4e7a2bb66f585f409342e89ff195783af152495f6da59ad5960"
SEED = """
[repositories."acme/kit"]
[[repositories."acme/kit".commits]]
tags = ["v1.0"]
[repositories."acme/kit".commits.files]
"README.md" = "text\\r\\n"
"run" = { text = "#!/bin/sh\\n", executable = true }
"l" = { link = "run" }
"big" = { size = 200000 }
"n/{n:03}.c" = { count = 150, text = "int f{n}(void) { return {n}; }\\n" }
"""


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    files: Files = {
        "README.md": "hi\n",
        "bin/run": Executable("#!/bin/sh\n"),
        "l": Link("README.md"),
        "grün/ü.c": "x\n",
    }
    return sandbox.repository("kit", files, tags=["v1.0", "release/2024#1"])


def bearer(sandbox: Sandbox) -> dict[str, str]:
    return {"Authorization": f"Bearer {sandbox.oauth_token(sandbox.consumer())}"}


@pytest.mark.parametrize("odd", [False, True])
def test_archives_are_the_same_on_every_machine(tmp_path: Path, *, odd: bool) -> None:
    """Neither the user's git configuration nor time zone, language or umask changes a byte."""
    (tmp_path / "seed.toml").write_text(SEED, encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    config = "[core]\nautocrlf = true\nabbrev = 5\n[tar]\numask = 0077\n[i18n]\ncommitEncoding = latin1\n"
    (home / ".gitconfig").write_text(config, encoding="utf-8")
    extra = {"HOME": str(home), "TZ": "Pacific/Auckland", "LANG": "de_DE.ISO-8859-1", "GIT_AUTHOR_NAME": "Else"}
    old = os.umask(0o077) if odd else None
    try:
        with (
            running_server(
                tmp_path / "root", seeds=[tmp_path / "seed.toml"], environment=os.environ | (extra if odd else {})
            ) as server,
            httpx.Client(base_url=server.url, trust_env=False) as http,
        ):
            commit = http.get("/2.0/repositories/acme/kit/refs/tags/v1.0").json()["target"]["hash"]
            data = http.get(f"/acme/kit/get/{commit}.tar.gz").content
            uuid = http.get("/2.0/repositories/acme/kit").json()["uuid"]
    finally:
        if old is not None:
            os.umask(old)
    assert (commit, hashlib.sha256(data).hexdigest()) == (FIXED_COMMIT, FIXED_ARCHIVE)
    assert uuid == "{1a49fab7-f3b0-516c-858f-a92e11315659}"


def test_the_archive_is_that_of_git(http: httpx.Client, kit: Repo, tmp_path: Path) -> None:
    """Unpacked by tar it is what `git archive` gives, below Bitbucket's top directory."""
    commit = kit.git("rev-parse", "v1.0")
    response = http.get(f"/{kit.full_name}/get/{commit}.tar.gz")
    (tmp_path / "a.tar.gz").write_bytes(response.content)
    (tmp_path / "b.tar").write_bytes(kit.archive(commit))
    top = f"{kit.workspace}-{kit.slug}-{commit[:12]}"
    for name, archive in (("a", "a.tar.gz"), ("b", "b.tar")):
        (tmp_path / name).mkdir()
        subprocess.run(["tar", "xf", archive, "-C", name], cwd=tmp_path, check=True)
    assert [path.name for path in (tmp_path / "a").iterdir()] == [top]
    assert (
        subprocess.run(["diff", "-r", "--no-dereference", f"a/{top}", "b"], cwd=tmp_path, check=False).returncode == 0
    )
    assert response.headers["Content-Disposition"] == f'attachment; filename="{top}.tar.gz"'
    with tarfile.open(fileobj=io.BytesIO(response.content)) as tar:
        assert tar.pax_headers["comment"] == commit
        assert (tar.getmember(f"{top}/bin/run").mode, tar.getmember(f"{top}/README.md").mode) == (0o775, 0o664)


def test_other_kinds_of_archive(http: httpx.Client, kit: Repo) -> None:
    """tar.bz2 and zip hold the same names."""
    names: set[str] = set(kit.git("ls-tree", "-r", "-z", "--name-only", "v1.0").strip("\0").split("\0"))
    top = f"{kit.workspace}-{kit.slug}-{kit.git('rev-parse', 'v1.0')[:12]}/"
    with tarfile.open(fileobj=io.BytesIO(http.get(f"/{kit.full_name}/get/v1.0.tar.bz2").content), mode="r:bz2") as tar:
        assert {name.removeprefix(top) for name in tar.getnames()} >= names
    with zipfile.ZipFile(io.BytesIO(http.get(f"/{kit.full_name}/get/v1.0.zip").content)) as archive:
        assert archive.testzip() is None
        assert {name.removeprefix(top) for name in archive.namelist()} >= names


@pytest.mark.parametrize("revision", ["v1.0", "main", "HEAD", "release/2024%231", "SHORT", "FULL"])
def test_every_spelling_of_a_revision(http: httpx.Client, kit: Repo, revision: str) -> None:
    commit = kit.git("rev-parse", "v1.0")
    name = {"SHORT": commit[:10], "FULL": commit}.get(revision, revision)
    direct = http.get(f"/{kit.full_name}/get/{commit}.tar.gz").content
    assert http.get(f"/{kit.full_name}/get/{name}.tar.gz").content == direct


@pytest.mark.parametrize(
    ("file", "status", "text"),
    [
        ("v1.0.tgz", 403, "Forbidden"),
        ("v9.tar.gz", 404, "Cannot resolve the cset"),
        ("-n.tar.gz", 404, "Cannot resolve the cset"),
        ("HEAD~0.tar.gz", 404, "Cannot resolve the cset"),
        ("v1.0.rar", 404, "Cannot resolve the cset"),
    ],
)
def test_what_is_no_archive(http: httpx.Client, kit: Repo, file: str, status: int, text: str) -> None:
    response = http.get(f"/{kit.full_name}/get/{file}")
    assert (response.status_code, response.text) == (status, text)


@pytest.mark.parametrize("kind", ["oauth", "access-token", "api-token"])
def test_private_archives(sandbox: Sandbox, http: httpx.Client, kind: str) -> None:
    """Each kind of credential opens an archive, until the switch says that it does not."""
    sandbox.user()
    token = sandbox.api_token()
    auth = (token.email, token.token) if kind == "api-token" else None
    secret = sandbox.repository("secret", {"a": "b"}, private=True)
    headers = {} if auth else bearer(sandbox)
    if kind == "access-token":
        headers = {"Authorization": f"Bearer {sandbox.access_token()}"}
    path = f"/{secret.full_name}/get/main.tar.gz"
    assert http.get(path, headers=headers, auth=auth).content[:2] == b"\x1f\x8b"
    sandbox.switch(archive_refuses=[kind])
    refused = http.get(path, headers=headers, auth=auth)
    assert (refused.status_code, refused.content) == (302, b"")
    assert refused.headers["Location"].startswith(f"{sandbox.web_url}/account/signin/")


def test_the_ways_to_refuse(sandbox: Sandbox, http: httpx.Client) -> None:
    """302 to sign-in with an empty body, the sign-in page itself, or 401."""
    secret = sandbox.repository("secret", {"a": "b"}, private=True)
    path = f"/{secret.full_name}/get/main.tar.gz"
    assert (http.get(path).status_code, http.get(path).content) == (302, b"")
    sandbox.switch(archive_refusal="html")
    page = http.get(path)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Log in to continue" in page.text
    sandbox.switch(archive_refusal="unauthorized")
    assert http.get(path).status_code == 401


def test_x_token_auth_is_refused_even_where_all_may_read(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """As measured on the real service: 302, empty, on a public repository too (utopia-php/vcs#129)."""
    token = sandbox.oauth_token(sandbox.consumer())
    response = http.get(f"/{kit.full_name}/get/v1.0.tar.gz", auth=("x-token-auth", token))
    assert (response.status_code, response.content) == (302, b"")


def test_archives_on_another_origin(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """The other origin takes the signed address alone: with a credential, or a changed name, it refuses."""
    sandbox.switch(archive_origin="other")
    location = http.get(f"/{kit.full_name}/get/v1.0.tar.gz", headers=bearer(sandbox)).headers["Location"]
    assert location.startswith(f"{sandbox.other_url}/_media/archives/")
    assert sandbox.other_url != sandbox.web_url
    assert http.get(location).content[:2] == b"\x1f\x8b"
    assert http.get(location, headers=bearer(sandbox)).status_code == 400
    assert http.get(location.replace("/kit/", "/other/")).status_code == 403
    assert [entry.credential for entry in sandbox.requests("/_media/")] == ["anonymous", "oauth", "anonymous"]


def test_recompressed_archives_hold_the_same(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    path = f"/{kit.full_name}/get/v1.0.tar.gz"
    first = http.get(path).content
    sandbox.switch(archive_compression="recompressed")
    second = http.get(path).content
    assert first != second
    assert gzip.decompress(first) == gzip.decompress(second)


def test_how_long_an_archive_says_it_is(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    path = f"/{kit.full_name}/get/v1.0.tar.gz"
    response = http.get(path)
    assert int(response.headers["Content-Length"]) == len(response.content)
    sandbox.switch(archive_length=False)
    chunked = http.get(path)
    assert ("Content-Length" in chunked.headers, chunked.headers["Transfer-Encoding"]) == (False, "chunked")
    assert chunked.content == response.content


def test_a_claimed_content_encoding(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """A client that decodes what the header claims is left with the bare tar: hash the raw bytes."""
    sandbox.switch(archive_encoding="gzip")
    response = http.get(f"/{kit.full_name}/get/v1.0.tar.gz", headers={"Accept-Encoding": "identity"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.content == gzip.decompress(gzip.compress(response.content))
    with tarfile.open(fileobj=io.BytesIO(response.content), mode="r:") as tar:
        assert len(tar.getnames()) > 4


def test_head_has_no_body(http: httpx.Client, kit: Repo) -> None:
    response = http.head(f"/{kit.full_name}/get/v1.0.tar.gz")
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["Content-Length"]) > 100


def test_the_encoder_is_read_by_others(tmp_path: Path) -> None:
    """Every kind of data goes through gzip(1) and zlib unharmed, and repetition is compressed."""
    dice = random.Random(1)  # noqa: S311 (data, no secret)
    blocks = [dice.randbytes(9), b"", b"\0" * 300_000, b"abc" * 70_000, dice.randbytes(130_000), b"int main(void);\n"]
    blocks += [bytes(dice.choices(b"ab\xfe\0", k=n)) for n in (1, 3, 4, 5, 258, 259, 32_768, 32_769, 60_000, 60_001)]
    blocks.append(b"".join(dice.choices(blocks[:8], k=12)))
    blocks.append(Path(__file__).read_bytes() * 9)
    for number, data in enumerate(blocks):
        packed = gzip_fixed(data)
        assert gzip.decompress(packed) == data, number
        (tmp_path / "x.gz").write_bytes(packed)
        assert subprocess.run(["gzip", "-dc", str(tmp_path / "x.gz")], capture_output=True, check=True).stdout == data
    assert len(gzip_fixed(b"\0" * 300_000)) < 5_000
