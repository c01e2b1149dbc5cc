"""A credential goes to its own origin, at every redirect; and redirects go nowhere else than they may."""

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from bitdeps.core.messages import Request
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import ServiceError
from bitdeps.transport.redirects import next_hop
from support.hostile_server import Heard, HostileServer, hostile_server, http
from support.remotes import at, quick_settings, send

CANARY = Secret("Bearer canary-5b1e")
ARCHIVE = gzip.compress(b"tar", mtime=0)


def api(url: str) -> Request:
    return Request(method="GET", url=url, endpoint="api")


def redirect(location: str, status: str = "302 Found") -> list[bytes]:
    return [http(status, location=location)]


def authorizations(server: HostileServer) -> list[str | None]:
    return [heard.headers.get("authorization") for heard in server.heard]


@pytest.mark.parametrize("status", ["301 x", "302 x", "303 x", "307 x", "308 x"])
def test_a_credential_stays_behind_at_a_foreign_origin(status: str, tmp_path: Path) -> None:
    """Another port is another origin, and coming home does not bring it back."""
    homes: list[str] = []

    def foreign_answer(heard: Heard) -> Iterable[bytes]:
        return redirect(f"{homes[0]}/back") if heard.target == "/a" else [http("200 OK")]

    with hostile_server(foreign_answer) as foreign:

        def home_answer(heard: Heard) -> Iterable[bytes]:
            return [http("200 OK", b"end")] if heard.target == "/back" else redirect(f"{foreign.url}/a", status)

        with hostile_server(home_answer) as home:
            homes.append(home.url)
            settings = quick_settings(tmp_path, at(home.url))
            response = send(settings, lambda transport: transport.send(api(f"{home.url}/x"), CANARY))
            assert response.body == b"end"
            assert authorizations(home) == [CANARY.reveal(), None]
            assert authorizations(foreign) == [None]


@pytest.mark.parametrize("location", ["/other", "other", "?page=2"])
def test_a_credential_goes_along_within_its_origin(location: str, tmp_path: Path) -> None:
    def answer(heard: Heard) -> Iterable[bytes]:
        return redirect(location) if heard.target == "/x" else [http("200 OK")]

    with hostile_server(answer) as server:
        settings = quick_settings(tmp_path, at(server.url))
        send(settings, lambda transport: transport.send(api(f"{server.url}/x"), CANARY))
        assert authorizations(server) == [CANARY.reveal()] * 2


def test_an_archive_is_fetched_elsewhere_without_a_credential(tmp_path: Path) -> None:
    with hostile_server(lambda _: [http("200 OK", ARCHIVE)]) as store:
        signed = f"{store.url}/object?signature=abc"
        with hostile_server(lambda _: redirect(signed)) as home:
            settings = quick_settings(tmp_path, at(home.url))
            request = Request(method="GET", url=f"{home.url}/a.tar.gz", endpoint="archive")
            received = send(settings, lambda transport: transport.download(request, str(tmp_path / "a"), CANARY))
            assert received.size == len(ARCHIVE)
            assert authorizations(home) == [CANARY.reveal()]
            assert authorizations(store) == [None]
            assert store.heard[0].target == "/object?signature=abc"


@pytest.mark.parametrize("hops", [5, 6])
def test_at_most_five_redirects_are_followed(hops: int, tmp_path: Path) -> None:
    def answer(heard: Heard) -> Iterable[bytes]:
        number = int(heard.target.strip("/"))
        return [http("200 OK", b"end")] if number == hops else redirect(f"/{number + 1}")

    with hostile_server(answer) as server:
        settings = quick_settings(tmp_path, at(server.url))
        ask: Callable[[], bytes] = lambda: send(settings, lambda t: t.send(api(f"{server.url}/0"))).body  # noqa: E731
        if hops == 5:
            assert ask() == b"end"
        else:
            with pytest.raises(ServiceError) as caught:
                ask()
            assert str(caught.value) == f"`127.0.0.1:{server.port}`: more than 5 redirects"
            assert caught.value.hint == "a proxy may redirect in a circle: open the address in a browser"
        assert len(server.heard) == 6


def test_netrc_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login canary password canary-netrc\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with hostile_server(lambda _: [http("200 OK")]) as server:
        settings = quick_settings(tmp_path, at(server.url))
        send(settings, lambda transport: transport.send(api(f"{server.url}/x")))
        send(settings, lambda transport: transport.send(api(f"{server.url}/x"), CANARY))
        assert authorizations(server) == [None, CANARY.reveal()]


PUBLIC = "https://bitbucket.org/acme/x/get/y.tar.gz"
LOCAL = "http://127.0.0.1:8080/acme/x"
HINT = "a proxy may have changed the answer: check `HTTPS_PROXY`, `DEPS_API_URL` and `DEPS_WEB_URL`"


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        (PUBLIC, "https://cdn.example/a?signature=b#c", "https://cdn.example/a?signature=b"),
        (PUBLIC, "/other", "https://bitbucket.org/other"),
        (PUBLIC, "//cdn.example/a", "https://cdn.example/a"),
        (LOCAL, "http://localhost:9/a", "http://localhost:9/a"),
        (LOCAL, "https://cdn.example/a", "https://cdn.example/a"),
    ],
)
def test_a_redirect_that_may_be_followed(url: str, location: str, target: str) -> None:
    assert next_hop(url, location) == target


@pytest.mark.parametrize(
    ("url", "location", "reason"),
    [
        (PUBLIC, "http://bitbucket.org/x", "`http://bitbucket.org` is not encrypted"),
        (PUBLIC, "http://127.0.0.1/x", "`http://127.0.0.1` is not encrypted"),
        (LOCAL, "http://cdn.example/x", "`http://cdn.example` is not encrypted"),
        (PUBLIC, "https://127.0.0.1/x", "`127.0.0.1` is an address inside a network, not a public name"),
        (PUBLIC, "https://localhost/x", "`localhost` is an address inside a network, not a public name"),
        (PUBLIC, "https://LOCALHOST./x", "`localhost.` is an address inside a network, not a public name"),
        (PUBLIC, "https://[::1]/x", "`[::1]` is an address inside a network, not a public name"),
        (
            PUBLIC,
            "https://[::ffff:a9fe:a9fe]/x",
            "`[::ffff:a9fe:a9fe]` is an address inside a network, not a public name",
        ),
        (PUBLIC, "https://169.254.169.254/x", "`169.254.169.254` is an address inside a network, not a public name"),
        (PUBLIC, "https://0xa9fea9fe/x", "`0xa9fea9fe` is an address inside a network, not a public name"),
        (PUBLIC, "https://2852039166/x", "`2852039166` is an address inside a network, not a public name"),
        (LOCAL, "https://10.0.0.1/x", "`10.0.0.1` is an address inside a network, not a public name"),
        (PUBLIC, "https://user:canary@evil.example/", "it is no plain web address"),
        (PUBLIC, "https://evil.example\\@bitbucket.org/", "it is no plain web address"),
        (PUBLIC, "file:///etc/passwd", "it is no plain web address"),
        (PUBLIC, "javascript:alert(1)", "it is no plain web address"),
    ],
)
def test_a_redirect_that_may_not_be_followed(url: str, location: str, reason: str) -> None:
    with pytest.raises(ServiceError) as caught:
        next_hop(url, location)
    host = "bitbucket.org" if url == PUBLIC else "127.0.0.1:8080"
    assert str(caught.value) == f"`{host}`: its redirect was not followed: {reason}"
    assert caught.value.hint == HINT


def test_a_refused_redirect_asks_nobody(tmp_path: Path) -> None:
    """The forbidden target is a real server here, and hears nothing."""
    with (
        hostile_server(lambda _: [http("200 OK")]) as target,
        hostile_server(lambda _: redirect(f"https://10.0.0.1:{target.port}/x?signature=canary")) as home,
    ):
        settings = quick_settings(tmp_path, at(home.url))
        with pytest.raises(ServiceError) as caught:
            send(settings, lambda transport: transport.send(api(f"{home.url}/x"), CANARY))
        assert "canary" not in str(caught.value)
        assert (len(home.heard), target.heard) == (1, [])
