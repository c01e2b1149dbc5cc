"""Questions to a `Remote` in tests, and the refusals that they meet."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bitdeps.config.settings import Settings
from bitdeps.core.names import RepoName
from bitdeps.errors import (
    DepsError,
)
from bitdeps.ops.remote import Remote
from support.canaries import refuse_in_traceback
from support.remotes import ask, quick_settings
from support.sandbox import Sandbox

GONE = "0" * 40


Question = Callable[[Remote], Awaitable[object]]


class Memory(dict[str, bytes]):
    """Facts in memory."""

    def put(self, key: str, value: bytes) -> None:
        self[key] = value


def name(sandbox: Sandbox, repo: str) -> RepoName:
    return RepoName(sandbox.workspace, repo)


def settings(sandbox: Sandbox, home: Path, **more: str) -> Settings:
    return quick_settings(home, sandbox.environment(), **more)


def consumer(sandbox: Sandbox) -> dict[str, str]:
    made = sandbox.consumer()
    return {"BITBUCKET_CONSUMER_KEY": made.key, "BITBUCKET_CONSUMER_SECRET": made.secret}


def refused(given: Settings, question: Question, kind: type[DepsError]) -> DepsError:
    with pytest.raises(kind) as caught:
        ask(given, question)
    assert type(caught.value) is kind
    refuse_in_traceback(caught.value)
    return caught.value


def questions(repository: RepoName, target: Path) -> list[Question]:
    return [
        lambda remote: remote.tag(repository, "v1"),
        lambda remote: remote.branch(repository, "main"),
        lambda remote: remote.commit(repository, GONE),
        lambda remote: remote.tags(repository),
        lambda remote: remote.branches(repository),
        lambda remote: remote.file(repository, GONE, "deps.toml"),
        lambda remote: remote.repository(repository),
        lambda remote: remote.download(repository, GONE, str(target)),
    ]
