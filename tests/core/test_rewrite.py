"""Changes of `deps.toml` in its text."""

import pytest

from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.rewrite import entry_text, with_entry, with_tags, without_entry
from bitdeps.errors import ManifestError

TEXT = """\
# top
[project]
name = "x"  # c

[dependencies.a]   # c
workspace = 'acme'
tag = 'v1'   # keep

# inline ones
[dependencies]
b = { tag = "v1",   repo="x" } # c
# comment on c
'c' = {tag="v1", include = [
   "a", # one
   "b",
]}
d.tag = "v1"
d . workspace='acme'

# the tests
[groups.t]
e = { tag = '''v1''' }
[dependencies.f]
tag="v1"

# overrides
[overrides]
"acme/x" = { tag = "v1" }
"""
LIB = {"workspace": "acme", "repo": "lib", "tag": "v1"}
ADDED = '[dependencies.lib]\nworkspace = "acme"\nrepo = "lib"\ntag = "v1"\n'


def test_a_tag_keeps_its_quotes_and_everything_around_it() -> None:
    paths: list[tuple[KeyPath, str, str]] = [
        (("dependencies", "a"), "tag = 'v1'   # keep", "tag = 'v2'   # keep"),
        (("dependencies", "b"), 'b = { tag = "v1",   repo="x" } # c', 'b = { tag = "v2",   repo="x" } # c'),
        (("dependencies", "c"), "'c' = {tag=\"v1\", include", "'c' = {tag=\"v2\", include"),
        (("dependencies", "d"), 'd.tag = "v1"', 'd.tag = "v2"'),
        (("groups", "t", "e"), "tag = '''v1'''", "tag = '''v2'''"),
        (("dependencies", "f"), '[dependencies.f]\ntag="v1"', '[dependencies.f]\ntag="v2"'),
    ]
    expected = TEXT
    for path, before, after in paths:
        assert with_tags(TEXT, {path: "v2"}) == TEXT.replace(before, after)
        expected = expected.replace(before, after)
    assert with_tags(TEXT, {path: "v2" for path, _, _ in paths}) == expected


def test_a_tag_that_its_quotes_cannot_hold_gets_others() -> None:
    assert 'tag = "it\'s"   # keep' in with_tags(TEXT, {("dependencies", "a"): "it's"})
    assert 'b = { tag = "a\\"b",' in with_tags(TEXT, {("dependencies", "b"): 'a"b'})


def test_windows_line_ends_stay() -> None:
    text = TEXT.replace("\n", "\r\n")
    assert with_tags(text, {("dependencies", "a"): "v2"}) == text.replace("tag = 'v1' ", "tag = 'v2' ")
    assert with_entry(text, ("dependencies", "lib"), LIB).replace("\r\n", "\n").count("\r") == 0
    assert "\n" not in with_entry(text, ("dependencies", "lib"), LIB).replace("\r\n", "")


def test_an_entry_goes_behind_the_last_of_its_section() -> None:
    assert with_entry(TEXT, ("dependencies", "lib"), LIB) == TEXT.replace(
        '[dependencies.f]\ntag="v1"\n', f'[dependencies.f]\ntag="v1"\n\n{ADDED}'
    )
    grouped = ADDED.replace("dependencies", "groups.t")
    assert with_entry(TEXT, ("groups", "t", "lib"), LIB) == TEXT.replace(
        "e = { tag = '''v1''' }\n", f"e = {{ tag = '''v1''' }}\n\n{grouped}\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ADDED),
        ('[project]\nname = "x"', f'[project]\nname = "x"\n\n{ADDED}'),
        ("[dependencies]\n", f"[dependencies]\n\n{ADDED}"),
        ("[dependencies]\n\n\n", f"[dependencies]\n\n{ADDED}\n\n"),
        ("[dependencies]\n# none yet\n", f"[dependencies]\n# none yet\n\n{ADDED}"),
    ],
)
def test_the_first_entry_of_a_file(text: str, expected: str) -> None:
    assert with_entry(text, ("dependencies", "lib"), LIB) == expected


def test_a_section_that_takes_no_table_is_told_with_what_to_write() -> None:
    with pytest.raises(ManifestError) as caught:
        with_entry("dependencies = { a = { tag = 'v1' } }\n", ("dependencies", "lib"), LIB)
    assert str(caught.value) == "deps.toml: `dependencies` is written in a way that takes no further table"
    assert caught.value.hint == f"add by hand:\n{ADDED}".rstrip()


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        (("dependencies", "a"), "[dependencies.a]   # c\nworkspace = 'acme'\ntag = 'v1'   # keep\n\n"),
        (("dependencies", "b"), 'b = { tag = "v1",   repo="x" } # c\n'),
        (("dependencies", "c"), '\'c\' = {tag="v1", include = [\n   "a", # one\n   "b",\n]}\n'),
        (("dependencies", "d"), "d.tag = \"v1\"\nd . workspace='acme'\n"),
        (("dependencies", "f"), '[dependencies.f]\ntag="v1"\n'),
        (("groups", "t", "e"), "e = { tag = '''v1''' }\n"),
    ],
)
def test_an_entry_goes_and_comments_stay(path: KeyPath, gone: str) -> None:
    assert without_entry(TEXT, path) == TEXT.replace(gone, "")


def test_what_was_added_is_removed_without_a_trace() -> None:
    for text in (TEXT, '[project]\nname = "x"\n', "[dependencies]\n", TEXT.partition("\n# the tests")[0]):
        assert without_entry(with_entry(text, ("dependencies", "lib"), LIB), ("dependencies", "lib")) == text


@pytest.mark.parametrize("text", ["[dependencies.a]\ntag = 3\n", "[dependencies]\na = 3\n", "[dependencies]\n"])
def test_a_tag_that_cannot_be_changed_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(ManifestError) as caught:
        with_tags(text, {("dependencies", "a"): "v2"})
    assert str(caught.value) == (
        'deps.toml: is written in a way that cannot be changed safely; wanted is\n- dependencies.a.tag = "v2"'
    )
    assert caught.value.hint == "make the change by hand, then run `deps lock`"


def test_an_entry_that_cannot_be_found_cannot_be_removed() -> None:
    with pytest.raises(ManifestError) as caught:
        without_entry(TEXT, ("dependencies", "nothing"))
    assert str(caught.value) == "deps.toml: `dependencies.nothing` is written in a way that cannot be removed safely"


def test_an_entry_within_an_inline_table() -> None:
    text = "dependencies = { a = { tag = 'v1' }, b = { tag = 'v2' } }\n"
    assert without_entry(text, ("dependencies", "b")).replace(" ", "") == "dependencies={a={tag='v1'}}\n"


def test_the_table_that_renovate_reads() -> None:
    assert entry_text(("dependencies", "lib"), LIB) == ADDED
    assert entry_text(("dependencies", "a.b"), {"tag": 'x"y'}) == '[dependencies."a.b"]\ntag = "x\\"y"\n'
