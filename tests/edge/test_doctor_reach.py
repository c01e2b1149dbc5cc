"""`deps doctor` on the way to the service: proxies, certificates, other answers, the clock."""

import json
import ssl
import time
from email.utils import formatdate
from pathlib import Path

import pytest
import trustme

from bitdeps.ops.doctor import Check, diagnose
from support.hostile_server import Answer, Heard, always, free_port, hostile_server, http
from support.remotes import at, quick_settings
from support.sandbox import Sandbox
from support.tunnel import tunnel

HOST = "bitbucket.example"


def found(home: Path, environment: dict[str, str], *, ahead: float = 0.0) -> dict[str, Check]:
    """Give the lines by their names; `ahead` is how many seconds this machine's clock is."""
    checks = diagnose(str(home), lambda _root: quick_settings(home, environment), clock=lambda: time.time() + ahead)
    return {check.name: check for check in checks}


def answering(heard: Heard) -> list[bytes]:
    body = b"{}" if heard.target.startswith("/2.0") else b""
    return [http("200 OK", body, date=formatdate(usegmt=True))]


def service(tmp_path: Path) -> tuple[ssl.SSLContext, dict[str, str]]:
    """Make a service of another machine's name, and the environment that trusts it."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(HOST).configure_cert(context)
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return context, {**at(f"https://{HOST}"), "SSL_CERT_FILE": str(tmp_path / "ca.pem")}


def test_a_proxy_that_is_not_there(tmp_path: Path) -> None:
    """Its address is what is to be set; its password is not shown."""
    context, environment = service(tmp_path)
    with hostile_server(answering, tls=context) as server, tunnel(server.port) as proxy:
        wrong = free_port()
        checks = found(tmp_path, {**environment, "HTTPS_PROXY": f"http://ada:secret@127.0.0.1:{wrong}"})
        assert checks["proxy"] == Check(
            name="proxy",
            state="wrong",
            found=f"`{HOST}` is not reached through `127.0.0.1:{wrong}`: `127.0.0.1:{wrong}`: "
            "the proxy cannot be reached: no connection: Connection refused",
            advice="set `HTTPS_PROXY` to the address of the proxy, or name hosts that need none in `NO_PROXY`",
        )
        assert checks["credentials"].state == "skipped"
        checks = found(tmp_path, {**environment, "HTTPS_PROXY": f"http://ada:secret@127.0.0.1:{proxy.port}"})
        assert checks["proxy"].found == f"`127.0.0.1:{proxy.port}` for `{HOST}`"
        assert {checks[name].state for name in ("proxy", "service", "clock", "credentials")} == {"ok"}
        assert set(proxy.asked) == {f"{HOST}:443"}
    assert "secret" not in repr(checks)


def test_a_proxy_that_speaks_something_else(tmp_path: Path) -> None:
    checks = found(tmp_path, {**at(f"https://{HOST}"), "ALL_PROXY": "socks5://127.0.0.1:1"})
    assert (checks["proxy"].state, checks["proxy"].advice) == ("wrong", "check `HTTPS_PROXY` and `ALL_PROXY`")
    assert checks["service"].state == "skipped"


def test_certificates_that_are_not_trusted(tmp_path: Path) -> None:
    context, environment = service(tmp_path)
    with hostile_server(answering, tls=context) as server, tunnel(server.port) as proxy:
        environment["HTTPS_PROXY"] = f"http://127.0.0.1:{proxy.port}"
        trusted = environment.pop("SSL_CERT_FILE")
        assert found(tmp_path, environment)["service"].advice == (
            "where a proxy of your organisation re-encrypts traffic, set `SSL_CERT_FILE` to its certificates"
        )
        assert found(tmp_path, environment | {"SSL_CERT_FILE": "/nowhere"})["service"].state == "wrong"
        assert found(tmp_path, environment | {"SSL_CERT_FILE": trusted})["service"].state == "ok"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (always(http("503 Service Unavailable")), "it fails with status 503"),
        (
            always(http("200 OK", b"<html>sign in to the guest network", content_type="text/html")),
            "a web page came back where data was expected",
        ),
    ],
)
def test_something_else_answers(answer: Answer, said: str, tmp_path: Path) -> None:
    with hostile_server(answer) as server:
        checks = found(tmp_path, at(server.url))
        assert (checks["service"].state, checks["service"].found) == ("wrong", f"`127.0.0.1:{server.port}`: {said}")
        assert checks["service"].advice is not None
    with hostile_server(answering) as server:
        assert found(tmp_path, at(server.url))["service"].state == "ok"


@pytest.mark.parametrize(("ahead", "said"), [(7200.0, "ahead"), (-7200.0, "behind")])
def test_a_clock_that_is_wrong(sandbox: Sandbox, tmp_path: Path, ahead: float, said: str) -> None:
    """Two hours; once the clock is set the line is right."""
    clock = found(tmp_path, sandbox.environment(), ahead=ahead)["clock"]
    assert clock.state == "wrong"
    assert f"seconds {said}, so tokens" in clock.found
    assert clock.advice == "set the clock, with `timedatectl set-ntp true` where systemd keeps it"
    assert found(tmp_path, sandbox.environment())["clock"].state == "ok"


def test_a_service_that_tells_no_time(tmp_path: Path) -> None:
    with hostile_server(always(http("200 OK", b"{}"))) as server:
        assert found(tmp_path, at(server.url))["clock"].state == "skipped"


def test_a_budget_that_is_nearly_used_up(tmp_path: Path) -> None:
    """Only the service can tell; another credential has a budget of its own."""
    (tmp_path / "deps.toml").write_text('[dependencies]\nkit = { workspace = "acme", tag = "v1" }\n')

    def answer(heard: Heard) -> list[bytes]:
        near = "true" if heard.headers.get("authorization") == "Bearer busy" else "false"
        body = json.dumps({"is_private": True}).encode()
        return [http("200 OK", body, x_ratelimit_limit="1000", x_ratelimit_nearlimit=near)]

    with hostile_server(answer) as server:
        budget = found(tmp_path, {**at(server.url), "BITBUCKET_ACCESS_TOKEN": "busy"})["budget"]
        assert budget == Check(
            name="budget",
            state="warning",
            found="the access token of `BITBUCKET_ACCESS_TOKEN`: 1000 requests an hour, nearly used up",
            advice="wait, or use a credential of its own here: every user, token and consumer has a budget of its own",
        )
        budget = found(tmp_path, {**at(server.url), "BITBUCKET_ACCESS_TOKEN": "other"})["budget"]
        assert budget.state == "ok"
