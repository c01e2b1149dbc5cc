"""Which symbolic links may be placed."""

import re
import tomllib
from collections.abc import Mapping, Sequence

import pytest

from bitdeps.config.settings import ArchiveLimits
from bitdeps.core.member_paths import check_members
from bitdeps.errors import ArchiveRefusedError

LIMITS = ArchiveLimits()


def refused(
    paths: Sequence[str], links: Mapping[str, str] | None = None, *, windows: bool = False
) -> ArchiveRefusedError:
    with pytest.raises(ArchiveRefusedError) as caught:
        check_members([*paths, *(links or {})], links or {}, limits=LIMITS, windows=windows)
    return caught.value


def excluded(error: ArchiveRefusedError) -> list[str]:
    """Read the line that the hint prints as a manifest would."""
    line = re.fullmatch(r"to go without, add to the entry in `deps\.toml`: `(.*)`", str(error.hint), re.DOTALL)
    assert line is not None
    patterns: list[str] = tomllib.loads(line[1])["exclude"]
    return patterns


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("/etc/passwd", "archive refused (link-absolute): `d/l` is a link to `/etc/passwd`, which is absolute"),
        ("../../x", "archive refused (link-outside): `d/l` is a link to `../../x`, which leads out of the package"),
        (
            "../m/x",
            "archive refused (link-through-link): `d/l` is a link to `../m/x`, which passes through the link `m`",
        ),
        ("l", "archive refused (link-loop): `d/l` is a link to `l`, which leads back to itself"),
        ("a\x07", "archive refused (link-target): `d/l` is a link to `a\\x07`, which holds a control character"),
        ("", "archive refused (link-target): `d/l` is a link to ``, which is no path"),
        ("\udcff", "archive refused (link-target): `d/l` is a link to `\\xff`, which is not UTF-8"),
        (
            "x" * 1025,
            (
                f"archive refused (link-target): `d/l` is a link to `{'x' * 200}... (1025 characters)`, "
                "which is longer than 1024 bytes"
            ),
        ),
    ],
)
def test_link_messages(target: str, message: str) -> None:
    """A refused link is shown with its target."""
    error = refused(["d/f"], {"d/l": target, "m": "d"})
    assert str(error) == message
    assert error.member == "d/l"
    assert excluded(error) == ["d/l"]


@pytest.mark.parametrize(
    "links",
    [
        {"a": "b"},
        {"a": "not/there/at/all"},
        {"a": "."},
        {"d/a": ".."},
        {"d/a": "../d/./e//f"},
        {"a": "d/e/../../x"},
        {"a": "d/"},
        {"a": "b", "b": "c", "c": "d"},
        {"a": "b/", "b": "d"},
        {"d/\u00fc": "../x", "d/y": "\u00fc"},
        {"a": "..."},
        {"a": "-> /etc"},
    ],
)
def test_links_that_stay_inside(links: Mapping[str, str]) -> None:
    """A link may dangle, lead to an ancestor, or to another link; only its way there may not be a link."""
    check_members(["d/e/f", *links], links, limits=LIMITS)


@pytest.mark.parametrize(
    ("links", "rule"),
    [
        ({"a": ".."}, "link-outside"),
        ({"a": "d/../.."}, "link-outside"),
        ({"a": "b/x", "b": "d"}, "link-through-link"),
        ({"a": "b/..", "b": "d"}, "link-through-link"),
        ({"a": "b/../../x", "b": "d"}, "link-through-link"),
        ({"a": "B/x", "b": "d"}, "link-through-link"),
        ({"d/a": "../u\u0308/x", "\u00fc": "d"}, "link-through-link"),
        ({"a": "a"}, "link-loop"),
        ({"a": "A"}, "link-loop"),
        ({"a": "d/../a"}, "link-loop"),
        ({"x": "a", "a": "b", "b": "c", "c": "a"}, "link-loop"),
    ],
)
def test_links_that_do_not(links: Mapping[str, str], rule: str) -> None:
    """Case and accents make no difference to where a link leads."""
    assert refused(["d/e/f"], links).rule == rule


def test_one_loop_is_reported_once() -> None:
    """Each chain that returns to itself is one problem, and its exclusion opens it."""
    error = refused([], {"a": "b", "b": "a", "c": "d", "d": "c", "e": "a"})
    assert excluded(error) == ["a", "c"]
