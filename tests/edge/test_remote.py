"""Questions to the local Bitbucket: what exists, what does not, what may not be seen, and what is asked only once."""

import hashlib
from pathlib import Path

import pytest

from bitdeps.core.names import RepoName
from bitdeps.core.resolver.model import Tag
from bitdeps.errors import (
    OfflineError,
)
from bitdeps.ops.remote import Remote
from support.questions import GONE, Memory, name, questions, refused, settings
from support.remotes import ask, quick_settings
from support.sandbox import Sandbox

ODD = ["release/2024#1", "100%-ok", "v1.0+b.2", "gr\u00fcn/1", "rev1", "@scope/pkg@1.0.3"]


@pytest.mark.parametrize("tag", ODD)
def test_a_tag_of_any_name_is_found(tag: str, sandbox: Sandbox, tmp_path: Path) -> None:
    repo = sandbox.repository("kit", {"a": "1\n"}, tags=[tag])
    repo.commit({"a": "2\n"}, message="Second\n")
    found = ask(settings(sandbox, tmp_path), lambda remote: remote.tag(name(sandbox, "kit"), tag))
    assert found is not None
    assert found.commit == repo.git("rev-parse", f"refs/tags/{tag}^{{commit}}")
    assert found.date == "2024-01-01T00:00:00+00:00"
    assert found.full_name == f"{sandbox.workspace}/kit"


def test_an_annotated_tag_is_peeled(sandbox: Sandbox, tmp_path: Path) -> None:
    repo = sandbox.repository("kit", {"a": "1\n"})
    repo.tag("v1", repo.git("rev-parse", "HEAD"), message="annotated\n")
    found = ask(settings(sandbox, tmp_path), lambda remote: remote.tag(name(sandbox, "kit"), "v1"))
    assert found is not None
    assert found.commit == repo.git("rev-parse", "HEAD")
    assert found.commit != repo.git("rev-parse", "v1")


@pytest.mark.parametrize("paging", ["opaque", "numbered"])
def test_every_tag_is_listed_page_by_page(paging: str, sandbox: Sandbox, tmp_path: Path) -> None:
    tags = [f"v{number}" for number in range(205)] + ODD
    repo = sandbox.repository("kit", {"a": "1\n"}, tags=tags, uuid="{2c6a1f0e-0000-4000-8000-000000000000}")
    sandbox.switch(paging=paging)

    async def question(remote: Remote) -> tuple[tuple[Tag, ...], str | None, int]:
        listed = await remote.tags(name(sandbox, "kit"))
        return listed, remote.uuid(name(sandbox, "kit")), remote.sent

    listed, uuid, sent = ask(settings(sandbox, tmp_path), question)
    lines = repo.git("for-each-ref", "--format=%(refname:strip=2) %(objectname)", "refs/tags").splitlines()
    assert [(tag.name, tag.commit) for tag in listed] == sorted(tuple(line.rsplit(" ", 1)) for line in lines)
    assert (uuid, sent) == ("{2c6a1f0e-0000-4000-8000-000000000000}", 3)


def test_branches_and_commits(sandbox: Sandbox, tmp_path: Path) -> None:
    repo = sandbox.repository("kit", {"a": "1\n"})
    head = repo.git("rev-parse", "HEAD")
    repo.branch("feature/x", head)

    async def question(remote: Remote) -> list[object]:
        kit = name(sandbox, "kit")
        found, commit = await remote.branch(kit, "feature/x"), await remote.commit(kit, head)
        assert found is not None
        assert commit is not None
        branches = [(ref.name, ref.commit) for ref in await remote.branches(kit)]
        return [found.commit, commit.commit, commit.uuid == found.uuid, branches]

    assert ask(settings(sandbox, tmp_path), question) == [head, head, True, [("feature/x", head), ("main", head)]]


def test_what_is_missing_in_a_repository_is_none(sandbox: Sandbox, tmp_path: Path) -> None:
    repo = sandbox.repository("kit", {"a/b": "1\n"}, tags=["v1"])
    head = repo.git("rev-parse", "HEAD")

    async def question(remote: Remote) -> list[object]:
        kit = name(sandbox, "kit")
        return [
            await remote.tag(kit, "v2"),
            await remote.tag(kit, "../../commit/v1"),
            await remote.branch(kit, "nope"),
            await remote.commit(kit, GONE),
            await remote.file(kit, head, "deps.toml"),
            await remote.file(kit, head, "a"),
            await remote.file(kit, GONE, "a"),
        ]

    assert ask(settings(sandbox, tmp_path), question) == [None] * 7


def test_an_archive_is_what_was_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    repo = sandbox.repository("kit", {"a": "1\n"})
    head = repo.git("rev-parse", "HEAD")
    target = tmp_path / "archive"
    got = ask(settings(sandbox, tmp_path), lambda remote: remote.download(name(sandbox, "kit"), head, str(target)))
    assert got.size == target.stat().st_size
    assert got.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    [request] = sandbox.requests()
    assert request.headers["accept-encoding"] == "identity"


def test_facts_are_asked_for_once_and_serve_offline(sandbox: Sandbox, tmp_path: Path) -> None:
    repo = sandbox.repository("kit", {"deps.toml": "x\n"}, tags=["v1"])
    kit, head = name(sandbox, "kit"), repo.git("rev-parse", "HEAD")
    facts = Memory()

    async def question(remote: Remote) -> list[object]:
        commit, body = await remote.commit(kit, head), await remote.file(kit, head, "deps.toml")
        absent = await remote.file(kit, head, "absent")
        return [commit and (commit.commit, commit.uuid, commit.date), body, absent, remote.uuid(kit) is not None]

    first = ask(settings(sandbox, tmp_path), question, facts)
    assert first[1:] == [b"x\n", None, True]
    assert len(sandbox.requests()) == 3
    offline = settings(sandbox, tmp_path, DEPS_OFFLINE="1")
    assert ask(offline, question, facts) == first
    assert ask(settings(sandbox, tmp_path), question, facts) == first
    assert len(sandbox.requests()) == 3
    assert all(key.startswith(sandbox.api_url.split("/")[2] + "/") for key in facts)


def test_a_commit_that_is_missing_is_no_fact(sandbox: Sandbox, tmp_path: Path) -> None:
    """It may be pushed tomorrow."""
    sandbox.repository("kit", {"a": "1\n"})
    facts = Memory()
    assert ask(settings(sandbox, tmp_path), lambda remote: remote.commit(name(sandbox, "kit"), GONE), facts) is None
    assert facts == {}


@pytest.mark.parametrize(
    ("number", "subject"),
    list(
        enumerate(
            ["tag `v1`", "branch `main`", f"commit `{GONE}`", "the list of tags", "the list of branches",
             f"`deps.toml` of commit `{GONE}`", "the repository's description", f"the archive of commit `{GONE}`"]
        )
    ),
)  # fmt: skip
def test_offline_says_what_is_missing(number: int, subject: str, tmp_path: Path) -> None:
    repository = RepoName("acme", "kit")
    given = quick_settings(tmp_path, {"DEPS_OFFLINE": "1"})
    error = refused(given, questions(repository, tmp_path / "a")[number], OfflineError)
    assert str(error) == f"`acme/kit`: {subject} is not in the cache, and the network may not be used"
    assert error.hint == "run it once without `--offline`"


def test_git_is_told_what_serves(tmp_path: Path) -> None:
    kit = RepoName("acme", "kit")
    assert ask(quick_settings(tmp_path, {}), lambda remote: remote.git_login(kit)) is None
    login = ask(quick_settings(tmp_path, {}, BITBUCKET_ACCESS_TOKEN="t"), lambda remote: remote.git_login(kit))
    assert login is not None
    assert (login.username, login.password.reveal()) == ("x-token-auth", "t")


def test_a_renamed_repository_answers_with_its_new_name(sandbox: Sandbox, tmp_path: Path) -> None:
    uuid = "{2c6a1f0e-0000-4000-8000-00000000abcd}"
    made = sandbox.repository("new-kit", {"a": "1\n"}, tags=["v1"], uuid=uuid)
    found = ask(settings(sandbox, tmp_path), lambda remote: remote.tag(name(sandbox, "new-kit"), "v1"))
    assert found is not None
    assert (found.commit, found.uuid) == (made.git("rev-parse", "HEAD"), uuid)
