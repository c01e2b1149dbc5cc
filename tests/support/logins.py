"""A running `deps auth login`, and visits of the callback as a browser makes them."""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from support.canaries import refuse
from support.program import Program
from support.sandbox import Consumer, Sandbox

if TYPE_CHECKING:
    import pexpect

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Login:
    """The process, and the link that it printed."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.text = ""

    @property
    def link(self) -> str:
        """Wait for the link."""
        assert self.process.stderr is not None
        while (match := re.search(r"http://\S+/site/oauth2/authorize\S+", self.text)) is None:
            line = self.process.stderr.readline()
            assert line, self.text
            self.text += line
        return match[0]

    def end(self) -> tuple[int, str]:
        """Wait for the end: the exit code, and everything that was said."""
        assert self.process.stderr is not None
        # `communicate` would lose what was read ahead.
        self.text += self.process.stderr.read()
        return self.process.wait(timeout=30), self.text


@contextmanager
def login(deps: Program, *words: str, **variables: str) -> Iterator[Login]:
    """Run `deps auth login` without a terminal, and with a browser that opens nothing."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bitdeps", "auth", "login", *words],
        cwd=deps.root,
        env={**deps.environment, "BROWSER": "true", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Login(process)
    finally:
        process.kill()
        process.communicate()


def keys(consumer: Consumer, callback: str) -> dict[str, str]:
    """Make the environment that holds key, secret and callback."""
    return {
        "BITBUCKET_CONSUMER_KEY": consumer.key,
        "BITBUCKET_CONSUMER_SECRET": consumer.secret,
        "DEPS_CALLBACK_URL": callback,
    }


def visit(url: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """Get a page as a browser would, redirects not followed."""
    try:
        with DIRECT.open(urllib.request.Request(url, headers=headers), timeout=10) as answer:  # noqa: S310 (loopback)
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read().decode()


def signed_in(deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str, *words: str) -> str:
    with login(deps, *words, **keys(consumer, callback)) as running:
        status, _, page = visit(sandbox.grant(running.link, user="ada"))
        assert (status, "You are back" in page) == (200, True)
        code, text = running.end()
    assert code == 0, text
    return text


def stored(deps: Program) -> Path:
    return deps.home / ".config" / "deps" / "credentials.json"


def piped(deps: Program, text: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bitdeps", *words], cwd=deps.root, env=deps.environment, input=text,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@contextmanager
def at_terminal(deps: Program, *words: str, **variables: str) -> "Iterator[pexpect.spawn[str]]":
    """Run `deps` at a terminal, to its end."""
    with terminal(deps, sys.executable, "-m", "bitdeps", *words, **variables) as child:
        yield child


@contextmanager
def terminal(deps: Program, *command: str, **variables: str) -> "Iterator[pexpect.spawn[str]]":
    """Run a command at a terminal, to its end; no secret may appear on the screen, typed or not."""
    import pexpect

    screen = StringIO()
    child = pexpect.spawn(
        command[0],
        list(command[1:]),
        cwd=str(deps.root),
        env={**deps.environment, "DEPS_COLOR": "never", "BROWSER": "true", **variables},
        encoding="utf-8",
        timeout=30,
        dimensions=(50, 5000),
    )
    child.logfile_read = screen
    try:
        yield child
        child.expect(pexpect.EOF)
    finally:
        child.close()
    refuse("what is on the screen", screen.getvalue())
