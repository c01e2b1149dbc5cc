"""Web addresses: what is one, and which are this machine."""

import pytest

from bitdeps.core.bitbucket.address import is_literal, is_loopback, is_trusted_scheme, parse_address


@pytest.mark.parametrize(
    ("url", "origin", "shown"),
    [
        ("https://api.bitbucket.org/2.0", ("https", "api.bitbucket.org", 443), "api.bitbucket.org"),
        ("HTTPS://API.Bitbucket.org:443/2.0?a=b", ("https", "api.bitbucket.org", 443), "api.bitbucket.org"),
        ("http://127.0.0.1:8080", ("http", "127.0.0.1", 8080), "127.0.0.1:8080"),
        ("http://[::1]:80/x", ("http", "[::1]", 80), "[::1]"),
        ("https://example.org./x", ("https", "example.org.", 443), "example.org."),
    ],
)
def test_an_address_has_an_origin(url: str, origin: tuple[str, str, int], shown: str) -> None:
    address = parse_address(url)
    assert address is not None
    assert address.origin == origin
    assert address.shown == shown


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.bitbucket.org",
        "//api.bitbucket.org",
        "ftp://example.org",
        "https://",
        "https://user@example.org",
        "https://user:secret@example.org/",
        "https://example.org#x",
        "https://example.org\\@evil.example",
        "https://example.org\n.evil.example",
        "https://exa mple.org",
        "https://example.org:0",
        "https://example.org:65536",
        "https://example.org:x",
        "https://example.org:",
        "https://-/\x00",
        "https://.example.org",
        "https://example..org",
        "https://\u212aexample.org",
        "https://example.org/" + "a" * 8192,
    ],
)
def test_what_servers_and_browsers_could_read_differently_is_no_address(url: str) -> None:
    assert parse_address(url) is None


@pytest.mark.parametrize(
    ("host", "loopback", "literal"),
    [
        ("localhost", True, True),
        ("127.0.0.1", True, True),
        ("127.8.9.1", True, True),
        ("[::1]", True, True),
        ("[::ffff:7f00:1]", False, True),
        ("localhost.", False, True),
        ("x.localhost", False, True),
        ("10.0.0.1", False, True),
        ("169.254.169.254", False, True),
        ("2130706433", False, True),
        ("0x7f000001", False, True),
        ("127.1", False, True),
        ("0x7f.1", False, True),
        ("127.0.0.1.example.org", False, False),
        ("localhost.example.org", False, False),
        ("bitbucket.org", False, False),
        ("bitbucket.org.", False, False),
    ],
)
def test_loopback_is_told_from_other_addresses_and_names(host: str, *, loopback: bool, literal: bool) -> None:
    assert is_loopback(host) is loopback
    assert is_literal(host) is literal


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://example.org", True),
        ("http://localhost:1", True),
        ("http://example.org", False),
        ("http://10.0.0.1", False),
    ],
)
def test_plain_http_is_for_loopback_alone(url: str, *, trusted: bool) -> None:
    address = parse_address(url)
    assert address is not None
    assert is_trusted_scheme(address) is trusted
