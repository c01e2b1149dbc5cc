"""Proxies: who uses which, and what is said when one refuses."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from bitdeps.config.proxies import proxy_for
from bitdeps.core.messages import Request
from bitdeps.errors import NetworkError, UsageError
from support.hostile_server import Heard, free_port, hostile_server, http
from support.intercepting_proxy import intercepting_proxy
from support.remotes import quick_settings, send

API = "https://api.bitbucket.org/2.0"
PROXY = "http://proxy.example:3128"
HINT = "check `HTTPS_PROXY` (a user name and password go into its address) and `NO_PROXY`"


@pytest.mark.parametrize(
    ("url", "proxies", "proxy"),
    [
        (API, {"https": PROXY}, PROXY),
        (API, {"http": PROXY}, None),
        (API, {"all": PROXY}, PROXY),
        (API, {"https": "https://secure.example", "all": PROXY}, "https://secure.example"),
        (API, {"https": "proxy.example:3128"}, PROXY),
        (API, {}, None),
        (API, {"https": PROXY, "no": "*"}, None),
        (API, {"https": PROXY, "no": "api.bitbucket.org"}, None),
        (API, {"https": PROXY, "no": "other, .bitbucket.org"}, None),
        (API, {"https": PROXY, "no": "BITBUCKET.ORG"}, None),
        (API, {"https": PROXY, "no": "*.bitbucket.org"}, None),
        (API, {"https": PROXY, "no": "bucket.org"}, PROXY),
        (API, {"https": PROXY, "no": "api.bitbucket.org:443"}, None),
        (API, {"https": PROXY, "no": "api.bitbucket.org:8443"}, PROXY),
        (API, {"https": PROXY, "no": ","}, PROXY),
        (API, {"https": PROXY, "no": "10.0.0.0/8"}, PROXY),
        ("https://10.1.2.3/x", {"https": PROXY, "no": "10.0.0.0/8"}, None),
        ("https://11.1.2.3/x", {"https": PROXY, "no": "10.0.0.0/8"}, PROXY),
        ("https://10.1.2.3/x", {"https": PROXY, "no": "bitbucket.org"}, PROXY),
        ("https://[fd00::1]/x", {"https": PROXY, "no": "[fd00::1]"}, None),
        ("https://[fd00::1]/x", {"https": PROXY, "no": "fd00::/8"}, None),
        ("http://127.0.0.1:8080/x", {"http": PROXY, "all": PROXY}, None),
        ("http://localhost:8080/x", {"http": PROXY, "all": PROXY}, None),
        ("not an address", {"all": PROXY}, None),
    ],
)
def test_which_proxy_serves_an_address(url: str, proxies: dict[str, str], proxy: str | None) -> None:
    assert proxy_for(url, proxies) == proxy


def test_a_proxy_that_speaks_socks_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        proxy_for(API, {"all": "socks5://user:canary@proxy.example"})
    assert str(caught.value) == (
        "the proxy for `api.bitbucket.org` is not an HTTP proxy: only `http://` and `https://` are supported"
    )
    assert caught.value.hint == "check `HTTPS_PROXY` and `ALL_PROXY`"


def test_a_proxy_is_asked_to_connect_and_its_refusal_is_told(tmp_path: Path) -> None:
    """Its own password goes to the proxy, and into no message."""

    def answer(_heard: Heard) -> Iterable[bytes]:
        return [http("407 Proxy Authentication Required", b"<html>sign in to the proxy")]

    with hostile_server(answer) as proxy:
        address = f"http://ada:canary-pw@127.0.0.1:{proxy.port}"
        settings = quick_settings(tmp_path, {}, HTTPS_PROXY=address)
        with pytest.raises(NetworkError) as caught:
            send(settings, lambda transport: transport.send(Request(method="GET", url=API, endpoint="api")))
        assert [(heard.method, heard.target) for heard in proxy.heard] == [("CONNECT", "api.bitbucket.org:443")]
        assert proxy.heard[0].headers["proxy-authorization"] == "Basic YWRhOmNhbmFyeS1wdw=="
    assert str(caught.value) == (
        f"`127.0.0.1:{proxy.port}`: the proxy does not connect to `api.bitbucket.org`: "
        "407 Proxy Authentication Required"
    )
    assert caught.value.hint == HINT
    assert "canary" not in repr(settings)


def test_a_proxy_that_is_not_there(tmp_path: Path) -> None:
    port = free_port()
    settings = quick_settings(tmp_path, {}, HTTPS_PROXY=f"http://ada:canary-pw@127.0.0.1:{port}", DEPS_RETRIES="0")
    with pytest.raises(NetworkError) as caught:
        send(settings, lambda transport: transport.send(Request(method="GET", url=API, endpoint="api")))
    assert str(caught.value) == (f"`127.0.0.1:{port}`: the proxy cannot be reached: no connection: Connection refused")
    assert caught.value.hint == HINT


def test_a_proxy_whose_name_nobody_knows(tmp_path: Path) -> None:
    settings = quick_settings(tmp_path, {}, HTTPS_PROXY="http://ada:canary-pw@proxy.invalid:3128", DEPS_RETRIES="0")
    with pytest.raises(NetworkError) as caught:
        send(settings, lambda transport: transport.send(Request(method="GET", url=API, endpoint="api")))
    assert str(caught.value).startswith(
        "`proxy.invalid:3128`: the proxy cannot be reached: the name is not known here: "
    )
    assert caught.value.hint == HINT


def test_a_proxy_that_shows_a_certificate_of_its_own(tmp_path: Path) -> None:
    """It re-encrypts; that is neither a proxy that refuses nor a service that cannot be reached. Trusted, it serves."""
    request = Request(method="GET", url=API, endpoint="api")
    with intercepting_proxy(http("200 OK", b"{}")) as proxy:
        variables = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", "DEPS_RETRIES": "0"}
        with pytest.raises(NetworkError) as caught:
            send(quick_settings(tmp_path, {}, **variables), lambda transport: transport.send(request))
        proxy.authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        trusting = quick_settings(tmp_path, {}, SSL_CERT_FILE=str(tmp_path / "ca.pem"), **variables)
        assert send(trusting, lambda transport: transport.send(request)).status == 200
        assert proxy.connected == ["api.bitbucket.org:443"] * 2
    assert str(caught.value).startswith(
        f"`api.bitbucket.org`, by way of the proxy `127.0.0.1:{proxy.port}`: no trusted TLS connection: "
    )
    assert caught.value.hint == (
        "where a proxy of your organisation re-encrypts traffic, set `SSL_CERT_FILE` to its certificates"
    )
