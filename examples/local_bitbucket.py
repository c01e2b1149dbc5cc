"""The example repositories behind `bitdeps.sandbox`, as a process of its own on a free loopback port.

    python examples/local_bitbucket.py COMMAND...    run a command that takes it for Bitbucket Cloud

So `deps.lock` of the storefront is renewed by `local_bitbucket.py deps -C examples/storefront lock`.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from build_repositories import CONSUMER, build, commit_table

_SECONDS = 30
# A proxy of the user's has no business between two processes of one machine.
_OPENER = build_opener(ProxyHandler({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bitbucket:
    """A running sandbox, and the client credentials of its consumer."""

    root: Path
    url: str
    key: str
    secret: str

    def tags(self) -> dict[str, list[str]]:
        """Give the tags of each repository."""
        repositories = tomllib.loads(commit_table(self.root))
        return {name: [ref[5:] for ref in refs if ref.startswith("tags/")] for name, refs in repositories.items()}

    def requests(self) -> list[str]:
        """Give the paths that were asked for since the last `forget_requests`."""
        return [logged["path"] for logged in self._control("GET")]

    def forget_requests(self) -> None:
        """Begin a new list of requests."""
        self._control("DELETE")

    def _control(self, method: str) -> Any:  # noqa: ANN401 (JSON)
        request = Request(f"{self.url}/_sandbox/requests", method=method)  # noqa: S310 (loopback)
        with _OPENER.open(request, timeout=_SECONDS) as answer:
            return json.load(answer)


@contextmanager
def running(root: Path) -> Iterator[Bitbucket]:
    """Make the repositories below `root` and serve them; the server ends with the block.

    Raises:
        RuntimeError: the repositories could not be made, or the server did not start.
    """
    build(root)
    settings = tomllib.loads((root / "sandbox.toml").read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "bitdeps.sandbox", "--root", str(root)]
    # In a session of its own, so that Ctrl-C reaches it through us alone.
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            if not line.startswith("sandbox listening on "):
                message = f"the sandbox did not start: {line!r}"
                raise RuntimeError(message)
            secret = settings["consumers"][CONSUMER]["secret"]
            yield Bitbucket(root=root, url=line.split()[-1], key=CONSUMER, secret=secret)
        finally:
            server.terminate()
            server.wait(timeout=_SECONDS)


def environment(bitbucket: Bitbucket, scratch: Path) -> dict[str, str]:
    """Give the environment of a command: the user's, without what would lead `deps`, git or make elsewhere."""
    strange = ("DEPS_", "BITBUCKET_", "GIT_", "MAKE", "MFLAGS", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(strange) and name != "CI"}
    return kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)]),
        "PYTHON": sys.executable,
        "DEPS_API_URL": f"{bitbucket.url}/2.0",
        "DEPS_WEB_URL": bitbucket.url,
        "DEPS_CACHE_DIR": str(scratch / "cache"),
        "DEPS_CONFIG_DIR": str(scratch / "config"),
        "BITBUCKET_CONSUMER_KEY": bitbucket.key,
        "BITBUCKET_CONSUMER_SECRET": bitbucket.secret,
    }


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def end_servers_when_terminated() -> None:
    """Let SIGTERM end this process as Ctrl-C does, so that no server outlives it."""
    signal.signal(signal.SIGTERM, _stop)


def main() -> int:
    """Run the command of the command line, and give its exit code; 130 when it was interrupted."""
    if not sys.argv[1:]:
        print("usage: local_bitbucket.py COMMAND...", file=sys.stderr)
        return 2
    end_servers_when_terminated()
    try:
        with tempfile.TemporaryDirectory(prefix="local-bitbucket-") as folder:
            scratch = Path(folder).resolve()
            with running(scratch / "bitbucket") as bitbucket:
                return subprocess.run(sys.argv[1:], env=environment(bitbucket, scratch), check=False).returncode
    except (OSError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
