"""What the resolver asks for: everything that helps at once, nothing that does not."""

from bitdeps.core.resolver.model import Catalog, Incomplete, ManifestQuery, RefQuery
from bitdeps.core.resolver.solve import solve
from support.graphs import Driver, Listings, commit_of, locked, name, pin, root, world

KIT = name("http-kit").repository
JSON = name("json-lite").repository


def ref(text: str) -> RefQuery:
    repo, kind, value = text.split()
    assert kind in ("tag", "branch", "commit")
    return RefQuery(repository=name(repo).repository, kind="tag" if kind == "tag" else "branch", name=value)


def manifest(repo: str, tag: str) -> ManifestQuery:
    return ManifestQuery(identity=name(repo), commit=commit_of(f"{name(repo).repository.repo} {tag}"))


def test_everything_that_the_root_names_is_asked_for_at_once() -> None:
    """A listing for each range, a look-up for each exact requirement, however many entries want it."""
    wanted = root("http-kit version >=1", "test: http-kit version <3", "json-lite tag v1", "a branch main")
    assert solve(wanted, Catalog(), prefer={}) == Incomplete(
        tags=frozenset({KIT}), refs=frozenset({ref("json-lite tag v1"), ref("a branch main")})
    )


def test_each_round_asks_for_what_the_last_one_uncovered() -> None:
    """Listing, manifest of the newest, look-up of what it requires, its manifest: four rounds for a chain of two."""
    known = world({"http-kit": {"v1": ["json-lite tag v1"], "v2": ["json-lite tag v1"]}, "json-lite": {"v1": []}})
    driver = Driver(known)
    driver.solve(root("http-kit version >=1"))
    assert driver.asked == [
        Incomplete(tags=frozenset({KIT})),
        Incomplete(manifests=frozenset({manifest("http-kit", "v2")})),
        Incomplete(refs=frozenset({ref("json-lite tag v1")})),
        Incomplete(manifests=frozenset({manifest("json-lite", "v1")})),
    ]


def test_a_manifest_is_not_asked_for_while_the_commit_is_a_guess() -> None:
    """A commit may not exist: its look-up comes first."""
    commit = commit_of("a v1")
    wanted = root("a commit v1")
    query = RefQuery(repository=name("a").repository, kind="commit", name=commit)
    assert solve(wanted, Catalog(), prefer={}) == Incomplete(refs=frozenset({query}))
    assert solve(wanted, Catalog(refs={query: commit}), prefer={}) == Incomplete(
        manifests=frozenset({manifest("a", "v1")})
    )


def test_a_listing_answers_for_tags_and_for_commits_of_tags() -> None:
    """What a listing shows is not looked up again."""
    known = world({"http-kit": {"v1": []}})
    catalog = Catalog(tags={KIT: known.listing(KIT)})
    expected = Incomplete(manifests=frozenset({manifest("http-kit", "v1")}))
    assert solve(root("http-kit tag v1"), catalog, prefer={}) == expected
    assert solve(root("http-kit commit v1"), catalog, prefer={}) == expected


def test_a_listing_does_not_answer_for_other_commits() -> None:
    """A commit without a tag may exist."""
    catalog = Catalog(tags={KIT: ()})
    query = RefQuery(repository=KIT, kind="commit", name=commit_of("http-kit v1"))
    assert solve(root("http-kit commit v1"), catalog, prefer={}) == Incomplete(refs=frozenset({query}))


def test_a_pin_that_fits_costs_nothing() -> None:
    """With the manifests of the lock at hand, a lock that still fits asks for nothing, whatever the kind."""
    known = world({"http-kit": {"v1.0": ["json-lite version >=1"]}, "json-lite": {"v1.0": [], "v2.0": []}})
    pins = pin("http-kit", "v1.0") | pin("json-lite", "v1.0")
    for line in ("http-kit tag v1.0", "http-kit version >=1", f"http-kit commit {commit_of('http-kit v1.0')}"):
        driver = Driver(known)
        assert driver.solve(root(line), pins).pins[name("json-lite")] == pins[name("json-lite")]
        assert driver.rounds == 0


def test_a_pin_serves_a_tag_and_a_branch_at_once() -> None:
    """One commit was locked for both; the branch moved on, and the lock still holds."""
    tags: Listings = {"a": {"v1": []}, "b": {"v1": ["a branch main"]}, "c": {"v1": ["a version >=1"]}}
    before, known = (world(tags, {"a": {"main": head}}) for head in ("v1", "later"))
    wanted = root("b tag v1", "c tag v1")
    answer = Driver(before).solve(wanted)
    driver = Driver(known)
    assert driver.solve(wanted, locked(answer)) == answer
    assert driver.rounds == 0


def test_a_pin_without_its_manifest_costs_one_read() -> None:
    """Nothing else is asked for."""
    pins = pin("http-kit", "v1.0")
    assert solve(root("http-kit version >=1"), Catalog(), prefer=pins) == Incomplete(
        manifests=frozenset({manifest("http-kit", "v1.0")})
    )


def test_what_is_alone_has_its_manifest_left_unread() -> None:
    """`transitive = false`: nobody asks what it requires."""
    driver = Driver(world({"http-kit": {"v1": ["json-lite tag v1"]}}))
    driver.solve(root("http-kit tag v1 alone"))
    assert driver.asked == [Incomplete(refs=frozenset({ref("http-kit tag v1")}))]


def test_a_candidate_that_a_known_requirement_excludes_is_not_read() -> None:
    """The range is narrowed before anything is read."""
    driver = Driver(world({"http-kit": {f"v{major}": [] for major in range(1, 9)}}))
    driver.solve(root("http-kit version <7", "test: http-kit version <4"))
    assert driver.asked == [
        Incomplete(tags=frozenset({KIT})),
        Incomplete(manifests=frozenset({manifest("http-kit", "v3")})),
    ]


def test_an_unknown_listing_does_not_stop_the_rest() -> None:
    """What is known of one repository is followed while another is unknown."""
    known = world({"http-kit": {"v1": ["json-lite version >=1"]}})
    catalog = Catalog(tags={KIT: known.listing(KIT)}, manifests=known.manifests)
    assert solve(root("http-kit version >=1", "a version >=1"), catalog, prefer={}) == Incomplete(
        tags=frozenset({JSON, name("a").repository})
    )
