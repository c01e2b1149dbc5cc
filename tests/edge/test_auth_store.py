"""The store of sign-ins: file or keyring, renewal by one process at a time, nothing lost."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bitdeps.auth.private_file import read_private, write_private
from bitdeps.auth.record import read_records
from bitdeps.auth.store import Store
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import AuthError, DepsError, LocalError
from support.canaries import MARK
from support.remotes import at, quick_settings
from support.signins import LONG, find, signed_in

ROOT = Path(__file__).parents[2]


def test_what_is_stored_is_read_again(tmp_path: Path) -> None:
    settings = quick_settings(tmp_path, {})
    record = signed_in(settings, refresh="r" * 3000, serves="acme/secret")
    [again] = Store(settings).all()
    assert replace(again, consumer=None) == replace(record, consumer=None)
    assert again.consumer is not None
    assert (again.consumer.key, again.consumer.secret) == ("the-key", Secret(f"{MARK}-s"))
    assert LONG not in repr(again)


def test_one_sign_in_for_each_scope_and_service(tmp_path: Path) -> None:
    """The last one stays."""
    settings = quick_settings(tmp_path, {})
    other = quick_settings(tmp_path, at("https://other.example"))
    for serves in ("all", "acme", "acme/secret", "all"):
        signed_in(settings, serves=serves)
    signed_in(other)
    assert [record.serves for record in Store(settings).here()] == ["acme", "acme/secret", "all"]
    assert [record.origin for record in Store(settings).all()][-1] == "https://other.example"
    assert find(other) is not None


@pytest.mark.parametrize(
    ("stored", "variables", "source"),
    [
        (["all", "acme", "acme/secret"], {}, "`deps auth login` for `acme/secret`"),
        (["all", "acme"], {}, "`deps auth login` for `acme`"),
        (["all"], {}, "`deps auth login`"),
        (["all", "other"], {"BITBUCKET_ACCESS_TOKEN": "t"}, "`BITBUCKET_ACCESS_TOKEN`"),
        (["acme"], {"BITBUCKET_ACCESS_TOKEN": "t"}, "`deps auth login` for `acme`"),
        (["acme"], {"BITBUCKET_ACCESS_TOKEN__ACME": "t"}, "`BITBUCKET_ACCESS_TOKEN__ACME`"),
        (["all"], {"BITBUCKET_CONSUMER_KEY": "k", "BITBUCKET_CONSUMER_SECRET": "s"}, "`deps auth login`"),
    ],
)
def test_the_most_specific_sign_in_serves(
    stored: list[str], variables: dict[str, str], source: str, tmp_path: Path
) -> None:
    settings = quick_settings(tmp_path, {}, **variables)
    for serves in stored:
        signed_in(settings, serves=serves, expires_in=900)
    found = find(settings)
    assert (found and found.source) == source


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o777])
def test_a_file_that_others_can_read_is_refused(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("x")
    path.chmod(mode)
    with pytest.raises(AuthError) as caught:
        read_private(str(path))
    assert str(caught.value) == (
        f"`{path}`: other users of this machine can read it, so the sign-ins in it are not used"
    )
    path.chmod(0o600)
    assert read_private(str(path)) == "x"


@pytest.mark.parametrize("mode", [0o702, 0o720, 0o777])
def test_a_directory_that_others_can_write_to_is_refused(mode: int, tmp_path: Path) -> None:
    """There they could put another file in its place."""
    path = tmp_path / "store" / "f"
    write_private(str(path), "x")
    path.parent.chmod(mode)
    with pytest.raises(AuthError) as caught:
        read_private(str(path))
    assert str(caught.value) == (
        f"`{path.parent}`: other users of this machine can write to it, so the sign-ins in it are not used"
    )
    assert caught.value.hint == f"run `chmod 700 {path.parent}`, and sign in again if somebody may have changed them"
    path.parent.chmod(0o755)
    assert read_private(str(path)) == "x"


def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("NOT CHECKED: only root can give a file away")
    path = tmp_path / "f"
    path.write_text("x")
    path.chmod(0o600)
    os.chown(path, 12345, -1)
    with pytest.raises(AuthError, match="belongs to another user"):
        read_private(str(path))


def test_a_private_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "f"
    write_private(str(path), "one")
    inode = path.stat().st_ino
    with path.open() as reader:
        write_private(str(path), "two")
        assert reader.read() == "one"
    assert path.stat().st_ino != inode
    assert (path.read_text(), path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == ("two", 0o600, 0o700)
    assert [entry.name for entry in path.parent.iterdir()] == ["f"]


def test_a_file_that_cannot_be_written_or_read(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "x").touch()
    with pytest.raises(LocalError) as caught:
        write_private(str(tmp_path / "f"), "x")
    assert str(caught.value) == f"`{tmp_path}/f`: cannot be written: Is a directory"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["f"]
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(LocalError, match="cannot be read: Too many levels of symbolic links"):
        read_private(str(tmp_path / "loop"))
    assert read_private(str(tmp_path / "none")) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "place: the stored sign-ins cannot be read"),
        ("[]", "place: the stored sign-ins cannot be read"),
        ("{}", "place: the stored sign-ins cannot be read"),
        ('{"version": 1}', "place: the stored sign-ins cannot be read"),
        ('{"version": 1, "sign-ins": [{}]}', "place: the stored sign-ins cannot be read"),
        ('{"version": 1, "sign-ins": [7]}', "place: the stored sign-ins cannot be read"),
        ('{"version": 1, "sign-ins": [{"origin": "x", "serves": "all", "kind": "oauth", "secret": "a b"}]}',
         "place: the stored sign-ins cannot be read"),
        ('{"version": 1, "sign-ins": [{"origin": "x", "serves": "all", "kind": "magic", "secret": "a"}]}',
         "place: the stored sign-ins cannot be read"),
        ('{"version": 1, "sign-ins": [{"origin": 7, "serves": "all", "kind": "oauth", "secret": "a"}]}',
         "place: the stored sign-ins cannot be read"),
        ('{"version": 9, "sign-ins": []}',
         "place: the stored sign-ins are of version 9, which this `deps` cannot read"),
    ],
)  # fmt: skip
def test_a_store_that_cannot_be_understood(text: str, message: str) -> None:
    with pytest.raises(DepsError) as caught:
        read_records(text, "place")
    assert str(caught.value) == message
    assert type(caught.value) is AuthError
