"""The control interface, the log, and what a reset does."""

import base64
import json
import socket
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.sandbox import Sandbox, running_server


def test_it_listens_on_loopback_only(tmp_path: Path) -> None:
    """Nothing answers on another address of this machine; the port that was asked for is the one that serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running_server(tmp_path, port=port) as server:
        assert server.url == f"http://127.0.0.1:{port}"
        if not Path("/proc/net/tcp").exists():
            pytest.skip("NOT CHECKED: which addresses are listened on is read from /proc/net/tcp")
        listening = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        ours = [
            row.split()[1] for row in listening if row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "0A"
        ]
        assert ours == [f"0100007F:{port:04X}"]


def test_the_log_knows_kinds_and_no_secrets(sandbox: Sandbox, http: httpx.Client) -> None:
    """Every request with method, path, status and kind of credential; no secret in any form."""
    sandbox.user()
    api, access = sandbox.api_token(), sandbox.access_token()
    consumer = sandbox.consumer()
    oauth = sandbox.oauth_token(consumer)
    repo = sandbox.repository("kit", {"a": "b"})
    path = f"/2.0/repositories/{repo.full_name}"
    sandbox.clear_requests()
    http.get(path)
    http.get(path, auth=(api.email, api.token))
    http.get(path, headers={"Authorization": f"Bearer {access}"})
    http.get(path, headers={"Authorization": f"Bearer {oauth}"})
    http.get(path, headers={"Authorization": "Bearer nonsense-secret"})
    http.get(path, headers={"Authorization": "Digest nonsense-secret"})
    http.get(path, headers={"Authorization": "Basic nonsense-secret"})
    http.post("/site/oauth2/access_token?code=nonsense-secret", auth=(consumer.key, consumer.secret))
    log = sandbox.requests()
    assert [(entry.status, entry.credential, entry.presented) for entry in log] == [
        (200, "anonymous", "none"),
        (200, "api-token", "email"),
        (200, "access-token", "bearer"),
        (200, "oauth", "bearer"),
        (401, "invalid", "bearer"),
        (401, "invalid", "other"),
        (401, "invalid", "other"),
        (400, "consumer", "other"),
    ]
    text = json.dumps(sandbox.server.control("GET", "requests"))
    basic = base64.b64encode(f"{api.email}:{api.token}".encode()).decode()
    for secret in (api.token, access, oauth, consumer.secret, "nonsense-secret", basic):
        assert secret not in text
    assert log[0].headers["user-agent"].startswith("python-httpx/")
    assert (log[0].number, log[0].sent > 100, log[0].origin) == (log[1].number - 1, True, sandbox.web_url)


def test_a_reset_goes_back_to_the_beginning(sandbox: Sandbox, http: httpx.Client) -> None:
    """Faults, switches, limits, tokens and people go; repositories stay."""
    repo = sandbox.repository("kit", {"a": "b"}, private=True)
    token = sandbox.oauth_token(sandbox.consumer())
    sandbox.fault("error", times=None)
    sandbox.switch(paging="numbered")
    sandbox.limits(anonymous=0)
    sandbox.server.control("POST", "reset")
    state = sandbox.server.control("GET", "state")
    assert (state["faults"], state["switches"]["paging"], state["switches"]["rate_limits"]) == ([], "opaque", False)
    assert state["limits"]["anonymous"] == 60
    assert http.get("/2.0/user", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert http.get(f"/2.0/repositories/{repo.full_name}").status_code == 200
    assert sandbox.server.control("GET", "faults") == []


def test_a_workspace_of_a_fixed_name_starts_empty(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.use_workspace("fixed")
    sandbox.repository("kit", {"a": "1"})
    sandbox.use_workspace("fixed")
    assert http.get("/2.0/repositories/fixed/kit").status_code == 404
    sandbox.repository("kit", {"a": "2"})
    assert http.get("/2.0/repositories/fixed/kit/src/main/a").text == "2"


@pytest.mark.parametrize("clock", [0, 7200, -86400])
def test_its_clock_may_be_another(clock: int, sandbox: Sandbox, http: httpx.Client) -> None:
    """`Date` is there once, in whole seconds, whoever answers."""
    sandbox.switch(clock=clock)
    for path in ("/2.0/repositories/nobody/nothing", "/nobody/nothing/get/v1.tar.gz", "/site/oauth2/authorize"):
        before = int(time.time())
        [date] = http.get(path).headers.get_list("date")
        assert before <= parsedate_to_datetime(date).timestamp() - clock <= time.time()


@pytest.mark.parametrize(
    ("method", "action", "body", "told"),
    [
        ("GET", "nothing", None, "no control GET /_sandbox/nothing"),
        ("POST", "switches", [], "a JSON object is needed"),
        ("POST", "refs", {"repository": "a/b", "tag": "v1"}, "there is no repository `a/b`"),
        ("POST", "refs", {}, "`repository` is missing"),
        ("POST", "world", {"people": {}}, "unknown table `people`"),
    ],
)
def test_mistakes_are_named(sandbox: Sandbox, method: str, action: str, body: Any, told: str) -> None:  # noqa: ANN401
    with pytest.raises(AssertionError) as caught:
        sandbox.server.control(method, action, body)
    assert json.loads(str(caught.value)) == {"error": told}


def test_a_ref_is_one_of_two_kinds(sandbox: Sandbox) -> None:
    repo = sandbox.repository("kit", {"a": "1"})
    for body in ({}, {"tag": "a", "branch": "b"}):
        with pytest.raises(AssertionError, match="exactly one of `tag` and `branch` is needed"):
            sandbox.server.control("POST", "refs", {"repository": repo.full_name, **body})
    with pytest.raises(AssertionError, match="error"):
        sandbox.server.control("POST", "refs", {"repository": repo.full_name, "branch": "x", "commit": "nothing"})


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
def test_no_web_page_controls_it(http: httpx.Client, headers: dict[str, str]) -> None:
    """Neither a form of a foreign page nor a name that was bent to this address."""
    response = http.post("/_sandbox/reset", headers=headers)
    assert (response.status_code, response.json()) == (
        403,
        {"error": "the control interface is for programs on this machine"},
    )


def test_the_server_goes_when_asked(tmp_path: Path) -> None:
    """It ends soon after SIGTERM, even while a client holds a connection."""
    with running_server(tmp_path) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        assert http.get("/2.0/user").status_code == 401
        server.process.terminate()
        assert server.process.wait(timeout=10) == 143
