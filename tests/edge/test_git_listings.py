"""Lists of tags for those who have no credential: 60 requests of the API an hour, and 60,000 of git."""

from pathlib import Path

import pytest

from bitdeps.errors import RateLimitedError
from support.locking import Locking
from support.sandbox import Sandbox


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path) -> Locking:
    return Locking(sandbox=sandbox, root=tmp_path / "shop")


def test_tags_beyond_the_first_page_come_from_git_for_the_anonymous(sandbox: Sandbox, project: Locking) -> None:
    """Without a credential the API allows 60 requests an hour; one of them is enough for a range."""
    repo = sandbox.repository("kit", {"a": "a"})
    commit = repo.git("rev-parse", "main")
    for number in range(250):
        repo.tag(f"v1.{number}", commit, message="annotated\n" if number % 2 else None)
    project.write('kit = { version = ">=1" }')
    project.lock()
    assert [one.status for one in sandbox.requests("/refs/tags?")] == [200]
    assert project.entry(repo)["tag"] == "v1.249"
    assert "uuid" in project.entry(repo)
    first = project.bytes
    (project.root / "deps.lock").unlink()
    sandbox.clear_requests()
    project.lock(BITBUCKET_ACCESS_TOKEN=sandbox.access_token())
    assert project.bytes == first
    assert len(sandbox.requests("/refs/tags?")) == 3


def test_tags_come_from_git_where_the_anonymous_have_used_up_their_requests(sandbox: Sandbox, project: Locking) -> None:
    """At once: an hour would be long to wait. The same answer to somebody with a credential is an error."""
    repo = sandbox.repository("kit", {"a": "a"}, tags=["v1", "v2"])
    sandbox.fault("rate-limit", path="/2.0/*/refs/tags", times=None)
    project.write('kit = { version = ">=1" }')
    project.lock()
    assert [one.status for one in sandbox.requests("/refs/tags?")] == [429]
    assert (project.entry(repo)["tag"], project.entry(repo)["proof"]) == ("v2", "commit")
    (project.root / "deps.lock").unlink()
    error = project.refused(DEPS_RETRIES="0", BITBUCKET_ACCESS_TOKEN=sandbox.access_token())
    assert isinstance(error, RateLimitedError)
    sandbox.switch(git_protocol="v0")
    assert isinstance(project.refused(DEPS_RETRIES="0"), RateLimitedError)
