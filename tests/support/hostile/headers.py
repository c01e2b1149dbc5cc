"""Headers that are damaged, ambiguous, or of a kind that `git archive` never writes (cases 11-13, 26-31, 34, 48)."""

from collections.abc import Callable

from support.tarballs import BLOCK, directory, end_of_tar, entry, global_header, gz, header, pax, record, tar, targz

BASE_256 = b"\x80" + bytes(10) + b"\x01"
TWO = entry("top/a", b"a" * 700), entry("top/b", b"b" * 700)


def kind(letter: bytes) -> Callable[[], bytes]:
    return lambda: targz(header("top/x", kind=letter))


def size(field: int | bytes) -> Callable[[], bytes]:
    return lambda: targz(entry("top/x", b"x", size=field))


def mode(value: int | bytes) -> Callable[[], bytes]:
    return lambda: targz(entry("top/x", b"x", mode=value))


def mtime(value: int | bytes) -> Callable[[], bytes]:
    return lambda: targz(entry("top/x", b"x", mtime=value))


def cut(count: int) -> Callable[[], bytes]:
    """Cut the tar, not the gzip, after `count` bytes: 1,536 are the header, the commit and the top directory."""
    return lambda: gz(tar(*TWO)[:count])


def ending(end: bytes) -> Callable[[], bytes]:
    return lambda: gz(global_header() + directory("top/") + TWO[0] + end)


def _signed_checksum() -> bytes:
    """Sum the bytes as signed characters, as some old writers did."""
    block = header("top/caf\u00e9")
    blank = block[:148] + b" " * 8 + block[156:]
    return targz(header("top/caf\u00e9", checksum=sum(byte - 256 if byte > 127 else byte for byte in blank)))


def _swapped(one: int, other: int) -> bytes:
    """Flip a byte in the second half of a header and not the sum."""
    block = bytearray(header("top/x"))
    block[one], block[other] = block[one] + 1, block[other]
    return targz(bytes(block))


CASES: dict[str, Callable[[], bytes]] = {
    "11-character-device": kind(b"3"),
    "11-block-device": kind(b"4"),
    "11-fifo": kind(b"6"),
    "11-contiguous": kind(b"7"),
    "11-socket": kind(b"s"),
    "11-unknown": kind(b"Z"),
    "11-volume": kind(b"V"),
    "11-multi-volume": kind(b"M"),
    "12-setuid": mode(0o4755),
    "12-setgid": mode(0o2644),
    "12-sticky": mode(0o1777),
    "12-mode-zero": mode(0),
    "12-mode-all": mode(0o7777777),
    "12-others-execute": mode(0o611),
    "12-mode-no-number": mode(b"rwxr-xr-"),
    "13-owner": lambda: targz(entry("top/x", b"x", owner=b"\xff\x1b[31m", uid=b"\xff" * 8)),
    "13-access-list": lambda: targz(pax(record("SCHILY.acl.access", "user::rwx")), entry("top/x", b"x")),
    "13-attributes": lambda: targz(
        pax(
            record("SCHILY.xattr.security.capability", b"\1\0\0\2\0"),
            record("RHT.security.selinux", "x"),
            record("LIBARCHIVE.xattr.user.x", "eA"),
            record("uname", "root"),
            record("uid", "0"),
            record("mtime", "1.5"),
        ),
        entry("top/x", b"x"),
    ),
    "26-sparse-gnu": kind(b"S"),
    "26-sparse-0.0": lambda: targz(pax(record("GNU.sparse.numblocks", "1")), entry("top/x", b"x")),
    "26-sparse-1.0": lambda: targz(
        pax(
            record("GNU.sparse.major", "1"),
            record("GNU.sparse.realsize", "64424509440"),
            record("GNU.sparse.name", "top/y"),
        ),
        entry("top/x", b"x"),
    ),
    "26-sparse-schily": lambda: targz(pax(record("SCHILY.realsize", "64424509440")), entry("top/x", b"x")),
    "26-sparse-solaris": lambda: targz(pax(record("SUN.holesdata", " 0 1 2")), entry("top/x", b"x")),
    "27-size-negative": size(b"-0000000001\0"),
    "27-size-base-256": size(BASE_256),
    "27-size-base-256-negative": size(b"\xff" * 12),
    "27-size-no-octal": size(b"00000000008\0"),
    "27-size-underscore": size(b"0000000_001\0"),
    "27-size-sign": size(b"+0000000001\0"),
    "27-size-prefix": size(b"0o000000001\0"),
    "27-size-empty": size(bytes(12)),
    "27-size-leading-spaces": size(b"          1\0"),
    "27-size-number-after-end": size(b"1\x0000000000\0\0"),
    "27-size-largest": size(b"7" * 11 + b"\0"),
    "27-size-without-end": size(b"000000000001"),
    "28-checksum-first": lambda: gz(header("pax_global_header", kind=b"g", checksum=0) + tar(*TWO)[BLOCK:]),
    "28-checksum-middle": lambda: targz(TWO[0], header("top/x", checksum=1), TWO[1]),
    "28-checksum-no-number": lambda: targz(header("top/x", checksum=b"\xff" * 8)),
    "28-checksum-signed": _signed_checksum,
    "28-checksum-of-other-bytes": lambda: _swapped(300, 0),
    "28-checksum-off-by-65521": lambda: targz(
        header("top/x", checksum=sum(header("top/x", checksum=b" " * 8)) + 65521)
    ),
    "29-nul-type": kind(b"\0"),
    "29-nul-type-and-slash": lambda: targz(header("top/x/", kind=b"\0")),
    "29-file-and-slash": lambda: targz(header("top/x/")),
    "29-directory-with-size": lambda: targz(directory("top/x/", size=BLOCK), bytes(BLOCK)),
    "29-link-with-size": lambda: targz(header("top/x", kind=b"2", link="y", size=3), b"abc".ljust(BLOCK, b"\0")),
    "29-gnu-format": lambda: targz(entry("top/x", b"x", magic=b"ustar  \0")),
    "29-v7-format": lambda: targz(entry("top/x", b"x", magic=bytes(8))),
    "29-star-format": lambda: targz(entry("top/x", b"x", end=bytes(8) + b"tar\0")),
    "29-hidden-behind-name": lambda: targz(entry(b"top/x\0y", b"x")),
    "29-hidden-behind-prefix": lambda: targz(entry("x", b"x", prefix=b"top\0/y")),
    "29-hidden-in-padding": lambda: targz(header("top/x", size=1), b"x".ljust(BLOCK, b"!")),
    "30-cut-in-first-header": cut(100),
    "30-cut-in-header": cut(1736),
    "30-cut-in-body": cut(2200),
    "30-cut-in-padding": cut(2900),
    "30-cut-after-member": cut(3072),
    "30-cut-before-end": cut(4608),
    "30-cut-in-end": cut(4708),
    "31-one-block": ending(bytes(BLOCK)),
    "31-no-block": ending(b""),
    "31-two-blocks": ending(bytes(2 * BLOCK)),
    "31-something-behind": ending(bytes(2 * BLOCK) + b"x".ljust(BLOCK, b"\0")),
    "31-member-behind-one-block": ending(bytes(BLOCK) + TWO[1] + bytes(2 * BLOCK)),
    "31-half-a-block-behind": ending(bytes(2 * BLOCK + 100)),
    "31-two-tars": lambda: gz(tar(*TWO) + tar(*TWO)),
    "34-body-of-8-gib": lambda: targz(header("top/x", size=8 * 1024**3 - 1)),
    "34-body-of-1-pib": lambda: targz(pax(record("size", str(1024**5))), header("top/x")),
    "34-body-of-huge-size": lambda: targz(pax(record("size", "9" * 60)), header("top/x")),
    "48-time-negative": mtime(b"\xff" * 12),
    "48-time-far": mtime(b"77777777777\0"),
    "48-time-no-number": mtime(b"not a time!\0"),
}

assert len(end_of_tar(0)) == 20 * BLOCK
