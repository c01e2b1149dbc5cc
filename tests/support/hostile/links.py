"""Links that lead out of what is placed, or would if something were written through them (cases 4-10)."""

from collections.abc import Callable

from support.tarballs import COMMIT, directory, entry, header, pax, record, symlink, targz


def links(**targets: str) -> Callable[[], bytes]:
    return lambda: targz(
        *(symlink(f"top/{name.replace('__', '/')}", target) for name, target in targets.items()),
        entry("top/good.txt", b"good"),
    )


def hard(name: str, target: str) -> bytes:
    return header(name, kind=b"1", link=target)


def long_link(name: str, target: str) -> bytes:
    return pax(record("path", name), record("linkpath", target)) + symlink("0123.data", f"see {COMMIT}.paxheader")


def _beyond_path_max() -> bytes:
    """CVE-2025-4517: links to long names, so that the real path of the last is longer than PATH_MAX."""
    part, members, path = "d" * 247, [], "top"
    for step in "abcdefghijklmnop":
        members.append(pax(record("path", f"{path}/{part}/")) + directory("0123.data"))
        members.append(long_link(f"{path}/{step}", part))
        path = f"{path}/{part}"
    chain = "top/" + "/".join("abcdefghijklmnop") + "/" + "l" * 254
    members += [long_link(chain, "../" * 16), long_link("top/escape", f"{chain[4:]}/../../../../tmp")]
    return targz(*members, entry("top/escape/x", b"x"))


CASES: dict[str, Callable[[], bytes]] = {
    "04-link-absolute": links(a="/etc/passwd"),
    "04-link-out": links(a="../x"),
    "04-link-out-nested": links(a__b="../../x"),
    "04-link-out-and-back": links(a="../top/good.txt"),
    "04-link-out-late": links(a="x/../../y"),
    "04-link-backslash": links(a="..\\x"),
    "04-link-long-target": lambda: targz(long_link("top/a", "x/" * 600)),
    "05-link-changes-meaning": links(x="a/..", a="."),
    "05-link-changes-meaning-later": links(a="b/../../x", b="c", c="."),
    "05-link-through-link": links(x="a/good.txt", a="."),
    "05-link-through-link-of-other-case": links(x="A/..", a="."),
    "06-link-beyond-path-max": _beyond_path_max,
    "06-link-chain": links(**{f"l{number:03}": f"l{number + 1:03}" for number in range(100)}),
    "07-link-then-file": lambda: targz(symlink("top/d", "."), entry("top/d/x", b"x")),
    "07-link-then-file-out": lambda: targz(symlink("top/d", ".."), entry("top/d/x", b"x")),
    "07-link-then-directory": lambda: targz(symlink("top/d", "."), directory("top/d/")),
    "07-link-then-directory-below": lambda: targz(symlink("top/d", "."), directory("top/d/e/")),
    "07-file-then-link-above": lambda: targz(entry("top/d/x", b"x"), symlink("top/d", ".")),
    "07-link-then-other-case": lambda: targz(symlink("top/d", "."), entry("top/D/x", b"x")),
    "08-link-without-name": lambda: targz(symlink("", "..")),
    "08-link-named-dot": lambda: targz(symlink("top/.", "..")),
    "08-link-with-slash": lambda: targz(symlink("top/a/", "..")),
    "08-link-is-top": lambda: targz(symlink("top/", "..")),
    "08-link-without-target": lambda: targz(symlink("top/a", "")),
    "08-target-without-link": lambda: targz(entry("top/a", b"x", link="b")),
    "08-directory-with-target": lambda: targz(directory("top/a/", link="..")),
    "09-hard-link": lambda: targz(entry("top/a", b"x"), hard("top/b", "top/a")),
    "09-hard-link-out": lambda: targz(hard("top/b", "../../etc/passwd")),
    "09-hard-link-to-link": lambda: targz(symlink("top/a", "."), hard("top/b", "top/a")),
    "09-hard-link-to-later": lambda: targz(hard("top/b", "top/c"), entry("top/c", b"x")),
    "10-link-to-itself": links(a="a"),
    "10-link-to-itself-roundabout": links(a="./b/../a/"),
    "10-link-to-itself-by-case": links(a="A"),
    "10-link-loop": links(a="b", b="c", c="a"),
    "10-link-to-loop": links(z="a", a="b", b="a"),
    "10-link-dangling": links(a="not/there"),
    "10-link-to-ancestor": links(a__b="..", c="."),
    "10-link-to-file": links(a="good.txt", b__c="../good.txt"),
}
