"""Whoever can change archives, git's answers or the lock tries to get other bytes in than the commit's."""

import gzip
import os
import subprocess
import zlib
from pathlib import Path

import pytest

from bitdeps.core.names import RepoName
from bitdeps.errors import DepsError, EditedVendorError, IntegrityError, ServiceError
from bitdeps.ops.project import open_project
from bitdeps.ops.verify import verify
from support.hostile_server import Heard, hostile_server, http
from support.locking import Locking
from support.remotes import ask, at, quick_settings
from support.repos import Files, Link, Repo
from support.sandbox import Sandbox

# `git commit --allow-empty` in an empty repository with these dates and names.
COMMIT = (
    b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
    b"author A <a@example.com> 1704067200 +0000\n"
    b"committer A <a@example.com> 1704067200 +0000\n\nempty\n"
)
COMMIT_ID = "6643536009232260b53da271130ce8d842892f77"
REPOSITORY = RepoName("acme", "kit")


def lines(*texts: "bytes | None") -> bytes:
    """Write packets; None is a flush."""
    return b"".join(b"0000" if text is None else b"%04x%b" % (len(text) + 4, text) for text in texts)


def head(kind: int, size: int) -> bytes:
    """Write the header of an object in a pack."""
    first, size = kind << 4 | size & 15, size >> 4
    parts = []
    while size:
        parts.append(first | 0x80)
        first, size = size & 0x7F, size >> 7
    return bytes([*parts, first])


def pack(body: bytes, *, kind: int = 1, size: int | None = None, count: int = 1) -> bytes:
    magic = b"PACK" + (2).to_bytes(4, "big") + count.to_bytes(4, "big")
    return magic + head(kind, len(body) if size is None else size) + zlib.compress(body)


def fetched(data: bytes) -> bytes:
    """Write an answer to `fetch` that holds a pack, or what should be one."""
    pieces = [b"\x01" + data[start : start + 60_000] for start in range(0, len(data), 60_000)]
    return lines(b"packfile\n", *pieces, None)


OFFER = lines(b"# service=git-upload-pack\n", None, b"version 2\n", b"fetch=shallow filter\n", b"ls-refs\n", None)
KIND = {"Content-Type": "application/x-git-upload-pack-advertisement"}


def served(answer: bytes, tmp_path: Path, offer: bytes = OFFER) -> tuple[bytes | DepsError, list[Heard]]:
    """Ask a server that gives this answer for the commit."""

    def reply(heard: Heard) -> list[bytes | float]:
        return [http("200 OK", offer, **KIND) if heard.method == "GET" else http("200 OK", answer)]

    with hostile_server(reply) as server:
        settings = quick_settings(tmp_path, at(server.url), DEPS_RETRIES="0")
        try:
            body = ask(settings, lambda remote: remote.git_host.commit_object(REPOSITORY, COMMIT_ID))
        except DepsError as error:
            return error, server.heard
    return body, server.heard


def test_the_true_commit_is_accepted(tmp_path: Path) -> None:
    """The control: the same server, telling the truth."""
    assert served(fetched(pack(COMMIT)), tmp_path)[0] == COMMIT


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(COMMIT.replace(b"4b82", b"0000"), id="another tree"),
        pytest.param(COMMIT + b"more", id="something behind it"),
        pytest.param(COMMIT[5:], id="no tree"),
        pytest.param(b"", id="empty"),
    ],
)
def test_another_object_in_place_of_the_commit_is_an_alarm(tmp_path: Path, body: bytes) -> None:
    error, _ = served(fetched(pack(body)), tmp_path)
    assert isinstance(error, IntegrityError)
    assert str(error).endswith(f": git's server gave something else for commit `{COMMIT_ID}` of `acme/kit`")
    assert error.exit_code == 3


START = b"PACK\0\0\0\2\0\0\0\1"
BOMB = zlib.compress(bytes(200_000_000))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(fetched(START + head(1, 100) + BOMB), "has another size than it says", id="bomb"),
        pytest.param(fetched(START + head(1, 10**12) + BOMB), "is larger than 16777216 bytes", id="huge"),
        pytest.param(fetched(START + b"\x95" + b"\xff" * 30), "has no size", id="endless size"),
        pytest.param(fetched(pack(COMMIT, size=10)), "has another size than it says", id="longer than it says"),
        pytest.param(fetched(pack(COMMIT, size=1000)), "has another size than it says", id="shorter than it says"),
        pytest.param(fetched(pack(COMMIT)[:-9]), "ends before its first object is whole", id="cut"),
        pytest.param(fetched(pack(COMMIT)[:14] + b"junk" * 50), "is damaged", id="no zlib"),
        pytest.param(fetched(b"KCAP" + pack(COMMIT)[4:]), "should be a pack of objects is none", id="no pack"),
        pytest.param(fetched(pack(COMMIT, count=0)), "should be a pack of objects is none", id="no object"),
        pytest.param(lines(b"packfile\n", b"\x07oops", None), "something else than a pack came", id="no band"),
        pytest.param(b"<html>nothing here</html>", "no packet begins with", id="no packets"),
        pytest.param(b"", "ends before its first object is whole", id="nothing"),
    ],
)
def test_a_hostile_answer_is_refused_in_words(tmp_path: Path, answer: bytes, why: str) -> None:
    error, _ = served(answer, tmp_path)
    assert isinstance(error, ServiceError)
    assert why in str(error)


@pytest.mark.parametrize(
    "offer",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"zzzz", id="no packets"),
        pytest.param(OFFER[:-10], id="cut"),
        pytest.param(b"0003", id="reserved length"),
    ],
)
def test_a_hostile_advertisement_is_refused(tmp_path: Path, offer: bytes) -> None:
    error, heard = served(fetched(pack(COMMIT)), tmp_path, offer)
    assert isinstance(error, ServiceError)
    assert [one.method for one in heard] == ["GET"]


def test_an_answer_without_end_is_read_no_further_than_needed(tmp_path: Path) -> None:
    """Progress for ever, or a pack that never begins: the cap on an answer ends it."""
    answer = lines(b"packfile\n") + lines(b"\x02" + b"working" * 1000) * 3000
    error, _ = served(answer, tmp_path)
    assert isinstance(error, ServiceError)
    assert "the answer is larger than 16777216 bytes" in str(error)


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path) -> Locking:
    made = Locking(sandbox=sandbox, root=tmp_path / "shop")
    made.write('kit = { tag = "v1" }')
    return made


def locked_with(archive: bytes, project: Locking) -> DepsError:
    """Lock, with a website that gives this archive; API and git are true."""
    with hostile_server(lambda _: [http("200 OK", archive)]) as website:
        return project.refused(DEPS_WEB_URL=website.url)


def archive_of(repo: Repo, commit: str) -> bytes:
    command = ["git", "-c", "safe.directory=*", "-C", str(repo.path), "archive", "--prefix=top/", commit]
    return gzip.compress(subprocess.run(command, check=True, capture_output=True).stdout)


@pytest.mark.parametrize(
    ("true", "change", "found"),
    [
        pytest.param({"a": "a"}, {"a": "evil"}, ["`a` has another content"], id="content"),
        pytest.param({"a": "a"}, {"b": "b"}, ["`b` is not in the commit"], id="a file more"),
        pytest.param({"a": "a", "b": "b"}, {"b": None}, ["`b` is missing in the archive"], id="a file less"),
        pytest.param({"a": "a"}, {"a": Link("b")}, ["`a` has another content"], id="a link"),
        pytest.param(
            {"a": "a", "check": "c", "gone": "g"},
            {
                ".gitattributes": "gone export-ignore\na export-subst ident\n* eol=crlf\n",
                "a": "$Format:%H$ evil\n",
                "gone": None,
            },
            [
                "`.gitattributes` is not in the commit",
                "`a` has another content",
                "`gone` is missing in the archive",
            ],
            id="an archive that excuses itself",
        ),
        pytest.param(
            {".gitattributes": "docs export-ignore\nv export-subst\n", "docs": "d", "v": "$Format:%H$", "a": "a"},
            {"a": "evil"},
            ["`a` has another content"],
            id="behind true attributes",
        ),
    ],
)
def test_an_archive_that_is_not_its_commit_is_refused(
    sandbox: Sandbox, project: Locking, true: Files, change: Files, found: list[str]
) -> None:
    """Nothing was locked before. Attributes inside the archive are no evidence, only the commit's own are."""
    repo = sandbox.repository("kit", true, tags=["v1"])
    commit = repo.git("rev-parse", "v1")
    evil = repo.commit(change, branch="evil", base=commit)
    body = archive_of(repo, evil)
    if "v" in true:
        # What the true commit substitutes is right in this archive.
        body = gzip.compress(gzip.decompress(body).replace(evil.encode(), commit.encode()))
    error = locked_with(body, project)
    assert isinstance(error, IntegrityError)
    first, *changed = str(error).splitlines()
    assert first == (f"`kit`: the archive of `{repo.full_name}` is not what git makes of commit {commit}:")
    assert changed == [f"- {line}" for line in found]


def test_export_subst_that_git_cannot_repeat_is_named_as_such(sandbox: Sandbox, project: Locking) -> None:
    """`%d` writes the refs of the place where the archive is made: an alarm, with its likely reason."""
    repo = sandbox.repository("kit", {".gitattributes": "v export-subst\n", "v": "$Format:%d$\n"}, tags=["v1"])
    error = project.refused()
    assert str(error) == (
        f"`kit`: the archive of `{repo.full_name}` is not what git makes of commit {repo.git('rev-parse', 'v1')}:\n"
        "- `v` has another content"
    )
    assert error.hint == (
        "`export-subst` writes into these files what may depend on where the archive is made; "
        "look at them, and lock with `deps lock --no-proof` if they are right"
    )


@pytest.mark.parametrize("kind", ["PGP SIGNATURE", "SIGNED MESSAGE"])
def test_export_subst_starts_no_program(
    kind: str, sandbox: Sandbox, project: Locking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`%G?` verifies the commit's signature, which git leaves to gpg: with what a stranger wrote, on this machine."""
    files: Files = {".gitattributes": "v export-subst\n", "v": "$Format:%G? %GS$\n"}
    repo = sandbox.repository("kit", files)
    tree = repo.git("rev-parse", "main^{tree}")
    signed = tmp_path / "commit"
    signed.write_text(
        f"tree {tree}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n"
        f"gpgsig -----BEGIN {kind}-----\n \n aaaa\n -----END {kind}-----\n\nx\n"
    )
    repo.tag("v1", repo.git("hash-object", "-t", "commit", "-w", str(signed)))
    mark, programs = tmp_path / "ran", tmp_path / "programs"
    programs.mkdir()
    for name in ("gpg", "gpgsm", "gpg2", "ssh-keygen"):
        (programs / name).write_text(f"#!/bin/sh\necho {name} >> {mark}\nexit 1\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    project.lock()
    assert (project.entry(repo)["proof"], mark.exists()) == ("export", False)


def test_no_credential_follows_git_to_another_host(sandbox: Sandbox, project: Locking) -> None:
    """The git endpoint redirects to a stranger."""
    sandbox.repository("kit", {"a": "a"}, tags=["v1"], private=True)
    token = sandbox.access_token()
    with hostile_server(lambda _: [http("401 Unauthorized", b"", **{"WWW-Authenticate": "Basic"})]) as stranger:
        away = {"Location": f"{stranger.url}/kit.git/info/refs?service=git-upload-pack"}
        sandbox.fault("error", path="*/info/refs", status=302, headers=away, times=None)
        project.refused(DEPS_TRANSPORT="git", BITBUCKET_ACCESS_TOKEN=token)
        assert len(stranger.heard) > 0
        assert [one for one in stranger.heard if "authorization" in one.headers] == []


@pytest.mark.parametrize("key", ["tree", "content"])
def test_verify_finds_a_lock_whose_tree_and_content_do_not_belong_together(
    sandbox: Sandbox, project: Locking, key: str
) -> None:
    """A lock that was edited: other bytes beside the true commit, tree and proof, or another tree beside true bytes."""
    repo = sandbox.repository("kit", {"a": "a", "l": Link("a")}, tags=["v1"])
    project.lock()
    project.install()
    true = project.entry(repo)
    verify(open_project(str(project.root)), project.settings())
    other = sandbox.repository("other", {"a": "evil", "l": Link("a")}, tags=["v1"])
    project.write('other = { tag = "v1" }')
    (project.root / "deps.lock").rename(project.root / "kept")
    project.lock()
    evil = project.entry(other)
    text = (project.root / "kept").read_text()
    project.write('kit = { tag = "v1" }')
    names = ["tree"] if key == "tree" else ["content", "archive-sha256", "archive-size"]
    for name in names:
        text = text.replace(str(true[name]), str(evil[name]))
    (project.root / "deps.lock").write_text(text)
    if key == "content":
        # What the attacker had installed on another machine.
        (project.root / "vendor/kit/a").write_text("evil")
    with pytest.raises(EditedVendorError) as caught:
        verify(open_project(str(project.root)), project.settings())
    found = evil["tree"] if key == "content" else true["tree"]
    assert str(caught.value) == (
        "the vendor directory is not what `deps.lock` says, 1 difference:\n"
        "- `kit`: `tree` and `content` of its entry do not belong together: the files are git's tree "
        f"{found}"
    )
