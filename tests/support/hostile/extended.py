"""Extended headers that say two things, or nothing that can be read (cases 22-25)."""

from collections.abc import Callable

from support.tarballs import (
    directory,
    end_of_tar,
    entry,
    global_header,
    gz,
    header,
    padded,
    pax,
    record,
    symlink,
    targz,
)

FILE = entry("top/x", b"x")


def body(data: bytes) -> Callable[[], bytes]:
    """Put bytes into the extended header of a file."""
    return lambda: targz(entry("0123.paxheader", data, kind=b"x"), FILE)


def before(*records: bytes, member: bytes = FILE) -> Callable[[], bytes]:
    return lambda: targz(pax(*records), member)


def first(*blocks: bytes) -> Callable[[], bytes]:
    """Replace the global header."""
    members = b"".join([*blocks, directory("top/"), FILE])
    return lambda: gz(members + end_of_tar(len(members)))


HIDDEN = entry("top/hidden", b"h")

CASES: dict[str, Callable[[], bytes]] = {
    "22-size-hides-headers": lambda: targz(pax(record("size", str(len(HIDDEN)))), header("top/x", size=1), HIDDEN),
    "22-size-zero-over-size": before(record("size", "0"), member=entry("top/x", b"x" * 512)),
    "22-size-over-zero": lambda: targz(pax(record("size", "1")), header("top/x"), padded(b"x")),
    "22-size-the-same": before(record("size", "1")),
    "22-size-of-directory": before(record("size", "512"), member=directory("top/d/")),
    "22-size-of-link": before(record("size", "512"), member=symlink("top/l", "x")),
    "22-path-over-name": before(record("path", "top/y")),
    "22-linkpath-over-link": before(record("linkpath", "x/y"), member=symlink("top/l", "see x")),
    "22-linkpath-of-file": before(record("linkpath", "x")),
    "22-charset": before(record("hdrcharset", "BINARY")),
    "22-unknown-key": before(record("VENDOR.key", "x")),
    "23-size-before-gnu-name": lambda: targz(
        pax(record("size", "1536")),
        entry("././@LongLink", b"top/y\0", kind=b"L"),
        FILE,
    ),
    "23-size-before-gnu-link": before(record("size", "1536"), member=entry("././@LongLink", b"y\0", kind=b"K")),
    "23-extended-before-extended": lambda: targz(pax(record("size", "1024")), pax(record("path", "top/y")), FILE),
    "23-extended-before-global": lambda: targz(pax(record("size", "1024")), global_header(), FILE),
    "23-gnu-name": lambda: targz(entry("././@LongLink", b"top/y\0", kind=b"L"), FILE),
    "23-solaris-header": lambda: targz(entry("0123.paxheader", record("path", "top/y"), kind=b"X"), FILE),
    "24-no-newline": body(b"15 path=top/yy!"),
    "24-length-too-long": body(b"99 path=top/y\n"),
    "24-length-too-short": body(b"5 path=top/y\n"),
    "24-length-negative": body(b"-15 path=top/y\n"),
    "24-length-zero": body(b"0 path=top/y\n"),
    "24-length-leading-zero": body(b"015 path=top/y\n"),
    "24-length-no-number": body(b"xx path=top/y\n"),
    "24-length-sign": body(b"+15 path=top/y\n"),
    "24-length-huge": body(b"99999999999999999999 path=top/y\n"),
    "24-no-space": body(b"15\n"),
    "24-no-equals": body(b"11 pathtop\n"),
    "24-no-key": body(b"9 =top/y\n"),
    "24-zeros": body(bytes(20)),
    "24-zeros-behind": body(record("path", "top/y") + bytes(5)),
    "24-key-twice": before(record("path", "top/y"), record("path", "top/z")),
    "24-nul-in-path": before(record("path", b"top/y\0z")),
    "24-nul-in-target": before(record("linkpath", b"y\0z"), member=symlink("top/l", "x")),
    "24-path-empty": before(record("path", "")),
    "24-target-empty": before(record("linkpath", ""), member=symlink("top/l", "x")),
    "24-size-negative": before(record("size", "-1")),
    "24-size-leading-zero": before(record("size", "01")),
    "24-size-hex": before(record("size", "0x1")),
    "24-size-of-5000-digits": before(record("size", "1" * 5000)),
    "24-empty": body(b""),
    "24-larger-than-cap": before(record("comment", "x" * 70_000)),
    "24-claims-8-gib": lambda: targz(header("0123.paxheader", kind=b"x", size=8 * 1024**3 - 1), FILE),
    "24-without-member": lambda: targz(FILE, pax(record("path", "top/y"))),
    "25-global-path": first(pax(record("path", "top/y"), kind=b"g")),
    "25-global-size": first(pax(record("comment", "0" * 40), record("size", "1"), kind=b"g")),
    "25-global-linkpath": first(pax(record("linkpath", "/etc"), kind=b"g")),
    "25-global-comment-no-commit": first(pax(record("comment", "\x1b[31mhello"), kind=b"g")),
    "25-global-twice": first(global_header(), global_header()),
    "25-global-late": lambda: targz(global_header(), FILE),
    "25-global-sha256-commit": first(global_header("a" * 64)),
    "25-global-time": first(pax(record("comment", "0" * 40), record("mtime", "9999999999"), kind=b"g")),
    "25-global-time-alone": first(pax(record("mtime", "9999999999"), kind=b"g")),
    "25-global-absent": first(),
}
