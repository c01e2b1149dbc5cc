"""Canary secrets: in no output, no traceback, no file but the store, and no command line of any process."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

import pytest

from support.canaries import holders
from support.hostile_server import free_port
from support.logins import keys, login, visit
from support.program import Program
from support.repos import Repo
from support.sandbox import Sandbox

CANARY = "kanarienvogel"


@pytest.fixture
def deps(sandbox: Sandbox, tmp_path: Path) -> Program:
    """Give a project with a private dependency, and a temporary folder of its own."""
    sandbox.use_workspace("acme")
    for name in ("storefront", "home", "temporary"):
        (tmp_path / name).mkdir()
    program = Program(root=tmp_path / "storefront", home=tmp_path / "home", service=sandbox.environment())
    program.extra["TMPDIR"] = str(tmp_path / "temporary")
    program.manifest('[dependencies]\nsecret = { workspace = "acme", tag = "v1" }\n')
    return program


@pytest.fixture
def secret(sandbox: Sandbox, deps: Program) -> Repo:  # noqa: ARG001 (deps names the workspace)
    return sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)


class CommandLines:
    """Every command line of every process of this machine, for the time of a block."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes())
                except OSError:
                    continue


def run(deps: Program, *words: str, **variables: str) -> str:
    """Run `deps -vv`, whatever comes of it, and return all that it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", "bitdeps", *words, "-vv"],
        cwd=deps.root,
        env={**deps.environment, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr


WAYS = [("lock",), ("install",), ("auth", "status", "--probe", "acme/secret")]
KINDS = ["access-token", "api-token", "consumer"]


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        *((kind, fault) for kind in KINDS for fault in ("none", "refused")),
        ("consumer", "expired"),
        ("consumer", "away"),
    ],
)
@pytest.mark.usefixtures("secret")
def test_no_secret_of_the_environment_is_left_anywhere(kind: str, fault: str, deps: Program, sandbox: Sandbox) -> None:
    """With each kind of credential, when all goes well and when something fails, tracebacks included."""
    sandbox.user("ada")
    held, made = sandbox.api_token("ada"), sandbox.consumer(secret=f"{CANARY}-2")
    name, value = {
        "access-token": ("BITBUCKET_ACCESS_TOKEN", sandbox.access_token()),
        "api-token": ("BITBUCKET_API_TOKEN", held.token),
        "consumer": ("BITBUCKET_CONSUMER_SECRET", made.secret),
    }[kind]
    variables = {"BITBUCKET_EMAIL": held.email} if kind == "api-token" else {}
    variables |= {"BITBUCKET_CONSUMER_KEY": made.key} if kind == "consumer" else {}
    variables[name] = f"{CANARY}-wrong" if fault == "refused" else value
    if fault == "expired":
        sandbox.fault("expired-token", path="*", times=None)
    if fault == "away":
        deps.service = {name: f"http://127.0.0.1:{free_port()}" for name in deps.service}
    with CommandLines() as lines:
        output = "".join(run(deps, *words, **variables) for words in WAYS)
    assert ("Traceback" in output) is (fault != "none")
    assert variables[name] not in output
    assert not [line for line in lines.seen if variables[name].encode() in line]
    assert holders([variables[name]], deps.home, deps.root, Path(deps.extra["TMPDIR"])) == []


@pytest.mark.usefixtures("secret")
def test_a_sign_in_is_in_the_store_and_nowhere_else(deps: Program, sandbox: Sandbox) -> None:
    """Key's secret, code, access token and refresh token, through a sign-in, an expiry and an install."""
    sandbox.user("ada")
    callback = f"http://localhost:{free_port()}"
    made = sandbox.consumer(secret=f"{CANARY}-2", callback=callback)
    with CommandLines() as lines:
        with login(deps, "-vv", **keys(made, callback)) as running:
            answer = sandbox.grant(running.link, user="ada")
            visit(answer)
            code, output = running.end()
        assert code == 0, output
        store = deps.home / ".config" / "deps" / "credentials.json"
        secrets = stored(store)
        sandbox.expire_tokens()
        output += "".join(run(deps, *words) for words in WAYS)
        secrets |= stored(store) | {made.secret, answer.partition("code=")[2].partition("&")[0]}
    assert len(secrets) == 6
    assert not [one for one in secrets if one in output]
    assert not [line for line in lines.seen for one in secrets if one.encode() in line]
    assert holders(secrets, deps.home, deps.root, Path(deps.extra["TMPDIR"])) == [store]


def stored(store: Path) -> set[str]:
    """Return the tokens in the store."""
    import json

    [entry] = json.loads(store.read_text())["sign-ins"]
    return {entry["secret"], entry["refresh"]}
