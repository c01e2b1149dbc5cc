"""Come from git submodules: entries of the manifest for what a repository pins."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bitdeps.config.settings import Settings
from bitdeps.core.gitmodules import Submodule, best_tag, is_relative, nested_paths, resolve_url
from bitdeps.core.manifest.model import Manifest
from bitdeps.core.member_paths import exclude_pattern
from bitdeps.core.names import Identity, RepoName, contains, destination_problem, fold, key_problem, shown
from bitdeps.core.pasted import parse_target
from bitdeps.core.rewrite import with_entry
from bitdeps.errors import ManifestError, UsageError
from bitdeps.ops.add import BITBUCKET_HOSTS
from bitdeps.ops.edge import Edge, open_edge
from bitdeps.ops.edit import edited
from bitdeps.ops.init import init, manifest_text, project_name
from bitdeps.ops.project import MANIFEST, Project, decode, open_project, read_file, write_atomic
from bitdeps.ops.submodules import Superproject


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A submodule that has an entry now."""

    name: str
    path: str
    repository: RepoName
    kind: str
    value: str
    exclude: tuple[str, ...] = ()
    """Its own submodules, which are left out."""

    @property
    def label(self) -> str:
        """How people call the pin."""
        return self.value if self.kind == "tag" else self.value[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something that was not carried over, and why."""

    path: str
    why: str


@dataclass(slots=True, kw_only=True)
class _Draft:
    """The entries so far."""

    project: Project
    text: str
    imported: list[Imported] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def names(self) -> set[str]:
        return {fold(entry.key) for entry in self.project.manifest.dependencies}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of each submodule."""

    imported: tuple[Imported, ...]
    left: tuple[Left, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A submodule on Bitbucket, and what the service says of its commit."""

    submodule: Submodule
    repository: RepoName
    tag: str | None
    exists: bool
    nested: tuple[str, ...]


async def import_gitmodules(root: str, settings: Settings, superproject: Superproject, *, write: bool) -> ImportReport:
    """Add an entry for each submodule on Bitbucket; entries that exist stay as they are.

    Where `root` has no manifest, it becomes a project as by `deps init`.

    Raises:
        AuthError: where a repository cannot be read.
        ManifestError: where the manifest is written so that no entry can be added.
        DepsError: whatever else stands in the way; the manifest is then as it was.

    """
    is_new = read_file(os.path.join(root, MANIFEST)) is None
    project = _empty_project(root) if is_new else open_project(root)
    draft = _Draft(project=project, text=decode(project.manifest_bytes, MANIFEST))
    wanted = _on_bitbucket(superproject, settings, draft)
    async with open_edge(settings) as edge:
        found = await asyncio.gather(*(_look(submodule, name, edge) for submodule, name in wanted))
    for each in found:
        _add(draft, superproject, each)
    if write and draft.imported:
        if is_new:
            init(root, name=None, workspace=None, dry_run=False)
        write_atomic(os.path.join(root, MANIFEST), draft.text.encode())
    return ImportReport(imported=tuple(draft.imported), left=tuple(draft.left), notes=tuple(_notes(found, draft)))


def _on_bitbucket(
    superproject: Superproject, settings: Settings, draft: _Draft
) -> Sequence[tuple[Submodule, RepoName]]:
    hosts = {urlsplit(url).hostname or "" for url in (settings.web_url, settings.git_url, settings.api_url)}
    wanted = []
    for submodule in superproject.submodules:
        if submodule.url is None or submodule.commit is None:
            lacks = "`.gitmodules` does not name it" if submodule.url is None else "no commit of it is recorded"
            draft.left.append(Left(path=submodule.path, why=lacks))
            continue
        url = submodule.url
        if is_relative(url):
            if superproject.origin is None:
                why = f"its address {shown(url)} is relative, and the repository has no remote `origin`"
                draft.left.append(Left(path=submodule.path, why=why))
                continue
            url = resolve_url(url, superproject.origin)
        try:
            target = parse_target(url, workspace=None, hosts=hosts | BITBUCKET_HOSTS)
        except UsageError as error:
            # Its message never repeats an address, which may hold a password.
            draft.left.append(Left(path=submodule.path, why=str(error)))
        else:
            wanted.append((submodule, target.repository))
    return wanted


async def _look(submodule: Submodule, repository: RepoName, edge: Edge) -> _Found:
    commit = str(submodule.commit)
    tag = best_tag(await edge.remote.tags(repository), commit)
    exists = tag is not None or await edge.remote.commit(repository, commit) is not None
    gitmodules = await edge.remote.file(repository, commit, ".gitmodules") if exists else None
    nested = () if gitmodules is None else nested_paths(gitmodules)
    return _Found(submodule=submodule, repository=repository, tag=tag, exists=exists, nested=nested)


def _add(draft: _Draft, superproject: Superproject, found: _Found) -> None:
    submodule, commit = found.submodule, str(found.submodule.commit)
    path = os.path.relpath(os.path.join(superproject.top, submodule.path), draft.project.root)
    path = path.replace(os.sep, "/")
    why = _refusal(draft, found, path)
    if why is not None:
        draft.left.append(Left(path=submodule.path, why=why))
        return
    name = _name(draft, found.repository, path)
    kind, value = ("commit", commit) if found.tag is None else ("tag", found.tag)
    values: dict[str, object] = {"workspace": found.repository.workspace, "repo": found.repository.repo, kind: value}
    if path != f"{draft.project.manifest.vendor}/{name}":
        values["into"] = path
    exclude = tuple(exclude_pattern(nested) for nested in found.nested)
    if exclude:
        values["exclude"] = list(exclude)
    text = with_entry(draft.text, ("dependencies", name), values)
    try:
        draft.project = edited(draft.project, text)
    except ManifestError as error:
        # A stranger's `.gitmodules` may name what no manifest can: that is no reason to lose the others.
        why = str(error).replace("\n", "; ")
        draft.left.append(Left(path=submodule.path, why=f"its entry would be refused: {why}"))
        return
    draft.text = text
    draft.imported.append(
        Imported(name=name, path=path, repository=found.repository, kind=kind, value=value, exclude=exclude)
    )


def _refusal(draft: _Draft, found: _Found, path: str) -> str | None:
    """Say why a submodule gets no entry, or return None."""
    identity = Identity(found.repository)
    manifest = draft.project.manifest
    for entry in manifest.dependencies:
        if entry.identity == identity:
            same = any(each.repository == found.repository for each in draft.imported)
            other = "another submodule is of this repository, and of each there is one version"
            return other if same else f"`deps.toml` has the entry `{entry.key}` for `{identity}` already"
        taken = manifest.path(entry)
        if contains(taken, path) or contains(path, taken):
            return f"`{path}` is where the entry `{entry.key}` of `deps.toml` is placed"
    if not found.exists:
        return f"`{found.repository}` has no commit {str(found.submodule.commit)[:12]}"
    if path.startswith("../") or path == "..":
        return "it lies outside the project"
    if contains(path, manifest.vendor):
        return f"it would replace the vendor directory `{manifest.vendor}`"
    problem = destination_problem(path)
    return None if problem is None else f"its path {problem}"


def _name(draft: _Draft, repository: RepoName, path: str) -> str:
    """Choose a key: the repository's name, else the last part of the path, else that with a number."""
    taken = draft.names()
    last = path.rpartition("/")[2]
    for name in (repository.repo, last, f"{repository.workspace}-{repository.repo}"):
        if key_problem(name) is None and fold(name) not in taken:
            return name
    number = 2
    while fold(f"{repository.repo}-{number}") in taken:
        number += 1
    return f"{repository.repo}-{number}"


def _notes(found: Sequence[_Found], draft: _Draft) -> Sequence[str]:
    """Tell what an entry does not say that the submodule did."""
    imported: Mapping[str, Imported] = {str(each.repository): each for each in draft.imported}
    notes = []
    for each in found:
        entry = imported.get(str(each.repository))
        if entry is None:
            continue
        submodule = each.submodule
        if submodule.branch is not None:
            written = f'branch = "{submodule.branch}"'
            way = f"write {shown(written)} in place of its {entry.kind} to follow it"
            notes.append(f"`{entry.name}`: the submodule follows the branch {shown(submodule.branch)}; {way}")
        left_out = "is left out; it can be an entry of its own"
        notes += [f"`{entry.name}`: its own submodule {shown(path)} {left_out}" for path in each.nested]
        notes += [f"`{entry.name}`: the setting `{name}` has no counterpart" for name in submodule.settings]
    return notes


def _empty_project(root: str) -> Project:
    """Return a project whose manifest is not written yet."""
    text = manifest_text(name=project_name(root), workspace=None)
    return edited(Project(root=root, manifest=Manifest(), manifest_bytes=b"", lock_bytes=None), text)
