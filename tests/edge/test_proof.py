"""`proof` in the lock: what git says about each archive (DESIGN section 3). Expected trees come from git."""

import random
from pathlib import Path

import pytest

from bitdeps.errors import (
    IntegrityError,
    NetworkError,
    RateLimitedError,
    ServiceError,
)
from support.locking import Locking
from support.repos import Executable, Files, Link, Repo, Submodule
from support.sandbox import Sandbox

PLAIN: Files = {
    "README.md": "hi\n",
    "bin/run": Executable("#!/bin/sh\n"),
    "l": Link("README.md"),
    "empty": "",
    "grün/ü": "ü",
}
POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path) -> Locking:
    made = Locking(sandbox=sandbox, root=tmp_path / "shop")
    made.write('kit = { tag = "v1" }')
    return made


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    return sandbox.repository("kit", PLAIN, tags=["v1"])


def git_requests(sandbox: Sandbox) -> list[tuple[str, str]]:
    """Every request of git, and how much of a commit's objects came: method and last part of the path."""
    return [
        (one.method, one.path.partition("?")[0].rpartition("/")[2])
        for one in sandbox.requests()
        if "info/refs" in one.path or "upload-pack" in one.path
    ]


@pytest.mark.parametrize("filters", ["filter", "first object of the pack"])
def test_a_commit_is_proved_by_its_object_alone(project: Locking, sandbox: Sandbox, kit: Repo, filters: str) -> None:
    """Two requests; the tree in the lock is the one that git names."""
    sandbox.switch(partial_clone=filters == "filter")
    report = project.lock()
    assert (project.entry(kit)["proof"], report.warnings) == ("commit", ())
    assert project.entry(kit)["tree"] == kit.git("rev-parse", "v1^{tree}")
    assert git_requests(sandbox) == [("GET", "refs"), ("POST", "git-upload-pack")]


def test_only_the_beginning_of_a_pack_is_read(project: Locking, sandbox: Sandbox) -> None:
    """Without a filter the server offers everything; that its answer breaks off after 70,000 bytes is not even seen."""
    dice = random.Random(1)  # noqa: S311 (data, no secret)
    repo = sandbox.repository("kit", {f"f{n}": dice.randbytes(10_000) for n in range(20)}, tags=["v1"])
    sandbox.switch(partial_clone=False)
    sandbox.fault("cut", path="*git-upload-pack", method="POST", at=70_000, times=None)
    project.lock(DEPS_RETRIES="0")
    assert project.entry(repo)["proof"] == "commit"


@pytest.mark.parametrize("kind", ["oauth", "api-token", "access-token"])
def test_each_kind_of_credential_serves_git(project: Locking, sandbox: Sandbox, kind: str) -> None:
    """Git wants user name and password; which user name, depends on the kind."""
    repo = sandbox.repository("kit", PLAIN, tags=["v1"], private=True)
    sandbox.user("ada")
    api, consumer = sandbox.api_token("ada"), sandbox.consumer()
    environment = {
        "oauth": {"BITBUCKET_CONSUMER_KEY": consumer.key, "BITBUCKET_CONSUMER_SECRET": consumer.secret},
        "api-token": {"BITBUCKET_EMAIL": api.email, "BITBUCKET_API_TOKEN": api.token},
        "access-token": {"BITBUCKET_ACCESS_TOKEN": sandbox.access_token()},
    }[kind]
    project.lock(**environment)
    assert project.entry(repo)["proof"] == "commit"
    users = {"oauth": "x-token-auth", "api-token": "x-bitbucket-api-token-auth", "access-token": "x-token-auth"}
    seen = [(one.credential, one.presented) for one in sandbox.requests(f"{repo.full_name}.git/")]
    assert seen == 2 * [(kind, users[kind])]


@pytest.mark.parametrize(
    ("files", "more"),
    [
        pytest.param({".gitattributes": "docs export-ignore\n", "docs/a": "a", "b": "b"}, "", id="export-ignore"),
        pytest.param({".gitattributes": "v export-subst\n", "v": "$Format:%H %T %P %an$\n"}, "", id="export-subst"),
        pytest.param({".gitattributes": "*.bat eol=crlf\n", "run.bat": "a\nb\n"}, "", id="eol"),
        pytest.param({".gitattributes": "*.c ident\n", "a.c": "/* $Id$ */\n"}, "", id="ident"),
        pytest.param(
            {".gitattributes": "*.txt text working-tree-encoding=UTF-16\n", "a.txt": "a\n"}, "", id="encoding"
        ),
        pytest.param({"lib": Submodule("1" * 40), "a": "a"}, ', exclude = ["lib/**", "lib"]', id="submodule"),
    ],
)
def test_trees_that_differ_are_settled_by_git_archive(
    project: Locking, sandbox: Sandbox, files: Files, more: str
) -> None:
    """What `git archive` leaves out or changes is no reason for an alarm, once git here has made the same."""
    repo = sandbox.repository("kit", {"parent": "1"})
    repo.commit(files, tags=["v1"])
    project.write(f'kit = {{ tag = "v1"{more} }}')
    project.lock()
    assert project.entry(repo)["proof"] == "export"
    assert project.entry(repo)["tree"] != repo.git("rev-parse", "v1^{tree}")


def test_pointers_of_lfs_are_the_commits_own_files(project: Locking, sandbox: Sandbox) -> None:
    repo = sandbox.repository(
        "kit", {".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n", "a.bin": POINTER}, tags=["v1"]
    )
    project.write('kit = { tag = "v1", lfs = "pointers" }')
    project.lock()
    assert project.entry(repo)["proof"] == "commit"


def test_no_protocol_v2_means_none(project: Locking, sandbox: Sandbox, kit: Repo) -> None:
    sandbox.switch(git_protocol="v0")
    report = project.lock()
    host = sandbox.web_url.removeprefix("http://")
    assert project.entry(kit)["proof"] == "none"
    assert "".join(report.warnings) == (
        f"`kit`: nothing proves that the archive is commit {kit.git('rev-parse', 'v1')[:12]}: "
        f"`{host}` does not speak version 2 of git's protocol\n"
        '`deps.lock` says `proof = "none"`; `deps lock --require-proof` refuses that'
    )


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_endpoint_means_none(project: Locking, sandbox: Sandbox, kit: Repo, status: int) -> None:
    sandbox.fault("error", path="*/info/refs", status=status, body="no git here", times=None)
    report = project.lock()
    host = sandbox.web_url.removeprefix("http://")
    assert project.entry(kit)["proof"] == "none"
    assert (
        report.warnings[0]
        .partition("\n")[0]
        .endswith(f": `{host}` answers git with status {status} (no credential was sent)")
    )


@pytest.mark.parametrize("part", ["*/info/refs", "*/git-upload-pack"])
@pytest.mark.parametrize(("status", "kind"), [(500, ServiceError), (503, ServiceError), (429, RateLimitedError)])
def test_a_failure_for_the_moment_is_an_error(
    project: Locking, sandbox: Sandbox, kit: Repo, part: str, status: int, kind: type[Exception]
) -> None:
    """It must not write `none` into the lock of a team because of one bad minute."""
    sandbox.fault("error", path=part, method="*", status=status, times=None)
    error = project.refused(DEPS_RETRIES="0")
    assert type(error) is kind
    assert str(error).startswith(f"`kit`: git cannot be asked about commit {kit.git('rev-parse', 'v1')[:12]}: ")
    assert (error.hint or "").endswith("; `deps lock --no-proof` locks without asking git")
    project.lock(proof="skip")
    assert "proof" not in project.entry(kit)


def test_an_endpoint_that_does_not_answer_is_an_error(project: Locking, sandbox: Sandbox, kit: Repo) -> None:
    sandbox.fault("reset", path="*/info/refs", times=None)
    error = project.refused(DEPS_RETRIES="0")
    host = sandbox.web_url.removeprefix("http://")
    commit = kit.git("rev-parse", "v1")[:12]
    assert isinstance(error, NetworkError)
    assert str(error) == (
        f"`kit`: git cannot be asked about commit {commit}: `{host}`: the connection ended before the answer was whole"
    )


@pytest.mark.usefixtures("kit")
def test_a_web_page_in_place_of_git_is_an_error(project: Locking, sandbox: Sandbox) -> None:
    """A proxy or captive portal says nothing about the service."""
    page = {"status": 200, "body": "<html>sign in</html>", "headers": {"Content-Type": "text/html"}}
    sandbox.fault("error", path="*/info/refs", times=None, **page)
    error = project.refused()
    assert isinstance(error, ServiceError)
    assert "a web page came back where data was expected" in str(error)


def test_a_server_that_gives_no_commits_by_id_is_asked_for_the_tag(
    project: Locking, sandbox: Sandbox, kit: Repo
) -> None:
    """The git program fetches the tag, and checks what came."""
    refusal = "0032ERR upload-pack: not our ref 0000000000000000\n"[:0x32]
    headers = {"Content-Type": "application/x-git-upload-pack-result"}
    sandbox.fault("error", path="*/git-upload-pack", method="POST", status=200, body=refusal, headers=headers)
    project.lock()
    assert project.entry(kit)["proof"] == "commit"
    assert git_requests(sandbox)[:3] == [("GET", "refs"), ("POST", "git-upload-pack"), ("GET", "refs")]


def test_without_git_on_the_machine_an_exported_tree_is_not_proved(
    project: Locking, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The commit's object needs no git program; comparing files does."""
    from bitdeps.git.program import git_program

    repo = sandbox.repository("kit", {".gitattributes": "a export-ignore\n", "a": "a"}, tags=["v1"])
    monkeypatch.setenv("PATH", str(tmp_path))
    git_program.cache_clear()
    try:
        report = project.lock()
    finally:
        monkeypatch.undo()
        git_program.cache_clear()
    assert project.entry(repo)["proof"] == "none"
    assert (
        report.warnings[0]
        .partition("\n")[0]
        .endswith(": `git` is not installed, and the archive is not the commit's whole tree")
    )


def test_a_repository_with_sha256_ids_is_refused(project: Locking, sandbox: Sandbox, kit: Repo) -> None:
    lines = ["# service=git-upload-pack\n", None, "version 2\n", "fetch=shallow\n", "object-format=sha256\n", None]
    body = "".join("0000" if line is None else f"{len(line) + 4:04x}{line}" for line in lines)
    headers = {"Content-Type": "application/x-git-upload-pack-advertisement"}
    sandbox.fault("error", path="*/info/refs", status=200, body=body, headers=headers, times=None)
    error = project.refused()
    assert isinstance(error, ServiceError)
    assert f"`{kit.full_name}`: its object ids are SHA-256, and `deps.lock` holds commits of 40 hex digits" in str(
        error
    )


def test_an_archive_that_is_not_the_commit_is_an_alarm(project: Locking, sandbox: Sandbox, kit: Repo) -> None:
    """On first use, when nothing is locked yet: what trust on first use would have let in."""
    sandbox.fault("tampered-archive", path="*/get/*", how="content", times=None)
    error = project.refused()
    assert isinstance(error, IntegrityError)
    assert str(error) == (
        f"`kit`: the archive of `{kit.full_name}` is not what git makes of commit {kit.git('rev-parse', 'v1')}:\n"
        "- `README.md` has another content"
    )
    assert error.hint == "nothing was locked; ask the owners, and whoever runs what is between you and the service"
