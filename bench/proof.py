"""What the proof costs: bytes and time for each package, and what it adds to `lock` of 20 packages.

Bytes come from the local Bitbucket. Times of `lock` are those of one machine against another: `bench/relay.py` gives
again what the local Bitbucket answered, without its work, each answer as late as a network would bring it. The last
table has the local Bitbucket itself, which starts git for each request on the processors that are measured.
`python bench/proof.py`.
"""

import asyncio
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path.insert(0, str(TESTS))

from bitdeps.core.names import RepoName  # noqa: E402 (after the path)
from bitdeps.ops.remote import Remote  # noqa: E402
from support.locking import Locking  # noqa: E402
from support.repos import Repo  # noqa: E402
from support.sandbox import Sandbox, running_server  # noqa: E402

PACKAGES = 20
RUNS = 7
# Kilobytes of each repository, in turn: most libraries are small, some are not.
SIZES = (20, 60, 150, 400, 1500)
FILE = 6_000
DISTANCES = (0.0, 0.1, 0.3)


def make(sandbox: Sandbox) -> list[Repo]:
    """Make repositories of text that compresses about as source code does."""
    made = []
    for number in range(PACKAGES):
        dice = random.Random(number)  # noqa: S311 (data, no secret)
        words = [f"{dice.getrandbits(40):x}" for _ in range(400)]
        count = max(1, SIZES[number % len(SIZES)] * 1000 // FILE)
        texts = (" ".join(dice.choices(words, k=FILE // 10)) for _ in range(count))
        made.append(
            sandbox.repository(f"r{number}", {f"src/f{at}.c": text for at, text in enumerate(texts)}, tags=["v1"])
        )
    return made


def exchange(sandbox: Sandbox, project: Locking, repo: Repo) -> tuple[list[int], float]:
    """Ask for one commit: bytes of each answer, and the seconds that both took."""
    sandbox.clear_requests()
    settings = project.settings()
    name, commit = RepoName(repo.workspace, repo.slug), repo.git("rev-parse", "v1")

    async def ask() -> float:
        async with Remote(settings) as remote:
            start = time.perf_counter()
            await remote.git_host.commit_object(name, commit)
            return time.perf_counter() - start

    seconds = asyncio.run(ask())
    while len(asked := sandbox.requests(".git/")) < len(("advertisement", "commit")):
        time.sleep(0.01)
    return [one.sent for one in asked], seconds


def show_packages(sandbox: Sandbox, project: Locking, repos: list[Repo]) -> None:
    """Print a line for each size, with a filter and without."""
    print("                            bytes of answers")
    print("package       archive  offer  commit  no filter   ms")
    for repo in repos[: len(SIZES)]:
        (offer, filtered), seconds = exchange(sandbox, project, repo)
        sandbox.switch(partial_clone=False)
        (_, unfiltered), _ = exchange(sandbox, project, repo)
        sandbox.switch(partial_clone=True)
        size = project.entry(repo)["archive-size"]
        print(f"{repo.slug:<10} {size:>10,} {offer:>6,} {filtered:>7,} {unfiltered:>10,} {seconds * 1000:>4.0f}")


@contextmanager
def relayed(upstream: str) -> Iterator[str]:
    """Run the stand-in for a distant service in a process of its own; give its address."""
    command = [sys.executable, str(Path(__file__).with_name("relay.py")), upstream]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise AssertionError("it is a pipe")
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def at(url: str) -> dict[str, str]:
    """Make the variables that say where the service is."""
    return {"DEPS_API_URL": f"{url}/2.0", "DEPS_WEB_URL": url, "DEPS_GIT_URL": url}


def lock_seconds(project: Locking, proof: str, where: dict[str, str]) -> tuple[float, float]:
    """Lock from nothing, with an empty cache; return the seconds, and those of this process's processor time."""
    (project.root / "deps.lock").unlink(missing_ok=True)
    shutil.rmtree(project.root / "cache", ignore_errors=True)
    start, used = time.perf_counter(), time.process_time()
    project.lock(proof=proof, **where)
    return time.perf_counter() - start, time.process_time() - used


def show_lock(project: Locking, where: dict[str, str], title: str) -> None:
    """Print what `lock` takes without and with proof: the median, the best, and the processor's share."""
    taken: dict[str, list[tuple[float, float]]] = {"skip": [], "try": []}
    for _ in range(RUNS):
        for proof, times in taken.items():
            times.append(lock_seconds(project, proof, where))
    parts = [f"{title:<26}"]
    for pick, column in ((statistics.median, 0), (min, 0), (statistics.median, 1)):
        without, proved = (pick([one[column] for one in taken[proof]]) * 1000 for proof in ("skip", "try"))
        parts.append(f"{without:>6.0f} {proved:>6.0f} {(proved / without - 1) * 100:>+7.1f} %")
    print("  ".join(parts))


def main() -> None:
    """Print all tables."""
    with tempfile.TemporaryDirectory(prefix="bench-proof-") as folder, running_server(Path(folder) / "root") as server:
        sandbox = Sandbox(server=server, workspace="bench")
        repos = make(sandbox)
        project = Locking(sandbox=sandbox, root=Path(folder) / "project")
        project.write("\n".join(f'{repo.slug} = {{ tag = "v1" }}' for repo in repos))
        project.lock()
        show_packages(sandbox, project, repos)
        print(f"\n`lock` of {PACKAGES} packages, cold, {RUNS} runs each; ms without, with proof")
        print(f"{'':<26}  {'median':<23}  {'best':<23}  processor time, median")
        with relayed(sandbox.web_url) as url:
            lock_seconds(project, "try", at(url))
            for seconds in DISTANCES:
                build_opener(ProxyHandler({})).open(f"{url}/_relay/{seconds}").close()
                show_lock(project, at(url), f"answers {seconds * 1000:.0f} ms late")
        show_lock(project, at(sandbox.web_url), "git on the same processors")


if __name__ == "__main__":
    main()
