"""Telling what came instead of an archive, and what a Git LFS pointer is."""

from pathlib import Path

import pytest

from bitdeps.archive import kind_of, lfs_pointer, looks_like
from bitdeps.errors import LocalError
from support.tarballs import entry, tar, targz

HEX = b"4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
V1 = b"version https://git-lfs.github.com/spec/v1\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (targz(entry("top/x")), "gzip"),
        (b"", "empty"),
        (b"<!DOCTYPE html><title>Log in</title>", "html"),
        (b"\xef\xbb\xbf\r\n  <HTML lang=en>", "html"),
        (b"<!-- hello -->\n<html>", "html"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "xml"),
        (b'  {"type": "error"}', "json"),
        (b"[]", "json"),
        (b"PK\x03\x04....", "zip"),
        (b"PK\x05\x06....", "zip"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (tar(entry("top/x")), "tar"),
        (b"Not Found\n", "text"),
        (b"\0\1\2", "unknown"),
        (b"\n\n", "unknown"),
    ],
)
def test_kinds(data: bytes, kind: str, tmp_path: Path) -> None:
    """The first bytes are enough."""
    (tmp_path / "file").write_bytes(data)
    assert looks_like(str(tmp_path / "file")) == kind
    assert kind_of(data[:1024]) == kind


def test_kind_of_what_is_not_there(tmp_path: Path) -> None:
    """That is the machine's matter."""
    with pytest.raises(LocalError) as caught:
        looks_like(f"{tmp_path}/absent")
    assert str(caught.value) == f"cannot read `{tmp_path}/absent`: No such file or directory"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (V1 + b"oid sha256:" + HEX + b"\nsize 12345\n", True),
        (V1 + b"ext-0-foo sha256:" + HEX + b"\noid sha256:" + HEX + b"\nsize 12345\n", True),
        (b"version https://hawser.github.com/spec/v1\noid sha256:" + HEX + b"\nsize 0\n", True),
        (V1 + b"oid sha256:" + HEX + b"\nsize 12345", True),
        (V1, False),
        (V1 + b"oid sha256:" + HEX[:-1] + b"\nsize 12345\n", False),
        (V1 + b"oid sha256:" + HEX + b"\nsize many\n", False),
        (b"version 1.2\n", False),
        (b"# see version https://git-lfs.github.com/spec/v1\n", False),
        (V1 + b"ext-0-foo " + b"x" * 1024 + b"\noid sha256:" + HEX + b"\nsize 1\n", False),
        (b"", False),
    ],
)
def test_lfs_pointers(body: bytes, *, pointer: bool) -> None:
    """A pointer is what the specification of Git LFS says, and nothing that only resembles it."""
    assert lfs_pointer(body) is pointer
