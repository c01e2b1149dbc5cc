"""What is asked for does not exist or cannot be used: whole texts."""

from support.conflicts import conflict, unfolded
from support.graphs import root, world


def test_no_such_version() -> None:
    """A range above every tag."""
    known = world({"json-lite": {"v1.0": [], "v1.1": []}})
    wanted = root("json-lite version >=2")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/json-lite version >=2 (no tag fits), no versions fit together.
    """) == str(error)
    assert error.hint == 'change `json-lite` (deps.toml:3) to `version = ">=1.1"`'


def test_no_such_version_among_pre_releases() -> None:
    """Pre-releases count already, and do not help."""
    known = world({"json-lite": {"v1.0": [], "v1.1rc1": []}})
    error = conflict(known, root("json-lite version >=2 prereleases"))
    assert error.hint == 'change `json-lite` (deps.toml:3) to `version = ">=1.0"`'


def test_no_versions_at_all() -> None:
    """A repository without a single tag that is a version."""
    known = world({"json-lite": {"nightly": []}})
    wanted = root("json-lite version >=0")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/json-lite version >=0 (no tag fits), no versions fit together.
    """) == str(error)
    assert error.hint == 'change `json-lite` (deps.toml:3) to `tag = "nightly"`'


def test_versions_of_another_form() -> None:
    """The tags are versions in a way that the entry does not read: the hint is the pattern."""
    known = world({"json-lite": {"rev1": [], "rev2": [], "rev10": [], "latest": []}})
    error = conflict(known, root("json-lite version >=2"))
    assert unfolded("""
    Because deps.toml:3 requires acme/json-lite version >=2 (no tag fits), no versions fit together.
    """) == str(error)
    assert error.hint == 'add `tag-pattern = "rev{version}"` to `json-lite` (deps.toml:3)'
    error = conflict(known, root("json-lite version >=2 pattern v{version}"))
    assert error.hint == 'set `tag-pattern = "rev{version}"` in `json-lite` (deps.toml:3)'


def test_nothing_to_take_instead() -> None:
    """A repository without any tag: the entry is left out."""
    known = world({"json-lite": {}, "logging": {"v1": []}})
    error = conflict(known, root("json-lite version >=0", "logging tag v1"))
    assert unfolded("""
    Because deps.toml:3 requires acme/json-lite version >=0 (no tag fits), no versions fit together.
    """) == str(error)
    assert error.hint == "remove `json-lite` (deps.toml:3)"


def test_nothing_to_take_instead_below() -> None:
    """A dependency of which there is nothing: the entry goes without its dependencies."""
    known = world({"http-kit": {"v1": ["json-lite version >=0"]}, "json-lite": {}})
    error = conflict(known, root("http-kit tag v1"))
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1 and acme/http-kit v1 requires acme/json-lite version
        >=0 (no tag fits), no versions fit together.
    """) == str(error)
    assert error.hint == "add `transitive = false` to `http-kit` (deps.toml:3)"


def test_changes_of_every_kind() -> None:
    """A hint may need an override, an entry without its dependencies, and one entry less; each of them is needed."""
    known = world(
        {
            "a": {"v1": ["x version >=2"]},
            "b": {"v1": ["z version >=1"]},
            "c": {},
            "d": {"v1": []},
            "x": {"v1": []},
            "z": {},
        }
    )
    error = conflict(known, root("a tag v1", "b tag v1", "c version >=1", "d tag v1"))
    assert error.hint == (
        'add `"acme/x" = { tag = "v1" }` to `[overrides]`; '
        "add `transitive = false` to `b` (deps.toml:4); remove `c` (deps.toml:5)"
    )


def test_missing_tag() -> None:
    """A tag with a typing error."""
    known = world({"http-kit": {"v2.4.0": [], "v2.4.1": [], "v2.5.0": []}})
    wanted = root("http-kit tag v2.4.l")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v2.4.l (there is no such tag), no versions fit
        together.
    """) == str(error)
    assert error.hint == 'change `http-kit` (deps.toml:3) to `tag = "v2.4.1"`'


def test_missing_tag_of_a_dependency() -> None:
    """A tag that a dependency names does not exist."""
    known = world({"http-kit": {"v1.0": ["json-lite tag v9"]}, "json-lite": {"v1.0": [], "v1.1": []}})
    wanted = root("http-kit tag v1.0")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite
        tag v9 (there is no such tag), no versions fit together.
    """) == str(error)
    assert error.hint == 'add `"acme/json-lite" = { tag = "v1.1" }` to `[overrides]`'


def test_missing_branch() -> None:
    """A branch that does not exist."""
    known = world({"assets": {"v1.0": []}}, {"assets": {"main": "v1.0"}})
    wanted = root("assets branch master")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/assets branch master (there is no such branch), no versions fit
        together.
    """) == str(error)
    assert error.hint == 'change `assets` (deps.toml:3) to `tag = "v1.0"`'


def test_missing_commit() -> None:
    """A commit that does not exist."""
    known = world({"assets": {"v1.0": []}})
    wanted = root("assets commit gone")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/assets commit e76b2fb9c2936995627082e77a18a58dab0c61f7 (there is
        no such commit), no versions fit together.
    """) == str(error)
    assert error.hint == 'change `assets` (deps.toml:3) to `tag = "v1.0"`'


def test_prereleases_only() -> None:
    """Only pre-releases would fit: they are listed."""
    known = world({"json-lite": {"v1.0": [], "v2.0rc1": [], "v2.0b2": []}})
    wanted = root("json-lite version >=1.5")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/json-lite version >=1.5 (only pre-releases fit: v2.0rc1 and
        v2.0b2), no versions fit together.
    """) == str(error)
    assert error.hint == "add `prereleases = true` to `json-lite` (deps.toml:3)"


def test_prereleases_only_below() -> None:
    """Only pre-releases would fit what a dependency requires."""
    known = world({"http-kit": {"v1.0": ["json-lite version >1"]}, "json-lite": {"v1.0": [], "v2.0rc1": []}})
    wanted = root("http-kit tag v1.0")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite
        version >1 (only pre-releases fit: v2.0rc1), no versions fit together.
    """) == str(error)
    assert error.hint == 'add `"acme/json-lite" = { tag = "v1.0" }` to `[overrides]`'


def test_unusable_manifest() -> None:
    """The one candidate cannot be used."""
    known = world({"json-lite": {"v1.0": "unknown key `extra` in `dependencies.x`"}})
    wanted = root("json-lite tag v1.0")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/json-lite tag v1.0 and acme/json-lite v1.0 cannot be used (unknown
        key `extra` in `dependencies.x`), no versions fit together.
    """) == str(error)
    assert error.hint == "add `transitive = false` to `json-lite` (deps.toml:3)"


def test_unusable_manifests_of_a_range() -> None:
    """Every candidate of a range is unusable, for two reasons."""
    known = world(
        {"json-lite": {"v0.9": [], "v1.0": "needs deps >=2", "v1.1": "needs deps >=2", "v1.2": "unknown key `x`"}}
    )
    wanted = root("json-lite version >=1")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/json-lite version >=1 and acme/json-lite v1.2 cannot be used
        (unknown key `x`), acme/json-lite v1.0 or v1.1 is required.
    So, because acme/json-lite v1.0 and v1.1 cannot be used (needs deps >=2), no versions fit together.
    """) == str(error)
    assert error.hint == 'change `json-lite` (deps.toml:3) to `version = ">=0.9"`'


def test_override_names_nothing() -> None:
    """An override that names a tag that does not exist."""
    known = world({"http-kit": {"v1.0": ["json-lite version >=1"]}, "json-lite": {"v1.0": []}})
    wanted = root("http-kit tag v1.0", overrides={"json-lite": "tag v3"})
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite,
        acme/json-lite is required.
    So, because `[overrides]` sets acme/json-lite to tag v3 (there is no such tag), no versions fit
        together.
    """) == str(error)
    assert error.hint == 'remove `"acme/json-lite"` from `[overrides]`'


def test_two_conflicts() -> None:
    """Two things are wrong: the hint mends both."""
    known = world({"a": {"v1": ["x version >=2"]}, "x": {"v1": []}, "b": {"v1": ["y version >=2"]}, "y": {"v1": []}})
    wanted = root("a tag v1", "b tag v1")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/a tag v1 and acme/a v1 requires acme/x version >=2 (no tag fits),
        no versions fit together.
    """) == str(error)
    assert error.hint == 'let `[overrides]` say `"acme/x" = { tag = "v1" }` and `"acme/y" = { tag = "v1" }`'


def test_five_conflicts() -> None:
    """Much is wrong: the hint mends all of it, however many lines that takes."""
    known = world({letter: {"v1": []} for letter in "abcde"})
    wanted = root(*(f"{letter} version >=2" for letter in "abcde"))
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/a version >=2 (no tag fits), no versions fit together.
    """) == str(error)
    lines = [f'`"acme/{letter}" = {{ tag = "v1" }}`' for letter in "abcde"]
    assert error.hint == f"let `[overrides]` say {' and '.join(lines)}"


def test_overrides_that_are_not_needed() -> None:
    """The hint leaves out what one of its overrides makes needless."""
    known = world(
        {"a": {"v1": ["z tag gone"], "v2": []}, "c": {"v1": ["a version >=2"]}, "q": {"v1": []}, "z": {"v1": []}}
    )
    wanted = root("a tag v1", "c tag v1", "q version >=2")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:5 requires acme/q version >=2 (no tag fits), no versions fit together.
    """) == str(error)
    assert error.hint == 'let `[overrides]` say `"acme/a" = { tag = "v2" }` and `"acme/q" = { tag = "v1" }`'
