"""A web server that lies, cuts, stalls or refuses: the install is right all the same, with one warning."""

from collections.abc import Callable
from pathlib import Path

import pytest

from support.hostile_server import Answer, Heard, hostile_server, http
from support.program import Program
from support.repos import Repo
from support.shared_cache import archives, expect_right

QUICK = {"DEPS_TIMEOUTS_READ": "0.3", "DEPS_TIMEOUTS_CONNECT": "1"}


def answers(share: Path) -> dict[str, Answer]:
    def body(heard: Heard) -> bytes:
        return (share / heard.target.lstrip("/")).read_bytes()

    def cut_after(size: int) -> Answer:
        return lambda heard: (http("200 OK", body(heard)[:size], content_length=str(len(body(heard)))),)

    hostile: dict[str, Answer] = {
        "404": lambda _: (http("404 Not Found"),),
        "403": lambda _: (http("403 Forbidden"),),
        "500": lambda _: (http("500 Oops"),),
        "sign-in page": lambda _: (http("200 OK", b"<html>sign in</html>"),),
        "redirect to sign-in": lambda _: (http("302 Found", location="/account/signin/?next=x"),),
        "nothing": lambda _: (),
        "noise": lambda _: (b"\x00\xff\x00\r\n\r\n",),
        "silence": lambda _: (5.0,),
        "silence in the middle": lambda heard: (
            http("200 OK", b"", content_length="999")[:-4],
            b"\r\n\r\n",
            body(heard)[:9],
            5.0,
        ),
        "drip": lambda heard: (b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n", *((body(heard)[:1], 0.1) * 60)),
        "wrong bytes": lambda heard: (http("200 OK", body(heard)[:-1] + b"?"),),
        "another archive": lambda _: (http("200 OK", max(archives(share).values()).read_bytes() + b"\0"),),
        "too long": lambda heard: (http("200 OK", body(heard) + b"more"),),
        "endless": lambda _: (b"HTTP/1.1 200 OK\r\n\r\n\x1f\x8b", *([b"\0" * 65536] * 200)),
    }
    return hostile | {f"cut after {size}": cut_after(size) for size in (0, 1, 2, 10, 100)}


KINDS = tuple(answers(Path()))


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_web_server_leads_to_a_right_install_with_at_most_one_warning(
    deps: Program, three: dict[str, Repo], share: Path, another_machine: Callable[[], None], tmp_path: Path, kind: str
) -> None:
    another_machine()
    deps.extra.update(QUICK)
    with hostile_server(answers(share)[kind]) as server:
        ran = deps("install", "--locked", DEPS_REMOTE_CACHE=server.url)
        assert server.heard
        assert not any("authorization" in heard.headers for heard in server.heard)
    assert ran.stderr.count("warning: ") == (0 if kind == "404" else 1)
    if kind != "404":
        assert f"warning: the shared cache `{server.url}` is of no use here: " in ran.stderr
    expect_right(deps, three, tmp_path / "git")


def test_a_web_server_that_cuts_one_archive_anywhere_leads_to_a_right_install(
    deps: Program, three: dict[str, Repo], share: Path, another_machine: Callable[[], None], tmp_path: Path
) -> None:
    """Every k-th byte of the whole archive, with an honest and with no length."""
    whole = max(path.stat().st_size for path in archives(share).values())
    deps.extra.update(QUICK)
    for size in range(3, whole, max(1, whole // 12)):
        another_machine()

        def cut(heard: Heard, size: int = size) -> tuple[bytes]:
            return (b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + (share / heard.target[1:]).read_bytes()[:size],)

        with hostile_server(cut) as server:
            ran = deps("install", "--locked", DEPS_REMOTE_CACHE=server.url)
        assert ran.stderr.count("warning: ") == 1
        expect_right(deps, three, tmp_path / "git")
