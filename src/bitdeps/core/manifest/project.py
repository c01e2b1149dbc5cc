"""The table `[project]`."""

from dataclasses import dataclass

from bitdeps.core.age import age_problem, parse_age
from bitdeps.core.manifest.entry import check_globs
from bitdeps.core.manifest.keys import PROJECT
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.manifest.problems import Problems
from bitdeps.core.manifest.source import read_slug
from bitdeps.core.manifest.specifier import fits, normal_specifier, specifier_problem
from bitdeps.core.manifest.values import Table, boolean, right_values, string, strings
from bitdeps.core.names import destination_problem

_PATH: KeyPath = ("project",)
_REQUIRES = (*_PATH, "requires-deps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What `[project]` says; the fields are those of `Manifest`."""

    name: str | None
    workspace: str | None
    vendor: str
    ignore: tuple[str, ...]
    commit_vendor: bool
    min_age: int


def check_requires_deps(document: Table, problems: Problems, tool_version: str) -> bool:
    """Tell whether this version of `deps` may read the file; nothing else is said where it may not."""
    project = document.get("project")
    wanted = project.get("requires-deps") if isinstance(project, dict) else None
    normal = normal_specifier(wanted) if isinstance(wanted, str) else None
    if normal is None or fits(tool_version, normal):
        return True
    problems.found.clear()
    hint = f'install a version that fits: `pip install "bitdeps{normal}"`'
    problems.add(_REQUIRES, f"needs `deps` {normal}, and this is {tool_version}", hint=hint)
    return False


def read_project(table: Table, problems: Problems) -> Project:
    """Read `[project]`; what is wrong is reported and takes its default."""
    values = right_values(table, _PATH, PROJECT, problems)
    name = string(values, "name")
    if name is not None and not (name.strip() and name.isprintable()):
        problems.add((*_PATH, "name"), "must be visible text on one line")
    check_requires_spelling(values, problems)
    check_globs(values, "ignore", _PATH, problems)
    return Project(
        name=name,
        workspace=read_workspace(table, problems),
        vendor=_read_vendor(values, problems),
        ignore=strings(values, "ignore"),
        commit_vendor=boolean(values, "commit-vendor", default=False),
        min_age=_read_age(values, problems),
    )


def read_workspace(table: Table, problems: Problems) -> str | None:
    """Return the default workspace of the entries, or None where none is set."""
    if "workspace" not in table:
        return None
    # An empty name stands for one that is wrong and was reported, so that no entry is blamed for lacking it.
    return read_slug(table, "workspace", _PATH, problems) or ""


def check_requires_spelling(values: Table, problems: Problems) -> None:
    """Report a `requires-deps` that is no specifier."""
    wanted = string(values, "requires-deps")
    problem = None if wanted is None else specifier_problem(wanted)
    if problem is not None:
        problems.add(_REQUIRES, problem)


def _read_age(values: Table, problems: Problems) -> int:
    text = string(values, "min-age")
    problem = None if text is None else age_problem(text)
    if problem is not None:
        problems.add((*_PATH, "min-age"), problem)
    return parse_age(text or "") or 0


def _read_vendor(values: Table, problems: Problems) -> str:
    vendor = string(values, "vendor")
    if vendor is None:
        return "vendor"
    problem = destination_problem(vendor)
    if vendor.rstrip("/") == ".":
        problem = "must be a directory of its own inside the project"
    if problem is not None:
        problems.add((*_PATH, "vendor"), problem)
    return "vendor" if problem else vendor
