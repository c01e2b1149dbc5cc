"""The state file: what is written comes back, and damage counts as no state."""

import hashlib
from pathlib import Path

import pytest

from bitdeps.errors import LocalError
from bitdeps.vendor.commit import save_state
from bitdeps.vendor.state import MAGIC, PlaceState, State, decode_state, encode_state, load_state, state_path
from support.placing import Vendored, actions


def place(path: str = "vendor/grün", files: int = 3) -> PlaceState:
    return PlaceState(
        path=path,
        identity="acme/kit//sub",
        name="kit",
        label="v1\udce4",
        digest="d1:abc",
        pending="d1:def",
        holder=".deps/staging/x.swap",
        staged_inode=2**64 - 1,
        clock=1_800_000_000_000_000_000,
        paths=[f"dir/fä{number}".encode() for number in range(files)],
        modes=b"fxl"[:files],
        sha256s=b"".join(hashlib.sha256(bytes([number])).digest() for number in range(files)),
        stats=[(0o100644, number, -1, 2**62, 2**64 - 1) for number in range(files)],
    )


def whole() -> State:
    return State(
        inputs="0123",
        vendor="third party",
        ignore=("**/__pycache__/**", "a\nb"),
        patches=("patches/*.patch",),
        git_files=True,
        places={"vendor/grün": place(), "vendor/empty": place("vendor/empty", 0)},
    )


def fields(value: State | PlaceState) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__slots__ if name != "places"}


def test_what_is_written_comes_back() -> None:
    state = whole()
    again = decode_state(encode_state(state))
    assert again is not None
    assert fields(again) == fields(state)
    assert {path: fields(entry) for path, entry in again.places.items()} == {
        path: fields(entry) for path, entry in state.places.items()
    }


def test_an_empty_state_comes_back() -> None:
    again = decode_state(encode_state(State()))
    assert again is not None
    assert fields(again) == fields(State())
    assert again.places == {}


def test_rows_are_what_a_digest_is_made_of() -> None:
    assert list(place().rows()) == [
        (f"dir/fä{number}", mode, hashlib.sha256(bytes([number])).hexdigest())
        for number, mode in enumerate(("100644", "100755", "120000"))
    ]


def test_every_flipped_byte_and_every_cut_is_noticed() -> None:
    content = encode_state(whole())
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 0x20
        assert decode_state(bytes(damaged)) is None, position
        assert decode_state(content[:position]) is None, position
    assert decode_state(content + b"x") is None
    assert decode_state(bytes(len(content))) is None


@pytest.mark.parametrize("body", [b"", b"\xff\xff\xff\xff", b"\1\0\0\0\1\0\0\0x"])
def test_a_body_with_a_right_checksum_that_makes_no_sense(body: bytes) -> None:
    assert decode_state(MAGIC + hashlib.sha256(body).digest() + body) is None


def test_another_version_counts_as_no_state() -> None:
    content = encode_state(whole())
    assert decode_state(content.replace(b"deps-state 1\n", b"deps-state 2\n")) is None


def test_times_that_do_not_fit_are_read_as_changed() -> None:
    """A file dated beyond the year 2262 is hashed each time, and nothing fails."""
    entry = place(files=1)
    entry.stats = [(0o100644, 1, 2**63, 0, 0)]
    again = decode_state(encode_state(State(places={entry.path: entry})))
    assert again is not None
    assert again.places[entry.path].stats == [(0, 0, 0, 0, 0)]


def test_a_damaged_state_file_is_no_alarm(tmp_path: Path) -> None:
    """The vendor directory is read, found right and recorded anew."""
    project = Vendored(root=tmp_path / "project")
    trees = {"vendor/one": {"a": "a\n"}}
    project.install(trees)
    path = Path(state_path(str(project.root)))
    path.write_bytes(path.read_bytes()[:-1])
    assert load_state(str(project.root)) is None
    assert project.kept() is None
    assert actions(project.install(trees)) == {"vendor/one": "adopt"}
    assert project.kept() == 1


def test_a_write_that_is_refused_leaves_the_old_state(tmp_path: Path) -> None:
    project = Vendored(root=tmp_path / "project")
    project.install({"vendor/one": {"a": "a\n"}})
    before = Path(state_path(str(project.root))).read_bytes()
    (project.root / ".deps/state.new").mkdir()
    with pytest.raises(LocalError) as caught:
        save_state(str(project.root), State())
    assert str(caught.value) == "`.deps/state`: cannot be written: Is a directory"
    assert Path(state_path(str(project.root))).read_bytes() == before
