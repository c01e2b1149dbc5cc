"""The cache of one process: what goes in comes out, nothing half-written, nothing trusted."""

import hashlib
import os
import re
import shutil
import time
from pathlib import Path

import pytest

from bitdeps.cache import Cache, CacheSize
from bitdeps.errors import LocalError

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


def files(cache: Cache) -> list[str]:
    root = Path(cache.dir)
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_naming_a_cache_makes_nothing(cache: Cache) -> None:
    """A command that needs no cache leaves no trace."""
    assert cache.archive_path(SHA256) is None
    assert cache.by_content(CONTENT) == []
    assert cache.fact("api.bitbucket.org", "key") is None
    assert cache.size() == CacheSize(archives=0, bytes=0)
    assert not Path(cache.dir).exists()


def test_layout(cache: Cache) -> None:
    """The files are where docs/reference/cache.md says, and the directory is the user's own."""
    put(cache)
    cache.record_content(CONTENT, SHA256)
    cache.record_fact("api.bitbucket.org", "key", b"{}")
    host = hashlib.sha256(b"api.bitbucket.org").hexdigest()[:16]
    key = hashlib.sha256(b"key").hexdigest()
    assert files(cache) == sorted(
        [
            "CACHEDIR.TAG",
            f"v1/archives/{SHA256[:2]}/{SHA256}.tar.gz",
            f"v1/content/ab/{'ab' * 32}/{SHA256}",
            f"v1/facts/{host}/{key[:2]}/{key}",
            "v1/locks/use",
        ],
    )
    tag = (Path(cache.dir) / "CACHEDIR.TAG").read_bytes()
    assert tag.startswith(b"Signature: 8a477f597d28d172789f06886806bc55\n")
    assert Path(cache.dir).stat().st_mode & 0o777 == 0o700


def test_adopted_archive_is_found(cache: Cache) -> None:
    """It is found by its SHA-256 and by its content, by another process too."""
    path = put(cache)
    cache.record_content(CONTENT, SHA256)
    other = Cache(cache.dir)
    assert cache.archive_path(SHA256) == other.archive_path(SHA256) == path
    assert Path(path).read_bytes() == DATA
    assert other.by_content(CONTENT) == [SHA256]
    assert other.size().archives == 1


def test_content_of_several_archives(cache: Cache) -> None:
    """One content may have several archives; those that are gone are not named."""
    for data in (b"one", b"two"):
        put(cache, data)
        cache.record_content(CONTENT, hashlib.sha256(data).hexdigest())
    cache.record_content(CONTENT, "0" * 64)
    assert cache.by_content(CONTENT) == sorted(hashlib.sha256(data).hexdigest() for data in (b"one", b"two"))


def test_what_is_not_adopted_is_deleted(cache: Cache) -> None:
    """A download that fails leaves nothing."""
    names = []

    def fail() -> None:
        with cache.temporary() as path:
            names.append(path)
            Path(path).write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with cache.temporary() as path:
        names.append(path)
        assert Path(path).read_bytes() == b""
    assert len(set(names)) == 2
    assert not any(Path(name).exists() for name in names)


def test_bad_entry_is_replaced_under_its_readers(cache: Cache) -> None:
    """Who reads the old bytes keeps them; the name has the new ones."""
    path = Path(put(cache))
    path.write_bytes(b"rotten")
    with path.open("rb") as reader:
        put(cache)
        assert reader.read() == b"rotten"
    assert path.read_bytes() == DATA


def test_facts(cache: Cache) -> None:
    """Facts belong to a host and a key, and any bytes are a value."""
    cache.record_fact("api.bitbucket.org", "key", b"one\n")
    cache.record_fact("127.0.0.1:8000", "key", b"other")
    cache.record_fact("api.bitbucket.org", "empty", b"")
    assert cache.fact("api.bitbucket.org", "key") == b"one\n"
    assert cache.fact("127.0.0.1:8000", "key") == b"other"
    assert cache.fact("api.bitbucket.org", "empty") == b""
    assert cache.fact("api.bitbucket.org", "other") is None
    cache.record_fact("api.bitbucket.org", "key", b"two")
    assert cache.fact("api.bitbucket.org", "key") == b"two"


def test_every_damage_to_a_fact_is_noticed(cache: Cache) -> None:
    """A torn or changed fact is none: each cut and each changed byte."""
    cache.record_fact("host", "key", b'{"tag": "v1"}')
    (path,) = (path for path in (Path(cache.dir) / "v1/facts").rglob("*") if path.is_file())
    whole = path.read_bytes()
    damaged = [whole[:length] for length in range(len(whole))]
    damaged += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(len(whole))]
    for data in [*damaged, whole + b"x", b""]:
        path.write_bytes(data)
        assert cache.fact("host", "key") is None
    path.write_bytes(whole)
    assert cache.fact("host", "key") == b'{"tag": "v1"}'


def test_names_are_checked(cache: Cache) -> None:
    """What is no digest never becomes a path."""
    for name in ("../../etc/passwd", "", "AB" * 32, SHA256 + "\n"):
        with pytest.raises(ValueError, match=r"^" if not name else name.strip()[:5]):
            cache.archive_path(name)
        with pytest.raises(ValueError):  # noqa: PT011 - the name is all it says
            cache.by_content(f"d1:{name}")


def test_size_and_clean(cache: Cache) -> None:
    """Cleaning empties the cache, tells what was there, and leaves it usable."""
    put(cache)
    put(cache, b"another")
    cache.record_content(CONTENT, SHA256)
    cache.record_fact("host", "key", b"value")
    size = cache.size()
    assert size == CacheSize(archives=2, bytes=len(DATA) + len(b"another") + 64 + 1 + len(b"value"))
    assert cache.clean() == size
    assert files(cache) == ["CACHEDIR.TAG", "v1/locks/use"]
    assert cache.archive_path(SHA256) is None
    assert Path(put(cache)).read_bytes() == DATA


def test_clean_waits_for_those_who_use_it(cache: Cache) -> None:
    """A cleaner gives up rather than take files away."""
    path = put(cache)
    with Cache(cache.dir).use(), cache.use(), pytest.raises(LocalError) as caught:
        cache.clean()
    assert str(caught.value) == f"cannot lock `{cache.dir}/v1/locks/use`: another `deps` uses the cache"
    assert caught.value.hint == "wait for the other process to end: its lock ends with it"
    assert Path(path).exists()


def test_clean_does_not_follow_links(cache: Cache, tmp_path: Path) -> None:
    """A link in the cache is deleted, and not what it leads to."""
    put(cache)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_bytes(b"kept")
    (Path(cache.dir) / "v1/archives/link").symlink_to(tmp_path / "kept")
    cache.clean()
    assert (tmp_path / "kept" / "file").read_bytes() == b"kept"
    assert list((Path(cache.dir) / "v1/archives").iterdir()) == []


def test_abandoned_files_are_swept(cache: Cache) -> None:
    """What a killed process left goes when it is old and unlocked; a long download stays."""
    put(cache)
    folder = Path(cache.dir) / "v1/tmp"
    old = time.time() - 7200
    for name in ("abandoned.part", "young.part"):
        (folder / name).write_bytes(b"half")
    os.utime(folder / "abandoned.part", (old, old))
    with cache.temporary() as path:
        os.utime(path, (old, old))
        put(Cache(cache.dir), b"another")
        assert Path(path).exists()
        assert sorted(file.name for file in folder.iterdir()) == sorted([Path(path).name, "young.part"])


def test_no_cache_where_none_can_be(tmp_path: Path) -> None:
    """A file in the way is an error that names the directory."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LocalError) as caught:
        put(Cache(f"{tmp_path}/file/cache"))
    assert str(caught.value) == f"cannot make the cache `{tmp_path}/file/cache`: Not a directory"


def test_cache_that_is_deleted_meanwhile(cache: Cache) -> None:
    """Who deletes the cache under a running program is told so."""
    put(cache)
    shutil.rmtree(cache.dir)
    with pytest.raises(LocalError) as caught:
        put(cache)
    assert re.fullmatch(
        rf"cannot write `{re.escape(cache.dir)}/v1/tmp/\d+-[0-9a-f]{{16}}\.part`: No such file or directory",
        str(caught.value),
    )


def test_lock_that_cannot_be_taken(cache: Cache) -> None:
    """Something else in the place of the lock is an error that names it."""
    put(cache)
    lock = Path(cache.dir) / "v1/locks/use"
    lock.unlink()
    lock.mkdir()
    with pytest.raises(LocalError) as caught:
        put(cache)
    assert str(caught.value) == f"cannot lock `{lock}`: Is a directory"


def test_disk_refuses(cache: Cache) -> None:
    """What cannot be moved or written is an error that names the file."""
    put(cache)
    shard = Path(cache.dir) / "v1/archives" / ("0" * 2)
    shard.write_bytes(b"a file in the way")
    with cache.temporary() as path, pytest.raises(LocalError) as caught:
        cache.adopt(path, "0" * 64)
    assert str(caught.value) == f"cannot write `{shard}/{'0' * 64}.tar.gz`: File exists"
    index = Path(cache.dir) / "v1/content/ab"
    index.write_bytes(b"a file in the way")
    with pytest.raises(LocalError) as caught:
        cache.record_content(CONTENT, SHA256)
    assert str(caught.value) == f"cannot write `{index}/{'ab' * 32}/{SHA256}`: Not a directory"
