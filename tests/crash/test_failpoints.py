"""Promises P1, P2, P3 and P6: the k-th call on files or sockets fails, for each k and each error."""

from collections import Counter

import pytest

from support.crash.faulted import Faulted, Outcome
from support.crash.long import sample
from support.crash.shim import ERRORS, Fault

COMMANDS = {"lock": ("lock",), "install": ("install", "--locked")}
TORN = ("write", "send")


@pytest.mark.timeout(24 * 3600)
@pytest.mark.parametrize("name", COMMANDS)
def test_each_call_fails(broken: Faulted, name: str) -> None:
    """Old or new, a typed error, and the next run succeeds without cleaning, whatever failed."""
    broken.begin(name)
    whole = broken(*COMMANDS[name])
    assert whole.code == 0
    assert finished(broken, name)
    faults = [
        Fault(at=call.number, error=error, sticky=sticky)
        for call in whole.calls
        for error in ERRORS
        for sticky in (False, True)
        if not (error == "SIGKILL" and sticky) and not (error == "short" and call.name not in TORN)
    ]
    assert len(whole.calls) > 100
    assert len(faults) > 1000
    tried = sample(faults, 12)
    found = {str(fault): problems for fault in tried if (problems := problems_of(broken, name, fault))}
    assert found == {}, f"{len(found)} of {len(tried)}; calls: {Counter(call.name for call in whole.calls)}"


def problems_of(broken: Faulted, name: str, fault: Fault) -> list[str]:
    broken.begin(name)
    ran = broken(*COMMANDS[name], fault=fault)
    found = [*broken.problems(), *spoken(ran, fault)]
    if ran.code == 0 and not finished(broken, name):
        found.append("it says that it is done, and is not")
    after = broken(*COMMANDS[name])
    if after.code != 0 or not finished(broken, name):
        found.append(f"the next run gave {after.code}: {after.stderr}")
    hit = [f"{call.name} {call.path}" for call in ran.calls if call.fault][:1]
    found += [f"left {path}" for path in broken.leftovers()]
    return [*hit, *found, ran.stderr] if found else []


def spoken(ran: Outcome, fault: Fault) -> list[str]:
    """Tell what is wrong with how it ended."""
    if ran.code == -9 and fault.error == "SIGKILL":
        return []
    found = [] if ran.code in (0, 1) else [f"exit code {ran.code}"]
    if ran.code == 1 and "error: " not in ran.stderr:
        found.append("no error")
    bad = ("Traceback", "Exception ignored", "unexpected", "never retrieved", "check the disk and its permissions")
    return found + [word for word in bad if word in ran.stderr]


def finished(broken: Faulted, name: str) -> bool:
    """Tell whether the command reached its end."""
    return broken.lock == broken.locks["v2"] and broken.vendor == broken.trees["v2" if name == "install" else "v1"]
