"""The example repositories behind the local Bitbucket."""

from collections.abc import Iterator, Mapping

import pytest

from support.acme import build_acme
from support.sandbox import running_server


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Give the variables that point `deps` to `acme` and `acme-platform`."""
    root = tmp_path_factory.mktemp("acme")
    build_acme(root)
    with running_server(root) as server:
        yield {"DEPS_API_URL": f"{server.url}/2.0", "DEPS_WEB_URL": server.url, "DEPS_GIT_URL": server.url}
