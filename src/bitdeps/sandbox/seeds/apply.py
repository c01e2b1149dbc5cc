"""Put a seed into a running or starting sandbox."""

import shutil
from pathlib import Path
from uuid import uuid4

from bitdeps.sandbox.build import add_commits, create_repository
from bitdeps.sandbox.git import GitError, git
from bitdeps.sandbox.problems import SeedError
from bitdeps.sandbox.seeds.document import RepositoryPlan, Seed
from bitdeps.sandbox.state import State
from bitdeps.sandbox.switches import with_changes


def apply_seed(state: State, seed: Seed) -> None:
    """Add everything of a seed; a repository that exists keeps its contents.

    Raises:
        SeedError: when a reference leads nowhere, a switch is unknown or git refuses a content.
    """
    switches = with_changes(state.switches, seed.switches)
    state.world.merge(seed.world)
    for token in state.world.api_tokens.values():
        if token.user not in state.world.users:
            msg = f"api-tokens: there is no user `{token.user}`"
            raise SeedError(msg)
    for plan in seed.plans:
        _make(state, plan)
    state.switches = switches
    for fault in seed.faults:
        state.faults.add(fault)


def _make(state: State, plan: RepositoryPlan) -> None:
    path = state.root / f"{plan.full_name}.git"
    if path.exists():
        return
    # No repository by its name, so that nobody sees half of one.
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        create_repository(draft, branch=plan.branch)
        if plan.commits:
            add_commits(draft, plan.commits)
            git(draft, "pack-refs", "--all")
        _publish(draft, path)
    except GitError as error:
        told = str(error).splitlines()[0]
        msg = f"repositories.{plan.full_name}: {told}"
        raise SeedError(msg) from error
    finally:
        # Also when Ctrl-C or SIGTERM comes in the middle.
        shutil.rmtree(draft, ignore_errors=True)


def _publish(draft: Path, path: Path) -> None:
    """Give a repository its name, unless another sandbox over the same root was faster."""
    try:
        draft.rename(path)
    except OSError:
        if not (path / "HEAD").is_file():
            raise
