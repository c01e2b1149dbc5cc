"""What holds between the entries of a `deps.toml`, and what the text of the file itself can be."""

import pytest

from bitdeps.core.manifest.parse import parse_manifest
from bitdeps.errors import ManifestError

HEAD = '[project]\nworkspace = "acme"\n'


def fail(text: str) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text, tool_version="1.4.2")
    return caught.value


def test_two_entries_of_one_identity() -> None:
    """Also where a group and the default workspace hide it; said once, not again for name or place."""
    text = f"""{HEAD}
[dependencies]
json = {{ workspace = "ACME", repo = "json-lite", tag = "v1" }}

[groups.test]
json-lite = {{ tag = "v2" }}
"""
    assert str(fail(text)) == (
        "deps.toml:8:1: groups.test.json-lite: is `acme/json-lite`, as `dependencies.json` (line 5) is; "
        "there is one entry for each identity"
    )


def test_one_identity_is_seen_although_the_requirements_are_wrong() -> None:
    text = f'{HEAD}[dependencies]\na.tag = "-"\nb = {{ repo = "a", tag = "-" }}'
    assert (
        str(fail(text))
        == """\
deps.toml: 3 problems
  deps.toml:4:3: dependencies.a.tag: must not begin with `-` or `/`, nor end with `/` or `.`
  deps.toml:5:1: dependencies.b: is `acme/a`, as `dependencies.a` (line 4) is; there is one entry for each identity
  deps.toml:5:19: dependencies.b.tag: must not begin with `-` or `/`, nor end with `/` or `.`"""
    )


def test_one_name_in_two_tables() -> None:
    text = f'{HEAD}[dependencies]\na = {{ tag = "v1" }}\n[groups.x]\na = {{ repo = "b", tag = "v1" }}'
    assert str(fail(text)) == "deps.toml:6:1: groups.x.a: has the name of `dependencies.a` (line 4)"


def test_names_equal_under_case_folding() -> None:
    """Also where they are placed elsewhere: the name is what commands take."""
    text = f'{HEAD}[dependencies]\nkit = {{ tag = "v1" }}\nKit = {{ repo = "b", tag = "v1", into = "x" }}'
    assert str(fail(text)) == "deps.toml:5:1: dependencies.Kit: differs by case alone from `dependencies.kit` (line 4)"


def test_groups_equal_under_case_folding() -> None:
    text = "[groups.test]\n[groups.Test]"
    assert str(fail(text)) == "deps.toml:2:9: groups.Test: differs from the group `test` by case alone"


@pytest.mark.parametrize(
    ("into", "problem"),
    [
        ("vendor/a", "`vendor/a` overlaps `vendor/a`, the place of `dependencies.a` (line 4)"),
        ("Vendor/A/x", "`Vendor/A/x` overlaps `vendor/a`, the place of `dependencies.a` (line 4)"),
        ("vendor", "would replace the vendor directory `vendor`"),
        ("VENDOR", "would replace the vendor directory `vendor`"),
    ],
)
def test_destinations_that_overlap(into: str, problem: str) -> None:
    text = f'{HEAD}[dependencies]\na = {{ tag = "v1" }}\nb = {{ tag = "v1", into = "{into}" }}'
    assert str(fail(text)) == f"deps.toml:5:19: dependencies.b.into: {problem}"


def test_an_into_above_the_vendor_directory() -> None:
    text = '[project]\nvendor = "lib/vendor"\nworkspace = "acme"\n[dependencies]\nb = { tag = "v1", into = "lib" }'
    assert str(fail(text)) == "deps.toml:5:19: dependencies.b.into: would replace the vendor directory `lib/vendor`"


def test_destinations_that_overlap_without_an_into_of_their_own() -> None:
    """The later entry is named, whichever of the two sets `into`."""
    text = f'{HEAD}[dependencies]\na = {{ tag = "v1", into = "vendor/b/c" }}\nb = {{ tag = "v1" }}'
    assert str(fail(text)) == (
        "deps.toml:5:1: dependencies.b: `vendor/b` overlaps `vendor/b/c`, the place of `dependencies.a` (line 4)"
    )


def test_a_key_twice() -> None:
    """The rest of the file is read all the same, in each form in which a key can stand twice."""
    text = """\
[dependencies.a]
tag = "v1"
tag = "v2"
[dependencies]
b = { tag = "v1", tag = "v2" }
[dependencies.b]
tag = "v1"
nonsense = 1
[project]
workspace = "acme"
naem = "x"
"""
    assert (
        str(fail(text))
        == """\
deps.toml: 4 problems
  deps.toml:3:1: dependencies.a.tag: is defined twice, first on line 2
  deps.toml:5:19: dependencies.b.tag: is defined twice, first on line 5
  deps.toml:6:15: dependencies.b: is defined twice, first on line 5
  deps.toml:11:1: project.naem: unknown key; did you mean `name`?"""
    )


def test_a_key_twice_and_no_toml() -> None:
    assert (
        str(fail("a = 1\na = 2\nb ="))
        == """\
deps.toml: 2 problems
  deps.toml:2:1: a: is defined twice, first on line 1
  deps.toml:3:4: is no TOML: invalid value"""
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[project]\nname = storefront", "deps.toml:2:8: is no TOML: invalid value"),
        (
            "[overrides]\r\nacme/kit = 1\r\n",
            "deps.toml:2:5: is no TOML: expected '=' after a key in a key/value pair",
        ),
        ('a = "\n', "deps.toml:1:6: is no TOML: illegal character '\\n'"),
        ("a = 1\nb = [", "deps.toml:2:6: is no TOML: invalid value"),
        ("a.b = 1\n[a.b.c]", "deps.toml:2:7: is no TOML: cannot overwrite a value"),
        ("a = { b = 1 }\n[a.c]", "deps.toml:2:5: is no TOML: cannot declare `a.c` twice"),
        ("a = { b = 1 }\na.c = 2", "deps.toml:2:8: is no TOML: cannot mutate immutable namespace `a`"),
        ("x" + ".x" * 70 + " = 1", "deps.toml:1:1: is no TOML: nesting is too deep"),
        ("\ufeff[project]", "deps.toml:1:1: begins with a byte order mark; save it as UTF-8 without one"),
        ("a = " + "[" * 100_000, "deps.toml:1:1: is no TOML: nesting is too deep"),
    ],
)
def test_a_text_that_is_no_toml(text: str, message: str) -> None:
    assert str(fail(text)) == message


def test_a_number_that_python_cannot_read() -> None:
    """`int` refuses thousands of digits with an error of its own."""
    message = str(fail(f"a = {'9' * 5000}"))
    assert message.startswith("deps.toml:1:1: is no TOML: exceeds the limit (4300 digits)")


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "||||||| 3f2c1e9", "=======", ">>>>>>> topic"])
def test_conflict_markers(marker: str) -> None:
    error = fail(f"[project]\r\n{marker}\r\n")
    assert str(error) == "deps.toml:2:1: git conflict markers"
    assert error.hint == "resolve the conflict in the manifest, then run `deps lock`"


def test_text_that_looks_like_conflict_markers() -> None:
    """In a string it is text."""
    with pytest.raises(ManifestError) as caught:
        parse_manifest('[project]\nname = """\n<<<<<<< HEAD\n"""', tool_version="1")
    assert str(caught.value) == "deps.toml:2:1: project.name: must be visible text on one line"
