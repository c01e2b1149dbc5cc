"""Relative addresses of submodules are resolved as git resolves them."""

import subprocess
from pathlib import Path

import pytest

from bitdeps.core.gitmodules import is_relative, resolve_url

A = "a" * 40


@pytest.mark.parametrize(
    ("origin", "url"),
    [
        ("https://host/acme/shop.git", "../lib.git"),
        ("https://host/acme/shop.git/", "../lib.git"),
        ("https://host/acme/shop", "./lib"),
        ("https://host/acme/shop", "../../other/lib"),
        ("git@host:acme/shop.git", "../lib.git"),
        ("git@host:acme/shop.git", "../../other/lib.git"),
        ("ssh://git@host/acme/shop.git", ".././lib.git"),
    ],
)
def test_relative_addresses_are_resolved_as_git_does(origin: str, url: str, git_resolves: Path) -> None:
    """What git itself writes for `git submodule init` is the expectation."""
    assert is_relative(url)
    run = ["git", "-C", str(git_resolves)]
    subprocess.run([*run, "config", "remote.origin.url", origin], check=True)
    subprocess.run([*run, "config", "-f", ".gitmodules", "submodule.x.url", url], check=True)
    subprocess.run([*run, "config", "--unset", "submodule.x.url"], check=False)
    subprocess.run([*run, "submodule", "--quiet", "init"], check=True, capture_output=True)
    told = subprocess.run([*run, "config", "submodule.x.url"], check=True, capture_output=True, text=True)
    assert resolve_url(url, origin) == told.stdout.strip()


@pytest.fixture
def git_resolves(tmp_path: Path) -> Path:
    """Give a repository with one submodule that is registered in the index alone."""
    run = ["git", "-C", str(tmp_path)]
    subprocess.run([*run, "init", "-q"], check=True)
    subprocess.run([*run, "update-index", "--add", "--cacheinfo", f"160000,{A},x"], check=True)
    subprocess.run([*run, "config", "-f", ".gitmodules", "submodule.x.path", "x"], check=True)
    return tmp_path
