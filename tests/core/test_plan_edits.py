"""Differences between trees, and the words for them."""

import pytest

from bitdeps.core.plan.edits import Abilities, File, compare, edited_error, ignore_line
from bitdeps.core.plan.model import Edit, EditKind, Step

X, Y = "aa", "bb"
RIGHT: dict[str, File] = {"dir/file": ("100644", X), "link": ("120000", X), "run": ("100755", X)}


def differing(**changes: File | None) -> dict[str, str]:
    actual = {**RIGHT, **{path.replace("__", "/"): file for path, file in changes.items()}}
    edits = compare(RIGHT, {path: file for path, file in actual.items() if file is not None})
    return {edit.path: edit.kind for edit in edits}


@pytest.mark.parametrize(
    ("changes", "edits"),
    [
        ({}, {}),
        ({"run": ("100755", Y)}, {"run": "modified"}),
        ({"run": ("100644", X)}, {"run": "mode"}),
        ({"run": None}, {"run": "missing"}),
        ({"more": ("100644", X)}, {"more": "extra"}),
        ({"link": ("120000", Y)}, {"link": "modified"}),
        ({"link": ("100644", X)}, {"link": "kind"}),
        ({"run": ("120000", X)}, {"run": "kind"}),
        ({"run": ("other", "")}, {"run": "kind"}),
        ({"run": None, "run__below": ("100644", X)}, {"run": "kind", "run/below": "extra"}),
        ({"dir__file": None, "dir": ("100644", X)}, {"dir": "kind", "dir/file": "missing"}),
        ({"run": None, "runs": ("100644", X)}, {"run": "missing", "runs": "extra"}),
    ],
)
def test_each_kind_of_edit(changes: dict[str, File | None], edits: dict[str, EditKind]) -> None:
    assert differing(**changes) == edits


def test_both_bytes_and_mode_of_one_file() -> None:
    edits = compare(RIGHT, {**RIGHT, "run": ("100644", Y)})
    assert edits == (Edit(path="run", kind="mode"), Edit(path="run", kind="modified"))


def test_what_a_file_system_cannot_hold_is_no_edit() -> None:
    """The bytes still count, and so does what it can hold."""
    plain = {path: ("100644", digest) for path, (_, digest) in RIGHT.items()}
    assert compare(RIGHT, plain, Abilities(modes=False, links=False)) == ()
    assert compare(RIGHT, plain, Abilities(modes=False)) == (Edit(path="link", kind="kind"),)
    assert compare(RIGHT, plain, Abilities(links=False)) == (Edit(path="run", kind="mode"),)
    edited = {**plain, "link": ("100644", Y)}
    assert compare(RIGHT, edited, Abilities(modes=False, links=False)) == (Edit(path="link", kind="modified"),)
    linked = {**plain, "run": ("120000", X)}
    assert compare(RIGHT, linked, Abilities(modes=False, links=False)) == (Edit(path="run", kind="kind"),)


def stop(name: str, *edits: Edit, digest: str = "d1:x") -> Step:
    return Step(action="stop", path=f"vendor/{name}", identity=name, name=name, digest=digest, edits=edits)


def test_the_error_names_everything_up_to_a_cap() -> None:
    many = [Edit(path=f"f{number:02}", kind="modified") for number in range(30)]
    error = edited_error([stop("a", *many), stop("b", Edit(path="x\x1b[31m\n", kind="missing"))])
    listed = "".join(f"\n- `vendor/a/f{number:02}` was modified" for number in range(20))
    assert str(error) == f"`a`, `b`: hold changes that `deps` did not make:{listed}\n- and 11 more"
    error = edited_error([stop("b", Edit(path="x\x1b[31m\n", kind="missing"))])
    assert str(error) == "`b`: holds changes that `deps` did not make:\n- `vendor/b/x\\x1b[31m\\n` is missing"


def test_the_hint_without_extra_files_says_how_to_keep_a_change() -> None:
    assert edited_error([stop("a", Edit(path="x", kind="modified"))]).hint == (
        "`deps install --force` replaces the whole directory and moves what was edited or added to `.deps/trash/`; "
        "to keep a change, make it a patch (`patches` in `deps.toml`) or use `deps.local.toml`"
    )


def test_the_hint_with_nothing_but_extra_files_prints_the_line_that_allows_them() -> None:
    assert edited_error([stop("a", Edit(path="x", kind="extra"))]).hint == (
        'to allow them, write `ignore = ["vendor/a/x"]` in `[project]`; `deps install --force` replaces the whole '
        "directory and moves what was edited or added to `.deps/trash/`"
    )


def test_a_dropped_package_that_is_not_known_file_by_file() -> None:
    assert str(edited_error([stop("a", digest="")])) == (
        "`a`: holds changes that `deps` did not make:\n"
        "- `vendor/a`: `deps.lock` does not want it, and `.deps/` has no record of placing it as it is"
    )


def test_the_ignore_line_stays_short() -> None:
    """Many files of one directory become one pattern; quotes are escaped."""
    assert ignore_line(['vendor/a/say "x"']) == '`ignore = ["vendor/a/say \\"x\\""]`'
    assert ignore_line([f"vendor/a/{number}" for number in range(21)]) == '`ignore = ["vendor/a/**"]`'
