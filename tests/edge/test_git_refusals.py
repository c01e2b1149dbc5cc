"""Servers that do not do what is asked, machines that cannot, and what is said about it."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bitdeps.core.bitbucket.answers import Ref
from bitdeps.core.git.errors import NotServedError
from bitdeps.core.names import RepoName
from bitdeps.errors import AuthError, DepsError, LocalError, MovedTagError, NetworkError, NotFoundError, ServiceError
from bitdeps.git.failures import fetch_failure
from bitdeps.git.program import Bounds, Done, git_program, run
from support.hostile_server import Heard, hostile_server, http
from support.locking import Locking
from support.remotes import ask, at, quick_settings
from support.sandbox import Sandbox

KIT = RepoName("acme", "kit")
OTHER_HASH = "`acme/kit`: its object ids are SHA-256, and `deps.lock` holds commits of 40 hex digits"
SSH = {"DEPS_GIT_URL": "ssh://git@bitbucket.example", "DEPS_TRANSPORT": "git"}
ADVERTISEMENT = {"Content-Type": "application/x-git-upload-pack-advertisement"}


def packets(*lines: str | None) -> bytes:
    return b"".join(b"0000" if line is None else b"%04x%b" % (len(line) + 4, line.encode()) for line in lines)


OFFER = packets("version 2\n", "fetch=filter\n", "ls-refs\n", None)


@pytest.fixture(autouse=True)
def git_of_the_machine() -> Iterator[None]:
    """Look for git anew before and after each test."""
    git_program.cache_clear()
    yield
    git_program.cache_clear()


def in_front_of_git(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program of this name before git on PATH."""
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Locking:
    """A project over SSH, whose server speaks version 0 and gives no commit by its id unless a ref names it."""
    script = tmp_path / "ssh"
    script.write_text(
        f"#!{sys.executable}\n"
        "import os, shlex, sys\n"
        "if '-G' in sys.argv: sys.exit(1)\n"
        "os.environ.pop('GIT_PROTOCOL', None)\n"
        "program, path = shlex.split(sys.argv[-1])\n"
        f"os.execvp('git', ['git', '-c', 'safe.directory=*', 'upload-pack', {str(sandbox.root)!r} + path])\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(script))
    return Locking(sandbox=sandbox, root=tmp_path / "shop")


def refused_install(project: Locking) -> DepsError:
    with pytest.raises(DepsError) as caught:
        project.install(DEPS_CACHE_DIR=str(project.root / "cold"), **SSH)
    return caught.value


def test_a_tag_that_moved_where_commits_are_not_given_by_id(project: Locking, sandbox: Sandbox) -> None:
    """The tag is enough while it names the commit."""
    kit = sandbox.repository("kit", {"a": "1"})
    first = kit.git("rev-parse", "main")
    kit.tag("v1", first, message="annotated\n")
    project.write('kit = { tag = "v1" }')
    project.lock(**SSH)
    assert project.entry(kit)["proof"] == "commit"
    kit.tag("v1", kit.commit({"a": "2"}))
    error = refused_install(project)
    assert isinstance(error, MovedTagError)
    assert str(error) == (
        f"`{kit.full_name}`: the tag `v1` was moved, and the server gives no other commit\n"
        f"  locked  {first}\n  now     {kit.git('rev-parse', 'v1')}"
    )


def test_a_branch_that_went_on_where_commits_are_not_given_by_id(project: Locking, sandbox: Sandbox) -> None:
    kit = sandbox.repository("kit", {"a": "1"})
    first = kit.git("rev-parse", "main")
    project.write('kit = { branch = "main" }')
    project.lock(**SSH)
    kit.commit({"a": "2"})
    error = refused_install(project)
    assert isinstance(error, NotFoundError)
    assert str(error).startswith(f"`{kit.full_name}`: git gets no commit `{first}`: ")


def test_a_tag_that_names_no_commit(project: Locking, sandbox: Sandbox) -> None:
    """Git allows it; nothing can be vendored of it."""
    kit = sandbox.repository("kit", {"a": "1"})
    kit.git("update-ref", "refs/tags/v1", kit.git("rev-parse", "main^{tree}"))
    project.write('kit = { tag = "v1" }')
    assert isinstance(project.refused(**SSH), NotFoundError)


def test_a_list_of_refs_that_is_none(
    project: Locking, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `git ls-remote` prints is read strictly."""
    in_front_of_git(tmp_path / "bin", 'test "$1" = ls-remote && echo junk && exit\nexec /usr/bin/git "$@"', monkeypatch)
    project.write('kit = { tag = "v1" }')
    error = project.refused(**SSH)
    assert isinstance(error, ServiceError)
    assert str(error) == f"`{sandbox.workspace}/kit`: the list of refs holds something else"


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("archive", "git cannot make an archive of commit `{}`: broken"),
        ("grep", "git cannot search commit `{}`: broken"),
        ("cat-file", "git cannot read commit `{}`: broken"),
    ],
)
def test_a_git_that_breaks_off(
    project: Locking, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, what: str
) -> None:
    kit = sandbox.repository("kit", {"a": "1"}, tags=["v1"])
    # Whatever the version: there are no programs of git's own beside this one.
    script = (
        'test "$1" = --exec-path && echo /nowhere && exit\n'
        f'test "$1" = {command} && echo "fatal: broken" >&2 && exit 128\nexec /usr/bin/git "$@"'
    )
    in_front_of_git(tmp_path / "bin", script, monkeypatch)
    project.write('kit = { tag = "v1" }')
    error = project.refused(proof="try" if command == "cat-file" else "skip", **SSH)
    assert what.format(kit.git("rev-parse", "v1")) in str(error).replace("fatal: ", "")


@pytest.mark.parametrize(
    ("script", "said"),
    [("echo git version 2.31.9", "git version 2.31.9"), ("echo cannot run >&2; exit 1", "cannot run")],
)
def test_a_git_that_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str) -> None:
    """Before 2.32 there is no way to leave the user's configuration out."""
    in_front_of_git(tmp_path / "bin", script, monkeypatch)
    with pytest.raises(LocalError) as caught:
        git_program()
    assert str(caught.value) == f"`git` is too old or cannot run: {said}"
    assert caught.value.hint == "install git 2.32 or newer"


def test_git_may_take_so_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Output, space and time have bounds; whatever git started ends with it."""
    slow = 'case "$1" in version) echo git version 2.40.1;; much) yes;; fill) yes > file & wait;; esac'
    in_front_of_git(tmp_path / "bin", slow, monkeypatch)

    def bounded(word: str) -> str:
        bounds = Bounds(seconds=30, output=1000, space=100_000)
        with pytest.raises(ServiceError) as caught:
            asyncio.run(run([word], directory=str(tmp_path), environment=dict(os.environ), bounds=bounds))
        return str(caught.value)

    assert bounded("much") == "git wrote more than 1000 bytes"
    assert bounded("fill") == "git fetched more than 100000 bytes"
    size = (tmp_path / "file").stat().st_size
    assert (tmp_path / "file").stat().st_size == size


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        (
            "fatal: remote error: upload-pack: not our ref 00",
            NotServedError,
            "remote error: upload-pack: not our ref 00",
        ),
        (
            "No ED25519 host key is known for x.\nHost key verification failed.\nfatal: Could not read from remote",
            AuthError,
            "`acme/kit`: the host key of the SSH server is not known here",
        ),
        (
            "remote: nope\nfatal: Authentication failed for 'https://ada:s3cret@x/acme/kit.git/'",
            AuthError,
            "`acme/kit`: git gets no access: Authentication failed for 'https://x/acme/kit.git/'",
        ),
        (
            "fatal: repository 'https://x/acme/kit.git/' not found",
            NotFoundError,
            "`acme/kit`: git finds no such repository: repository 'https://x/acme/kit.git/' not found",
        ),
        (
            "fatal: mismatched algorithms: client sha1; server sha256",
            ServiceError,
            OTHER_HASH,
        ),
        (
            "fatal: unable to access 'https://x/': Could not resolve host: x",
            NetworkError,
            "`acme/kit`: git could not fetch: unable to access 'https://x/': Could not resolve host: x",
        ),
        ("", NetworkError, "`acme/kit`: git could not fetch: exit status 128"),
    ],
)
def test_what_git_complains_about(said: str, kind: type[Exception], message: str) -> None:
    """Texts of git 2.39.5 and OpenSSH 9; a password in an address is not shown."""
    error = fetch_failure(Done(status=128, output=b"", complaint=said), "acme/kit")
    assert isinstance(error, kind)
    assert str(error) == message


def test_what_holds_for_one_repository_need_not_for_another(tmp_path: Path) -> None:
    """What the server can do is asked once; where that does not hold, once more for this repository."""

    def answer(heard: Heard) -> list[bytes | float]:
        if heard.method == "POST":
            return [http("200 OK", packets("ERR filter is not allowed\n"))]
        offer = (
            OFFER if "/one.git" in heard.target else packets("version 2\n", "fetch\n", "object-format=sha256\n", None)
        )
        return [http("200 OK", offer, **ADVERTISEMENT)]

    with hostile_server(answer) as server:
        settings = quick_settings(tmp_path, at(server.url))

        async def question() -> str:
            from bitdeps.ops.remote import Remote

            async with Remote(settings) as remote:
                with pytest.raises(NotServedError):
                    await remote.git_host.commit_object(RepoName("acme", "one"), "1" * 40)
                with pytest.raises(ServiceError) as caught:
                    await remote.git_host.commit_object(KIT, "1" * 40)
                return str(caught.value)

        assert asyncio.run(question()) == (OTHER_HASH)
        assert [(one.method, one.target.split("/")[2]) for one in server.heard] == [
            ("GET", "one.git"),
            ("POST", "one.git"),
            ("POST", "kit.git"),
            ("GET", "kit.git"),
        ]


HEAD = "a" * 40


@pytest.mark.parametrize(
    ("offer", "listed", "expected"),
    [
        pytest.param(OFFER, packets(f"{HEAD} refs/tags/v1\n", None), (Ref(name="v1", commit=HEAD),), id="list"),
        pytest.param(OFFER, packets(None), (), id="empty"),
        pytest.param(packets("version 2\n", "fetch\n", None), b"", None, id="no listing"),
        pytest.param(packets("version 1\n", None), b"", None, id="version 1"),
    ],
)
def test_lists_of_refs_over_https(
    tmp_path: Path, offer: bytes, listed: bytes, expected: tuple[Ref, ...] | None
) -> None:
    def answer(heard: Heard) -> list[bytes | float]:
        return [http("200 OK", offer, **ADVERTISEMENT) if heard.method == "GET" else http("200 OK", listed)]

    with hostile_server(answer) as server:
        settings = quick_settings(tmp_path, at(server.url))
        assert ask(settings, lambda remote: remote.git_host.refs(KIT, "refs/tags/")) == expected


def test_a_list_of_refs_over_https_that_is_none(tmp_path: Path) -> None:
    def answer(heard: Heard) -> list[bytes | float]:
        return [http("200 OK", OFFER if heard.method == "GET" else b"0004", **ADVERTISEMENT)]

    with hostile_server(answer) as server:
        settings = quick_settings(tmp_path, at(server.url))
        with pytest.raises(ServiceError) as caught:
            ask(settings, lambda remote: remote.git_host.refs(KIT, "refs/tags/"))
        assert str(caught.value) == (
            f"`127.0.0.1:{server.port}`: git's server gave an answer about `acme/kit` that cannot be used: "
            "the list of refs ends too early"
        )
