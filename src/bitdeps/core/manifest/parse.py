"""`deps.toml` to a `Manifest`: every rule of DESIGN section 2 about its text."""

from bitdeps.core.manifest.checks import check_entries, check_group_names
from bitdeps.core.manifest.dependency import parse_dependency_manifest
from bitdeps.core.manifest.document import read_document
from bitdeps.core.manifest.entry import Draft, dependency, read_entry
from bitdeps.core.manifest.keys import ENTRY, TOP
from bitdeps.core.manifest.model import Manifest
from bitdeps.core.manifest.overrides import read_overrides
from bitdeps.core.manifest.problems import Problems
from bitdeps.core.manifest.project import check_requires_deps, read_project
from bitdeps.core.manifest.values import Table, has_type, right_values, table
from bitdeps.core.names import key_problem
from bitdeps.errors import ManifestError

__all__ = ["parse_dependency_manifest", "parse_manifest"]

_ENTRY_KEYS = frozenset(key.name for key in ENTRY)
CONFLICT_HINT = "resolve the conflict in the manifest, then run `deps lock`"
KEYS_HINT = "`docs/reference/manifest.md` lists every key"


def parse_manifest(text: str, *, file: str = "deps.toml", tool_version: str) -> Manifest:
    """Read a root manifest; `file` is its name in messages, `tool_version` that of the running `deps`.

    Raises:
        ManifestError: with every problem of the file, or with `requires-deps` alone where the
            file is for another version of `deps`.
    """
    problems = Problems(file=file, text=text)
    document = read_document(text, problems, conflict_hint=CONFLICT_HINT)
    fits = check_requires_deps(document, problems, tool_version)
    manifest = _read_manifest(document if fits else {}, problems)
    problems.raise_if_any(ManifestError, hint=f"correct `{file}`; {KEYS_HINT}")
    return manifest


def _read_manifest(document: Table, problems: Problems) -> Manifest:
    tables = right_values(document, (), TOP, problems)
    project = read_project(table(tables, "project"), problems)
    drafts = _read_drafts(tables, project.workspace, problems)
    check_entries(drafts, project.vendor, problems)
    dependencies = (
        dependency(draft, draft.identity, draft.requirement, problems.position(draft.path).line)
        for draft in drafts
        if draft.identity is not None and draft.requirement is not None
    )
    return Manifest(
        name=project.name,
        workspace=project.workspace,
        vendor=project.vendor,
        ignore=project.ignore,
        commit_vendor=project.commit_vendor,
        min_age=project.min_age,
        dependencies=tuple(dependencies),
        overrides=read_overrides(table(tables, "overrides"), problems),
    )


def _read_drafts(tables: Table, workspace: str | None, problems: Problems) -> list[Draft]:
    sections: list[tuple[str | None, Table]] = [(None, table(tables, "dependencies"))]
    sections += _read_groups(table(tables, "groups"), problems)
    drafts = [
        read_entry(key, value, group=group, workspace=workspace, problems=problems)
        for group, entries in sections
        for key, value in entries.items()
    ]
    return [draft for draft in drafts if draft is not None]


def _read_groups(groups: Table, problems: Problems) -> list[tuple[str, Table]]:
    """Return the entries of each group."""
    check_group_names(list(groups), problems)
    sections: list[tuple[str, Table]] = []
    for name, value in groups.items():
        path = ("groups", name)
        problem = key_problem(name)
        if problem is not None:
            problems.add(path, problem)
        elif isinstance(value, dict) and _is_entry(value):
            problems.add(path, f"looks like an entry; write it into a group, such as `[groups.test.{name}]`")
        elif has_type(value, "table", path, problems):
            sections.append((name, table(groups, name)))
    return sections


def _is_entry(value: Table) -> bool:
    """Tell whether a table is an entry where a table of entries belongs."""
    return any(name in _ENTRY_KEYS and not isinstance(inner, dict) for name, inner in value.items())
