"""What the resolver chooses, and how the lock is to have it."""

from typing import ClassVar

import pytest

from bitdeps.core.names import Identity
from bitdeps.core.resolver.model import Candidate, Resolution, Root
from bitdeps.core.resolver.solve import solve
from support.graphs import Listings, attempt, commit_of, name, pin, root, world

KIT: Listings = {
    "http-kit": {"v1.0": ["json-lite version <2"], "v1.1": ["json-lite version >=1"], "v2.0rc1": []},
    "json-lite": {"v1.0": [], "v1.5": [], "v2.0": []},
}


def chosen(resolution: Resolution | None) -> dict[str, str]:
    """Return what was chosen, by the most telling name."""
    assert resolution is not None
    return {str(identity): each.tag or each.branch or each.commit for identity, each in resolution.pins.items()}


def resolve(
    known: Listings,
    wanted: Root,
    branches: dict[str, dict[str, str]] | None = None,
    pins: dict[Identity, Candidate] | None = None,
) -> Resolution:
    made = world(known, branches)
    answer = attempt(wanted, made.full_catalog(wanted), pins)
    assert answer is not None
    return answer


def test_the_newest_release_that_fits_is_chosen() -> None:
    """Newest first, pre-releases left out, and each says under which version it was found."""
    answer = resolve(KIT, root("http-kit version >=1"))
    assert answer.pins == {
        name("http-kit"): Candidate(commit=commit_of("http-kit v1.1"), tag="v1.1", version="1.1"),
        name("json-lite"): Candidate(commit=commit_of("json-lite v2.0"), tag="v2.0", version="2.0"),
    }
    assert answer.requested == {
        name("http-kit"): ("project: version >=1",),
        name("json-lite"): ("acme/http-kit: version >=1",),
    }
    assert answer.requires == {name("http-kit"): (name("json-lite"),), name("json-lite"): ()}
    assert answer.unused_overrides == ()


def test_a_later_requirement_narrows_an_earlier_one() -> None:
    """One version for each identity, which all requirements accept."""
    answer = resolve(KIT, root("http-kit tag v1.0", "json-lite version >=1.2"))
    assert chosen(answer) == {"acme/http-kit": "v1.0", "acme/json-lite": "v1.5"}


def test_an_older_version_is_taken_where_the_newest_cannot_be() -> None:
    """The root's own dependencies are decided before what they pull in, the first name first."""
    known: Listings = {
        "a": {"v1": ["c version ==1"], "v2": ["c version ==2"]},
        "b": {"v1": ["c version ==1"], "v2": ["c version ==1"]},
        "c": {"v1": [], "v2": []},
    }
    assert chosen(resolve(known, root("b version >=0", "a version >=0"))) == {
        "acme/a": "v1",
        "acme/b": "v2",
        "acme/c": "v1",
    }


def test_an_unusable_manifest_rules_out_one_candidate() -> None:
    """A range falls to the next version."""
    known: Listings = {"a": {"v1": [], "v2": "unknown key `x`"}}
    assert chosen(resolve(known, root("a version >=0"))) == {"acme/a": "v1"}


def test_cycles_resolve() -> None:
    """Repositories may require each other, and themselves."""
    known: Listings = {
        "a": {"v1": ["b version ==1", "a version >=1"]},
        "b": {"v1": ["a tag v1"], "v2": []},
    }
    answer = resolve(known, root("b version >=1", "a tag v1"))
    assert chosen(answer) == {"acme/a": "v1", "acme/b": "v1"}
    assert answer.requested[name("a")] == ("acme/a: version >=1", "acme/b: tag v1", "project: tag v1")
    assert answer.requires[name("a")] == (name("a"), name("b"))


def test_groups_are_solved_with_everything_else() -> None:
    """A group's requirement counts, and its origin is told."""
    answer = resolve(KIT, root("json-lite version >=1", "test: json-lite version <2"))
    assert chosen(answer) == {"acme/json-lite": "v1.5"}
    assert answer.requested[name("json-lite")] == ("project.test: version <2", "project: version >=1")


def test_subdirs_are_packages_of_their_own() -> None:
    """One repository, two identities, each with its own tags, version and manifest."""
    known: Listings = {
        "mono//core": {"core-v1": [], "core-v2": []},
        "mono//net": {"net-v1": ["mono//core version <2 pattern core-v{version}"]},
    }
    wanted = root("mono//net tag net-v1", "mono//core version >=0 pattern core-v{version}")
    answer = resolve(known, wanted)
    assert answer.pins[name("mono//core")] == Candidate(commit=commit_of("mono core-v1"), tag="core-v1", version="1")
    assert answer.pins[name("mono//net")] == Candidate(commit=commit_of("mono net-v1"), tag="net-v1")
    assert answer.requested[name("mono//core")] == (
        "acme/mono//net: version <2 pattern core-v{version}",
        "project: version >=0 pattern core-v{version}",
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("a tag v1.0", "a version >=1", Candidate(commit=commit_of("a v1.0"), tag="v1.0", version="1.0")),
        ("a version >=1", "a tag v1.0", Candidate(commit=commit_of("a v1.0"), tag="v1.0", version="1.0")),
        ("a branch main", "a tag v1.0", Candidate(commit=commit_of("a v1.0"), branch="main")),
        ("a branch main", "a commit v1.0", Candidate(commit=commit_of("a v1.0"), branch="main")),
        ("a commit v1.0", "a branch main", Candidate(commit=commit_of("a v1.0"))),
        ("a commit v1.0", "a version >=1", Candidate(commit=commit_of("a v1.0"))),
        ("a tag stable", "a version >=1", Candidate(commit=commit_of("a v1.0"), tag="stable")),
        ("a version >=1", "a tag stable", Candidate(commit=commit_of("a v1.0"), tag="v1.0", version="1.0")),
    ],
)
def test_unlike_requirements_agree_on_one_commit(first: str, second: str, expected: Candidate) -> None:
    """The root's requirement gives the name; the other is a dependency's."""
    known: Listings = {
        "a": {"v0.9": [], "v1.0": [], "stable": "= v1.0"},
        "b": {"v1": [second]},
    }
    answer = resolve(known, root(first, "b tag v1"), {"a": {"main": "v1.0"}})
    assert answer.pins[name("a")] == expected


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        (["version >=1", "tag stable"], "stable"),
        (["branch main", "version >=1"], "v1.0"),
        (["commit v1.0", "branch main"], "main"),
        (["tag v1.0", "tag stable"], "v1.0"),
    ],
)
def test_without_the_root_a_tag_names_before_a_version_before_a_branch(requirements: list[str], expected: str) -> None:
    """A commit names last; of two tags the shorter text, then the first."""
    known: Listings = {
        "a": {"v1.0": [], "stable": "= v1.0"},
        "b": {"v1": [f"a {requirements[0]}"]},
        "c": {"v1": [f"a {requirements[1]}"]},
    }
    answer = resolve(known, root("b tag v1", "c tag v1"), {"a": {"main": "v1.0"}})
    assert chosen(answer)["acme/a"] == expected


def test_patterns_of_one_repository_agree_by_commit() -> None:
    """Two ranges that read tags differently accept a commit that both have a version for."""
    known: Listings = {
        "a": {"v1": [], "rel-7": "= v1", "v2": [], "rel-8": []},
        "b": {"v1": ["a version >=7 pattern rel-{version}"]},
    }
    answer = resolve(known, root("a version >=1", "b tag v1"))
    assert answer.pins[name("a")] == Candidate(commit=commit_of("a v1"), tag="v1", version="1")


class TestOverrides:
    """`[overrides]` replaces every requirement on an identity."""

    def test_an_override_wins_over_the_root_and_over_dependencies(self) -> None:
        """Each replaced requirement is still told."""
        wanted = root("http-kit tag v1.0", "json-lite tag v1.0", overrides={"json-lite": "version >=2"})
        answer = resolve(KIT, wanted)
        assert chosen(answer) == {"acme/http-kit": "v1.0", "acme/json-lite": "v2.0"}
        assert answer.requested[name("json-lite")] == (
            "acme/http-kit: version <2",
            "override: version >=2",
            "project: tag v1.0",
        )

    def test_an_unused_override_is_told(self) -> None:
        """Nothing needs the identity."""
        answer = resolve(KIT, root("json-lite tag v1.0", overrides={"zlib": "tag v1", "http-kit": "tag v1.0"}))
        assert answer.unused_overrides == (name("http-kit"), name("zlib"))

    def test_an_override_does_not_ask_for_what_it_replaces(self) -> None:
        """The tag that the override replaces need not exist."""
        known: Listings = {"a": {"v1": ["b tag gone"]}, "b": {"v1": []}}
        assert chosen(resolve(known, root("a tag v1", overrides={"b": "tag v1"}))) == {
            "acme/a": "v1",
            "acme/b": "v1",
        }


class TestAlone:
    """`transitive = false` leaves out the dependencies of the target, as far as this demand goes."""

    KNOWN: ClassVar[Listings] = {
        "a": {"v1": ["c version >=0"], "v2": ["c version >=0"]},
        "b": {"v1": ["a version <2"]},
        "c": {"v1": []},
    }

    def test_dependencies_are_left_out(self) -> None:
        """Only the target itself is there."""
        answer = resolve(self.KNOWN, root("a version >=0 alone"))
        assert chosen(answer) == {"acme/a": "v2"}
        assert answer.requested[name("a")] == ("project: version >=0 alone",)
        assert answer.requires[name("a")] == ()

    def test_a_transitive_demand_from_anywhere_pulls_them_in(self) -> None:
        """Both demands are for one commit."""
        answer = resolve(self.KNOWN, root("a version >=0 alone", "b tag v1"))
        assert chosen(answer) == {"acme/a": "v1", "acme/b": "v1", "acme/c": "v1"}
        assert answer.requested[name("a")] == ("acme/b: version <2", "project: version >=0 alone")
        assert answer.requires[name("a")] == (name("c"),)

    def test_the_manifest_of_what_is_alone_does_not_matter(self) -> None:
        """An unusable manifest rules nothing out where nobody reads it."""
        answer = resolve({"a": {"v1": "unknown key `x`"}}, root("a tag v1 alone"))
        assert chosen(answer) == {"acme/a": "v1"}

    def test_what_is_pulled_in_may_decide_about_what_is_alone(self) -> None:
        """The version that both can have is found, though either alone could have another."""
        known: Listings = {
            "a": {"v1": [], "v2": "unknown key `x`", "v3": ["z tag gone"]},
            "b": {"v1": ["a version >=0"]},
        }
        assert chosen(resolve(known, root("a version >=0 alone", "b tag v1"))) == {"acme/a": "v1", "acme/b": "v1"}


class TestPins:
    """`prefer` is the lock: a pin that fits stays."""

    def test_a_pin_that_fits_stays(self) -> None:
        """Whatever is newer."""
        pins = pin("http-kit", "v1.0") | pin("json-lite", "v1.0")
        assert chosen(resolve(KIT, root("http-kit version >=1"), pins=pins)) == {
            "acme/http-kit": "v1.0",
            "acme/json-lite": "v1.0",
        }

    def test_pins_stay_though_something_new_could_be_newer_without_them(self) -> None:
        """A new dependency takes the newest version that goes with what is locked."""
        known: Listings = {
            "a": {"v1": ["b version >=1"]},
            "b": {"v1": [], "v2": []},
            "new": {"v1": ["b version >=1"], "v2": ["b version >=2"]},
        }
        wanted = root("a tag v1", "new version >=1")
        assert chosen(resolve(known, wanted, pins=pin("a", "v1") | pin("b", "v1"))) == {
            "acme/a": "v1",
            "acme/b": "v1",
            "acme/new": "v1",
        }

    def test_a_pin_that_does_not_fit_moves_alone(self) -> None:
        """The requirement excludes it; nothing else moves."""
        pins = pin("http-kit", "v1.0") | pin("json-lite", "v1.0")
        assert chosen(resolve(KIT, root("http-kit tag v1.1"), pins=pins)) == {
            "acme/http-kit": "v1.1",
            "acme/json-lite": "v1.0",
        }

    def test_a_branch_stays_at_its_locked_commit(self) -> None:
        """The head moved on; `update` would follow, `lock` does not."""
        pins = {name("a"): Candidate(commit=commit_of("a old"), branch="main")}
        answer = resolve({"a": {"@old": []}}, root("a branch main"), {"a": {"main": "new"}}, pins)
        assert answer.pins == pins

    def test_a_branch_moves_where_it_must(self) -> None:
        """Something requires the new head by its tag."""
        known: Listings = {"a": {"v1": []}, "b": {"v1": ["a tag v1"]}}
        pins = {name("a"): Candidate(commit=commit_of("a old"), branch="main")}
        answer = resolve(known, root("a branch main", "b tag v1"), {"a": {"main": "v1"}}, pins)
        assert answer.pins[name("a")] == Candidate(commit=commit_of("a v1"), branch="main")

    def test_a_pin_keeps_its_tag_where_another_names_the_same_version(self) -> None:
        """The lock says `v1.0`; `1.0` would be the shorter name."""
        known: Listings = {"a": {"v1.0": [], "1.0": "= v1.0"}}
        assert chosen(resolve(known, root("a version >=1"), pins=pin("a", "v1.0"))) == {"acme/a": "v1.0"}
        assert chosen(resolve(known, root("a version >=1"))) == {"acme/a": "1.0"}

    def test_a_pin_that_fits_by_its_commit_alone_is_renamed(self) -> None:
        """Locked by branch, now required by range: the tag is the name."""
        pins = {name("a"): Candidate(commit=commit_of("a v1"), branch="main")}
        answer = resolve({"a": {"v1": [], "v2": []}}, root("a version >=1"), {"a": {"main": "v2"}}, pins)
        assert answer.pins == pin("a", "v1")


def test_nothing_is_asked_for() -> None:
    """An empty manifest has an empty answer."""
    answer = solve(Root(demands=()), world({}).full_catalog(Root(demands=())), prefer={})
    assert answer == Resolution(pins={}, requested={}, requires={})
