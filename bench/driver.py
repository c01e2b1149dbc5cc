"""Count what a resolution asks the service for, on the wire: `python bench/driver.py [REPOSITORIES...]`.

The graphs of bench/resolver.py as real repositories behind the local Bitbucket, resolved by the real
driver over HTTP. The server's own log is counted. "least" is the lower bound: a listing for each package of the
answer (each is asked for by ranges), and one read of its `deps.toml`. "again" is the same resolution with the
immutable answers cached: the listings alone. "locked" is the one with the answer as the lock.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH), str(BENCH.parent / "tests")]

from bitdeps.core.names import Identity  # noqa: E402 (after the path)
from bitdeps.core.resolver.model import Candidate, ManifestQuery, Resolution, Root  # noqa: E402
from bitdeps.ops.knowledge import Knowledge  # noqa: E402
from bitdeps.ops.remote import Remote  # noqa: E402
from bitdeps.ops.resolve import resolve  # noqa: E402
from bitdeps.sandbox.build import Blob, CommitPlan, TagPlan, add_commits, create_repository  # noqa: E402
from resolver import Service, layered  # noqa: E402
from support.remotes import quick_settings  # noqa: E402
from support.sandbox import Sandbox, running_server  # noqa: E402

COUNTS = (10, 30, 100, 300, 1000)


@dataclass(slots=True)
class Kept:
    """Immutable answers, as the cache keeps them."""

    known: dict[str, bytes] = field(default_factory=dict)

    def get(self, key: str) -> bytes | None:
        """Return a fact, or None."""
        return self.known.get(key)

    def put(self, key: str, value: bytes) -> None:
        """Keep a fact."""
        self.known[key] = value


def publish(service: Service, root: Path) -> None:
    """Make a bare repository of each listing: a commit with a `deps.toml` for each tag."""
    for repository, tags in service.listings.items():
        plans = []
        for tag in tags:
            found = service.manifests[ManifestQuery(identity=Identity(repository), commit=tag.commit)]
            lines = [
                f'{each.identity.repository.repo} = {{ version = "{each.requirement.value}" }}\n'
                for each in found.demands
            ]
            text = "".join(["[dependencies]\n", *lines])
            plans.append(CommitPlan(files={"deps.toml": Blob(data=text.encode())}, tags=(TagPlan(name=tag.name),)))
        path = root / repository.workspace / f"{repository.repo}.git"
        create_repository(path)
        add_commits(path, plans)


def counted(sandbox: Sandbox) -> tuple[int, int, int]:
    """Return how many listings, reads of a file, and other requests the server has seen; forget them."""
    paths = [entry.path for entry in sandbox.requests()]
    sandbox.clear_requests()
    listings = sum("/refs/tags?" in path for path in paths)
    reads = sum("/src/" in path for path in paths)
    return listings, reads, len(paths) - listings - reads


def run(
    sandbox: Sandbox, home: Path, wanted: Root, facts: Kept, knowledge: Knowledge, lock: Mapping[Identity, Candidate]
) -> tuple[Resolution, float]:
    """Resolve; return the answer and the seconds."""

    async def ask() -> Resolution:
        async with Remote(quick_settings(home, sandbox.environment()), facts) as remote:
            return await resolve(wanted, knowledge, remote, prefer=lock)

    start = time.perf_counter()
    answer = asyncio.run(ask())
    return answer, time.perf_counter() - start


def graph(count: int, folder: Path) -> None:
    """Print a line for a graph of so many repositories."""
    service = Service()
    wanted = layered(count)(service)
    root = folder / f"root-{count}"
    publish(service, root)
    with running_server(root) as server:
        sandbox = Sandbox(server=server, workspace="acme")
        facts, knowledge = Kept(), Knowledge()
        answer, seconds = run(sandbox, folder, wanted, facts, knowledge, {})
        listings, reads, others = counted(sandbox)
        run(sandbox, folder, wanted, facts, Knowledge(), {})
        again = sum(counted(sandbox))
        chosen = {ManifestQuery(identity=identity, commit=pin.commit) for identity, pin in answer.pins.items()}
        kept = {query: found for query, found in knowledge.manifests.items() if query in chosen}
        run(sandbox, folder, wanted, Kept(), Knowledge(manifests=kept), answer.pins)
        locked = sum(counted(sandbox))
    asked, least = listings + reads + others, 2 * len(answer.pins)
    print(
        f"{count:>12} {len(answer.pins):>9} {listings:>9} {reads:>6} {others:>7} {asked:>9} {least:>6} "
        f"{100 * asked / least - 100:>5.1f} {again:>6} {locked:>7} {seconds:>8.2f}"
    )


def main() -> None:
    """Print the table."""
    counts = [int(word) for word in sys.argv[1:]] or COUNTS
    head = ("packages", "listings", "reads", "others", "requests", "least", "+ %", "again", "locked", "seconds")
    widths = (9, 9, 6, 7, 9, 6, 5, 6, 7, 8)
    columns = " ".join(name.rjust(width) for name, width in zip(head, widths, strict=True))
    print(f"{'repositories':>12} {columns}")
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="bench-driver-") as folder:
            graph(count, Path(folder))


if __name__ == "__main__":
    main()
