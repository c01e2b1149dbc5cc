"""Errors of the resolver that are no contradiction, and hints under partial knowledge."""

import pytest

from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.resolver.failure import AmbiguousVersionError, ConflictError
from bitdeps.core.resolver.model import Catalog, Incomplete, ManifestQuery, RefQuery, Root
from bitdeps.core.resolver.solve import solve
from bitdeps.errors import NoSolutionError
from support.graphs import Driver, Listings, commit_of, demand, name, pin, root, world

TWICE: Listings = {
    "a": {"1.0": [], "v1.0": [], "v0.9": []},
    "b": {"v1": ["a version >=1"]},
    "c": {"v1": ["a tag v1.0"]},
}
ONE, TWO = commit_of("a 1.0")[:12], commit_of("a v1.0")[:12]


def ambiguity(wanted: Root) -> AmbiguousVersionError:
    made = world(TWICE)
    with pytest.raises(AmbiguousVersionError) as caught:
        solve(wanted, made.full_catalog(wanted), prefer={})
    return caught.value


class TestAmbiguousVersions:
    """Two tags of one version on two commits: an error, if that version would be chosen."""

    def test_the_root_requires_it(self) -> None:
        """Both tags are named, and the hint says how to choose."""
        error = ambiguity(root("a version >=0"))
        assert str(error) == (
            "deps.toml:3 requires acme/a version >=0: its version 1.0 is tagged on more than one commit, "
            f"`1.0` ({ONE}) and `v1.0` ({TWO})"
        )
        assert error.hint == 'change `a` (deps.toml:3) to `tag = "1.0"`'
        assert ([tag.name for tag in error.tags], error.code, error.exit_code) == (
            ["1.0", "v1.0"],
            "ambiguous-version",
            1,
        )

    def test_a_dependency_requires_it(self) -> None:
        """Only an override can say which is meant."""
        error = ambiguity(root("b tag v1"))
        assert str(error) == (
            "acme/b requires acme/a version >=1: its version 1.0 is tagged on more than one commit, "
            f"`1.0` ({ONE}) and `v1.0` ({TWO})"
        )
        assert error.hint == 'add `"acme/a" = { tag = "1.0" }` to `[overrides]`'

    def test_an_override_requires_it(self) -> None:
        """The override is what has to change."""
        error = ambiguity(root("b tag v1", overrides={"a": "version ==1.*"}))
        assert str(error) == (
            "`[overrides]` sets acme/a to version ==1.*: its version 1.0 is tagged on more than one commit, "
            f"`1.0` ({ONE}) and `v1.0` ({TWO})"
        )
        assert error.hint == 'let `[overrides]` say `"acme/a" = { tag = "1.0" }`'

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [(["a version <1"], "v0.9"), (["a version >=1", "c tag v1"], "v1.0"), (["a tag v1.0", "b tag v1"], "v1.0")],
    )
    def test_it_is_no_error_where_one_commit_is_left(self, lines: list[str], expected: str) -> None:
        """Another version is chosen, or another requirement says which commit."""
        made, wanted = world(TWICE), root(*lines)
        assert Driver(made).solve(wanted).pins[name("a")].commit == commit_of(f"a {expected}")

    def test_it_is_no_error_where_the_lock_says_which(self) -> None:
        """A pin that fits stays."""
        pins = pin("a", "v1.0")
        assert Driver(world(TWICE)).solve(root("a version >=1"), pins).pins == pins

    def test_a_hint_is_given_only_where_it_is_checked(self) -> None:
        """The tag's manifest is known here; where every candidate is unusable, that is the error."""
        made, wanted = world(TWICE), root("a version >=1")
        first, second = (ManifestQuery(identity=name("a"), commit=commit_of(f"a {tag}")) for tag in ("1.0", "v1.0"))
        listing = {name("a").repository: made.listing(name("a").repository)}
        with pytest.raises(AmbiguousVersionError) as caught:
            solve(wanted, Catalog(tags=listing, manifests={first: made.manifests[first]}), prefer={})
        assert (caught.value.hint, caught.value.wanted) == ('change `a` (deps.toml:3) to `tag = "1.0"`', None)
        unusable = {first: Unusable(reason="x"), second: Unusable(reason="x")}
        with pytest.raises(ConflictError):
            solve(root("a version >=1"), Catalog(tags=listing, manifests=unusable), prefer={})


class TestPartialKnowledge:
    """No solution is final; a better hint may need a little more."""

    def test_similar_names_are_told_where_nothing_was_checked(self) -> None:
        """The near tag's manifest is unknown: it is named, not promised, and asked for."""
        made, wanted = world({"a": {"v1.0": [], "v1.1": []}}), root("a tag v1.O")
        driver = Driver(made, tags={name("a").repository: made.listing(name("a").repository)})
        with pytest.raises(ConflictError) as caught:
            driver.solve(wanted)
        assert str(caught.value) == (
            "Because deps.toml:3 requires acme/a tag v1.O (there is no such tag), no versions fit together."
        )
        assert caught.value.hint == "tags of acme/a with a similar name: `v1.1`, `v1.0`"
        assert caught.value.wanted == Incomplete(
            manifests=frozenset({ManifestQuery(identity=name("a"), commit=commit_of("a v1.1"))})
        )
        driver.fetch(caught.value.wanted)
        with pytest.raises(ConflictError) as again:
            driver.solve(wanted)
        assert (again.value.hint, again.value.wanted) == ('change `a` (deps.toml:3) to `tag = "v1.1"`', None)

    def test_without_a_listing_it_is_asked_for(self) -> None:
        """A tag that does not exist, and nothing else is known: the listing would help."""
        query = RefQuery(repository=name("a").repository, kind="tag", name="v9")
        with pytest.raises(ConflictError) as caught:
            solve(root("a tag v9"), Catalog(refs={query: None}), prefer={})
        assert caught.value.hint is None
        assert caught.value.wanted == Incomplete(tags=frozenset({name("a").repository}))

    def test_what_cannot_be_fetched_does_not_hide_the_conflict(self) -> None:
        """The error is the same whether or not somebody looks for a better hint."""
        refs = {
            RefQuery(repository=name(repo).repository, kind="tag", name=tag): None if tag == "v9" else commit_of("x")
            for repo, tag in (("a", "v9"), ("b", "v1"))
        }
        with pytest.raises(NoSolutionError) as caught:
            solve(root("b tag v1", "a tag v9"), Catalog(refs=refs), prefer={})
        assert str(caught.value) == (
            "Because deps.toml:4 requires acme/a tag v9 (there is no such tag), no versions fit together."
        )


def test_entries_without_a_line_are_named_by_file() -> None:
    """A root that was not read from a file has no lines."""
    wanted = root("a tag v9")
    (entry,) = wanted.demands
    unplaced = Root(demands=(type(entry)(origin="project", demand=demand("a tag v9"), key="a"),))
    made = world({"a": {"v8": []}})
    with pytest.raises(ConflictError) as caught:
        solve(unplaced, made.full_catalog(unplaced), prefer={})
    assert str(caught.value) == (
        "Because deps.toml requires acme/a tag v9 (there is no such tag), no versions fit together."
    )
    assert caught.value.hint == 'change `a` to `tag = "v8"`'


def test_a_commit_without_a_listing_is_called_by_its_locked_tag() -> None:
    """What the lock knows is said, also where nothing else was asked."""
    commit = commit_of("a v1.0")
    a, b = name("a"), name("b")
    catalog = Catalog(
        tags={b.repository: ()},
        refs={RefQuery(repository=a.repository, kind="commit", name=commit): commit},
        manifests={ManifestQuery(identity=a, commit=commit): DependencyManifest(demands=(demand("b version >=1"),))},
    )
    with pytest.raises(ConflictError) as caught:
        solve(root("a commit v1.0"), catalog, prefer=pin("a", "v1.0"))
    assert str(caught.value) == (
        f"Because deps.toml:3 requires acme/a commit {commit} and acme/a v1.0 requires acme/b version >=1 "
        "(no tag fits), no versions fit together."
    )
