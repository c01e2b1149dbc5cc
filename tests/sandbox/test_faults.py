"""Faults on demand: each kind, once, N times or always, and only where it should strike."""

import bz2
import gzip
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.repos import Repo
from support.sandbox import Sandbox


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    return sandbox.repository("kit", {"a": "1\n" * 20_000, "b": "2\n"}, tags=["v1"])


def archive(http: httpx.Client, repo: Repo) -> httpx.Response:
    return http.get(f"/{repo.full_name}/get/v1.tar.gz")


@pytest.mark.parametrize(
    ("times", "expected"), [(1, [503, 200, 200]), (2, [503, 503, 200]), (None, [503, 503, 503]), ("always", [503] * 3)]
)
def test_how_often(sandbox: Sandbox, http: httpx.Client, kit: Repo, times: Any, expected: list[int]) -> None:  # noqa: ANN401
    sandbox.fault("error", status=503, times=times)
    assert [archive(http, kit).status_code for _ in range(3)] == expected


def test_where_and_when(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Path, method and kind of credential choose the requests; `after` lets some of them pass."""
    sandbox.fault("error", status=500, path="/2.0/*/refs/tags/*", times=None, after=1)
    sandbox.fault("error", status=502, method="POST", times=None)
    sandbox.fault("error", status=504, credential="oauth", times=None)
    api = f"/2.0/repositories/{kit.full_name}"
    assert [http.get(f"{api}/refs/tags/v1").status_code for _ in range(2)] == [200, 500]
    assert http.get(f"{api}/refs/tags").status_code == 200
    assert http.post("/site/oauth2/access_token").status_code == 502
    sandbox.clear_faults()
    token = sandbox.oauth_token(sandbox.consumer())
    sandbox.fault("error", status=504, credential="oauth", times=None)
    assert http.get(api, headers={"Authorization": f"Bearer {token}"}).status_code == 504
    assert http.get(api).status_code == 200


def test_faults_end(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    sandbox.fault("error", times=None)
    assert archive(http, kit).status_code == 500
    sandbox.clear_faults()
    assert archive(http, kit).status_code == 200
    assert [entry.faults for entry in sandbox.requests("/get/")] == [["error"], []]


def test_an_answer_of_ones_own(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """`error` plays any answer, such as the page of a proxy with status 200."""
    sandbox.fault(
        "error", status=200, body="<html>Blocked</html>", headers={"Content-Type": "text/html", "Via": "1.1 x"}
    )
    response = archive(http, kit)
    assert (response.status_code, response.text) == (200, "<html>Blocked</html>")
    assert (response.headers["Content-Type"], response.headers["Via"]) == ("text/html", "1.1 x")


def test_rate_limit_with_a_date_to_come_back(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    sandbox.fault("rate-limit", retry_after=7)
    response = archive(http, kit)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


def test_latency_and_drip_take_their_time(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """At least the time that was asked for passes, and nothing is lost."""
    plain = archive(http, kit).content
    sandbox.fault("latency", seconds=0.2)
    start = time.monotonic()
    assert archive(http, kit).content == plain
    assert time.monotonic() - start >= 0.2
    sandbox.fault("drip", at=-(-len(plain) // 4), seconds=0.05)
    start = time.monotonic()
    assert archive(http, kit).content == plain
    assert time.monotonic() - start >= 0.15


@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize("at", [0, 100])
def test_a_cut_body(sandbox: Sandbox, http: httpx.Client, kit: Repo, at: int, *, length: bool) -> None:
    """The connection closes in the middle; with Content-Length and without, the client can tell."""
    plain = archive(http, kit).content
    sandbox.switch(archive_length=length)
    sandbox.fault("cut", at=at)
    got: list[bytes] = []

    def read() -> None:
        with http.stream("GET", f"/{kit.full_name}/get/v1.tar.gz") as response:
            assert response.status_code == 200
            got.extend(response.iter_raw())

    with pytest.raises(httpx.RemoteProtocolError):
        read()
    assert b"".join(got) == plain[: at or len(plain) // 2]
    assert archive(http, kit).content == plain


def test_a_reset_connection(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Before any answer, and in the middle of the body."""
    sandbox.fault("reset")
    with pytest.raises(httpx.ReadError):
        archive(http, kit)
    sandbox.fault("reset", at=50)
    with pytest.raises(httpx.ReadError):
        archive(http, kit)
    assert archive(http, kit).status_code == 200
    assert [(entry.status, entry.faults) for entry in sandbox.requests("/get/")] == [
        (0, ["reset"]),
        (200, ["reset"]),
        (200, []),
    ]


def test_a_moved_tag(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """The API names another commit for as long as the fault lasts; other tags and git stay as they are."""
    first = kit.git("rev-parse", "v1")
    second = kit.commit({"a": "2\n"}, tags=["v2"])
    sandbox.fault("moved-tag", path=f"/2.0/repositories/{kit.full_name}/*", tag="v1", commit=second, times=2)
    api = f"/2.0/repositories/{kit.full_name}/refs/tags"
    assert http.get(f"{api}/v1").json()["target"]["hash"] == second
    assert {row["name"]: row["target"]["hash"] for row in http.get(api).json()["values"]} == {
        "v1": second,
        "v2": second,
    }
    assert http.get(f"{api}/v1").json()["target"]["hash"] == first


def test_a_tag_moved_for_good(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """The control interface moves, makes and removes tags and branches as git does."""
    second = kit.commit({"a": "2\n"})
    api = f"/2.0/repositories/{kit.full_name}/refs"
    http.get(f"{api}/tags/v1")
    sandbox.server.control("POST", "refs", {"repository": kit.full_name, "tag": "v1", "commit": second})
    assert http.get(f"{api}/tags/v1").json()["target"]["hash"] == second
    sandbox.server.control("POST", "refs", {"repository": kit.full_name, "branch": "x/y", "commit": second})
    assert http.get(f"{api}/branches/x/y").json()["name"] == "x/y"
    sandbox.server.control("POST", "refs", {"repository": kit.full_name, "tag": "v1"})
    assert http.get(f"{api}/tags/v1").status_code == 404
    first = kit.git("rev-parse", "main^")
    kit.tag("v1", first)
    assert http.get(f"{api}/tags/v1").json()["target"]["hash"] == first


def test_an_archive_of_any_bytes(sandbox: Sandbox, http: httpx.Client, kit: Repo, tmp_path: Path) -> None:
    """The bytes of a file stand in for the archive."""
    given = tmp_path / "given"
    given.write_bytes(b"\x1f\x8b anything")
    sandbox.fault("tampered-archive", how="file", file=str(given))
    assert archive(http, kit).content == given.read_bytes()


def test_tampered_archives(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Each way to tamper gives what its name says."""
    plain = archive(http, kit).content
    tar = gzip.decompress(plain)
    got = {}
    for how in ("content", "crc", "html", "empty", "recompressed", "extra-member"):
        sandbox.fault("tampered-archive", how=how)
        got[how] = archive(http, kit)
    changed = gzip.decompress(got["content"].content)
    assert [index for index in range(len(tar)) if tar[index] != changed[index]] == [tar.index(b"1\n1\n")]
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(got["crc"].content)
    assert got["html"].headers["Content-Type"].startswith("text/html")
    assert (got["empty"].status_code, got["empty"].content) == (200, b"")
    assert got["recompressed"].content != plain
    assert gzip.decompress(got["recompressed"].content) == tar
    assert got["extra-member"].content.startswith(plain)
    assert gzip.decompress(got["extra-member"].content) == tar + b"more"


def test_a_fault_waits_for_what_it_is_about(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Once is once where it can be seen: no look-up, sign-in or other tag uses it up."""
    first = kit.git("rev-parse", "v1")
    second = kit.commit({"a": "2\n"}, tags=["v2"])
    plain = archive(http, kit).content
    sandbox.fault("tampered-archive", how="empty")
    sandbox.fault("moved-tag", tag="v1", commit=second)
    sandbox.fault("expired-token")
    api = f"/2.0/repositories/{kit.full_name}"
    assert http.get(f"{api}/refs/tags/v2").json()["target"]["hash"] == second
    token = sandbox.oauth_token(sandbox.consumer())
    assert http.get(api).status_code == 200
    assert [http.get(f"{api}/refs/tags/v1").json()["target"]["hash"] for _ in range(2)] == [second, first]
    assert http.get(api, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert [archive(http, kit).content for _ in range(2)] == [b"", plain]
    assert [entry.faults for entry in sandbox.requests() if entry.faults] == [
        ["moved-tag"],
        ["expired-token"],
        ["tampered-archive"],
    ]


def test_a_list_shows_a_moved_tag_once(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """One request is one strike, also where it looks at the tag twice."""
    first = kit.git("rev-parse", "v1")
    second = kit.commit({"a": "2\n"})
    sandbox.fault("moved-tag", tag="v1", commit=second)
    query = "include=v1&exclude=v1&fields=values.hash"
    assert http.get(f"/2.0/repositories/{kit.full_name}/commits?{query}").json() == {"values": []}
    listed = http.get(f"/2.0/repositories/{kit.full_name}/refs/tags").json()["values"]
    assert [tag["target"]["hash"] for tag in listed] == [first]


def test_a_redirected_archive_is_tampered_with_where_it_is_sent(
    sandbox: Sandbox, http: httpx.Client, kit: Repo
) -> None:
    """The redirect does not use the fault up, though its path is the one that was named."""
    sandbox.switch(archive_origin="other")
    sandbox.fault("tampered-archive", how="empty", path=f"/{kit.full_name}/get/*")
    answers = [http.get(archive(http, kit).headers["Location"]) for _ in range(2)]
    assert [len(answer.content) > 0 for answer in answers] == [False, True]


def test_only_a_gzip_is_tampered_with_inside(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """A fault that cannot change a zip waits for an archive that it can change."""
    sandbox.fault("tampered-archive", how="crc")
    other = [http.get(f"/{kit.full_name}/get/v1.{kind}") for kind in ("zip", "tar.bz2")]
    assert [entry.faults for entry in sandbox.requests("/get/")] == [[], []]
    assert bz2.decompress(other[1].content)
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(archive(http, kit).content)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            {"kind": "fire"},
            (
                "fault: `kind` is one of latency, rate-limit, error, cut, drip, reset, expired-token, "
                "moved-tag, tampered-archive, not 'fire'"
            ),
        ),
        ({"path": "*"}, "fault: `kind` is missing"),
        ({"kind": "tampered-archive", "how": "file", "file": "/none"}, "fault: `file` is no file: '/none'"),
        ({"kind": "cut", "size": 3}, "fault: unknown key `size`"),
        ({"kind": "cut", "at": "3"}, "fault: `at` cannot be '3'"),
        ({"kind": "cut", "at": -1}, "fault: `at` cannot be -1"),
        ({"kind": "cut", "seconds": 1}, "fault: `seconds` is no key of `cut`"),
        ({"kind": "latency", "retry-after": 1}, "fault: `retry-after` is no key of `latency`"),
        ({"kind": "latency", "seconds": float("inf")}, "fault: `seconds` cannot be inf"),
        ({"kind": "error", "status": 99}, "fault: `status` cannot be 99"),
        ({"kind": "error", "times": 0}, "fault: `times` cannot be 0"),
        ({"kind": "error", "times": "twice"}, "fault: `times` cannot be 'twice'"),
        ({"kind": "error", "headers": {"X": 3}}, "fault: `headers` cannot be {'X': 3}"),
        ({"kind": "error", "headers": {"X": "a\nb"}}, "fault: `headers` cannot be {'X': 'a\\nb'}"),
        ({"kind": "moved-tag", "tag": "v1"}, "fault: `commit` is missing"),
        ({"kind": "moved-tag", "commit": "a" * 40}, "fault: `tag` is missing"),
        ({"kind": "moved-tag", "tag": "v1", "commit": "HEAD"}, "fault: `commit` cannot be 'HEAD'"),
        ({"kind": "tampered-archive", "how": "magic"}, "fault: `how` is one of content, crc, html, empty, "),
    ],
)
def test_a_wrong_fault_is_refused(sandbox: Sandbox, fault: dict[str, Any], told: str) -> None:
    with pytest.raises(AssertionError) as caught:
        sandbox.server.control("POST", "faults", fault)
    assert json.loads(str(caught.value))["error"].startswith(told)
