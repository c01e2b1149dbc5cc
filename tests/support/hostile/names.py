"""Names that lead elsewhere, hide something, or are one name for some file systems (cases 1-3, 14-21, 36-39)."""

from collections.abc import Callable

from support.tarballs import directory, end_of_tar, entry, gz, header, pax, record, symlink, tar, targz


def long_name(name: str | bytes, body: bytes = b"x") -> bytes:
    return pax(record("path", name)) + entry("0123.data", body)


def one(name: str | bytes) -> Callable[[], bytes]:
    return lambda: targz(entry("top/good.txt", b"good"), entry(name, b"x"))


def many(*names: str) -> Callable[[], bytes]:
    return lambda: targz(*(entry(f"top/{name}", b"x") for name in names))


def _closed(*members: bytes) -> bytes:
    body = b"".join(members)
    return body + end_of_tar(len(body))


CASES: dict[str, Callable[[], bytes]] = {
    "01-absolute": one("/x"),
    "01-absolute-twice": one("//x"),
    "01-absolute-in-prefix": lambda: targz(entry("x", b"x", prefix="/tmp")),  # noqa: S108
    "01-absolute-in-pax": lambda: targz(long_name("/etc/passwd")),
    "01-absolute-directory": lambda: targz(directory("/x/")),
    "01-absolute-below-top": one("top//x"),
    "02-dots-leading": one("../x"),
    "02-dots-first-below-top": one("top/../x"),
    "02-dots-middle": one("top/a/../../b"),
    "02-dots-inside": one("top/a/../b"),
    "02-dots-trailing": one("top/a/.."),
    "02-dots-leave-and-return": one("top/../top/f"),
    "02-dots-directory": lambda: targz(directory("top/../evil/"), entry("top/f", b"x")),
    "02-dots-in-pax": lambda: targz(long_name("top/../../x")),
    "02-dot-alone": one("top/./x"),
    "02-dot-leading": one("./top/x"),
    "02-empty-part": one("top/a//x"),
    "03-backslash-drive": one("top/C:\\x"),
    "03-backslash-dots": one("top/..\\x"),
    "03-backslash-server": one("top/\\\\srv\\share"),
    "03-backslash-device": one("top/\\\\?\\C:\\x"),
    "03-backslash-inside": one("top/a\\b/c"),
    "03-drive-relative": one("top/C:x"),
    "14-case": many("README", "readme"),
    "14-case-directories": many("Dir/a", "dir/b"),
    "14-case-file-and-directory": many("LIB", "lib/a"),
    "14-case-sharp-s": many("stra\u00dfe", "strasse"),
    "14-case-kelvin": many("\u212a", "k"),
    "14-case-dotless-i": many("f\u0131le", "file"),
    "15-normal-forms": many("caf\u00e9", "cafe\u0301"),
    "15-ignored-by-hfs": many("a\u200db", "ab"),
    "16-device": one("top/CON"),
    "16-device-with-extension": one("top/src/AUX.txt"),
    "16-device-superscript": one("top/COM\u00b9"),
    "16-dot-at-end": one("top/dot."),
    "16-space-at-end": one("top/sp "),
    "16-stream": one("top/a:b"),
    "16-short-name-of-git": one("top/GIT~1/config"),
    "17-file-twice": many("a", "a"),
    "17-directory-twice": lambda: targz(directory("top/a/"), directory("top/a/")),
    "17-directory-then-file": lambda: targz(directory("top/a/"), entry("top/a", b"x")),
    "17-implied-directory-then-file": many("a/b", "a"),
    "17-file-then-directory": lambda: targz(entry("top/a", b"x"), directory("top/a/")),
    "17-file-then-child": many("a", "a/b"),
    "17-file-then-link": lambda: targz(entry("top/a", b"x"), symlink("top/a", "b")),
    "17-link-then-file": lambda: targz(symlink("top/a", "b"), entry("top/a", b"x")),
    "18-git": one("top/.git/config"),
    "18-git-file": one("top/.git"),
    "18-git-upper-case": one("top/.GIT/hooks/post-checkout"),
    "18-git-nested": one("top/a/.git/config"),
    "18-git-dot": one("top/.git./config"),
    "18-git-space": one("top/.git /config"),
    "18-git-stream": one("top/.git::$INDEX_ALLOCATION/config"),
    "18-git-short-name": one("top/git~1/config"),
    "18-git-ignored-by-hfs": one("top/.g\u200cit/config"),
    "19-files-with-a-meaning": many(
        ".gitmodules", ".gitattributes", ".envrc", ".vscode/tasks.json", "hooks/x", "Makefile"
    ),
    "20-markers": many(".deps/state", ".deps-complete", ".cargo-ok", "deps.lock", "deps.toml"),
    "21-part-255": lambda: targz(long_name("top/" + "a" * 255)),
    "21-part-256": lambda: targz(long_name("top/" + "a" * 256)),
    "21-part-256-bytes": lambda: targz(long_name("top/" + "\u00e9" * 128)),
    "21-path-1024": lambda: targz(long_name("top/" + "/".join(["a" * 204] * 5))),
    "21-path-1025": lambda: targz(long_name("top/" + "/".join(["a" * 204] * 5) + "b")),
    "21-path-4097": lambda: targz(long_name("top/" + "/".join(["a" * 240] * 17))),
    "21-ustar-split": lambda: targz(entry("n" * 100, b"x", prefix="top/" + "p" * 151)),
    "21-path-larger-than-pax-header": lambda: targz(long_name("top/" + "a" * 70_000)),
    "21-gnu-long-name-512-mib": lambda: gz(tar(header("././@LongLink", kind=b"L", size=512 * 1024 * 1024))),
    "36-depth-64": lambda: targz(long_name("top/" + "d/" * 63 + "f")),
    "36-depth-65": lambda: targz(long_name("top/" + "d/" * 64 + "f")),
    "36-depth-32000": lambda: targz(long_name("top/" + "d/" * 32_000 + "f")),
    "36-depth-of-directories": lambda: targz(
        *(pax(record("path", "top/" + "d/" * depth)) + directory("0123.data") for depth in range(1, 9_000)),
    ),
    "37-nul-in-pax": lambda: targz(long_name(b"top/a\0b")),
    "37-nul-then-text": one(b"top/a\0/../b"),
    "37-latin-1": one(b"top/caf\xe9"),
    "37-surrogate": one(b"top/\xed\xa0\x80"),
    "37-overlong": one(b"top/\xc0\xafx"),
    "38-newline": one("top/a\nb"),
    "38-escape": one("top/\x1b[31mred"),
    "38-delete": one("top/a\x7f"),
    "38-c1": one("top/a\u009bb"),
    "38-right-to-left": one("top/\u202egpj.exe"),
    "38-isolate": one("top/\u2066x"),
    "38-line-separator": one("top/a\u2028b"),
    "39-no-top": lambda: gz(_closed(entry("x", b"x"))),
    "39-top-is-a-link": lambda: gz(_closed(symlink("top", "."), entry("top/x", b"x"))),
    "39-two-tops": lambda: targz(entry("other/x", b"x")),
    "39-top-is-a-file": lambda: targz(entry("top", b"x")),
    "39-top-is-dots": lambda: targz(entry("../x", b"x"), top="../"),
    "39-top-is-dot": lambda: targz(entry("./x", b"x"), top="./"),
}
