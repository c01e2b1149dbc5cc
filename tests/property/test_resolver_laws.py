"""Laws of resolution, on random worlds."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.core.lockfile.pins import contradictions
from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.requirement import Demand, Requirement
from bitdeps.core.resolver.model import Catalog, ManifestQuery, Resolution, Root, RootDemand
from bitdeps.core.resolver.solve import solve
from bitdeps.errors import NoSolutionError
from support.graphs import Driver, World, attempt, commit_of, locked
from support.random_graphs import Case, random_case
from support.slow_search import FirstInOrder, closure, version_of

cases = st.integers(min_value=0, max_value=10**9).map(random_case)
dice = st.integers(min_value=0, max_value=10**9).map(random.Random)


def outcome(root: Root, catalog: Catalog, case: Case) -> Resolution | str:
    """Return the answer, or the explanation and the hint."""
    try:
        answer = solve(root, catalog, prefer=case.pins)
    except NoSolutionError as error:
        return f"{error}\n{error.hint}"
    assert isinstance(answer, Resolution)
    return answer


def commits(answer: Resolution) -> dict[Identity, str]:
    return {identity: candidate.commit for identity, candidate in answer.pins.items()}


@settings(deadline=None)
@given(cases)
def test_an_answer_keeps_every_requirement_and_holds_nothing_else(case: Case) -> None:
    """Sound: each requirement is met, and everything chosen is required."""
    answer = attempt(case.root, case.world.full_catalog(case.root), case.pins)
    if answer is not None:
        assert closure(case.world, case.root, commits(answer), case.pins) == set(answer.pins)


@settings(deadline=None)
@given(cases)
def test_the_answer_is_the_first_in_order(case: Case) -> None:
    """Complete, and canonical: a search that learns nothing from conflicts finds the same."""
    answer = attempt(case.root, case.world.full_catalog(case.root), case.pins)
    expected = FirstInOrder(case.world, case.root, case.pins).solve()
    assert (None if answer is None else commits(answer)) == expected


@settings(deadline=None)
@given(cases)
def test_no_answer_contradicts_what_was_asked_for(case: Case) -> None:
    """What the lock says of itself holds, however the requirements of an identity differ in kind."""
    answer = attempt(case.root, case.world.full_catalog(case.root), case.pins)
    if answer is None:
        return
    for identity, pin in answer.pins.items():
        package = LockedPackage(
            identity=identity,
            name="x",
            path="vendor/x",
            tag=pin.tag,
            branch=pin.branch,
            version=pin.version,
            commit=pin.commit,
            tree="",
            content="",
            requested=answer.requested[identity],
        )
        assert contradictions(package) == ()


@settings(deadline=None)
@given(cases, dice)
def test_no_order_of_anything_matters(case: Case, shuffle: random.Random) -> None:
    """The same answer, or the same words, whatever the order of entries, listings, manifests and dicts."""
    known = case.world.full_catalog(case.root)
    manifests = {
        query: replace(found, demands=tuple(shuffle.sample(found.demands, len(found.demands))))
        if isinstance(found, DependencyManifest)
        else found
        for query, found in shuffle.sample(list(known.manifests.items()), len(known.manifests))
    }
    shuffled = Catalog(
        tags={
            repository: tuple(shuffle.sample(tags, len(tags)))
            for repository, tags in shuffle.sample(list(known.tags.items()), len(known.tags))
        },
        refs=dict(shuffle.sample(list(known.refs.items()), len(known.refs))),
        manifests=manifests,
    )
    root = Root(
        demands=tuple(shuffle.sample(case.root.demands, len(case.root.demands))),
        overrides=dict(shuffle.sample(list(case.root.overrides.items()), len(case.root.overrides))),
    )
    assert outcome(root, shuffled, case) == outcome(case.root, known, case)


@settings(deadline=None)
@given(cases)
def test_restarts_end_where_full_knowledge_ends(case: Case) -> None:
    """Fetching round by round gives the very same answer as knowing everything."""
    expected = attempt(case.root, case.world.full_catalog(case.root), case.pins)
    try:
        found = Driver(case.world).solve(case.root, case.pins)
    except NoSolutionError:
        found = None
    assert found == expected


@settings(deadline=None)
@given(cases)
def test_no_solution_is_final_under_partial_knowledge(case: Case) -> None:
    """Whatever is fetched after a failure changes nothing."""
    driver = Driver(case.world)
    try:
        driver.solve(case.root, case.pins)
    except NoSolutionError:
        assert FirstInOrder(case.world, case.root, case.pins).solve() is None


@settings(deadline=None)
@given(cases)
def test_only_what_helps_is_asked_for(case: Case) -> None:
    """The budget: nothing twice, nothing that no requirement names, one candidate of an identity a round.

    A manifest that was read for nothing is that of a candidate that a conflict ruled out: in the
    answer's place it would break a requirement, or the answer has one that is to be preferred.
    """
    driver = Driver(case.world)
    try:
        answer = driver.solve(case.root, case.pins)
    except NoSolutionError:
        answer = None
    wanted = [entry.demand for entry in case.root.demands]
    for found in driver.manifests.values():
        wanted += found.demands if isinstance(found, DependencyManifest) else ()
    asked = [(each.identity, case.root.overrides.get(each.identity, each.requirement)) for each in wanted]
    assert set(driver.tags) <= {identity.repository for identity, each in asked if each.kind == "version"}
    assert {(query.repository, query.kind, query.name) for query in driver.refs} <= {
        (identity.repository, each.kind, each.value) for identity, each in asked if each.kind != "version"
    }
    for round_ in driver.asked:
        assert len({query.identity for query in round_.manifests}) == len(round_.manifests)
    if answer is not None:
        _check_reads(case, driver, answer)


def _check_reads(case: Case, driver: Driver, answer: Resolution) -> None:
    chosen = commits(answer)
    locked = {ManifestQuery(identity=identity, commit=pin.commit) for identity, pin in case.pins.items()}
    for query in driver.manifests.keys() - locked:
        if chosen.get(query.identity, query.commit) != query.commit:
            swapped = {**chosen, query.identity: query.commit}
            if closure(case.world, case.root, swapped, case.pins) is not None:
                assert _rank(case, query.identity, chosen[query.identity]) > _rank(case, query.identity, query.commit)


def _rank(case: Case, identity: Identity, commit: str) -> tuple[bool, list[Version]]:
    """Pins first, then by version."""
    tags = [tag for tag, each in case.world.tags[identity.repository].items() if each == commit]
    versions = [version for tag in tags if (version := version_of(tag, None)) is not None]
    pin = case.pins.get(identity)
    return (pin is not None and pin.commit == commit, sorted(versions)[-1:])


@settings(deadline=None)
@given(cases)
def test_a_lock_that_fits_stays(case: Case) -> None:
    """Solving again with the answer as the lock changes nothing; where one name serves all, it asks for nothing."""
    answer = attempt(case.root, case.world.full_catalog(case.root), case.pins)
    if answer is not None:
        driver = Driver(case.world)
        again = driver.solve(case.root, locked(answer))
        assert (commits(again), again.requested) == (commits(answer), answer.requested)
        if not _unlike(case, answer):
            assert (again, driver.rounds) == (answer, 0)


def _unlike(case: Case, answer: Resolution) -> bool:
    """Tell whether one name in the lock cannot serve all requirements, so that some are looked up again."""
    wanted: dict[Identity, set[Requirement]] = {}
    found = [case.world.manifest(ManifestQuery(identity=each, commit=pin.commit)) for each, pin in answer.pins.items()]
    demands: list[Demand] = [entry.demand for entry in case.root.demands]
    for manifest in found:
        demands += () if isinstance(manifest, Unusable) else manifest.demands
    for demand in demands:
        requirement = case.root.overrides.get(demand.identity, demand.requirement)
        wanted.setdefault(demand.identity, set()).add(requirement)
    return any(len(requirements) > 1 for requirements in wanted.values())


@settings(deadline=None)
@given(cases)
def test_a_pin_moves_only_where_it_must(case: Case) -> None:
    """No pin that moved could be put back alone; with the lock's version everything else would break."""
    answer = attempt(case.root, case.world.full_catalog(case.root), case.pins)
    if answer is None:
        return
    for identity, pin in case.pins.items():
        if identity in answer.pins and answer.pins[identity].commit != pin.commit:
            back = {**commits(answer), identity: pin.commit}
            assert closure(case.world, case.root, back, case.pins) != set(answer.pins)


@settings(deadline=None, max_examples=60)
@given(cases, cases)
def test_unrelated_pins_never_move(case: Case, other: Case) -> None:
    """Whatever happens in one part of the graph, the other part stays as it is locked."""
    kept = attempt(case.root, case.world.full_catalog(case.root), case.pins)
    if kept is None:
        return
    both, apart = _joined(case, other)
    answer = attempt(both.root, both.world.full_catalog(both.root), {**both.pins, **locked(kept)})
    if answer is not None:
        assert {identity: answer.pins[identity].commit for identity in kept.pins} == commits(kept)
    assert apart.isdisjoint(kept.pins)


def _joined(case: Case, other: Case) -> tuple[Case, set[Identity]]:
    """Put two cases side by side, the second in a workspace of its own."""

    def moved(identity: Identity) -> Identity:
        return Identity(RepoName("other", identity.repository.repo), identity.subdir)

    def moved_demand(demand: Demand) -> Demand:
        return replace(demand, identity=moved(demand.identity))

    world = World(tags=dict(case.world.tags), branches=dict(case.world.branches), manifests=dict(case.world.manifests))
    for repository, tags in other.world.tags.items():
        world.tags[RepoName("other", repository.repo)] = dict(tags)
        world.branches[RepoName("other", repository.repo)] = dict(other.world.branches[repository])
    for query, found in other.world.manifests.items():
        there = replace(query, identity=moved(query.identity))
        world.manifests[there] = (
            found
            if isinstance(found, Unusable)
            else DependencyManifest(demands=tuple(moved_demand(each) for each in found.demands))
        )
    demands = [replace(each, demand=moved_demand(each.demand), line=each.line + 50) for each in other.root.demands]
    overrides = {moved(identity): value for identity, value in other.root.overrides.items()}
    root = Root(demands=(*case.root.demands, *demands), overrides={**case.root.overrides, **overrides})
    pins = {moved(identity): pin for identity, pin in other.pins.items()}
    return Case(world=world, root=root, pins=pins), set(pins)


def test_late_conflicts_do_not_blow_up() -> None:
    """Twenty packages of fifty versions whose last ones never agree: learned, not tried one by one.

    Without learning this is 50 to the power of 20 choices; the time limit of the suite would end it.
    """
    world = World()
    for number in range(20):
        repository = RepoName("acme", f"p{number:02}")
        world.tags[repository] = {f"v{major}": commit_of(f"{repository} {major}") for major in range(50)}
        for major, commit in enumerate(world.tags[repository].values()):
            value = f"=={major % 2}" if number >= 18 else ">=0"
            target = RepoName("acme", "end" if number >= 18 else f"p{number + 1:02}")
            demand = Demand(identity=Identity(target), requirement=Requirement(kind="version", value=value))
            query = ManifestQuery(identity=Identity(repository), commit=commit)
            world.manifests[query] = DependencyManifest(demands=(demand,))
    world.tags[RepoName("acme", "end")] = {"v0": commit_of("end 0"), "v2": commit_of("end 2")}
    loose = Requirement(kind="version", value=">=0")
    odd = Requirement(kind="version", value="!=0,!=2")
    names = [Identity(RepoName("acme", f"p{number:02}")) for number in range(20)]
    wanted = [Demand(identity=identity, requirement=loose) for identity in names]
    wanted.append(Demand(identity=names[-1], requirement=odd))
    demands = [RootDemand(origin="project", demand=demand) for demand in wanted]
    root = Root(demands=tuple(demands))
    answer = attempt(root, world.full_catalog(root))
    assert answer is not None
    assert answer.pins[Identity(RepoName("acme", "p19"))].tag == "v48"
    assert answer.pins[Identity(RepoName("acme", "end"))].tag == "v0"
