"""Promises P1, P2 and P3 when the power goes: every prefix of a run, with what was not synced dropped."""

from pathlib import Path

import pytest

from support.crash.faulted import Faulted
from support.crash.long import sample
from support.crash.replay import VARIANTS, Disk, Sync, Variant

COMMANDS = {"lock": ("lock",), "install": ("install", "--locked")}


def logged(broken: Faulted, name: str) -> Disk:
    broken.begin(name)
    disk = Disk(broken.top / "now")
    ran = broken(*COMMANDS[name], record=True)
    assert ran.code == 0
    disk.record(ran.calls)
    return disk


@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_prefix(broken: Faulted, name: str) -> None:
    disk = logged(broken, name)
    moments = [(number, variant) for number in range(len(disk.events) + 1) for variant in VARIANTS]
    assert len(moments) > 200
    tried = set(sample(moments, 12))
    found = {}
    for number, variant in moments:
        disk.write(disk.after(number, variant))
        problems = broken.problems()
        if (number, variant) in tried:
            problems += recovered(broken, name)
        if problems:
            found[number, variant] = [*problems, str(disk.events[number - 1])]
    assert found == {}


def recovered(broken: Faulted, name: str) -> list[str]:
    """Run the command again; tell what is wrong with what it gives."""
    ran = broken(*COMMANDS[name])
    problems = [] if ran.code == 0 else [f"the next run gave {ran.code}: {ran.stderr}"]
    if broken.lock != broken.locks["v2"] or (name == "install" and broken.vendor != broken.trees["v2"]):
        problems.append("the next run gave something else")
    return problems


def test_the_log_tells_the_truth(broken: Faulted) -> None:
    """Replayed to its end it gives what the run gave, so nothing that changes files escapes the log."""
    disk = logged(broken, "install")
    real, vendor, lock = tree_of(broken.top / "now"), broken.vendor, broken.lock
    disk.write(disk.nodes)
    assert (broken.vendor, broken.lock) == (vendor, lock)
    assert tree_of(broken.top / "now") == real


@pytest.mark.parametrize("variant", ["names without bytes", "names with zeros"])
def test_without_syncs_it_would_be_seen(broken: Faulted, variant: Variant) -> None:
    """The same run without its syncs breaks the promises at some point: the replay can fail."""
    disk = logged(broken, "install")
    disk.events = [event for event in disk.events if not isinstance(event, Sync)]
    broken_at = []
    for number in range(len(disk.events) - 30, len(disk.events)):
        disk.write(disk.after(number, variant))
        if broken.problems():
            broken_at.append(number)
    assert broken_at


def tree_of(top: Path) -> dict[str, bytes | None]:
    state = "project/.deps/state"  # the replay writes the numbers of new directories into it
    paths = {str(path.relative_to(top)): path for path in top.rglob("*")}
    return {name: path.read_bytes() if path.is_file() else None for name, path in paths.items() if name != state}
