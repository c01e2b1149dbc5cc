"""`deps auth` as a program: the callback, the store, and what is said."""

import os
import re
import shlex
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from support.hostile_server import until
from support.logins import DIRECT, at_terminal, keys, login, signed_in, stored, terminal, visit
from support.program import Program
from support.sandbox import Consumer, Sandbox

INTERRUPTED = "\n\ninterrupted: nothing is half done, run the command again to go on\n"


def test_key_and_secret_go_straight_to_the_link(
    deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str
) -> None:
    """One token request; the sign-in is stored for its owner alone, and install of a private repository works."""
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    deps.manifest('[dependencies]\nsecret = { workspace = "acme", tag = "v1" }\n')
    text = signed_in(deps, sandbox, consumer, callback)
    used = f"Using the OAuth consumer with the key `{consumer.key}`, from `BITBUCKET_CONSUMER_KEY`.\n"
    assert text.startswith(used)
    assert "\nSigned in as ada.\n  account   ada\n  scopes    " in text
    assert "\n  API       yes (acme/secret)\n  archives  yes\n" in text
    assert f"Stored in `{stored(deps)}` (readable by you alone), for every workspace.\n" in text
    assert stat.S_IMODE(stored(deps).stat().st_mode) == 0o600
    assert stat.S_IMODE(stored(deps).parent.stat().st_mode) == 0o700
    assert len(sandbox.requests("/site/oauth2/access_token")) == 1
    deps("install")
    assert (deps.vendor / "secret" / "a").read_text() == "1\n"
    assert {request.credential for request in sandbox.requests("/get/")} == {"oauth"}
    assert len(sandbox.requests("/site/oauth2/access_token")) == 1


def test_the_link_carries_state_and_challenge(deps: Program, consumer: Consumer, callback: str) -> None:
    links = []
    for _ in range(2):
        with login(deps, **keys(consumer, callback)) as running:
            links.append(parse_qs(urlsplit(running.link).query))
    for link in links:
        assert set(link) == {
            "response_type",
            "client_id",
            "redirect_uri",
            "state",
            "code_challenge",
            "code_challenge_method",
        }
        assert link["code_challenge_method"] == ["S256"]
        assert link["redirect_uri"] == [callback]
        assert len(link["state"][0]) >= 43
    assert links[0]["state"] != links[1]["state"]
    assert links[0]["code_challenge"] != links[1]["code_challenge"]


def test_a_forged_state_ends_the_login_and_asks_for_no_token(
    deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str
) -> None:
    with login(deps, **keys(consumer, callback)) as running:
        assert running.link
        status, headers, page = visit(f"{callback}/?code=canary-code&state=forged")
        assert (status, "canary" in page) == (400, False)
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
        code, text = running.end()
    assert code == 4
    assert text.endswith(
        "error: what came back from the browser does not belong to this sign-in: "
        "its `state` is not the one that was sent\n"
        "\nhint: no token was asked for; run `deps auth login` again, and use the newest link\n"
    )
    assert sandbox.requests("/site/oauth2/access_token") == []
    assert not stored(deps).exists()


def test_probes_icons_and_other_hosts_are_answered_404_and_change_nothing(
    deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str
) -> None:
    """A wrong `Host` is DNS rebinding; a browser also opens connections that it never uses."""
    with login(deps, **keys(consumer, callback)) as running:
        answer = sandbox.grant(running.link, user="ada")
        port = urlsplit(callback).port or 0
        idle = socket.create_connection(("127.0.0.1", port))
        for path in ("/favicon.ico", "/", "/?state=x", "/other?code=a&state=b", "/?" + "a" * 9000 + "&code=1"):
            assert visit(callback + path)[0] == 404
        assert visit(answer, Host="evil.example")[0] == 404
        posted = urllib.request.Request(answer, data=b"x", method="POST")  # noqa: S310 (loopback)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            DIRECT.open(posted, timeout=10)
        with socket.create_connection(("127.0.0.1", port)) as garbage:
            garbage.sendall(b"\x16\x03\x01\r\n\r\n")
            assert garbage.recv(100).startswith(b"HTTP/1.1 404 ")
        assert visit(answer)[0] == 200
        idle.close()
        code, text = running.end()
    assert code == 0, text


def test_both_loopback_families_are_served_and_nothing_else(
    deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str
) -> None:
    with login(deps, **keys(consumer, callback)) as running:
        assert sandbox.grant(running.link, user="ada")
        port = urlsplit(callback).port or 0
        rows = subprocess.run(["ss", "-Hltn", f"sport = :{port}"], capture_output=True, text=True, check=False).stdout
        found = set(re.findall(rf"(\S+):{port}\s", rows)) or listening(port)
    assert found == ({"127.0.0.1", "[::1]"} if socket.has_ipv6 and has_ipv6_loopback() else {"127.0.0.1"})


def listening(port: int) -> set[str]:
    """Read which addresses listen, where `ss` is not installed."""
    names = {"0100007F": "127.0.0.1", "00000000000000000000000001000000": "[::1]"}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
            address, number = line.split()[1].split(":")
            if int(number, 16) == port and line.split()[3] == "0A":
                found.add(names.get(address, address))
    return found


def has_ipv6_loopback() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_a_refusal_is_told(deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str) -> None:
    with login(deps, **keys(consumer, callback)) as running:
        status, _, page = visit(sandbox.grant(running.link, user="ada", decision="deny"))
        assert (status, "No sign-in" in page) == (400, True)
        code, text = running.end()
    assert code == 4
    assert text.endswith(
        "error: access was not granted: access_denied: The resource owner denied the request\n"
        "\nhint: run `deps auth login` again and press Grant access\n"
    )


def test_the_pages_are_the_same_for_everybody(
    deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str
) -> None:
    """Two grants, two refusals of unlike kinds: nothing of the address is on the page, which may load nothing."""
    seen = []
    for decision, tail in (("grant", ""), ("grant", "&more=canary-1"), ("deny", ""), ("deny", "&error_uri=<b>x</b>")):
        with login(deps, **keys(consumer, callback)) as running:
            seen.append(visit(sandbox.grant(running.link, user="ada", decision=decision) + tail))
            running.end()
    (granted, again, denied, other) = seen
    assert granted == again
    assert denied == other
    assert (granted[0], denied[0]) == (200, 400)
    for _, headers, page in (granted, denied):
        [style] = re.findall("<style>(.*?)</style>", page, re.DOTALL)
        digest = b64encode(sha256(style.encode()).digest()).decode()
        assert headers == {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(page.encode())),
            "Cache-Control": "no-store",
            "Content-Security-Policy": (
                f"default-src 'none'; style-src 'sha256-{digest}'; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Connection": "close",
        }
        assert not re.search(r"<(?:script|img|link|iframe|form)|\bhref|\bsrc|\bon\w+=|https?:", page)


def test_a_second_callback_finds_nobody(deps: Program, sandbox: Sandbox, consumer: Consumer, callback: str) -> None:
    with login(deps, **keys(consumer, callback)) as running:
        answer = sandbox.grant(running.link, user="ada")
        assert visit(answer)[0] == 200
        code, _ = running.end()
        with pytest.raises(urllib.error.URLError):
            visit(answer)
    assert code == 0
    assert len(sandbox.requests("/site/oauth2/access_token")) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0"])  # noqa: S104 (it must be noticed)
def test_a_busy_port_names_the_process_and_the_setting(
    host: str, deps: Program, consumer: Consumer, callback: str
) -> None:
    """Whichever family it is busy on."""
    if host == "::1" and not has_ipv6_loopback():
        pytest.skip("NOT CHECKED: this machine has no IPv6 loopback")
    port = urlsplit(callback).port or 0
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
        deps.extra |= keys(consumer, callback)
        ran = deps("auth", "login", code=1)
    program = Path("/proc/self/comm").read_text("utf-8").strip()
    assert ran.stderr.endswith(
        f"error: `localhost:{port}`: cannot listen there for the browser: Address already in use "
        f"({program}, process {os.getpid()} does)\n"
        "\nhint: end the other program, or register another callback URL at the consumer and name it with "
        "`--callback-url` or `DEPS_CALLBACK_URL` (8976 and 8967 are easily confused)\n"
    )


def test_nobody_comes_back(deps: Program, consumer: Consumer, callback: str) -> None:
    deps.extra |= keys(consumer, callback)
    ran = deps("auth", "login", code=4, DEPS_TIMEOUTS_LOGIN="0.3", BROWSER="true")
    assert ran.stderr.endswith(
        "error: nobody came back from the browser within 0.3 s\n"
        "\nhint: run `deps auth login` again; where the browser is on another machine, use `--no-browser`\n"
    )


def test_ctrl_c_is_clean(deps: Program, consumer: Consumer, callback: str) -> None:
    with login(deps, **keys(consumer, callback)) as running:
        assert running.link
        running.process.send_signal(signal.SIGINT)
        code, text = running.end()
    assert code == 130
    assert text.partition(running.link)[2] == INTERRUPTED


def test_ctrl_c_at_a_question_is_clean(deps: Program) -> None:
    with at_terminal(deps, "auth", "login") as child:
        child.expect("1, 2 or 3: ")
        child.sendintr()
        child.expect_exact(f"^C\r\n{INTERRUPTED.strip()}\r\n")
    assert child.exitstatus == 130


def test_ctrl_c_at_a_terminal_while_the_browser_is_away(deps: Program, consumer: Consumer, callback: str) -> None:
    """One line, and the port is free at once."""
    with at_terminal(deps, "auth", "login", **keys(consumer, callback)) as child:
        child.expect(r"/site/oauth2/authorize\S+")
        child.sendintr()
        child.expect_exact(f"^C\r\n{INTERRUPTED.strip()}\r\n")
    assert child.exitstatus == 130
    socket.create_server(("127.0.0.1", urlsplit(callback).port or 0)).close()


def test_ctrl_c_at_a_secret_leaves_a_terminal_that_shows_what_is_typed(deps: Program) -> None:
    words = [sys.executable, "-m", "bitdeps", "auth", "login", "--kind", "access-token"]
    script = f"{shlex.join(words)}; echo code $?; stty -a"
    with terminal(deps, "sh", "-c", f"trap : INT; {script}") as child:
        child.expect("The access token: ")
        child.sendintr()
        child.expect_exact(INTERRUPTED.strip())
        child.expect("code 130")
        child.expect(r"[ ;]echo ")


def test_a_running_login_shows_no_secret_to_other_processes(deps: Program, consumer: Consumer, callback: str) -> None:
    with login(deps, **keys(consumer, callback)) as running:
        assert running.link
        seen: set[str] = set()

        def listed() -> bool:
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(path.read_text("utf-8", "replace"))
                except OSError:
                    continue
            return len(seen) > 0

        until(listed)
        assert not [line for line in seen if consumer.secret in line]
