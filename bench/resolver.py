"""Time the resolver on traps and on large graphs, and count what it asks for: `python bench/resolver.py`.

Traps are graphs on which a search that does not learn from conflicts takes exponential time.
Graphs are solved as the driver does: nothing is known at first, each round fetches what was asked
for (here from memory, so the CPU times are those of the solver, all rounds together). "least" is the lower
bound for the requests: a listing for each repository with a range, and one manifest for each
package of the answer.
"""

import hashlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bitdeps.core.manifest.model import DependencyManifest
from bitdeps.core.names import Identity, RepoName
from bitdeps.core.requirement import Demand, Requirement
from bitdeps.core.resolver.model import Catalog, Incomplete, ManifestQuery, RefQuery, Resolution, Root, RootDemand, Tag
from bitdeps.core.resolver.solve import solve
from bitdeps.errors import NoSolutionError

VERSIONS = 50
PACKAGES = 20
REPEATS = 5


@dataclass(slots=True)
class Service:
    """All there is, and what was asked for."""

    listings: dict[RepoName, tuple[Tag, ...]] = field(default_factory=dict)
    manifests: dict[ManifestQuery, DependencyManifest] = field(default_factory=dict)

    def publish(self, name: str, version: str, demands: dict[str, str]) -> None:
        """Add a tag and what its manifest requires: names and specifiers."""
        repository = RepoName("acme", name)
        commit = hashlib.sha1(f"{name} {version}".encode(), usedforsecurity=False).hexdigest()
        self.listings[repository] = (*self.listings.get(repository, ()), Tag(name=f"v{version}", commit=commit))
        asked = tuple(demand(target, specifier) for target, specifier in demands.items())
        self.manifests[ManifestQuery(identity=Identity(repository), commit=commit)] = DependencyManifest(demands=asked)

    def catalog(self) -> Catalog:
        """Return everything at once."""
        return Catalog(tags=self.listings, manifests=self.manifests)


def demand(name: str, specifier: str) -> Demand:
    """Ask for a range of a repository."""
    requirement = Requirement(kind="version", value=specifier)
    return Demand(identity=Identity(RepoName("acme", name)), requirement=requirement)


def root(wanted: dict[str, str]) -> Root:
    """Ask for ranges in the root manifest."""
    asked = [demand(name, specifier) for name, specifier in wanted.items()]
    return Root(
        demands=tuple(RootDemand(origin="project", demand=each, line=line) for line, each in enumerate(asked, 3))
    )


def package(number: int) -> str:
    """Name a package so that names sort by number."""
    return f"p{number:04}"


def late_conflict(service: Service) -> Root:
    """Twenty free choices before two packages that never agree, for a reason below both."""
    for number in range(PACKAGES):
        for version in range(VERSIONS):
            last = number >= PACKAGES - 2
            service.publish(package(number), f"{version}.0", {"end": f"=={number % 2}.{version}"} if last else {})
    for version in range(VERSIONS):
        service.publish("end", f"0.{version}", {})
        service.publish("end", f"1.{version}", {})
    return root({package(number): ">=0" for number in range(PACKAGES)})


def late_agreement(service: Service) -> Root:
    """The same, but the oldest version of the last package goes with anything."""
    wanted = late_conflict(service)
    repository = RepoName("acme", package(PACKAGES - 1))
    oldest = next(tag for tag in service.listings[repository] if tag.name == "v0.0")
    service.manifests[ManifestQuery(identity=Identity(repository), commit=oldest.commit)] = DependencyManifest()
    return wanted


def staircase(service: Service) -> Root:
    """Each package requires the same version of the next; the last has only its oldest."""
    for number in range(PACKAGES):
        for version in range(1 if number == PACKAGES - 1 else VERSIONS):
            below = {package(number + 1): f"=={version}.0"} if number < PACKAGES - 1 else {}
            service.publish(package(number), f"{version}.0", below)
    return root({package(0): ">=0"})


def pigeons(service: Service) -> Root:
    """Six packages that each need a hole of their own, and five holes."""
    for number in range(6):
        for hole in range(5):
            service.publish(package(number), f"{hole}.0", {f"hole{hole}": f"=={number}.0"})
            service.publish(f"hole{hole}", f"{number}.0", {})
    return root({package(number): ">=0" for number in range(6)})


def layered(count: int) -> Callable[[Service], Root]:
    """Make a graph of many repositories: twelve tags, three dependencies on later ones, some conflicts."""

    def publish(service: Service) -> Root:
        dice = random.Random(count)  # noqa: S311 - reproducible, not secret
        for number in range(count):
            for version in range(12):
                below = range(number + 1, min(count, number + 1 + max(10, count // 10)))
                chosen = dice.sample(list(below), min(3, len(below)))
                bound = [">=0", f">={max(0, version - 6)}", f"<{dice.randint(9, 14)}"]
                service.publish(
                    package(number), f"{version}.{number % 3}", {package(n): dice.choice(bound) for n in chosen}
                )
        return root({package(number): ">=0" for number in range(max(1, count // 10))})

    return publish


def outcome(wanted: Root, catalog: Catalog) -> Resolution | Incomplete | NoSolutionError:
    """Solve once."""
    try:
        return solve(wanted, catalog, prefer={})
    except NoSolutionError as error:
        return error


def trap(name: str, publish: Callable[[Service], Root]) -> None:
    """Print the best CPU time with everything known, and what came out."""
    service = Service()
    wanted = publish(service)
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        answer = outcome(wanted, service.catalog())
        best = min(best, time.process_time() - start)
    if isinstance(answer, NoSolutionError):
        text = f"no solution, explained in {len(str(answer).splitlines())} lines"
    else:
        text = "solved"
    print(f"{name:<16} {len(service.manifests):>10} {best * 1000:>9.1f}  {text}")


def graph(count: int) -> None:
    """Print time, rounds and requests of a resolution from nothing."""
    service = Service()
    wanted = layered(count)(service)
    tags: dict[RepoName, tuple[Tag, ...]] = {}
    refs: dict[RefQuery, str | None] = {}
    manifests: dict[ManifestQuery, DependencyManifest] = {}
    rounds, spent = 0, 0.0
    while True:
        start = time.process_time()
        answer = outcome(wanted, Catalog(tags=tags, refs=refs, manifests=manifests))
        spent += time.process_time() - start
        if not isinstance(answer, Incomplete):
            break
        rounds += 1
        tags |= {repository: service.listings[repository] for repository in answer.tags}
        manifests |= {query: service.manifests[query] for query in answer.manifests}
    packages = len(answer.pins) if isinstance(answer, Resolution) else 0
    asked = len(tags) + len(refs) + len(manifests)
    print(f"{count:>12} {packages:>9} {rounds:>7} {asked:>9} {2 * packages:>7} {spent * 1000:>9.1f}")


def main() -> None:
    """Print both tables."""
    print(f"{'trap':<16} {'candidates':>10} {'ms':>9}")
    for name, publish in (
        ("late conflict", late_conflict),
        ("late agreement", late_agreement),
        ("staircase", staircase),
        ("pigeons", pigeons),
    ):
        trap(name, publish)
    print(f"\n{'repositories':>12} {'packages':>9} {'rounds':>7} {'requests':>9} {'least':>7} {'ms':>9}")
    for count in (10, 30, 100, 300, 1000):
        graph(count)


if __name__ == "__main__":
    main()
