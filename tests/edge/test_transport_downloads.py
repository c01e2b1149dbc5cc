"""Downloads to a file: raw bytes, caps, cut bodies, and what is no archive."""

import gzip
import hashlib
from pathlib import Path

import pytest

from bitdeps.core.messages import Request
from bitdeps.errors import LocalError, ServiceError
from bitdeps.transport.download import Received
from support.hostile_server import Answer, always, hostile_server, http, in_turn
from support.remotes import at, quick_settings, send

ARCHIVE = gzip.compress(bytes(range(256)) * 4000, mtime=0) + b""


def get(url: str, **headers: str) -> Request:
    return Request(method="GET", url=url, endpoint="api", headers=headers)


def downloaded(answer: Answer, tmp_path: Path, **more: str) -> Received:
    with hostile_server(answer) as server:
        settings = quick_settings(tmp_path, at(server.url), **more)
        request = get(f"{server.url}/a.tar.gz", **{"accept-encoding": "identity"})
        return send(settings, lambda transport: transport.download(request, str(tmp_path / "archive")))


def test_an_archive_is_written_as_it_is(tmp_path: Path) -> None:
    received = downloaded(always(http("200 OK", ARCHIVE)), tmp_path)
    written = (tmp_path / "archive").read_bytes()
    assert written == ARCHIVE
    assert (received.sha256, received.size) == (hashlib.sha256(ARCHIVE).hexdigest(), len(ARCHIVE))
    assert (tmp_path / "archive").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("chunk", [1, 3, 100_000])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_content_encoding_around_an_archive_is_understood_either_way(
    *, wrapped: bool, chunk: int, tmp_path: Path
) -> None:
    """The header is put on files that are sent as they are, and on files that were compressed once more."""
    archive = ARCHIVE[:400] if chunk < 100 else ARCHIVE
    body = gzip.compress(archive) if wrapped else archive
    pieces = [body[start : start + chunk] for start in range(0, len(body), chunk)]
    head = http("200 OK", content_encoding="gzip", content_length=str(len(body)))
    received = downloaded(always(head, *pieces), tmp_path)
    assert (tmp_path / "archive").read_bytes() == archive
    assert received.sha256 == hashlib.sha256(archive).hexdigest()


def test_a_wrapped_archive_that_is_cut_is_tried_again(tmp_path: Path) -> None:
    body = gzip.compress(ARCHIVE)
    broken = body[:-30] + bytes(22) + body[-8:]
    answer = in_turn(
        [http("200 OK", body[:-4], content_encoding="gzip")],
        [http("200 OK", broken, content_encoding="gzip")],
        [http("200 OK", body, content_encoding="gzip")],
    )
    assert downloaded(answer, tmp_path).sha256 == hashlib.sha256(ARCHIVE).hexdigest()


def test_a_cut_archive_is_downloaded_again_from_its_beginning(tmp_path: Path) -> None:
    cut = [http("200 OK", ARCHIVE[:5000], content_length=str(len(ARCHIVE)))]
    received = downloaded(in_turn(cut, cut, [http("200 OK", ARCHIVE)]), tmp_path)
    assert (tmp_path / "archive").read_bytes() == ARCHIVE
    assert received.size == len(ARCHIVE)


@pytest.mark.parametrize("body", [b"", b"<!doctype html><title>Sign in</title>", b"PK\x03\x04", b"\x1f"])
def test_what_is_no_gzip_file_is_not_written(body: bytes, tmp_path: Path) -> None:
    received = downloaded(always(http("200 OK", body)), tmp_path)
    assert (received.sha256, received.response.body) == (None, body)
    assert not (tmp_path / "archive").exists()


def test_an_explanation_of_any_length_is_cut(tmp_path: Path) -> None:
    received = downloaded(always(http("404 x", b"y" * 300_000)), tmp_path)
    assert received.response.body == b"y" * 65536


@pytest.mark.parametrize("length", ["", "5000"])
def test_an_archive_has_a_cap(length: str, tmp_path: Path) -> None:
    noise = b"\x1f\x8b" + b"z" * 4998
    answer = always(http("200 OK", noise, content_length=length))
    with pytest.raises(ServiceError, match="the answer is larger than 4999 bytes"):
        downloaded(answer, tmp_path, DEPS_LIMITS_DOWNLOAD="4999")


def test_a_cap_counts_what_comes_out_of_a_wrapping(tmp_path: Path) -> None:
    bomb = gzip.compress(b"\x1f\x8b" + bytes(3_000_000))
    assert len(bomb) < 10_000
    with pytest.raises(ServiceError, match="larger than 1000000 bytes"):
        downloaded(always(http("200 OK", bomb, content_encoding="gzip")), tmp_path, DEPS_LIMITS_DOWNLOAD="1000000")


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    with pytest.raises(LocalError) as caught:
        downloaded(always(http("200 OK", ARCHIVE)), tmp_path)
    assert str(caught.value) == f"`{tmp_path}/archive`: cannot be written: Is a directory"
    assert caught.value.hint == "`deps cache dir` shows where the cache is; `--cache-dir` moves it"


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_glance_reads_the_beginning_alone(encoding: str, tmp_path: Path) -> None:
    """The rest never comes, and nobody waits for it."""
    body = gzip.compress(ARCHIVE) if encoding else ARCHIVE
    head = http("200 OK", body[:3000], content_encoding=encoding, content_length=str(len(body)))
    with hostile_server(always(head, 3.0)) as server:
        settings = quick_settings(tmp_path, at(server.url), DEPS_TIMEOUTS_TOTAL="2")
        response = send(settings, lambda transport: transport.peek(get(f"{server.url}/a.tar.gz")))
    assert response.body == ARCHIVE[:1024]
