"""What mutations begin with: a real `git archive`, and every small hostile archive, as members."""

import os
import subprocess
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from support.hostile import CASES
from support.tarballs import BLOCK, directory, entry, global_header, pax, record, symlink, tar

MOST_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A header, and the whole blocks that its size claims."""

    header: bytes
    body: bytes

    def with_header(self, header: bytes) -> "Piece":
        return replace(self, header=header)

    def with_body(self, body: bytes) -> "Piece":
        return replace(self, body=body)


@dataclass(frozen=True, slots=True)
class Seed:
    """A tar in pieces; `end` is what follows the last."""

    name: str
    pieces: tuple[Piece, ...]
    end: bytes


def seeds(folder: Path) -> list[Seed]:
    """Make all seeds; the folder is for the repository that git archives."""
    found = [split("plain", PLAIN), split("git", git_archive(folder))]
    for name, make in CASES.items():
        if name.startswith(("33-", "35-", "36-depth-of", "32-gzip-behind")):
            continue
        try:
            data = zlib.decompress(make(), 31)
        except zlib.error:
            continue
        if len(data) <= MOST_BYTES:
            found.append(split(name, data))
    return found


PLAIN = tar(
    entry("top/README", b"hello\n"),
    directory("top/src/"),
    entry("top/src/main.c", b"int main(void) { return 0; }\n" * 40),
    entry("top/src/run", b"#!/bin/sh\n", mode=0o775),
    symlink("top/src/link", "main.c"),
    symlink("top/up", "src/link"),
    directory("top/deep/"),
    pax(record("path", "top/deep/" + "d" * 120 + "/file")) + entry("0123.data", b"x" * 512),
    pax(record("linkpath", "x/" * 60 + "y")) + symlink("top/deep/long", "see 0123.paxheader"),
    entry("top/deep/empty"),
    entry("top/gr\u00fcn", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1\n"),
)


def split(name: str, data: bytes) -> Seed:
    """Cut a tar into pieces, as far as its headers make sense."""
    pieces, start = [], 0
    while start + BLOCK <= len(data) and any(data[start : start + BLOCK]):
        header = data[start : start + BLOCK]
        digits = header[124:135].strip(b"\0 ")
        size = int(digits, 8) if digits and set(digits) <= set(b"01234567") else 0
        end = min(start + BLOCK + -(-size // BLOCK) * BLOCK, len(data))
        pieces.append(Piece(header, data[start + BLOCK : end]))
        start = end
    return Seed(name, tuple(pieces), data[start:])


def git_archive(folder: Path) -> bytes:
    """Let git make an archive of a small tree of all kinds."""
    stream = b"commit refs/heads/main\ncommitter a <a@example.com> 1700000000 +0000\ndata 0\n"
    files = {"a.txt": b"a\n", "lib/b.c": b"b" * 600, "lib/" + "n" * 101: b"n", "\u00fc/\u00df": b"", "lib/run": b"#!\n"}
    for path, body in files.items():
        mode = 100755 if path.endswith("run") else 100644
        stream += f"M {mode} inline {path}\ndata {len(body)}\n".encode() + body + b"\n"
    stream += b"M 120000 inline lib/link\ndata 3\nb.c\n"
    stream += b"M 160000 0123456789012345678901234567890123456789 module\n"

    def git(*arguments: str, data: bytes = b"") -> bytes:
        command = ["git", "-C", str(folder), *arguments]
        environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        return subprocess.run(command, input=data, check=True, capture_output=True, env=environment).stdout

    git("init", "--quiet", "--bare", ".")
    git("fast-import", "--quiet", data=stream)
    return git("archive", "--prefix=top/", "main")


HOSTILE_PIECES = tuple(
    piece
    for data in (
        entry("top/x", b"x"),
        entry("top/README", b"again"),
        entry("/etc/passwd", b"x"),
        entry("top/../x", b"x"),
        entry("top/src", b"x"),
        entry("top/readme", b"x"),
        entry("other/x", b"x"),
        entry("top/.git/config", b"x"),
        entry("top/src/link/x", b"x"),
        entry("top/aux.c", b"x"),
        directory("top/src/"),
        directory("top/empty/"),
        symlink("top/l", "/etc"),
        symlink("top/m", ".."),
        symlink("top/n", "src/link/x"),
        symlink("top/o", "o"),
        symlink("top/p", "README"),
        entry("././@LongLink", b"top/y\0", kind=b"L"),
        entry("././@LongLink", b"y\0", kind=b"K"),
        entry("top/h", kind=b"1", link="top/README"),
        global_header(),
        pax(record("path", "top/y")),
        pax(record("path", "top/" + "d/" * 70 + "y")),
        pax(record("path", "top/" + "e" * 300)),
        pax(record("size", "1024")),
        pax(record("linkpath", "README")),
        pax(record("GNU.sparse.major", "1")),
        pax(record("mtime", "1")),
        pax(record("comment", "x" * 70_000)),
    )
    for piece in split("", data).pieces
)
