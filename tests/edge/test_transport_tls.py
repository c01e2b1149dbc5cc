"""Who is trusted, and what is said where nobody is."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from bitdeps.core.messages import Request
from bitdeps.errors import NetworkError, UsageError
from support.hostile_server import always, hostile_server, http
from support.remotes import at, quick_settings, send


def get(url: str, **headers: str) -> Request:
    return Request(method="GET", url=url, endpoint="api", headers=headers)


def authority(tmp_path: Path) -> tuple[ssl.SSLContext, str]:
    """Make a server's certificate and a file that trusts it."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return context, str(tmp_path / "ca.pem")


def test_a_certificate_that_nobody_trusts(tmp_path: Path) -> None:
    context, _ = authority(tmp_path)
    with hostile_server(always(http("200 OK")), tls=context) as server:
        settings = quick_settings(tmp_path, at(server.url))
        with pytest.raises(NetworkError) as caught:
            send(settings, lambda transport: transport.send(get(f"{server.url}/2.0/x")))
        assert server.heard == []
    assert str(caught.value).startswith(f"`127.0.0.1:{server.port}`: no trusted TLS connection: ")
    assert caught.value.hint == (
        "where a proxy of your organisation re-encrypts traffic, set `SSL_CERT_FILE` to its certificates"
    )


def test_a_certificate_that_is_out_of_date_by_this_clock(tmp_path: Path) -> None:
    """A wrong clock looks like this, so the hint names it."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC)).configure_cert(context)
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with hostile_server(always(http("200 OK")), tls=context) as server:
        settings = quick_settings(tmp_path, at(server.url), SSL_CERT_FILE=str(tmp_path / "ca.pem"))
        with pytest.raises(NetworkError) as caught:
            send(settings, lambda transport: transport.send(get(f"{server.url}/2.0/x")))
    assert str(caught.value) == f"`127.0.0.1:{server.port}`: no trusted TLS connection: certificate has expired"
    assert caught.value.hint == "check the clock of this machine: by it the certificate is out of date"


def test_a_certificate_of_ssl_cert_file(tmp_path: Path) -> None:
    context, ca_file = authority(tmp_path)
    with hostile_server(always(http("200 OK", b"secure")), tls=context) as server:
        settings = quick_settings(tmp_path, at(server.url), SSL_CERT_FILE=ca_file)
        assert send(settings, lambda transport: transport.send(get(f"{server.url}/2.0/x"))).body == b"secure"


def test_an_old_tls_version_is_refused(tmp_path: Path) -> None:
    context, ca_file = authority(tmp_path)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with hostile_server(always(http("200 OK")), tls=context) as server:
        settings = quick_settings(tmp_path, at(server.url), SSL_CERT_FILE=ca_file, DEPS_RETRIES="0")
        with pytest.raises(NetworkError, match="no trusted TLS connection"):
            send(settings, lambda transport: transport.send(get(f"{server.url}/2.0/x")))
        assert server.heard == []


@pytest.mark.parametrize(("text", "reason"), [(None, "No such file or directory"), ("x", "no certificates in it")])
def test_a_file_of_certificates_that_is_none(text: str | None, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageError) as caught:
        send(quick_settings(tmp_path, {}, SSL_CERT_FILE=str(path)), lambda t: t.send(get("https://x.invalid")))
    assert str(caught.value) == f"`{path}`: the certificates cannot be read: {reason}"
    assert caught.value.hint == "`SSL_CERT_FILE` must name a file of certificates in PEM form"
