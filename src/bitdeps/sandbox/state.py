"""Everything that one running sandbox holds."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bitdeps.sandbox.archives import ArchiveStore
from bitdeps.sandbox.faults import FaultTable
from bitdeps.sandbox.journal import Journal
from bitdeps.sandbox.limits import RateLimits
from bitdeps.sandbox.store import Store
from bitdeps.sandbox.switches import Switches
from bitdeps.sandbox.tokens import TokenTable
from bitdeps.sandbox.world import World


@dataclass(slots=True, kw_only=True)
class State:
    """The parts of a sandbox; `origins` are the addresses it listens on, the main one first.

    `defects` are the failures of the sandbox itself, which no reset forgets.
    """

    root: Path
    store: Store
    archives: ArchiveStore
    world: World = field(default_factory=World)
    switches: Switches = field(default_factory=Switches)
    first_world: World = field(default_factory=World)
    first_switches: Switches = field(default_factory=Switches)
    tokens: TokenTable = field(default_factory=TokenTable)
    faults: FaultTable = field(default_factory=FaultTable)
    journal: Journal = field(default_factory=Journal)
    limits: RateLimits = field(default_factory=RateLimits)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    origins: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)

    def remember(self) -> None:
        """Take what is there now as what a reset goes back to."""
        self.first_world = self.world.copy()
        self.first_switches = self.switches

    def reset(self) -> None:
        """Go back to the beginning; the repositories stay as they are."""
        self.faults.clear()
        self.journal.clear()
        self.limits.reset()
        self.tokens.clear()
        self.reports.clear()
        self.world.become(self.first_world)
        self.switches = self.first_switches


def open_state(root: Path) -> State:
    """Make the state of a sandbox over one root directory."""
    world = World()
    store = Store(root, world)
    return State(root=root, world=world, store=store, archives=ArchiveStore(root / ".archives"))
