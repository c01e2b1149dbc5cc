"""Random worlds of repositories: ranges, tags, branches, commits, cycles, subdirs, overrides, locks."""

import random
from dataclasses import dataclass

from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.requirement import Demand, Requirement
from bitdeps.core.resolver.model import Candidate, ManifestQuery, Root, RootDemand
from support.graphs import World, commit_of, name
from support.slow_search import version_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    world: World
    root: Root
    pins: dict[Identity, Candidate]


def random_case(seed: int, *, repositories: int = 8, versions: int = 6, cyclic: bool | None = None) -> Case:
    """Make a world, a root manifest and a lock from a seed; about half of them have no solution."""
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    names = [f"r{index}" for index in range(dice.randint(2, repositories))]
    world = World()
    for repo in names:
        _add_repository(dice, world, repo, versions)
    identities = [name(repo) for repo in names]
    if dice.random() < 0.3:
        identities.append(name(f"{names[0]}//sub"))
    loops = dice.random() < 0.5 if cyclic is None else cyclic
    for index, identity in enumerate(identities):
        targets = identities if loops else identities[index + 1 :]
        for commit in world.commits(identity):
            query = ManifestQuery(identity=identity, commit=commit)
            world.manifests[query] = _manifest(dice, world, targets)
    wanted = dice.sample(identities, dice.randint(1, min(4, len(identities))))
    demands = tuple(
        RootDemand(
            origin=dice.choice(["project", "project.test"]),
            demand=_demand(dice, world, identity, loose=0.6),
            key=f"k{line}",
            line=line,
        )
        for line, identity in enumerate(wanted, 3)
    )
    overrides = {
        identity: _requirement(dice, world, identity, loose=0.5) for identity in identities if dice.random() < 0.05
    }
    pins = {identity: _pin(dice, world, identity) for identity in identities if dice.random() < 0.3}
    return Case(world=world, root=Root(demands=demands, overrides=overrides), pins=pins)


def _add_repository(dice: random.Random, world: World, repo: str, versions: int) -> None:
    repository = RepoName("acme", repo)
    tags = {}
    for major in range(1, dice.randint(1, versions) + 1):
        version = f"{major}.0rc1" if dice.random() < 0.1 else f"{major}.{dice.randint(0, 1)}"
        tags[f"v{version}"] = commit_of(f"{repo} {version}")
    if dice.random() < 0.2:
        tags["release"] = dice.choice(list(tags.values()))
    if dice.random() < 0.2:
        tags[f"{repo}-9"] = dice.choice(list(tags.values()))
    pairs = list(tags.items())
    dice.shuffle(pairs)
    world.tags[repository] = dict(pairs)
    main = dice.choice([*tags.values(), commit_of(f"{repo} main")])
    world.branches[repository] = {"main": main}


def _manifest(dice: random.Random, world: World, targets: list[Identity]) -> DependencyManifest | Unusable:
    if dice.random() < 0.04:
        return Unusable(reason=dice.choice(["no name", "unknown key `x`"]))
    count = min(dice.choice([0, 0, 1, 1, 2, 3]), len(targets))
    return DependencyManifest(
        demands=tuple(_demand(dice, world, identity, loose=0.25) for identity in dice.sample(targets, count)),
    )


def _demand(dice: random.Random, world: World, identity: Identity, *, loose: float) -> Demand:
    requirement = _requirement(dice, world, identity, loose=loose)
    return Demand(identity=identity, requirement=requirement, transitive=dice.random() > 0.06)


def _requirement(dice: random.Random, world: World, identity: Identity, *, loose: float) -> Requirement:
    tags = world.tags[identity.repository]
    if dice.random() < loose:
        return Requirement(kind="version", value=">=0", prereleases=dice.random() < 0.2)
    roll, major = dice.random(), dice.randint(1, len(tags))
    if roll < 0.75:
        forms = [
            f">={major}",
            f"<{major}",
            f">={major},<{major + 2}",
            f"=={major}.*",
            f"!={major}.0",
            f">={major}.0rc1",
        ]
        return Requirement(kind="version", value=dice.choice(forms))
    if roll < 0.80:
        pattern = f"{identity.repository.repo}-{{version}}"
        return Requirement(kind="version", value=">=1", pattern=pattern)
    if roll < 0.90:
        return Requirement(kind="tag", value=dice.choice([*tags, *tags, "gone"]))
    if roll < 0.95:
        return Requirement(kind="branch", value=dice.choice(["main", "main", "main", "gone"]))
    return Requirement(kind="commit", value=dice.choice([*tags.values(), commit_of("gone")]))


def _pin(dice: random.Random, world: World, identity: Identity) -> Candidate:
    tags = world.tags[identity.repository]
    if dice.random() < 0.2:
        return Candidate(commit=dice.choice([*tags.values()]), branch="main")
    tag = dice.choice(list(tags))
    version = version_of(tag, None)
    return Candidate(commit=tags[tag], tag=tag, version=None if version is None else str(version))
