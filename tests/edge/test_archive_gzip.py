"""isal is as strict as zlib: the checks that the reader leaves to it are really made."""

import hashlib
import os
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from bitdeps.archive.inflate import READ_BYTES, inflate
from bitdeps.config.settings import ArchiveLimits
from bitdeps.errors import ArchiveRefusedError
from support.tarballs import gz

DATA = random.Random(1).randbytes(3000) * 20  # noqa: S311 - any bytes will do
GZIP = gz(DATA)

Inflated = Callable[[bytes], bytes | None]


@pytest.fixture
def inflated(tmp_path: Path) -> Inflated:
    """Inflate with the reader; None where it refuses."""

    def run(data: bytes) -> bytes | None:
        path = tmp_path / "data.gz"
        path.write_bytes(data)
        descriptor = os.open(path, os.O_RDONLY)
        digest = hashlib.sha256()
        try:
            result = b"".join(inflate(descriptor, len(data), ArchiveLimits(), digest))
        except ArchiveRefusedError:
            return None
        finally:
            os.close(descriptor)
        assert digest.digest() == hashlib.sha256(data).digest()
        return result

    return run


def by_zlib(data: bytes) -> bytes | None:
    stream = zlib.decompressobj(31)
    try:
        result = stream.decompress(data)
    except zlib.error:
        return None
    return result if stream.eof and not stream.unused_data else None


def test_same_bytes_as_zlib(inflated: Inflated) -> None:
    """What is in order comes out whole, across many chunks too."""
    many = os.urandom(1000) + bytes(5_000_000) + os.urandom(1_500_000)
    for data in (b"", b"x", DATA, many):
        for level in (0, 1, 6, 9):
            assert inflated(gz(data, level=level)) == data


def test_every_cut_is_noticed(inflated: Inflated) -> None:
    """No beginning of a gzip is a gzip."""
    short = gz(b"some bytes, and some bytes again")
    for length in range(len(short)):
        assert inflated(short[:length]) is None


def test_every_flipped_bit_is_judged_as_zlib_judges_it(inflated: Inflated) -> None:
    """Where zlib refuses, so do we; the rest are bits of the header that mean nothing."""
    short = gz(b"some bytes, and some bytes again")
    accepted = []
    for index in range(len(short) * 8):
        data = bytearray(short)
        data[index // 8] ^= 1 << index % 8
        expected = by_zlib(bytes(data))
        assert inflated(bytes(data)) == expected
        if expected is not None:
            accepted.append(index // 8)
    assert set(accepted) <= {3, 4, 5, 6, 7, 8, 9}


def test_random_damage_is_judged_as_zlib_judges_it(inflated: Inflated) -> None:
    """Neither is more lenient than the other."""
    dice = random.Random(7)  # noqa: S311 - reproducible damage
    for _ in range(300):
        data = bytearray(GZIP)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        assert inflated(bytes(data)) == by_zlib(bytes(data))


def test_tail_behind_the_end_of_a_read(inflated: Inflated) -> None:
    """A member that ends where a read ends is followed by nothing, or refused."""
    plain = gz(os.urandom(READ_BYTES - 2000), level=0)
    name = b"n" * (READ_BYTES - len(plain) - 1) + b"\0"
    whole = plain[:3] + b"\x08" + plain[4:10] + name + plain[10:]
    assert len(whole) == READ_BYTES
    assert inflated(whole) is not None
    assert inflated(whole + b"x") is None


def test_file_that_shrinks(tmp_path: Path) -> None:
    """A file that is shorter than it was when it was opened is a truncated one."""
    path = tmp_path / "data.gz"
    path.write_bytes(GZIP[:1000])
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with pytest.raises(ArchiveRefusedError, match=r"^archive refused \(gzip-truncated\): "):
            list(inflate(descriptor, len(GZIP), ArchiveLimits(), hashlib.sha256()))
    finally:
        os.close(descriptor)
