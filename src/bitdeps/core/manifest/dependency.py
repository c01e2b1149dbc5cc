"""What a dependency's own `deps.toml` contributes (DESIGN, "Transitive").

- `requires-deps` is checked first.
- Of each entry of `[dependencies]`: workspace, repo, subdir, requirement, `tag-pattern`,
  `prereleases`, and whether the dependencies of the dependency count (`transitive`).
- Other keys that this version knows are legal and contribute nothing, so they are not checked.
- An unknown key inside an entry makes the manifest unusable; elsewhere it is ignored, and listed.
"""

from bitdeps.core.manifest.document import read_document
from bitdeps.core.manifest.entry import not_an_entry
from bitdeps.core.manifest.keys import ENTRY, PROJECT, REQUIREMENT, SOURCE, TOP, TRANSITIVE, Key, unknown_key
from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.manifest.problems import Problems, key_text
from bitdeps.core.manifest.project import check_requires_deps, check_requires_spelling, read_workspace
from bitdeps.core.manifest.requirement import read_requirement
from bitdeps.core.manifest.source import read_source
from bitdeps.core.manifest.values import Table, boolean, right_values, table
from bitdeps.core.names import Identity, key_problem
from bitdeps.core.requirement import Demand

_FILE = "deps.toml"
_CONTRIBUTING = SOURCE + REQUIREMENT + TRANSITIVE
_READ_TOP = tuple(key for key in TOP if key.name in ("project", "dependencies"))
_READ_PROJECT = tuple(key for key in PROJECT if key.name in ("workspace", "requires-deps"))


def parse_dependency_manifest(text: str, *, home: Identity, tool_version: str) -> DependencyManifest | Unusable:
    """Read the manifest of the package `home`; `tool_version` is that of the running `deps`."""
    problems = Problems(file=_FILE, text=text)
    document = read_document(text, problems, conflict_hint="")
    fits = check_requires_deps(document, problems, tool_version)
    manifest = _read(document if fits else {}, home, problems)
    return Unusable(reason="; ".join(problems.lines())) if problems.found else manifest


def _read(document: Table, home: Identity, problems: Problems) -> DependencyManifest:
    right_values(_only(document, _READ_TOP), (), _READ_TOP, problems)
    project = table(document, "project")
    right_values(_only(project, _READ_PROJECT), ("project",), _READ_PROJECT, problems)
    check_requires_spelling(project, problems)
    workspace = read_workspace(project, problems)
    if workspace is None:
        workspace = home.repository.workspace
    demands: dict[Identity, Demand] = {}
    for key, value in table(document, "dependencies").items():
        demand = _read_demand(key, value, workspace, problems)
        if demand is not None and demands.setdefault(demand.identity, demand) is not demand:
            problems.add(("dependencies", key), f"is `{demand.identity}`, as another entry is")
    ignored = [*_unknown((), document, TOP), *_unknown(("project",), project, PROJECT)]
    return DependencyManifest(demands=tuple(demands.values()), ignored=tuple(map(key_text, ignored)))


def _read_demand(key: str, value: object, workspace: str, problems: Problems) -> Demand | None:
    path = ("dependencies", key)
    problem = key_problem(key)
    if problem is not None:
        problems.add(path, problem)
    if not isinstance(value, dict):
        problems.add(path, not_an_entry(key, value))
        return None
    for unknown in _unknown(path, value, ENTRY):
        problems.add(unknown, unknown_key(str(unknown[-1]), ENTRY))
    right_values(_only(value, _CONTRIBUTING), path, _CONTRIBUTING, problems)
    identity = read_source(key, value, path, workspace, problems)
    requirement = read_requirement(value, path, problems)
    if identity is None or requirement is None:
        return None
    transitive = boolean(value, "transitive", default=True)
    return Demand(identity=identity, requirement=requirement, transitive=transitive)


def _only(values: Table, keys: tuple[Key, ...]) -> dict[str, object]:
    return {key.name: values[key.name] for key in keys if key.name in values}


def _unknown(path: KeyPath, values: Table, keys: tuple[Key, ...]) -> list[KeyPath]:
    known = {key.name for key in keys}
    return [(*path, name) for name in values if name not in known]
