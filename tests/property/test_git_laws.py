"""Laws of git's wire format and configuration, for whatever values and pieces."""

import subprocess
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitdeps.core.digest import object_id
from bitdeps.core.git.commit import tree_of
from bitdeps.core.git.config import format_config, read_settings
from bitdeps.core.git.errors import GitAnswerError, NotServedError
from bitdeps.core.git.fetch import FetchAnswer
from bitdeps.core.git.packets import Mark, Packets, mark

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


def written(part: bytes | Mark) -> bytes:
    return mark(part) if isinstance(part, Mark) else b"%04x%b" % (len(part) + 4, part)


@given(st.lists(st.binary(max_size=50) | st.sampled_from(Mark)), st.lists(st.integers(1, 30), min_size=1))
def test_packets_come_out_as_they_went_in(parts: list[bytes | Mark], sizes: list[int]) -> None:
    """Wherever the stream is cut."""
    stream = b"".join(map(written, parts))
    packets, found, number = Packets(), [], 0
    while stream:
        size = sizes[number % len(sizes)]
        found += packets.feed(stream[:size])
        stream, number = stream[size:], number + 1
    assert (found, packets.rest) == (parts, b"")


@given(st.binary(max_size=3000), st.integers(1, 100), st.integers(0, 9))
def test_the_first_object_of_a_pack_comes_out_whole(body: bytes, piece: int, level: int) -> None:
    size, first, head = len(body) >> 4, 0x10 | len(body) & 15, b""
    while size:
        head, first, size = head + bytes([first | 0x80]), size & 0x7F, size >> 7
    pack = b"PACK\0\0\0\2\0\0\0\1" + head + bytes([first]) + zlib.compress(body, level)
    stream = written(b"packfile\n") + b"".join(
        written(b"\x01" + pack[at : at + piece]) for at in range(0, len(pack), piece)
    )
    reader = FetchAnswer(len(body))
    assert reader.feed(stream)
    assert reader.first.body == body


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_refused(data: bytes) -> None:
    """Nothing else than the two errors of the protocol comes out."""
    reader = FetchAnswer(1000)
    with suppress(GitAnswerError, NotServedError):
        reader.feed(written(b"packfile\n") + written(b"\x01PACK\0\0\0\2\0\0\0\1" + data))
        assert reader.first.kind in ("commit", "tree", "blob", "tag")


@given(st.binary(max_size=100))
def test_only_the_commit_itself_names_a_tree(noise: bytes) -> None:
    body = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a> 0 +0000\ncommitter A <a> 0 +0000\n\n" + noise
    commit = object_id("commit", body)
    assert tree_of(body, commit) == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    assert tree_of(body + b"x", commit) is None


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXT.filter(bool), TEXT | st.just('a\tb\nc \\ " # ;')), max_size=5))
@pytest.mark.parametrize("form", ["url.{}.insteadof", "credential.{}.helper"])
def test_git_reads_back_what_is_written(tmp_path: Path, form: str, values: list[tuple[str, str]]) -> None:
    """Quotes, backslashes, comments and line ends in values and addresses of a user's configuration."""
    pairs = [(form.format(name), value) for name, value in values]
    path = tmp_path / "config"
    path.write_bytes(format_config(pairs).encode())
    command = ["git", "config", "--file", str(path), "--list", "-z"]
    listed = subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True).stdout
    assert read_settings(listed, sign_in=True) == pairs
