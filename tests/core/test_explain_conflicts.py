"""Versions that do not go together: whole texts."""

from support.conflicts import conflict, unfolded
from support.graphs import root, world


def test_diamond() -> None:
    """Two dependencies disagree about a third."""
    known = world(
        {
            "http-kit": {"v1.0": ["json-lite version <2"]},
            "logging": {"v1.0": ["json-lite version >=2"]},
            "json-lite": {"v1.0": [], "v2.0": []},
        }
    )
    wanted = root("http-kit tag v1.0", "logging tag v1.0")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite
        version <2, acme/json-lite version <2 is required.
    So, because deps.toml:4 requires acme/logging tag v1.0 and acme/logging v1.0 requires acme/json-lite
        version >=2, no versions fit together.
    """) == str(error)
    assert error.hint == 'add `"acme/json-lite" = { tag = "v2.0" }` to `[overrides]`'


def test_diamond_of_ranges() -> None:
    """Two ranges, whose every version disagrees about a third."""
    known = world(
        {
            "http-kit": {
                "v1.0": ["json-lite version <2"],
                "v1.1": ["json-lite version <2"],
                "v1.2": ["json-lite version <2"],
            },
            "logging": {"v1.0": ["json-lite version >=2"], "v1.1": ["json-lite version >=2"]},
            "json-lite": {"v1.0": [], "v2.0": []},
        }
    )
    wanted = root("http-kit version >=1", "logging version >=1")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit version >=1 and acme/http-kit v1.0 to v1.2 require
        acme/json-lite version <2, acme/json-lite version <2 is required.
    So, because deps.toml:4 requires acme/logging version >=1 and acme/logging v1.0 and v1.1 require
        acme/json-lite version >=2, no versions fit together.
    """) == str(error)
    assert error.hint == 'add `"acme/json-lite" = { tag = "v2.0" }` to `[overrides]`'


def test_root_against_dependency() -> None:
    """The root disagrees with what a dependency requires."""
    known = world({"http-kit": {"v1.0": ["json-lite version >=2"]}, "json-lite": {"v1.0": [], "v2.0": [], "v2.1": []}})
    wanted = root("http-kit tag v1.0", "json-lite version <2")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite
        version >=2, acme/json-lite version >=2 is required.
    So, because deps.toml:4 requires acme/json-lite version <2, no versions fit together.
    """) == str(error)
    assert error.hint == 'change `json-lite` (deps.toml:4) to `version = ">=2.1"`'


def test_three_way() -> None:
    """Three dependencies: each pair agrees, all three do not."""
    known = world(
        {
            "a": {"v1": ["d version !=1"]},
            "b": {"v1": ["d version !=2"]},
            "c": {"v1": ["d version !=3"]},
            "d": {"v1": [], "v2": [], "v3": []},
        }
    )
    wanted = root("a tag v1", "b tag v1", "c tag v1")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/a tag v1 and acme/a v1 requires acme/d version !=1, acme/d version
        !=1 is required.
    And because deps.toml:4 requires acme/b tag v1 and acme/b v1 requires acme/d version !=2, acme/d v3
        is required.
    So, because deps.toml:5 requires acme/c tag v1 and acme/c v1 requires acme/d version !=3, no
        versions fit together.
    """) == str(error)
    assert error.hint == 'add `"acme/d" = { tag = "v3" }` to `[overrides]`'


def test_cycle() -> None:
    """Two repositories that require each other, at versions that do not match."""
    known = world(
        {
            "a": {"v1": ["b version ==1"], "v2": ["b version >=2"]},
            "b": {"v1": ["a version <1"], "v2": ["a version ==1"]},
        }
    )
    wanted = root("a version >=1")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/a version >=1 and acme/a v2 requires acme/b version >=2, acme/a
        version ==1, or acme/b version >=2 is required.
    And because acme/b v2 requires acme/a version ==1, acme/a version ==1 is required.
    So, because acme/a v1 requires acme/b version ==1 and acme/b v1 requires acme/a version <1 (no tag
        fits), no versions fit together.
    """) == str(error)
    assert error.hint == 'add `"acme/b" = { tag = "v2" }` to `[overrides]`'


def test_deep_chain() -> None:
    """A conflict four steps away from the root."""
    known = world(
        {"a": {"v1": ["b tag v1"]}, "b": {"v1": ["c tag v1"]}, "c": {"v1": ["d tag v1"]}, "d": {"v1": [], "v2": []}}
    )
    wanted = root("a tag v1", "d tag v2")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/a tag v1 and acme/a v1 requires acme/b tag v1, acme/b tag v1 is
        required.
    And because acme/b v1 requires acme/c tag v1, acme/c tag v1 is required.
    So, because acme/c v1 requires acme/d tag v1 and deps.toml:4 requires acme/d tag v2, no versions fit
        together.
    """) == str(error)
    assert error.hint == 'change `d` (deps.toml:4) to `tag = "v1"`'


def test_disagreement_below() -> None:
    """Two dependencies of each candidate disagree about a third."""
    known = world(
        {
            "a": {"v1": ["b version >=1"]},
            "b": {"v1": ["x version <2", "y version <2"], "v2": ["x version <2", "y version <2"]},
            "x": {"v1": ["z version <2"], "v2": []},
            "y": {"v1": ["z version >=2"], "v2": []},
            "z": {"v1": [], "v2": []},
        }
    )
    wanted = root("a tag v1")
    error = conflict(known, wanted)
    assert unfolded("""
    Because acme/y v1 requires acme/z version >=2 and acme/x v1 requires acme/z version <2, acme/x
        version <2 and acme/y version <2 do not go together.
    And because acme/b v1 and v2 require acme/x version <2 and acme/b v1 and v2 require acme/y version
        <2, acme/b version >=1 cannot be chosen.
    So, because deps.toml:3 requires acme/a tag v1 and acme/a v1 requires acme/b version >=1, no
        versions fit together.
    """) == str(error)
    assert error.hint == 'add `"acme/z" = { tag = "v2" }` to `[overrides]`'


def test_many_versions() -> None:
    """Neighbouring versions are named as one run."""
    known = world(
        {
            "a": {f"v1.{minor}": [f"b version =={minor % 2 + 1}.*"] for minor in range(8)},
            "b": {"v1.0": [], "v2.0": [], "v3.0": []},
        }
    )
    wanted = root("a version >=1", "b version >=3")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/a version >=1 and acme/a v1.1, v1.3, v1.5 and v1.7 require acme/b
        version ==2.*, acme/a v1.0, v1.2, v1.4 or v1.6, or acme/b version ==2.* is required.
    So, because acme/a v1.0, v1.2, v1.4 and v1.6 require acme/b version ==1.* and deps.toml:4 requires
        acme/b version >=3, no versions fit together.
    """) == str(error)
    assert error.hint == 'change `b` (deps.toml:4) to `version = ">=2.0"`'


def test_group() -> None:
    """A group conflicts with the rest, though it may not be installed."""
    known = world({"fixtures": {"v7": ["json-lite version <1"]}, "json-lite": {"v0.9": [], "v1.0": []}})
    wanted = root("json-lite version >=1", "test: fixtures tag v7")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:4 requires acme/fixtures tag v7 and acme/fixtures v7 requires acme/json-lite
        version <1, acme/json-lite version <1 is required.
    So, because deps.toml:3 requires acme/json-lite version >=1, no versions fit together.
    """) == str(error)
    assert error.hint == 'change `json-lite` (deps.toml:3) to `version = ">=0.9"`'


def test_numbered() -> None:
    """A conclusion that does not stand just before where it is needed has a number."""
    known = world(
        {
            "a": {"v1": ["b version >=0"], "v3": ["c version >=0"]},
            "b": {"v1": ["a version >=3"], "v2": ["a version >=3"]},
            "c": {"v1": ["a version <2"], "v2": ["a version <2"]},
        }
    )
    wanted = root("a version >=0")
    error = conflict(known, wanted)
    assert unfolded("""
    (1) Because acme/a v3 requires acme/c version >=0 and acme/c v1 and v2 require acme/a version <2,
        acme/a version >=3 cannot be chosen.
    ....Because acme/a v1 requires acme/b version >=0 and acme/b v1 and v2 require acme/a version >=3,
        acme/a version <2 cannot be chosen.
    ....And because acme/a version >=3 cannot be chosen (1), acme/a version >=0 cannot be chosen.
    ....So, because deps.toml:3 requires acme/a version >=0, no versions fit together.
    """) == str(error)
    assert error.hint == 'add `"acme/a" = { tag = "v3" }` to `[overrides]`'
