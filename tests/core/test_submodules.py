"""Submodules as git lists them: joined, resolved as git does, and the tag for a commit."""

import pytest

from bitdeps.core.gitmodules import Submodule, best_tag, is_relative, nested_paths, read_submodules, resolve_url
from bitdeps.core.resolver.model import Tag

A, B = "a" * 40, "b" * 40


def test_configuration_and_index_are_joined() -> None:
    config = (
        "submodule.one.path\nlibs/a\0submodule.one.url\n../a.git\0submodule.one.update\ncheckout\0"
        "submodule.one.shallow\ntrue\0submodule.two.x.path\nb\0submodule.two.x.url\nhttps://x/y\0"
        "submodule.two.x.branch\nmain\0submodule.two.x.update\nmerge\0submodule.three.url\nnowhere\0core.x\n1\0"
    )
    index = f"100644 {B} 0\tfile\x00160000 {A} 0\tlibs/a\x00160000 {B} 0\tlost\x00"
    assert read_submodules(config.encode(), index.encode()) == (
        Submodule(path="b", url="https://x/y", commit=None, branch="main", settings=("update",)),
        Submodule(path="libs/a", url="../a.git", commit=A),
        Submodule(path="lost", url=None, commit=B),
    )


@pytest.mark.parametrize(
    ("origin", "url", "expected"),
    [
        ("https://host/acme/shop.git/", "../lib.git", "https://host/acme/lib.git"),
        ("https://host/acme/shop", "./lib", "https://host/acme/shop/lib"),
        ("git@host:acme/shop.git", "../../other/lib.git", "git@host:other/lib.git"),
        ("shop", "../lib", "lib"),
    ],
)
def test_relative_addresses_are_resolved(origin: str, url: str, expected: str) -> None:
    """tests/edge/test_submodule_addresses.py compares with git itself."""
    assert is_relative(url)
    assert not is_relative(expected)
    assert resolve_url(url, origin) == expected


def test_nested_submodules_are_found_by_their_paths() -> None:
    text = b'[submodule "a"]\r\n\tpath = deep/a\r\n\turl = x\r\n[submodule "b"]\n  path="with space"\n#path = no\n'
    assert nested_paths(text) == ("deep/a", "with space")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["latest", "v1.0", "v1.0.0", "stable"], "v1.0"),
        (["v1.0", "v1.1", "zz"], "v1.1"),
        (["stable", "rel-3", "x"], "rel-3"),
        (["stable", "new"], "new"),
        ([], None),
    ],
)
def test_the_newest_version_is_the_best_tag(names: list[str], expected: str | None) -> None:
    tags = [Tag(name=name, commit=A) for name in names] + [Tag(name="v9", commit=B)]
    assert best_tag(tags, A) == expected
