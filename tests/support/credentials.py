"""Asking for the credential that serves, in tests."""

import asyncio

import pytest

from bitdeps.auth.credentials import Credentials
from bitdeps.config.settings import Settings
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential
from bitdeps.errors import AuthError, DepsError
from support.canaries import refuse_in_traceback

REPO = RepoName("acme", "http-kit")


def find(settings: Settings, repository: RepoName = REPO) -> Credential | None:
    return asyncio.run(Credentials(settings).find(repository))


def refused(settings: Settings, kind: type[DepsError] = AuthError) -> DepsError:
    with pytest.raises(kind) as caught:
        find(settings)
    assert "canary" not in f"{caught.value}{caught.value.hint}"
    refuse_in_traceback(caught.value)
    return caught.value


def consumer(**more: str) -> dict[str, str]:
    return {"BITBUCKET_CONSUMER_KEY": "the-key", "BITBUCKET_CONSUMER_SECRET": "canary-secret", **more}
