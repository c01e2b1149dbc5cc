"""Law of globs: on every tree they choose what `wcmatch` chooses."""

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from wcmatch import glob

from bitdeps.core.selection import compile_globs, glob_problem, selection_digest

FLAGS = glob.GLOBSTAR | glob.DOTGLOB | glob.FORCEUNIX | glob.CASE
NAMES = st.text("abB.-]^!\u00fc", min_size=1, max_size=4).filter(lambda name: name not in (".", ".."))
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PIECES = st.sampled_from(
    ["a", "b", "B", ".", "-", "*", "**", "?", "[ab]", "[!a]", "[^b]", "[a-b]", "[]b]", "[!].]", "\u00fc"]
)
PARTS = st.just("**") | st.lists(PIECES, min_size=1, max_size=4).map("".join)
GLOBS = st.lists(PARTS, min_size=1, max_size=5).map("/".join).filter(lambda text: glob_problem(text) is None)


@given(st.lists(GLOBS, min_size=1, max_size=3), st.lists(PATHS, max_size=20))
@settings(max_examples=500)
@example(["src/**"], ["src", "src/a"])
@example(["**/a/**"], ["a", "a/b", "b/a"])
def test_globs_are_those_of_wcmatch(globs: list[str], tree: list[str]) -> None:
    matches = compile_globs(globs)
    assert [path for path in tree if matches(path)] == glob.globfilter(tree, globs, flags=FLAGS)


@given(st.lists(GLOBS, min_size=1, max_size=4))
def test_order_and_repetition_do_not_count(globs: list[str]) -> None:
    one = selection_digest(subdir=None, include=globs, exclude=[], patches=[])
    other = selection_digest(subdir=None, include=[*reversed(globs), *globs], exclude=[], patches=[])
    assert one == other


@given(st.text("ab[]!^-*?/:\\\x00", max_size=8))
def test_what_is_accepted_can_be_compiled(text: str) -> None:
    """And matches its own path where it has no special character."""
    assume(glob_problem(text) is None)
    assert compile_globs([text])(text) or set(text) & set("[*?")
