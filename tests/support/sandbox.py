"""The local Bitbucket for tests: a real server process on a real socket, git repositories made from dictionaries.

Use the fixture `sandbox` (tests/support/sandbox_fixtures.py). How to: /docs/how-to/test-without-bitbucket.md.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from bitdeps.sandbox.build import create_repository
from support.canaries import MARK
from support.repos import Files, Repo

START_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One request as the server saw it; `credential` is its kind, never the secret (docs/reference/sandbox.md)."""

    number: int
    origin: str
    method: str
    path: str
    status: int
    credential: str
    presented: str
    principal: str
    faults: list[str]
    sent: int
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """An OAuth consumer's key and secret, and the address it calls back."""

    key: str
    secret: str
    callback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """An API token and the e-mail address and user name it goes with."""

    email: str
    user: str
    token: str


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_named: object) -> None:
        return None


_OPENER = build_opener(ProxyHandler({}), _NoRedirect)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server process."""

    root: Path
    url: str
    process: "subprocess.Popen[str]"

    def control(self, method: str, action: str, body: Any = None) -> Any:  # noqa: ANN401 (JSON in, JSON out)
        """Call the control interface; what it refuses is an AssertionError with its words."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/_sandbox/{action}", data=data, method=method)  # noqa: S310 (loopback)
        try:
            with _OPENER.open(request, timeout=60) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise AssertionError(error.read().decode()) from None


@contextmanager
def running_server(
    root: Path, *, seeds: Sequence[Path] = (), port: int = 0, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start `python -m bitdeps.sandbox` as a process of its own; stops it at the end."""
    command = [sys.executable, "-m", "bitdeps.sandbox", "--root", str(root), "--port", str(port)]
    for seed in seeds:
        command += ["--seed", str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line.startswith("sandbox listening on http://127.0.0.1:"), f"the sandbox did not start: {line!r}"
            yield Server(root=root, url=line.split()[-1], process=process)
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


@dataclass(slots=True, kw_only=True)
class Sandbox:
    """What one test sees: a running server, back at its beginning, and a workspace of its own."""

    server: Server
    workspace: str

    @property
    def root(self) -> Path:
        """Give the folder that holds `WORKSPACE/REPO.git`."""
        return self.server.root

    @property
    def web_url(self) -> str:
        """Give what stands for https://bitbucket.org."""
        return self.server.url

    @property
    def api_url(self) -> str:
        """Give what stands for https://api.bitbucket.org/2.0."""
        return f"{self.server.url}/2.0"

    @property
    def other_url(self) -> str:
        """Give the second origin, which serves the same and is where redirected archives lie."""
        return str(self.server.control("GET", "state")["origins"][1])

    def environment(self) -> dict[str, str]:
        """Give the variables that point `deps` here."""
        return {"DEPS_API_URL": self.api_url, "DEPS_WEB_URL": self.web_url, "DEPS_GIT_URL": self.web_url}

    def use_workspace(self, name: str) -> None:
        """Work in a workspace of a fixed name, empty at first: for golden texts."""
        self.server.control("POST", "workspaces/remove", {"workspace": name})
        self.workspace = name

    def repository(
        self,
        slug: str,
        files: Files | None = None,
        *,
        tags: Sequence[str] = (),
        workspace: str | None = None,
        **settings: Any,  # noqa: ANN401 (keys of a repository in a seed file)
    ) -> Repo:
        """Make a repository, with a first commit when files are given; settings as in a seed (`private=True`)."""
        workspace = workspace or self.workspace
        repo = Repo(workspace=workspace, slug=slug, path=self.root / workspace / f"{slug}.git")
        create_repository(repo.path)
        if settings:
            self.configure(repo, **settings)
        if files is not None:
            repo.commit(files, tags=tags)
        return repo

    def configure(self, repo: Repo, **settings: Any) -> None:  # noqa: ANN401
        """Set `private`, `description`, `language`, `uuid` of a repository."""
        self.add({"repositories": {repo.full_name: settings}})

    def add(self, seed: Mapping[str, Any]) -> None:
        """Add what a seed file could hold."""
        self.server.control("POST", "world", seed)

    def consumer(self, name: str = "ci", **settings: Any) -> Consumer:  # noqa: ANN401
        """Add an OAuth consumer of this workspace (a private one with a callback unless settings differ)."""
        key = f"{self.workspace}-{name}"
        held = {"key": key, "secret": f"{MARK}-of-{key}", "workspace": self.workspace} | settings
        held.setdefault("callback", "http://localhost:8976")
        self.add({"consumers": {name: held}})
        return Consumer(key=held["key"], secret=held["secret"], callback=held["callback"])

    def user(self, name: str = "ada", *, access: Mapping[str, str] | None = None, **settings: Any) -> str:  # noqa: ANN401
        """Add a person; without `access` a member (`write`) of this workspace. Gives the name."""
        held = {"access": dict(access if access is not None else {self.workspace: "write"})} | settings
        self.add({"users": {name: held}})
        return name

    def api_token(self, user: str = "ada", **settings: Any) -> ApiToken:  # noqa: ANN401
        """Add an API token of a person added before with `user` (whose e-mail is NAME@example.com)."""
        token = f"{MARK}-api-token-of-{user}-{self.workspace}"
        self.add({"api-tokens": {token: {"user": user, **settings}}})
        return ApiToken(email=f"{user}@example.com", user=user, token=token)

    def access_token(self, *covers: str, **settings: Any) -> str:  # noqa: ANN401
        """Add an access token that covers `workspace` or `workspace/repo` names (this workspace by default)."""
        covered = list(covers) or [self.workspace]
        token = f"{MARK}-access-token-{'-'.join(covered).replace('/', '-')}"
        self.add({"access-tokens": {token: {"covers": covered, **settings}}})
        return token

    def oauth_token(self, consumer: Consumer) -> str:
        """Get an access token by client credentials."""
        basic = base64.b64encode(f"{consumer.key}:{consumer.secret}".encode()).decode()
        request = Request(  # noqa: S310 (loopback)
            f"{self.web_url}/site/oauth2/access_token",
            data=b"grant_type=client_credentials",
            headers={"Authorization": f"Basic {basic}"},
        )
        with _OPENER.open(request, timeout=60) as answer:
            return str(json.load(answer)["access_token"])

    def grant(self, authorize_url: str, *, user: str, decision: str = "grant") -> str:
        """Do what a person does on the authorize page (`grant` or `deny`); gives the address called back."""
        data = urlencode({"user": user, "decision": decision}).encode()
        try:
            _OPENER.open(Request(authorize_url, data=data), timeout=60)  # noqa: S310 (loopback)
        except HTTPError as error:
            if error.status in {302, 303}:
                return str(error.headers["Location"])
            raise AssertionError(error.read().decode()) from None
        msg = "the authorize page did not lead back"
        raise AssertionError(msg)

    def fault(self, kind: str, **settings: Any) -> None:  # noqa: ANN401
        """Put a fault in force, once unless `times` says otherwise (`times=None`: always)."""
        self.server.control("POST", "faults", {"kind": kind, **settings})

    def clear_faults(self) -> None:
        """End all faults."""
        self.server.control("DELETE", "faults")

    def switch(self, **changes: Any) -> None:  # noqa: ANN401
        """Change switches for the rest of this test."""
        self.server.control("POST", "switches", changes)

    def limits(self, **limits: int) -> None:
        """Set and enforce hourly limits: anonymous, api, raw, archive, git, window (seconds)."""
        self.switch(rate_limits=True)
        self.server.control("POST", "limits", limits)

    def expire_tokens(self) -> None:
        """End all OAuth access tokens; refresh tokens live on."""
        self.server.control("POST", "tokens/expire")

    def revoke_refresh_tokens(self) -> None:
        """End all refresh tokens."""
        self.server.control("POST", "tokens/revoke-refresh")

    def requests(self, path: str = "") -> list[Logged]:
        """Give the requests so far whose path contains a text, oldest first."""
        entries = [Logged(**entry) for entry in self.server.control("GET", "requests")]
        return [entry for entry in entries if path in entry.path]

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        self.server.control("DELETE", "requests")
