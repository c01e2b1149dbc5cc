"""The token endpoint: what is said when it gives no token, and what it never gets."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import Iterable
from pathlib import Path

import pytest
import trustme

from bitdeps.auth.credentials import Credentials
from bitdeps.core.names import RepoName
from bitdeps.errors import AuthError, DepsError, NetworkError, RateLimitedError, ServiceError
from support.credentials import consumer, find, refused
from support.hostile_server import Heard, free_port, hostile_server, http
from support.intercepting_proxy import intercepting_proxy
from support.remotes import at, quick_settings
from support.sandbox import Sandbox

TOKEN = b'{"access_token": "fresh-token", "token_type": "bearer", "expires_in": 7200, "scopes": "repository"}'


PROXY_HINT = "check `HTTPS_PROXY` (a user name and password go into its address) and `NO_PROXY`"
CONSUMER_PAGE = "compare both with the consumer's page (Workspace settings > OAuth consumers)"


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (
            http("401 x", b'{"error": "unauthorized_client", "error_description": "Invalid OAuth client credentials"}'),
            AuthError,
            (
                "the service does not accept the key and secret of `BITBUCKET_CONSUMER_KEY`: Invalid OAuth "
                "client credentials"
            ),
        ),
        (
            http("400 x", b'{"error": "invalid_client"}'),
            AuthError,
            "the service does not accept the key and secret of `BITBUCKET_CONSUMER_KEY`: invalid_client",
        ),
        (
            http("403 x", b"<html>"),
            AuthError,
            "the service does not accept the key and secret of `BITBUCKET_CONSUMER_KEY`: status 403",
        ),
        (
            http("302 x", location="https://evil.example/"),
            AuthError,
            "the service does not accept the key and secret of `BITBUCKET_CONSUMER_KEY`: status 302",
        ),
        (
            http("200 OK", b"{}"),
            AuthError,
            "the service does not accept the key and secret of `BITBUCKET_CONSUMER_KEY`: status 200",
        ),
        (
            http("200 OK", b'{"access_token": "a b"}'),
            AuthError,
            "the service does not accept the key and secret of `BITBUCKET_CONSUMER_KEY`: status 200",
        ),
        (http("429 x", b"Rate limit"), RateLimitedError, "the token endpoint gets too many requests: status 429"),
        (http("503 x", b"down"), ServiceError, "the token endpoint failed with status 503: status 503"),
    ],
)
def test_a_token_that_is_not_given(answer: bytes, kind: type[DepsError], message: str, tmp_path: Path) -> None:
    with hostile_server(lambda _: [answer]) as server:
        error = refused(quick_settings(tmp_path, at(server.url), DEPS_RETRIES="0", **consumer()), kind)
    assert str(error) == message


def test_a_public_consumer_serves_no_pipeline(sandbox: Sandbox, tmp_path: Path) -> None:
    made = sandbox.consumer(private=False)
    keys = {"BITBUCKET_CONSUMER_KEY": made.key, "BITBUCKET_CONSUMER_SECRET": made.secret}
    error = refused(quick_settings(tmp_path, sandbox.environment(), **keys))
    assert str(error).startswith(
        "the OAuth consumer of `BITBUCKET_CONSUMER_KEY` is public, so it cannot be used without a browser: "
        'Cannot use client_credentials with a consumer marked as "public"'
    )


def test_a_refused_consumer_is_asked_once_in_a_run(tmp_path: Path) -> None:
    """Twenty repositories must not lock the consumer out."""
    with hostile_server(lambda _: [http("401 x", b'{"error": "unauthorized_client"}')]) as server:
        settings = quick_settings(tmp_path, at(server.url), **consumer())

        async def several() -> list[object]:
            credentials = Credentials(settings)
            asking = [credentials.find(RepoName("acme", f"r{number}")) for number in range(20)]
            return list(await asyncio.gather(*asking, return_exceptions=True))

        assert {type(result) for result in asyncio.run(several())} == {AuthError}
        assert len(server.heard) == 1


def test_the_token_endpoint_is_tried_again_when_it_fails_for_the_moment(tmp_path: Path) -> None:
    answers = [http("503 x"), http("502 x"), http("200 OK", TOKEN)]
    with hostile_server(lambda _: [answers.pop(0)]) as server:
        assert find(quick_settings(tmp_path, at(server.url), **consumer())) is not None
        assert len(server.heard) == 3


def test_a_redirect_of_the_token_endpoint_is_not_followed(tmp_path: Path) -> None:
    with hostile_server(lambda _: [http("200 OK", TOKEN)]) as elsewhere:
        for status in ("301 x", "302 x", "303 x", "307 x", "308 x"):

            def answer(_heard: Heard, status: str = status) -> Iterable[bytes]:
                return [http(status, location=f"{elsewhere.url}/site/oauth2/access_token")]

            with hostile_server(answer) as server:
                refused(quick_settings(tmp_path, at(server.url), **consumer()))
        assert elsewhere.heard == []


def test_netrc_does_not_replace_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login x password canary-netrc\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with hostile_server(lambda _: [http("200 OK", TOKEN)]) as server:
        find(quick_settings(tmp_path, at(server.url), **consumer()))
        assert b64decode(server.heard[0].headers["authorization"].removeprefix("Basic ")) == b"the-key:canary-secret"


def test_nothing_listens(tmp_path: Path) -> None:
    port = free_port()
    error = refused(
        quick_settings(tmp_path, at(f"http://127.0.0.1:{port}"), DEPS_RETRIES="0", **consumer()), NetworkError
    )
    assert str(error) == f"`127.0.0.1:{port}`: no token: no connection: Connection refused"
    assert error.hint == "check the network connection; `deps install --offline` works from the cache"


def test_an_unknown_name(tmp_path: Path) -> None:
    error = refused(quick_settings(tmp_path, at("https://web.invalid"), DEPS_RETRIES="0", **consumer()), NetworkError)
    assert str(error).startswith("`web.invalid`: no token: the name is not known here: ")


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [([], "the connection ended before the answer was whole"), ([2.0], "the token endpoint did not answer in time")],
)
def test_an_answer_that_does_not_come(pieces: list[bytes | float], reason: str, tmp_path: Path) -> None:
    with hostile_server(lambda _: pieces) as server:
        settings = quick_settings(tmp_path, at(server.url), DEPS_RETRIES="0", DEPS_TIMEOUTS_READ="0.1", **consumer())
        assert str(refused(settings, NetworkError)) == f"`127.0.0.1:{server.port}`: no token: {reason}"


def test_a_proxy_that_refuses(tmp_path: Path) -> None:
    with hostile_server(lambda _: [http("407 Proxy Authentication Required")]) as proxy:
        address = f"http://ada:canary-pw@127.0.0.1:{proxy.port}"
        settings = quick_settings(tmp_path, {}, HTTPS_PROXY=address, DEPS_RETRIES="0", **consumer())
        error = refused(settings, NetworkError)
        assert [heard.target for heard in proxy.heard] == ["bitbucket.org:443"]
    refusal = "407 Proxy Authentication Required"
    assert str(error) == f"`127.0.0.1:{proxy.port}`: the proxy does not connect to `bitbucket.org`: {refusal}"
    assert error.hint == PROXY_HINT


@pytest.mark.parametrize(
    ("host", "reason"),
    [("127.0.0.1", "no connection: Connection refused"), ("proxy.invalid", "the name is not known here: ")],
)
def test_a_proxy_that_is_not_there(host: str, reason: str, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://ada:canary-pw@{host}:{port}"
    settings = quick_settings(tmp_path, {}, HTTPS_PROXY=address, DEPS_RETRIES="0", **consumer())
    error = refused(settings, NetworkError)
    assert str(error).startswith(f"`{host}:{port}`: the proxy cannot be reached: {reason}")
    assert error.hint == PROXY_HINT


def test_a_proxy_that_shows_a_certificate_of_its_own(tmp_path: Path) -> None:
    """It sees no secret; trusted, it serves."""
    with intercepting_proxy(http("200 OK", TOKEN)) as proxy:
        variables = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", "DEPS_RETRIES": "0", **consumer()}
        error = refused(quick_settings(tmp_path, {}, **variables), NetworkError)
        proxy.authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        assert find(quick_settings(tmp_path, {}, SSL_CERT_FILE=str(tmp_path / "ca.pem"), **variables)) is not None
        assert proxy.connected == ["bitbucket.org:443"] * 2
    assert str(error).startswith(
        f"`bitbucket.org`, by way of the proxy `127.0.0.1:{proxy.port}`: no trusted TLS connection: "
    )
    assert error.hint == (
        "where a proxy of your organisation re-encrypts traffic, set `SSL_CERT_FILE` to its certificates"
    )


def test_certificates_come_from_the_settings_alone(tmp_path: Path) -> None:
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with hostile_server(lambda _: [http("200 OK", TOKEN)], tls=context) as server:
        error = refused(quick_settings(tmp_path, at(server.url), DEPS_RETRIES="0", **consumer()), NetworkError)
        assert str(error).startswith(f"`127.0.0.1:{server.port}`: no trusted TLS connection: ")
        assert server.heard == []
        trusting = quick_settings(tmp_path, at(server.url), SSL_CERT_FILE=str(tmp_path / "ca.pem"), **consumer())
        assert find(trusting) is not None
