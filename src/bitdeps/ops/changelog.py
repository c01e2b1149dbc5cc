"""Fetch what a changelog tells, and write it."""

import asyncio
from collections.abc import Mapping

from bitdeps.core.changelog import MOST_COMMITS, Section, changelog
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.core.names import Identity
from bitdeps.ops.edge import Edge
from bitdeps.ops.history import commits_between, files_between
from bitdeps.ops.project import write_atomic

Packages = Mapping[Identity, LockedPackage]


async def write_changelog(path: str, edge: Edge, before: Packages, after: Packages) -> None:
    """Write Markdown about what changed between two locks; two requests for each package that moved.

    Raises:
        LocalError: where the file cannot be written.
        DepsError: where the service cannot be asked.

    """
    changed = [
        (old, new)
        for identity in sorted({*before, *after})
        for old, new in [(before.get(identity), after.get(identity))]
        if old is None or new is None or (old.commit, old.label) != (new.commit, new.label)
    ]
    sections = await asyncio.gather(*(_section(old, new, edge) for old, new in changed))
    ordered = sorted(sections, key=lambda section: section.name)
    write_atomic(path, changelog(ordered, web=edge.settings.web_url).encode())


async def _section(old: LockedPackage | None, new: LockedPackage | None, edge: Edge) -> Section:
    name = next(package.name for package in (new, old) if package is not None)
    if old is None or new is None or old.commit == new.commit:
        return Section(name=name, old=old, new=new)
    remote, settings = edge.remote, edge.settings
    commits, files = await asyncio.gather(
        commits_between(remote, settings, new.identity, new=new.commit, old=old.commit, most=MOST_COMMITS + 1),
        files_between(remote, settings, new.identity, new=new.commit, old=old.commit),
    )
    more = commits is not None and len(commits) > MOST_COMMITS
    shown = None if commits is None else commits[:MOST_COMMITS]
    return Section(name=name, old=old, new=new, commits=shown, has_more_commits=more, files=files)
