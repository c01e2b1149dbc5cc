"""Requirements of unlike kinds, overrides, subdirs: whole texts."""

from bitdeps.core.resolver.model import Candidate
from support.conflicts import conflict, unfolded
from support.graphs import commit_of, name, root, world


def test_tag_against_range() -> None:
    """The root names a tag outside a dependency's range."""
    known = world({"http-kit": {"v1.0": ["json-lite version >=2"]}, "json-lite": {"v1.0": [], "v2.0": []}})
    wanted = root("http-kit tag v1.0", "json-lite tag v1.0")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite
        version >=2, acme/json-lite version >=2 is required.
    So, because deps.toml:4 requires acme/json-lite tag v1.0, no versions fit together.
    """) == str(error)
    assert error.hint == 'change `json-lite` (deps.toml:4) to `tag = "v2.0"`'


def test_tag_against_tag() -> None:
    """Two tags on two commits."""
    known = world({"http-kit": {"v1.0": ["json-lite tag v2.0"]}, "json-lite": {"v1.0": [], "v2.0": []}})
    wanted = root("http-kit tag v1.0", "json-lite tag v1.0")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite
        tag v2.0, acme/json-lite tag v2.0 is required.
    So, because deps.toml:4 requires acme/json-lite tag v1.0, no versions fit together.
    """) == str(error)
    assert error.hint == 'change `json-lite` (deps.toml:4) to `tag = "v2.0"`'


def test_branch_against_tag() -> None:
    """A branch whose head is not the tag's commit."""
    known = world(
        {"http-kit": {"v1.0": ["json-lite tag v1.0"]}, "json-lite": {"v1.0": []}}, {"json-lite": {"main": "head"}}
    )
    wanted = root("http-kit tag v1.0", "json-lite branch main")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite
        tag v1.0 (9cef6e3865a2), acme/json-lite tag v1.0 is required.
    So, because deps.toml:4 requires acme/json-lite branch main (374d2de5f533), no versions fit
        together.
    """) == str(error)
    assert error.hint == 'change `json-lite` (deps.toml:4) to `tag = "v1.0"`'


def test_branch_against_range() -> None:
    """A branch whose head is no version."""
    known = world(
        {"http-kit": {"v1.0": ["json-lite version >=1"]}, "json-lite": {"v1.0": []}}, {"json-lite": {"main": "head"}}
    )
    wanted = root("http-kit tag v1.0", "json-lite branch main")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite
        version >=1, acme/json-lite version >=1 is required.
    So, because deps.toml:4 requires acme/json-lite branch main (374d2de5f533), no versions fit
        together.
    """) == str(error)
    assert error.hint == 'change `json-lite` (deps.toml:4) to `tag = "v1.0"`'


def test_commit_against_tag() -> None:
    """A commit that is not the tag's."""
    known = world({"http-kit": {"v1.0": ["json-lite tag v1.1"]}, "json-lite": {"v1.0": [], "v1.1": []}})
    wanted = root("http-kit tag v1.0", "json-lite commit v1.0")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite
        tag v1.1 (21429e90b26f), acme/json-lite tag v1.1 is required.
    So, because deps.toml:4 requires acme/json-lite commit 9cef6e3865a2fad218aa303bfc960da440536f09, no
        versions fit together.
    """) == str(error)
    assert error.hint == 'change `json-lite` (deps.toml:4) to `tag = "v1.1"`'


def test_branch_against_branch() -> None:
    """Two branches with different heads."""
    known = world(
        {"http-kit": {"v1.0": ["assets branch next"]}, "assets": {"v1.0": []}},
        {"assets": {"main": "one", "next": "two"}},
    )
    wanted = root("http-kit tag v1.0", "assets branch main")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:4 requires acme/assets branch main (ec42d0ae1518) and acme/http-kit v1.0 requires
        acme/assets branch next (f3876a715f59), acme/http-kit tag v1.0 cannot be chosen.
    So, because deps.toml:3 requires acme/http-kit tag v1.0, no versions fit together.
    """) == str(error)
    assert error.hint == 'add `"acme/assets" = { tag = "v1.0" }` to `[overrides]`'


def test_locked_branch() -> None:
    """A lock does not hide that the branch it is at excludes a tag."""
    known = world({"http-kit": {"v1.0": ["assets tag v1.0"]}, "assets": {"v1.0": []}}, {"assets": {"main": "head"}})
    wanted = root("http-kit tag v1.0", "assets branch main")
    error = conflict(known, wanted, {name("assets"): Candidate(commit=commit_of("assets earlier"), branch="main")})
    assert unfolded("""
    Because deps.toml:4 requires acme/assets branch main (1c3f56d1591d and 1db96a8ca381) and
        acme/http-kit v1.0 requires acme/assets tag v1.0 (27511c97ed35), acme/http-kit tag v1.0 cannot
        be chosen.
    So, because deps.toml:3 requires acme/http-kit tag v1.0, no versions fit together.
    """) == str(error)
    assert error.hint == 'change `assets` (deps.toml:4) to `tag = "v1.0"`'


def test_branch_of_a_range() -> None:
    """A candidate that is known by its branch is called so."""
    known = world(
        {"assets": {"@head": ["json-lite version >=2"]}, "json-lite": {"v1.0": []}}, {"assets": {"main": "head"}}
    )
    wanted = root("assets branch main", "json-lite version >=1")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/assets branch main and acme/assets branch main requires
        acme/json-lite version >=2 (no tag fits), no versions fit together.
    """) == str(error)
    assert error.hint == 'add `"acme/json-lite" = { tag = "v1.0" }` to `[overrides]`'


def test_monorepo() -> None:
    """Two packages of one repository, each with its own tags."""
    known = world(
        {
            "mono//core": {"core-v1.0": [], "core-v2.0": []},
            "mono//net": {"net-v1.0": ["mono//core version <2 pattern core-v{version}"]},
        }
    )
    wanted = root("mono//net version >=1 pattern net-v{version}", "mono//core version >=2 pattern core-v{version}")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:4 requires acme/mono//core version >=2 pattern core-v{version} and acme/mono//net
        net-v1.0 requires acme/mono//core version <2 pattern core-v{version}, acme/mono//net version >=1
        pattern net-v{version} cannot be chosen.
    So, because deps.toml:3 requires acme/mono//net version >=1 pattern net-v{version}, no versions fit
        together.
    """) == str(error)
    assert error.hint == 'change `core` (deps.toml:4) to `version = ">=1.0"`'


def test_without_dependencies() -> None:
    """The same repository with its dependencies and alone is one commit."""
    known = world({"a": {"v1": [], "v2": []}, "b": {"v1": ["a tag v1"]}})
    wanted = root("a tag v2 alone", "b tag v1")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/a alone tag v2 and acme/a is one commit with its dependencies and
        alone, acme/a other than v2 cannot be chosen.
    So, because deps.toml:4 requires acme/b tag v1 and acme/b v1 requires acme/a tag v1, no versions fit
        together.
    """) == str(error)
    assert error.hint == 'change `a` (deps.toml:3) to `tag = "v1"`'


def test_cycle_to_itself() -> None:
    """A repository that requires another version of itself."""
    known = world({"a": {"v1": ["a version >=2"], "v2": []}})
    wanted = root("a tag v1")
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/a tag v1 and acme/a v1 requires acme/a version >=2, no versions
        fit together.
    """) == str(error)
    assert error.hint == 'change `a` (deps.toml:3) to `tag = "v2"`'


def test_override_breaks_another() -> None:
    """An override that fits nothing else."""
    known = world(
        {
            "http-kit": {"v1.0": ["json-lite version >=1"]},
            "json-lite": {"v1.0": ["logging version <1"], "v2.0": []},
            "logging": {"v1.0": []},
        }
    )
    wanted = root("http-kit tag v1.0", "logging version >=1", overrides={"json-lite": "tag v1.0"})
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite,
        acme/json-lite is required.
    So, because `[overrides]` sets acme/json-lite to tag v1.0 and acme/json-lite v1.0 requires
        acme/logging version <1 (no tag fits), no versions fit together.
    """) == str(error)
    assert error.hint == 'remove `"acme/json-lite"` from `[overrides]`'


def test_override_to_another() -> None:
    """An override that is needed, at another version."""
    known = world(
        {
            "http-kit": {"v1.0": ["json-lite version <1"]},
            "json-lite": {"v1.0": ["logging version <1"], "v2.0": []},
            "logging": {"v1.0": []},
        }
    )
    wanted = root("http-kit tag v1.0", overrides={"json-lite": "tag v1.0"})
    error = conflict(known, wanted)
    assert unfolded("""
    Because deps.toml:3 requires acme/http-kit tag v1.0 and acme/http-kit v1.0 requires acme/json-lite,
        acme/json-lite is required.
    So, because `[overrides]` sets acme/json-lite to tag v1.0 and acme/json-lite v1.0 requires
        acme/logging version <1 (no tag fits), no versions fit together.
    """) == str(error)
    assert error.hint == 'let `[overrides]` say `"acme/json-lite" = { tag = "v2.0" }`'
