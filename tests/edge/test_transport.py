"""The HTTP client against a real socket: retries, cut bodies, compression, caps, and what errors say."""

import gzip
import logging
import time
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from bitdeps.core.messages import Request, Response
from bitdeps.errors import DepsError, NetworkError, ServiceError
from support.hostile_server import Answer, Heard, always, free_port, hostile_server, http, in_turn
from support.remotes import at, quick_settings, send

OFFLINE = "check the network connection; `deps install --offline` works from the cache"


def get(url: str, **headers: str) -> Request:
    return Request(method="GET", url=url, endpoint="api", headers=headers)


def asked(answer: Answer, tmp_path: Path, **more: str) -> tuple[Response, list[Heard]]:
    with hostile_server(answer) as server:
        settings = quick_settings(tmp_path, at(server.url), **more)
        response = send(settings, lambda transport: transport.send(get(f"{server.url}/2.0/x")))
        return response, server.heard


def refused(answer: Answer, tmp_path: Path, kind: type[DepsError], **more: str) -> tuple[DepsError, str, list[Heard]]:
    with hostile_server(answer) as server:
        settings = quick_settings(tmp_path, at(server.url), **more)
        with pytest.raises(kind) as caught:
            send(settings, lambda transport: transport.send(get(f"{server.url}/2.0/x")))
        return caught.value, f"`127.0.0.1:{server.port}`", server.heard


def slowly(count: int) -> list[bytes | float]:
    """Send single bytes with pauses."""
    return [piece for _ in range(count) for piece in (b"x", 0.02)]


def test_an_answer_is_a_value(tmp_path: Path) -> None:
    """Header names are lower case; nothing of ours is sent but what is needed."""
    before = time.time()
    response, heard = asked(always(http("200 OK", b"hello", **{"X-Odd": "Yes"})), tmp_path)
    assert replace(response, received=None) == Response(
        status=200, headers={"x-odd": "Yes", "content-length": "5", "connection": "close"}, body=b"hello"
    )
    assert response.received is not None
    assert before <= response.received <= time.time()
    assert set(heard[0].headers) == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert heard[0].headers["user-agent"] == "deps/0.1.0"


@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 x", "502 x", "503 x", "504 x", "555 x"])
def test_a_failure_of_the_moment_is_tried_again(status: str, tmp_path: Path) -> None:
    response, heard = asked(in_turn([http(status)], [http(status)], [http("200 OK", b"{}")]), tmp_path)
    assert (response.status, len(heard)) == (200, 3)


def test_a_failure_that_stays_is_handed_on(tmp_path: Path) -> None:
    response, heard = asked(always(http("503 x", b"down")), tmp_path, DEPS_RETRIES="2")
    assert (response.status, response.body, len(heard)) == (503, b"down", 3)


@pytest.mark.parametrize("status", ["400 x", "401 x", "403 x", "404 x", "410 x", "501 x"])
def test_an_answer_that_will_not_change_is_asked_for_once(status: str, tmp_path: Path) -> None:
    response, heard = asked(always(http(status)), tmp_path)
    assert (response.status, len(heard)) == (int(status[:3]), 1)


def test_a_wait_that_is_too_long_is_handed_on_at_once(tmp_path: Path) -> None:
    response, heard = asked(always(http("429 x", retry_after="3600")), tmp_path, DEPS_TIMEOUTS_WAIT="60")
    assert (response.status, response.headers["retry-after"], len(heard)) == (429, "3600", 1)


def test_a_wait_that_is_a_date_becomes_seconds(tmp_path: Path) -> None:
    answer = always(http("429 x", retry_after="Fri, 31 Dec 2200 23:59:59 GMT"))
    response, heard = asked(answer, tmp_path)
    assert int(response.headers["retry-after"]) > 10**9
    assert len(heard) == 1


def test_a_wait_that_passed_already_is_no_wait(tmp_path: Path) -> None:
    answer = in_turn([http("503 x", retry_after="Fri, 31 Dec 1999 23:59:59 GMT")], [http("200 OK")])
    assert asked(answer, tmp_path)[0].status == 200


@pytest.mark.parametrize(
    "cut",
    [
        [http("200 OK", b"half", content_length="8")],
        [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
        [b"HTTP/1.1 200 OK\r\ncontent-le"],
        [b"no HTTP at all\r\n\r\n"],
        [],
        [http("200 OK", gzip.compress(b"x" * 5000)[:-9], content_encoding="gzip")],
        [http("200 OK", b"not gzip", content_encoding="gzip")],
    ],
)
def test_a_cut_answer_is_tried_again_and_then_an_error(cut: list[bytes | float], tmp_path: Path) -> None:
    response, heard = asked(in_turn(cut, [http("200 OK", b"whole")]), tmp_path)
    assert (response.body, len(heard)) == (b"whole", 2)
    error, host, heard = refused(always(*cut), tmp_path, NetworkError, DEPS_RETRIES="1")
    assert str(error) == f"{host}: the connection ended before the answer was whole"
    assert (error.hint, len(heard)) == (OFFLINE, 2)


def test_a_compressed_answer_is_read(tmp_path: Path) -> None:
    body = gzip.compress(b'{"a": 1}')
    assert asked(always(http("200 OK", body, content_encoding="GZIP")), tmp_path)[0].body == b'{"a": 1}'
    assert asked(always(http("200 OK", b"", content_encoding="gzip")), tmp_path)[0].body == b""


def test_a_compression_that_was_not_asked_for(tmp_path: Path) -> None:
    error, host, _ = refused(always(http("200 OK", b"x", content_encoding="br")), tmp_path, ServiceError)
    assert str(error) == f"{host[:-1].split(':')[0]}`: the answer is compressed as `br`, which was not asked for"
    assert error.hint == "a proxy may have changed it: check `HTTPS_PROXY`"


@pytest.mark.parametrize(
    "answer",
    [http("200 OK", b"x" * 2000), http("200 OK", gzip.compress(b"x" * 2000), content_encoding="gzip")],
)
def test_an_answer_has_a_cap_before_and_after_decompression(answer: bytes, tmp_path: Path) -> None:
    error, _, heard = refused(always(answer), tmp_path, ServiceError, DEPS_LIMITS_ANSWER="1999")
    assert str(error) == "`127.0.0.1`: the answer is larger than 1999 bytes"
    assert error.hint == "`DEPS_LIMITS_ANSWER` and `DEPS_LIMITS_DOWNLOAD` set the limits in bytes"
    assert len(heard) == 1
    assert len(asked(always(answer), tmp_path, DEPS_LIMITS_ANSWER="2000")[0].body) == 2000


def test_an_answer_that_stops_arriving(tmp_path: Path) -> None:
    error, host, heard = refused(
        always(http("200 OK", b"half", content_length="8"), 5.0), tmp_path, NetworkError, DEPS_TIMEOUTS_READ="0.05",
        DEPS_RETRIES="1",
    )  # fmt: skip
    assert (str(error), len(heard)) == (f"{host}: the answer stopped arriving", 2)


def test_a_drip_is_given_up(tmp_path: Path) -> None:
    """Each read is quick enough, but the whole would take for ever; nothing is tried again."""
    drip = [http("200 OK", content_length="1000"), *slowly(500)]
    error, host, heard = refused(always(*drip), tmp_path, NetworkError, DEPS_TIMEOUTS_READ="0.1")
    assert (str(error), len(heard)) == (f"{host}: the transfer is too slow", 1)


def test_a_slow_transfer_above_the_minimum_goes_on(tmp_path: Path) -> None:
    drip = [http("200 OK", content_length="20"), *slowly(20)]
    response, _ = asked(always(*drip), tmp_path, DEPS_TIMEOUTS_READ="0.1", DEPS_MINIMUM_SPEED="1")
    assert response.body == b"x" * 20


def test_the_total_time_has_a_limit(tmp_path: Path) -> None:
    """However many tries are left."""
    error, host, _ = refused(
        always(http("200 OK", b"half", content_length="8"), 5.0), tmp_path, NetworkError, DEPS_TIMEOUTS_TOTAL="0.2"
    )
    assert str(error) == f"{host}: no whole answer within 0.2 s"
    assert error.hint == "`DEPS_TIMEOUTS_TOTAL` sets the limit in seconds"


def test_nothing_listens(tmp_path: Path) -> None:
    port = free_port()
    settings = quick_settings(tmp_path, at(f"http://127.0.0.1:{port}"))
    with pytest.raises(NetworkError) as caught:
        send(settings, lambda transport: transport.send(get(f"http://127.0.0.1:{port}/2.0/x")))
    assert str(caught.value) == f"`127.0.0.1:{port}`: no connection: Connection refused"
    assert caught.value.hint == OFFLINE


def test_nothing_listens_on_any_address_of_a_name(tmp_path: Path) -> None:
    """`localhost` may have an address of each family; both are tried."""
    url = f"http://localhost:{free_port()}"
    with pytest.raises(NetworkError) as caught:
        send(quick_settings(tmp_path, at(url)), lambda transport: transport.send(get(f"{url}/2.0/x")))
    assert str(caught.value) == f"`{url.removeprefix('http://')}`: no connection: Connection refused"


def test_an_unknown_name(tmp_path: Path) -> None:
    """`.invalid` never resolves (RFC 6761)."""
    with pytest.raises(NetworkError) as caught:
        send(quick_settings(tmp_path, {}), lambda transport: transport.send(get("https://api.invalid/2.0")))
    assert str(caught.value).startswith("`api.invalid`: the name is not known here: ")
    assert caught.value.hint == OFFLINE


def test_no_cookie_is_kept(tmp_path: Path) -> None:
    with hostile_server(always(http("200 OK", b"{}", set_cookie="session=1; Path=/"))) as server:
        settings = quick_settings(tmp_path, at(server.url))

        async def twice(transport: "object") -> None:
            await transport.send(get(f"{server.url}/2.0/x"))  # type: ignore[attr-defined]
            await transport.send(get(f"{server.url}/2.0/x"))  # type: ignore[attr-defined]

        send(settings, twice)
        assert ["cookie" in heard.headers for heard in server.heard] == [False, False]


def test_what_is_logged_holds_no_query(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An address may be signed; other libraries would log it whole."""
    caplog.set_level(logging.DEBUG)
    with hostile_server(always(http("200 OK"))) as server:
        settings = quick_settings(tmp_path, at(server.url))
        send(settings, lambda transport: transport.send(get(f"{server.url}/2.0/x?signature=canary-99")))
        messages = [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    assert len(messages) == 1
    assert messages[0].startswith(f"GET {server.url}/2.0/x -> 200 in ")


def test_zlib_alone_is_no_gzip(tmp_path: Path) -> None:
    """Deflate data behind a gzip header are cut data, not an answer."""
    answer = always(http("200 OK", zlib.compress(b"x"), content_encoding="gzip"))
    assert isinstance(refused(answer, tmp_path, NetworkError, DEPS_RETRIES="0")[0], NetworkError)
