"""One entry of `[dependencies]` or of a group, in the root manifest."""

from dataclasses import dataclass

from bitdeps.core.manifest.keys import ENTRY
from bitdeps.core.manifest.model import Dependency
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.manifest.problems import Problems
from bitdeps.core.manifest.refs import commit_problem, ref_problem
from bitdeps.core.manifest.requirement import read_requirement
from bitdeps.core.manifest.source import read_source
from bitdeps.core.manifest.specifier import specifier_problem
from bitdeps.core.manifest.values import Table, boolean, found, right_values, string, strings
from bitdeps.core.names import Identity, destination_problem, key_problem, shown
from bitdeps.core.requirement import Requirement
from bitdeps.core.selection import glob_problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry of which each part was read as far as it is right, for the checks across entries."""

    key: str
    path: KeyPath
    group: str | None
    identity: Identity | None
    requirement: Requirement | None
    into: str | None
    values: Table

    def destination(self, vendor: str) -> str:
        """Return where the package is placed, relative to the manifest."""
        return self.into or f"{vendor}/{self.key}"


def read_entry(
    key: str,
    value: object,
    *,
    group: str | None,
    workspace: str | None,
    problems: Problems,
) -> Draft | None:
    """Read one entry; None where its key or type is so wrong that nothing else can be said."""
    path: KeyPath = ("dependencies", key) if group is None else ("groups", group, key)
    problem = key_problem(key)
    if problem is not None:
        problems.add(path, problem)
        return None
    if not isinstance(value, dict):
        problems.add(path, not_an_entry(key, value))
        return None
    values = right_values(value, path, ENTRY, problems)
    into = string(values, "into")
    problem = None if into is None else destination_problem(into)
    if problem is not None:
        problems.add((*path, "into"), problem)
    _check_placement(values, path, problems)
    return Draft(
        key=key,
        path=path,
        group=group,
        identity=read_source(key, value, path, workspace, problems),
        requirement=read_requirement(value, path, problems),
        into=into if problem is None else None,
        values=values,
    )


def not_an_entry(key: str, value: object) -> str:
    """Say that an entry is a table, and how to write the value as one."""
    kind, text = "tag", "v1.0"
    checks = {"commit": commit_problem, "version": specifier_problem, "tag": ref_problem}
    if isinstance(value, str) and '"' not in value:
        fitting = [kind for kind, problem in checks.items() if problem(value) is None]
        kind, text = (fitting[0], value) if fitting and value.isprintable() else (kind, text)
    return f'expected a table, found {found(value)}; write `{key} = {{ {kind} = "{text}" }}`'


def dependency(draft: Draft, identity: Identity, requirement: Requirement, line: int) -> Dependency:
    """Turn an entry without problems into a value of the model."""
    return Dependency(
        key=draft.key,
        identity=identity,
        requirement=requirement,
        group=draft.group,
        include=strings(draft.values, "include"),
        exclude=strings(draft.values, "exclude"),
        patches=strings(draft.values, "patches"),
        into=draft.into,
        transitive=boolean(draft.values, "transitive", default=True),
        lfs_pointers=string(draft.values, "lfs") is not None,
        line=line,
    )


def check_globs(values: Table, key: str, path: KeyPath, problems: Problems) -> None:
    """Report each glob of an array that can match nothing."""
    for index, glob in enumerate(strings(values, key)):
        problem = glob_problem(glob)
        if problem is not None:
            problems.add((*path, key, index), problem)


def _check_placement(values: Table, path: KeyPath, problems: Problems) -> None:
    for key in ("include", "exclude", "patches"):
        check_globs(values, key, path, problems)
    if values.get("include") == []:
        problems.add((*path, "include"), "is empty; leave it out to take every file")
    lfs = string(values, "lfs")
    if lfs not in (None, "pointers"):
        problems.add((*path, "lfs"), f'expected `"pointers"`, found {shown(str(lfs))}')
