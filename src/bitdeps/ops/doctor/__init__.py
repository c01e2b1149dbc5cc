"""`deps doctor`: look at everything that `deps` needs, and say what to do about it."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from bitdeps.config.lean import nearest_root
from bitdeps.config.settings import Settings
from bitdeps.core.names import RepoName
from bitdeps.errors import DepsError, UsageError
from bitdeps.ops.doctor.locked import broken_manifest, no_project, project_checks
from bitdeps.ops.doctor.machine import cache, git
from bitdeps.ops.doctor.model import Check, failed, skipped
from bitdeps.ops.project import Project, open_project
from bitdeps.ops.waiting import wait_for

__all__ = ["Check", "diagnose"]

_ONLINE = ("proxy", "service", "clock", "credentials", "archives", "budget")
_NOT_REACHED = "the service is not reached"


def diagnose(
    directory: str, read: Callable[[str | None], Settings], *, clock: Callable[[], float] = time.time
) -> tuple[Check, ...]:
    """Look at machine, project and service; nothing is raised that a line can say.

    Args:
        directory: where the search for a project begins.
        read: reads the settings, given the project's directory.
        clock: seconds since the epoch.

    """
    root = nearest_root(directory)
    project, found = _project(root)
    checks = (git(), *found)
    try:
        settings = read(root)
    except UsageError as error:
        wrong = failed("settings", error)
        return (wrong, *checks, *(skipped(name, "the settings are wrong") for name in ("cache", *_ONLINE)))
    checks = (*checks, cache(settings))
    if settings.offline:
        advice = "run it without `--offline`"
        return (*checks, *(skipped(name, "the network may not be used", advice) for name in _ONLINE))
    # What is wrong for a moment is told at once, not waited for.
    return (*checks, *wait_for(_service, replace(settings, retries=0), _repositories(project), clock))


def _project(root: str | None) -> tuple[Project | None, tuple[Check, ...]]:
    if root is None:
        return None, no_project()
    try:
        project = open_project(root)
    except DepsError as error:
        return None, broken_manifest(error)
    return project, project_checks(project)


def _repositories(project: Project | None) -> tuple[RepoName, ...]:
    """Return what the manifest names, and then what else the lock holds."""
    if project is None:
        return ()
    found = [entry.identity.repository for entry in project.manifest.dependencies]
    with suppress(DepsError):
        lockfile = project.lockfile()
        found += [] if lockfile is None else [identity.repository for identity in lockfile.packages]
    return tuple(dict.fromkeys(found))


async def _service(
    settings: Settings, repositories: tuple[RepoName, ...], clock: Callable[[], float]
) -> tuple[Check, ...]:
    from bitdeps.ops.doctor.reaching import clock_check, proxy_check, proxy_problem, reach, service_check
    from bitdeps.ops.doctor.signed import signed_checks

    problem = proxy_problem(settings)
    if problem is not None:
        return problem, *(skipped(name, "the proxy cannot be used") for name in _ONLINE[1:])
    try:
        reached = await reach(settings)
    except UsageError as error:
        rest = (skipped(name, _NOT_REACHED) for name in _ONLINE[2:])
        return skipped("proxy", _NOT_REACHED), failed("service", error), *rest
    way = (proxy_check(reached), service_check(reached), clock_check(reached, clock()))
    if any(check.state == "wrong" for check in way[:2]):
        return (*way, *(skipped(name, _NOT_REACHED) for name in _ONLINE[3:]))
    return (*way, *await signed_checks(settings, repositories))
