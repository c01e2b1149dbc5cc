"""What a server can do is asked once for all its repositories; who asks first, and who waits."""

import asyncio
import threading
from pathlib import Path

from bitdeps.core.names import RepoName
from bitdeps.ops.githttp import NoEndpointError
from bitdeps.ops.remote import Remote
from support.hostile_server import Heard, hostile_server, http
from support.remotes import at, quick_settings


def test_a_host_without_git_is_asked_at_once_by_all(tmp_path: Path) -> None:
    """One question goes first, to ask once for all; when it fails nobody waits in line."""
    together = threading.Barrier(4)

    def answer(heard: Heard) -> list[bytes | float]:
        if "/one.git" not in heard.target:
            together.wait(timeout=5)
        return [http("404 Not Found", b"no git here")]

    with hostile_server(answer) as server:

        async def question() -> list[BaseException | bytes]:
            async with Remote(quick_settings(tmp_path, at(server.url))) as remote:
                names = ("one", "two", "three", "four", "five")
                asked = (remote.git_host.commit_object(RepoName("acme", name), "1" * 40) for name in names)
                return await asyncio.gather(*asked, return_exceptions=True)

        assert {type(one) for one in asyncio.run(question())} == {NoEndpointError}
    assert not together.broken
