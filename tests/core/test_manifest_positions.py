"""Where the keys of a TOML text stand, and which are defined twice."""

from bitdeps.core.manifest.positions import DEEPEST, Position, scan
from bitdeps.core.manifest.problems import key_text

TEXT = """\
# a comment with [brackets] and "quotes
title = 'x' # = y
[dependencies]
 json-lite = { tag = "v1", include = ["a", "b#]"] }
"http kit" . tag = \"\"\"
[not.a.table]
not = "a key"
\"\"\"
"\\u0065ngine" = [
  # comment ]
  1979-05-27 07:32:00, { x = 1 },
]
[[groups]]
a.b = 1
[groups.inner]
c = 2
[[groups]]
a = 1
"""


def test_positions() -> None:
    """Lines and columns count from 1; an element of an array stands where its value begins."""
    positions = scan(TEXT).positions
    assert {key_text(path): tuple(position) for path, position in positions.items()} == {
        "title": (2, 1),
        "dependencies": (3, 2),
        "dependencies.json-lite": (4, 2),
        "dependencies.json-lite.tag": (4, 16),
        "dependencies.json-lite.include": (4, 28),
        "dependencies.json-lite.include[0]": (4, 39),
        "dependencies.json-lite.include[1]": (4, 44),
        'dependencies."http kit"': (5, 1),
        'dependencies."http kit".tag': (5, 14),
        "dependencies.engine": (9, 1),
        "dependencies.engine[0]": (11, 3),
        "dependencies.engine[1]": (11, 24),
        "dependencies.engine[1].x": (11, 26),
        "groups": (13, 3),
        "groups[0]": (13, 3),
        "groups[0].a": (14, 1),
        "groups[0].a.b": (14, 3),
        "groups[0].inner": (15, 9),
        "groups[0].inner.c": (16, 1),
        "groups[1]": (17, 3),
        "groups[1].a": (18, 1),
    }


def test_what_is_defined_twice() -> None:
    """A table that is defined again counts as one repeat, with everything below its header."""
    text = "[a]\nx = 1\nx = 2\n[b]\n[a]\nx = 3\nz = 4\n[c]\n"
    repeats = scan(text).repeats
    assert [(repeat.path, repeat.first, repeat.again) for repeat in repeats] == [
        (("a", "x"), Position(2, 1), Position(3, 1)),
        (("a",), Position(1, 2), Position(5, 2)),
    ]
    assert [text[repeat.start : repeat.end] for repeat in repeats] == ["x = 2", "[a]\nx = 3\nz = 4\n"]


def test_the_last_table_defined_twice() -> None:
    """Also where the text ends in the middle of something."""
    [repeat] = scan("[a]\n[a]\nx = ").repeats
    assert (repeat.path, repeat.end) == (("a",), 12)


def test_a_text_that_is_no_toml() -> None:
    """What stands before the mistake is found."""
    assert set(scan("a = 1\nb 2\nc = 3").positions) == {("a",), ("b",)}
    assert scan('"\\q" = 1').positions == {}
    assert set(scan("a = [1").positions) == {("a",), ("a", 0), ("a", 1)}


def test_paths_that_are_too_deep() -> None:
    """They are left out, and are no repeats of each other; what is above and behind them is found."""
    keys = ".".join("a" for _ in range(DEEPEST))
    text = f"{keys}.x.x = 1\n{keys}.x.y = 2\n[{keys}.z.z]\n[{keys}.z.w]\nb = [{'[' * 20}1{']' * 20}]\n[c]\n"
    layout = scan(text)
    assert layout.repeats == ()
    assert max(map(len, layout.positions)) == DEEPEST
    assert layout.positions["c",] == Position(6, 2)


def test_key_paths_as_text() -> None:
    """Quoted where TOML quotes, and nothing in it that a terminal would obey."""
    assert key_text(("a", "b c", 0, "\u00fc", 'q"\\', "\x1b", "\U000e0001")) == (
        'a."b c"[0]."\u00fc"."q\\"\\\\"."\\u001b"."\\U000e0001"'
    )
