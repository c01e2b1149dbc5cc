"""A report of `verify` on the commit that a pipeline runs for, with what only the service knows."""

import asyncio
import os
import re
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field

from bitdeps.config.pipeline import PipelineRun
from bitdeps.config.settings import Settings
from bitdeps.core.bitbucket import reports
from bitdeps.core.findings import Finding, Kind, annotations, report, spots
from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.messages import Request
from bitdeps.errors import DepsError, MovedTagError
from bitdeps.ops.edge import Edge, open_edge
from bitdeps.ops.licenses import changed_texts, licences_of, require_detector
from bitdeps.ops.outdated import outdated
from bitdeps.ops.project import Project, decode
from bitdeps.ops.remote import Remote
from bitdeps.ops.report import VerifyReport
from bitdeps.ops.revision import lockfile_at
from bitdeps.ops.stale import require_lock

_PATH = re.compile(r"`(?P<path>[^`]+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was reported."""

    repository: str
    commit: str
    result: str
    findings: tuple[Finding, ...]
    skipped: Mapping[Kind, str]
    """Why something was not looked for."""

    def alarm(self) -> MovedTagError | None:
        """Return the alarm for tags that were moved, or None."""
        moved = [finding.text for finding in self.findings if finding.kind == "moved"]
        if not moved:
            return None
        hint = "`deps lock` names both commits of each, and says what to do"
        return MovedTagError("\n".join(moved), hint=hint)


@dataclass(slots=True, kw_only=True)
class _Draft:
    """Findings so far."""

    findings: list[Finding]
    skipped: dict[Kind, str] = field(default_factory=dict)


async def publish(project: Project, settings: Settings, run: PipelineRun, checked: VerifyReport) -> Published:
    """Compare the lock with the service and with an older lock, and post everything that was found.

    What cannot be compared is said in the report, which is posted all the same.

    Raises:
        AuthError: the credential may not write reports.
        DepsError: the report cannot be posted.

    """
    lockfile = require_lock(project, compare=False)
    draft = _Draft(findings=[_drift(problem, lockfile) for problem in checked.problems])
    async with open_edge(settings) as edge:
        await _compare_tags(draft, lockfile, edge)
        await _compare_licences(draft, project, run, lockfile, edge)
    await _compare_releases(draft, project, settings)
    summary = report(draft.findings, draft.skipped, packages=checked.packages, files=checked.files)
    await _post(project, settings, run, lockfile, draft, summary)
    return Published(
        repository=str(run.repository),
        commit=run.commit,
        result=summary.result,
        findings=tuple(draft.findings),
        skipped=draft.skipped,
    )


def _drift(problem: str, lockfile: Lockfile) -> Finding:
    """Find the package that a difference is about by the path that it begins with."""
    match = _PATH.match(problem)
    path = "" if match is None else match["path"]
    owners = [package for package in lockfile.packages.values() if f"{path}/".startswith(f"{package.path}/")]
    owner = max(owners, key=lambda package: len(package.path), default=None)
    return Finding(kind="drift", text=problem, identity=None if owner is None else owner.identity)


async def _compare_tags(draft: _Draft, lockfile: Lockfile, edge: Edge) -> None:
    tagged = [package for package in lockfile.packages.values() if package.tag is not None]
    found, why = await _each(_tag_finding(package, edge.remote) for package in tagged)
    draft.findings += found
    if why is not None:
        draft.skipped |= {"moved": why, "gone": why}


async def _each(asked: Iterable[Awaitable[Finding | None]]) -> tuple[list[Finding], str | None]:
    """Wait for all: one that cannot be compared hides nothing that was found about the others."""
    answers = await asyncio.gather(*asked, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, DepsError):
            raise answer
    why = next((str(answer) for answer in answers if isinstance(answer, DepsError)), None)
    return [answer for answer in answers if isinstance(answer, Finding)], why


async def _tag_finding(package: LockedPackage, remote: Remote) -> Finding | None:
    repository = package.identity.repository
    found = await remote.tag(repository, str(package.tag))
    if found is None:
        text = f"`{package.name}`: the locked tag `{package.tag}` of `{repository}` is gone"
        return Finding(kind="gone", text=text, identity=package.identity)
    if found.commit != package.commit:
        text = f"`{package.name}`: the tag `{package.tag}` of `{repository}` was moved"
        details = f"locked  {package.commit}\nnow     {found.commit}"
        return Finding(kind="moved", text=text, identity=package.identity, details=details)
    if None not in (package.uuid, found.uuid) and package.uuid != found.uuid:
        text = f"`{package.name}`: `{repository}` is another repository than the locked one"
        details = f"locked  {package.uuid}\nnow     {found.uuid}"
        return Finding(kind="moved", text=text, identity=package.identity, details=details)
    return None


async def _compare_releases(draft: _Draft, project: Project, settings: Settings) -> None:
    if any(finding.kind == "moved" for finding in draft.findings):
        draft.skipped["outdated"] = "a tag was moved"
        return
    try:
        found = await outdated(project, settings)
    except DepsError as error:
        draft.skipped["outdated"] = str(error)
        return
    lockfile = require_lock(project, compare=False)
    identities = {package.name: identity for identity, package in lockfile.packages.items()}
    for row in found.packages:
        newest = "" if row.newest == row.compatible else f", the newest of all is {row.newest}"
        text = f"`{row.name}`: locked {row.locked}, `deps update` takes {row.compatible}{newest}"
        if row.compatible == row.locked:
            text = f"`{row.name}`: locked {row.locked}{newest}"
        draft.findings.append(Finding(kind="outdated", text=text, identity=identities[row.name]))


async def _compare_licences(draft: _Draft, project: Project, run: PipelineRun, lockfile: Lockfile, edge: Edge) -> None:
    """Compare the licences of what is another commit than in the older lock."""
    base = run.base or f"{run.commit}^"
    try:
        require_detector()
        before = await lockfile_at(project.root, base)
        if before is None:
            draft.skipped["licence"] = f"`{base}` has no `deps.lock`"
            return
    except DepsError as error:
        draft.skipped["licence"] = str(error)
        return
    now = [package for package in lockfile.packages.values() if _is_new(package, before)]
    found, why = await _each(_licence_finding(package, before, edge) for package in now)
    draft.findings += found
    if why is not None:
        draft.skipped["licence"] = why


def _is_new(package: LockedPackage, before: Lockfile) -> bool:
    old = before.packages.get(package.identity)
    return old is None or old.commit != package.commit


async def _licence_finding(package: LockedPackage, before: Lockfile, edge: Edge) -> Finding | None:
    old = before.packages.get(package.identity)
    [became] = await licences_of([package], edge)
    now = became.expression or "unknown"
    if old is None:
        text = f"`{package.name}`: is new, its licence is {now}"
        return Finding(kind="licence", text=text, identity=package.identity)
    [was] = await licences_of([old], edge)
    if was.expression != became.expression:
        text = f"`{package.name}`: its licence was {was.expression or 'unknown'} and is now {now}"
        return Finding(kind="licence", text=text, identity=package.identity)
    texts = ", ".join(f"`{path}`" for path in changed_texts(was, became))
    text = f"`{package.name}`: its licence is {now} as before, but a text that is not recognised changed: {texts}"
    return Finding(kind="licence", text=text, identity=package.identity) if texts else None


async def _post(
    project: Project, settings: Settings, run: PipelineRun, lockfile: Lockfile, draft: _Draft, summary: reports.Report
) -> None:
    prefix = _prefix(project.root, run.clone_dir)
    text = decode(project.lock_bytes or b"", "deps.lock")
    notes = annotations(draft.findings, spots(project.manifest, lockfile, text, prefix), prefix)
    place = reports.Place(repository=run.repository, commit=run.commit, id=_report_id(prefix))
    api = settings.api_url
    async with Remote(settings) as remote:

        async def send(request: Request) -> None:
            response, asked = await remote.ask(request, run.repository, "a report")
            check = reports.check_deleted if request.method == "DELETE" else reports.check_saved
            check(response, asked)

        await send(reports.delete_request(api, place))
        await send(reports.report_request(api, place, summary))
        for request in reports.annotation_requests(api, place, notes):
            await send(request)


def _report_id(prefix: str) -> str:
    """Name the report of a project; a repository may hold several."""
    return "-".join(["deps", *(part for part in prefix.split("/") if part)])


def _prefix(root: str, clone_dir: str | None) -> str:
    """Return where the project is within its git repository: empty, or a path that ends with `/`."""
    here = os.path.realpath(root)
    top = here if clone_dir is None else os.path.realpath(clone_dir)
    if clone_dir is None or os.path.commonpath([here, top]) != top:
        top = here
        while not os.path.lexists(os.path.join(top, ".git")):
            parent = os.path.dirname(top)
            if parent == top:
                return ""
            top = parent
    relative = os.path.relpath(here, top).replace(os.sep, "/")
    return "" if relative == "." else f"{relative}/"
