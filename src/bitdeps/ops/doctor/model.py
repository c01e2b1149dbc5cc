"""One finding of `deps doctor`."""

from dataclasses import dataclass
from typing import Literal

from bitdeps.errors import DepsError

State = Literal["ok", "warning", "wrong", "skipped"]
_LOOK = "run `deps doctor -vv`, and report what it prints"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was looked at, how it is, and what to do about it."""

    name: str
    state: State
    found: str
    advice: str | None = None
    """None where there is nothing to do."""


def ok(name: str, found: str) -> Check:
    """Say that something is as it should be."""
    return Check(name=name, state="ok", found=found)


def warning(name: str, found: str, advice: str) -> Check:
    """Say that something works, but not as well as it could."""
    return Check(name=name, state="warning", found=found, advice=advice)


def wrong(name: str, found: str, advice: str) -> Check:
    """Say that something does not work."""
    return Check(name=name, state="wrong", found=found, advice=advice)


def skipped(name: str, why: str, advice: str | None = None) -> Check:
    """Say that something was not looked at."""
    return Check(name=name, state="skipped", found=why, advice=advice)


def failed(name: str, error: DepsError) -> Check:
    """Say that something does not work, in the words of an error."""
    return wrong(name, str(error), error.hint or _LOOK)
