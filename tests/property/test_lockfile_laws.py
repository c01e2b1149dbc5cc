"""Laws of the lockfile: what is written is read back, in any order, and never stale for its own manifest."""

import tomllib
from random import Random

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from bitdeps.core.lockfile.conflict import conflict_sides
from bitdeps.core.lockfile.demands import locked_demands
from bitdeps.core.lockfile.format import COMMENT, format_lockfile
from bitdeps.core.lockfile.groups import package_groups
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.lockfile.parse import parse_lockfile
from bitdeps.core.lockfile.stale import differences
from bitdeps.core.manifest.model import Dependency, Manifest, Override
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.requirement import Demand, Requirement, parse_requested
from bitdeps.errors import LockfileError

HEX = st.integers(0, 2**256 - 1).map("{:064x}".format)
COMMITS = HEX.map(lambda digits: digits[:40])
TAGS = st.sampled_from(["v1.0", "release/2024#1", "100%-ok", "gr\u00fcn/1", "@scope/pkg@1.0.3", '"', "a=b"])
PATTERNS = st.sampled_from([None, "v{version}", "pkg-{version}"])
REQUIREMENTS = st.one_of(
    st.builds(Requirement, kind=st.just("tag"), value=TAGS, pattern=PATTERNS, prereleases=st.booleans()),
    st.builds(
        Requirement,
        kind=st.just("version"),
        value=st.sampled_from([">=1", "<2,>=1.2", "==1.0.*"]),
        pattern=PATTERNS,
        prereleases=st.booleans(),
    ),
    st.builds(Requirement, kind=st.just("branch"), value=TAGS),
    st.builds(Requirement, kind=st.just("commit"), value=COMMITS),
)
IDENTITIES = [
    Identity(RepoName("acme", f"kit{number}"), subdir) for number in range(4) for subdir in (None, "x/a: tag b")
]
ROOTS = st.sampled_from([None, "project", "project.test", "project.a.b"])


@st.composite
def locks(draw: st.DrawFn) -> Lockfile:
    """Packages that require each other at random; those that the project does not lead to are dropped."""
    requested: dict[Identity, list[str]] = {}
    for identity in IDENTITIES:
        root = draw(ROOTS)
        origins = [] if root is None else [root]
        origins += map(str, draw(st.sets(st.sampled_from(IDENTITIES), max_size=2)))
        requested[identity] = [
            Demand(identity=identity, requirement=draw(REQUIREMENTS), transitive=draw(st.booleans())).requested(origin)
            for origin in origins
        ]
    groups = package_groups(requested)
    packages = {}
    for identity in groups:
        lines = [line for line in requested[identity] if _origin(line) not in _dropped(groups)]
        if draw(st.booleans()):
            lines.append(f"override: {draw(REQUIREMENTS)}")
        requires = [other for other in groups if str(identity) in [_origin(line) for line in requested[other]]]
        packages[identity] = draw(_packages(identity, groups[identity], requires, lines))
    return Lockfile(packages={identity: packages[identity] for identity in sorted(packages)})


def _origin(line: str) -> str:
    parsed = parse_requested(line)
    assert parsed is not None
    return parsed.origin


def _dropped(groups: dict[Identity, tuple[str, ...]]) -> set[str]:
    return {str(identity) for identity in IDENTITIES if identity not in groups}


def _packages(
    identity: Identity,
    groups: tuple[str, ...],
    requires: list[Identity],
    requested: list[str],
) -> st.SearchStrategy[LockedPackage]:
    name = f"{identity.repository.repo}{'-sub' if identity.subdir else ''}"
    is_selected = identity.subdir is not None
    return st.builds(
        LockedPackage,
        identity=st.just(identity),
        name=st.just(name),
        path=st.sampled_from([f"vendor/{name}", f"lib/gr\u00fcn {name}/x"]),
        uuid=st.sampled_from([None, "{2c6a1f0e-0000-4000-8000-000000000000}"]),
        tag=TAGS,
        version=st.sampled_from([None, "1.0", "2!1.0rc1.post2+x"]),
        commit=COMMITS,
        tree=COMMITS,
        proof=st.sampled_from([None, "commit", "export", "none"]),
        content=HEX.map("d1:{}".format),
        selection=HEX.map("s1:{}".format) if is_selected else st.none(),
        placed=HEX.map("d1:{}".format) if is_selected else st.none(),
        groups=st.just(groups),
        requires=st.just(tuple(sorted(requires))),
        requested=st.just(tuple(sorted(requested))),
    )


@given(locks())
def test_what_is_written_is_read_back(lock: Lockfile) -> None:
    text = format_lockfile(lock)
    assert parse_lockfile(text) == lock
    assert format_lockfile(parse_lockfile(text)) == text
    assert text == COMMENT + tomli_w.dumps(tomllib.loads(text))


@given(locks(), st.randoms())
def test_order_means_nothing(lock: Lockfile, random: Random) -> None:
    document = tomllib.loads(format_lockfile(lock))
    packages = list(document["packages"].items())
    random.shuffle(packages)
    for _, package in packages:
        for key in ("groups", "requires", "requested"):
            random.shuffle(package.get(key, []))
    text = tomli_w.dumps({"packages": dict(packages), "lock-version": 1}).replace("\n", "\r\n")
    assert parse_lockfile(text) == lock


@given(locks())
def test_demands_say_what_requires_says(lock: Lockfile) -> None:
    demands = locked_demands(lock)
    assert demands.keys() == lock.packages.keys()
    for identity, package in lock.packages.items():
        assert tuple(demand.identity for demand in demands[identity]) == package.requires
        for demand in demands[identity]:
            assert demand.requested(str(identity)) in lock.packages[demand.identity].requested


@given(locks(), st.randoms())
def test_a_lock_is_fresh_for_the_manifest_that_made_it(lock: Lockfile, random: Random) -> None:
    """In whatever order the manifest has its entries; and stale as soon as one of them changes or goes."""
    entries, overrides, selections = [], [], {}
    for identity, package in lock.packages.items():
        for line in filter(None, map(parse_requested, package.requested)):
            if line.origin == "override":
                overrides.append(Override(identity=identity, requirement=line.requirement))
            elif line.origin.startswith("project"):
                entries.append(_entry(package, line.origin, line.requirement, transitive=line.transitive))
                selections[package.name] = package.selection
    random.shuffle(entries)
    random.shuffle(overrides)
    own = {entry.key for entry in entries}
    manifest = Manifest(dependencies=tuple(entries), overrides=tuple(overrides))
    found = differences(manifest, lock, selections=selections)
    assert [difference for difference in found if difference.name in own] == []
    if entries:
        less = Manifest(dependencies=tuple(entries[1:]), overrides=tuple(overrides))
        assert f"{entries[0].key}: removed" in map(str, differences(less, lock, selections=selections))


def _entry(package: LockedPackage, origin: str, requirement: Requirement, *, transitive: bool) -> Dependency:
    return Dependency(
        key=package.name,
        identity=package.identity,
        requirement=requirement,
        group=origin.removeprefix("project").removeprefix(".") or None,
        into=package.path,
        transitive=transitive,
    )


@given(locks(), locks(), st.integers(0, 200), st.integers(0, 200))
def test_sides_of_a_conflict(ours: Lockfile, theirs: Lockfile, start: int, end: int) -> None:
    """Whatever part of the files git puts between markers, both are found again."""
    one, other = (format_lockfile(lock).splitlines(keepends=True) for lock in (ours, theirs))
    common = 0
    while common < min(len(one), len(other), start) and one[common] == other[common]:
        common += 1
    tail = 0
    while tail < min(len(one) - common, len(other) - common, end) and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    cut_one, cut_other = len(one) - tail, len(other) - tail
    text = "".join(
        [
            *one[:common],
            "<<<<<<< HEAD\n",
            *one[common:cut_one],
            "=======\n",
            *other[common:cut_other],
            ">>>>>>> topic\n",
            *one[cut_one:],
        ],
    )
    assert conflict_sides(text) == ("".join(one), "".join(other))


@given(locks(), st.integers(min_value=0), st.sampled_from(["", "x", '"', "\n", "A", "="]))
def test_a_damaged_lock_is_refused_or_means_something(lock: Lockfile, at: int, text: str) -> None:
    """One character changed anywhere: no other exception, and what is accepted can be written again."""
    original = format_lockfile(lock)
    offset = at % len(original)
    damaged = original[:offset] + text + original[offset + 1 :]
    try:
        read = parse_lockfile(damaged)
    except LockfileError:
        return
    assert parse_lockfile(format_lockfile(read)) == read
