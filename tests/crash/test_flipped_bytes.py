"""Promise P4: one flipped byte of the cache or of `.deps/` is found or healed, never installed."""

import shutil
from pathlib import Path

import pytest

from support.crash.faulted import Faulted, part
from support.crash.long import sample


def bytes_below(top: Path) -> list[tuple[Path, int]]:
    files = sorted(path for path in top.rglob("*") if path.is_file() and not path.is_symlink())
    return [(path.relative_to(top), place) for path in files for place in range(path.stat().st_size)]


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1 << (place % 8)
    path.write_bytes(data)


@pytest.mark.timeout(4 * 3600)
def test_of_the_cache(broken: Faulted) -> None:
    """Offline there is the right tree or none and a typed error; online there is the right tree."""
    broken.begin("install")
    assert broken("install", "--locked").code == 0
    cache = Path(".cache/deps")
    chosen = sample(bytes_below(broken.home / cache), 8)
    keep(broken, "full")
    refused = 0
    for path, place in chosen:
        without_vendor(broken)
        flip(broken.home / cache / path, place)
        offline = broken("install", "--locked", "--offline")
        assert offline.code in (0, 1), offline.stderr
        assert "Traceback" not in offline.stderr
        refused += offline.code
        whole = broken.trees["v2"]
        assert all(part(broken.vendor, name) in ({}, part(whole, name)) for name in ("one", "two", "three"))
        assert offline.code == 1 or broken.vendor == whole
        online = broken("install", "--locked")
        assert (online.code, broken.vendor) == (0, whole), online.stderr
    assert refused > 0


@pytest.mark.timeout(4 * 3600)
def test_of_the_state(broken: Faulted) -> None:
    """A whole vendor directory stays; an edited one is never taken for whole, and what was edited is not lost."""
    broken.begin("install")
    assert broken("install", "--locked").code == 0
    chosen = sample(bytes_below(broken.root / ".deps"), 8)
    keep(broken, "full")
    for path, place in chosen:
        broken.begin("full")
        flip(broken.root / ".deps" / path, place)
        ran = broken("install", "--locked", "--offline")
        assert (ran.code, broken.vendor) == (0, broken.trees["v2"]), ran.stderr
        assert broken("verify").code == 0
        broken.begin("full")
        flip(broken.root / ".deps" / path, place)
        edited = broken.root / "vendor/one/d/g0.txt"
        edited.write_text("mine\n")
        ran = broken("install", "--locked", "--offline")
        assert (ran.code, edited.read_text()) == (3, "mine\n"), ran.stderr


def keep(broken: Faulted, name: str) -> None:
    """Make what is there now a beginning."""
    shutil.copytree(broken.top / "now", broken.top / name, symlinks=True)


def without_vendor(broken: Faulted) -> None:
    broken.begin("full")
    shutil.rmtree(broken.root / "vendor")
    shutil.rmtree(broken.root / ".deps")
