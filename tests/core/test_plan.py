"""What is done at each place, from what is wanted, known and seen: dictionaries in, a plan out."""

from itertools import product

import pytest

from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.plan.decide import is_wanted, plan, wanted_places
from bitdeps.core.plan.model import Known, Lies, Observed, Plan, Wanted
from bitdeps.errors import UsageError

PATH = "vendor/kit"


def wanted(digest: str = "d1:new", label: str = "v2") -> Wanted:
    return Wanted(path=PATH, identity="acme/kit", name="kit", label=label, digest=digest)


def known(digest: str = "d1:old", pending: str = "", label: str = "v1") -> Known:
    return Known(path=PATH, identity="acme/kit", name="kit", label=label, digest=digest, pending=pending)


def seen(digest: str | None = None, lies: Lies = "tree", *, recorded: bool = False) -> Observed:
    return Observed(lies=lies, digest=digest, recorded=recorded)


def decide(want: Wanted | None, know: Known | None, see: Observed, *, force: bool = False) -> str:
    todo = plan({PATH: want} if want else {}, {PATH: know} if know else {}, {PATH: see}, force=force)
    (step,) = todo.steps
    return step.action


ABSENT = seen(lies="absent")
VACANT = seen(lies="vacant")


@pytest.mark.parametrize(
    ("want", "know", "see", "action"),
    [
        (wanted(), None, ABSENT, "place"),
        (wanted(), known(), ABSENT, "place"),
        (wanted(), None, VACANT, "place"),
        (wanted(), None, seen("d1:new"), "adopt"),
        (wanted(), known(), seen("d1:new"), "adopt"),
        (wanted(), known("d1:new", label="v2"), seen("d1:new", recorded=True), "keep"),
        (wanted(), known("d1:new", label="v2"), seen("d1:new"), "adopt"),
        (wanted(), known("d1:new", label="v1"), seen("d1:new", recorded=True), "adopt"),
        (wanted(), known("d1:new", "d1:third", label="v2"), seen("d1:new", recorded=True), "adopt"),
        (wanted(), known(), seen("d1:old", recorded=True), "replace"),
        (wanted(), known("d1:older", "d1:old"), seen("d1:old"), "replace"),
        (wanted(), known("", "d1:old"), seen("d1:old"), "replace"),
        (wanted(), known(), seen("d1:edited"), "stop"),
        (wanted(), known(""), seen(""), "stop"),
        (wanted(), None, seen("d1:foreign"), "stop"),
        (wanted(), known(), seen(None, "other"), "stop"),
        (wanted(), known(), seen("link:../x", "link"), "stop"),
        (wanted("link:../x"), known(), seen("link:../x", "link"), "adopt"),
        (wanted(), known("link:../x"), seen("link:../x", "link"), "replace"),
        (None, known(), ABSENT, "forget"),
        (None, known(), VACANT, "forget"),
        (None, known(), seen("d1:old", recorded=True), "remove"),
        (None, known("d1:older", "d1:old"), seen("d1:old"), "remove"),
        (None, known(), seen("d1:edited"), "stop"),
        (None, known(), seen(None, "other"), "stop"),
    ],
)
def test_each_rule(want: Wanted | None, know: Known | None, see: Observed, action: str) -> None:
    """The rules of DESIGN section 8, in their order; an interrupted swap makes two digests ours."""
    assert decide(want, know, see) == action


def test_an_empty_tree_is_kept_where_it_is_wanted() -> None:
    empty = seen("d1:none", "vacant", recorded=True)
    assert decide(wanted("d1:none"), known("d1:none", label="v2"), empty) == "keep"
    assert decide(wanted("d1:none"), None, empty) == "adopt"


def test_force_goes_on_where_an_edit_stops_and_nowhere_else() -> None:
    """And it turns a stop into the same step that an unedited tree would get."""
    wants = (None, wanted())
    knows = (None, known(), known("d1:new", label="v2"), known("", "d1:pending"))
    kinds: tuple[Lies, ...] = ("tree", "other")
    sees = [seen(d, lies) for d, lies in product((None, "d1:old", "d1:new", "d1:else"), kinds)]
    for want, know, see in product(wants, knows, (*sees, ABSENT, VACANT)):
        if want is None and know is None:
            continue
        plain, forced = decide(want, know, see), decide(want, know, see, force=True)
        expected = plain if plain != "stop" else "remove" if want is None else "replace"
        assert forced == expected


def test_a_partial_plan_has_no_step_for_what_it_was_not_asked_for() -> None:
    """`install NAME` removes nothing and stops for no other package."""
    other = Known(path="vendor/other", identity="acme/other", name="other", label="v1", digest="d1:x")
    todo = plan({PATH: wanted()}, {"vendor/other": other}, {PATH: ABSENT}, partial=True)
    assert [step.path for step in todo.steps] == [PATH]


def test_what_lies_inside_a_place_that_goes_is_placed_anew() -> None:
    """As after `install NAME` of a package that moved into the directory of one that was dropped since."""
    inside = Wanted(path="vendor/kit/in", identity="acme/in", name="in", label="v1", digest="d1:in")
    record = Known(path="vendor/kit/in", identity="acme/in", name="in", label="v1", digest="d1:in")
    todo = plan(
        {inside.path: inside},
        {PATH: known(), inside.path: record},
        {PATH: seen("d1:old", recorded=True), inside.path: seen("d1:in", recorded=True)},
    )
    assert [(step.path, step.action, step.lies) for step in todo.steps] == [
        (PATH, "remove", "tree"),
        (inside.path, "place", "absent"),
    ]


def test_a_plan_is_idle_only_where_everything_is_kept() -> None:
    kept = plan({PATH: wanted()}, {PATH: known("d1:new", label="v2")}, {PATH: seen("d1:new", recorded=True)})
    adopted = plan({PATH: wanted()}, {}, {PATH: seen("d1:new")})
    assert (kept.idle, kept.changes_vendor) == (True, False)
    assert (adopted.idle, adopted.changes_vendor) == (False, False)
    assert Plan(steps=()).idle


def test_a_step_says_what_it_was_and_what_it_will_be() -> None:
    todo = plan({PATH: wanted()}, {PATH: known()}, {PATH: seen("d1:old")})
    (step,) = todo.fills
    assert (step.name, step.old_label, step.label, step.digest) == ("kit", "v1", "v2", "d1:new")
    assert todo.changes_vendor


def package(name: str, *, requires: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> LockedPackage:
    return LockedPackage(
        identity=Identity(RepoName("acme", name)),
        name=name,
        path=f"vendor/{name}",
        tag="v1",
        commit="0" * 40,
        tree="0" * 40,
        content=f"d1:{name}",
        groups=groups,
        requires=tuple(Identity(RepoName("acme", other)) for other in requires),
    )


LOCK = Lockfile(
    packages={
        entry.identity: entry
        for entry in (
            package("a", requires=("b",)),
            package("b", requires=("c",)),
            package("c", requires=("a",)),
            package("lone"),
            package("tests", requires=("lone",), groups=("test",)),
            package("both", groups=("docs", "test")),
        )
    }
)


def names(places: dict[str, Wanted]) -> list[str]:
    return sorted(place.name for place in places.values())


def test_groups_decide_what_is_placed() -> None:
    """A package of several groups is placed when one of them is asked for."""
    assert names(wanted_places(LOCK)) == ["a", "b", "c", "lone"]
    assert names(wanted_places(LOCK, groups=["docs"])) == ["a", "b", "both", "c", "lone"]
    assert names(wanted_places(LOCK, groups=["docs", "test"])) == ["a", "b", "both", "c", "lone", "tests"]
    assert not is_wanted(package("x", groups=("test",)), ())


def test_names_bring_all_that_they_require() -> None:
    """A circle of requirements is no obstacle, nor is a group that was not asked for."""
    assert names(wanted_places(LOCK, names=["b"])) == ["a", "b", "c"]
    assert names(wanted_places(LOCK, names=["tests"])) == ["lone", "tests"]


def test_unknown_names_are_a_usage_error() -> None:
    with pytest.raises(UsageError) as caught:
        wanted_places(LOCK, names=["a", "y", "x"])
    assert str(caught.value) == "`x`, `y`: no such packages in `deps.lock`"
    assert caught.value.hint == "`deps.lock` has `a`, `b`, `both`, `c`, `lone`, `tests`"
    with pytest.raises(UsageError) as caught:
        wanted_places(Lockfile(packages={}), names=["a"])
    assert str(caught.value) == "`a`: no such package in `deps.lock`"
    assert caught.value.hint == "`deps.lock` has no packages"


def test_what_is_placed_has_the_digest_of_the_lock_or_the_local_checkout() -> None:
    selected = LockedPackage(
        identity=Identity(RepoName("acme", "s")),
        name="s",
        path="third_party/s",
        branch="main",
        commit="3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9",
        tree="0" * 40,
        content="d1:whole",
        selection="s1:x",
        placed="d1:part",
    )
    lock = Lockfile(packages={selected.identity: selected})
    assert wanted_places(lock) == {
        "third_party/s": Wanted(
            path="third_party/s", identity="acme/s", name="s", label="main@3f2c1e9d0a5b", digest="d1:part"
        )
    }
    assert wanted_places(lock, links={"s": "../s"})["third_party/s"].digest == "link:../s"
