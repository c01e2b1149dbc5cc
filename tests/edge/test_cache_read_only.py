"""A cache that cannot be written, or cannot be at all: work goes on without keeping anything."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bitdeps.cache import Cache
from bitdeps.errors import LocalError
from support.parents import open_parents

DATA = b"an archive"
SHA256 = hashlib.sha256(DATA).hexdigest()
CONTENT = "d1:" + "ab" * 32


def put(cache: Cache, data: bytes = DATA) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    with cache.temporary() as path:
        Path(path).write_bytes(data)
        return cache.adopt(path, sha256)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(f"{tmp_path}/cache", lock_timeout=0.2)


@contextmanager
def powerless(folder: Path) -> Iterator[None]:
    """Take away the right to write in a folder, from root too; it is the working directory meanwhile."""
    here, root = Path.cwd(), os.geteuid() == 0
    open_parents(folder)
    temporary = Path(tempfile.gettempdir())
    open_parents(temporary.parent)
    temporary.chmod(0o1777)
    folder.chmod(0o555)
    os.chdir(folder)
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        os.chdir(here)
        folder.chmod(0o755)


def test_read_only_cache(cache: Cache) -> None:
    """What is there is served; what is new is used where it is and goes with the block."""
    put(cache)
    cache.record_content(CONTENT, SHA256)
    cache.record_fact("host", "key", b"value")
    folders = list((Path(cache.dir) / "v1").iterdir())
    for folder in folders:
        folder.chmod(0o555)
    with powerless(Path(cache.dir)):
        reader = Cache(".")
        assert reader.read_only
        found = reader.archive_path(SHA256)
        assert found == f"./v1/archives/{SHA256[:2]}/{SHA256}.tar.gz"
        assert Path(found).read_bytes() == DATA
        assert reader.by_content(CONTENT) == [SHA256]
        assert reader.fact("host", "key") == b"value"
        with reader.use(), reader.temporary() as path:
            Path(path).write_bytes(b"new")
            assert reader.adopt(path, "0" * 64) == path
            assert Path(path).read_bytes() == b"new"
        assert not Path(path).exists()
        reader.record_content(CONTENT, "0" * 64)
        reader.record_fact("host", "other", b"value")
        assert reader.fact("host", "other") is None
        with pytest.raises(LocalError) as caught:
            reader.clean()
    assert str(caught.value) == "cannot clean `.`: it is read-only"
    for folder in folders:
        folder.chmod(0o755)
    assert not Cache(cache.dir).read_only


def test_home_that_cannot_be_written(tmp_path: Path) -> None:
    """Without any place to keep things, work goes on with files that are deleted at the end."""
    with powerless(tmp_path):
        cache = Cache("no/such/cache")
        with cache.temporary() as path:
            Path(path).write_bytes(DATA)
            assert Path(cache.adopt(path, SHA256)).read_bytes() == DATA
        with cache.use():
            assert cache.archive_path(SHA256) is None
    assert list(tmp_path.iterdir()) == []
