"""The bare repositories below the root directory, found by slug or uuid."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from bitdeps.sandbox.identity import fixed_uuid
from bitdeps.sandbox.objects import Objects
from bitdeps.sandbox.refs import Ref, Refs, RefTable
from bitdeps.sandbox.world import RepositorySettings, World

_SLUG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*\Z")


def is_slug(text: str) -> bool:
    """Tell whether a workspace or repository can be called so; names are in lower case here."""
    return bool(_SLUG.match(text)) and text == text.lower() and not text.endswith(".git")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """One bare repository and its settings."""

    workspace: str
    slug: str
    path: Path
    settings: RepositorySettings

    @property
    def full_name(self) -> str:
        """Give `workspace/repo`."""
        return f"{self.workspace}/{self.slug}"

    @property
    def uuid(self) -> str:
        """Give the uuid: the one that was set, else one derived from the name."""
        return self.settings.uuid or fixed_uuid("repository", self.full_name)


class Store:
    """All repositories below one root."""

    def __init__(self, root: Path, world: World) -> None:
        self.root = root
        self.world = world
        self.objects = Objects()
        self.refs = Refs(self.objects)

    def workspaces(self) -> list[str]:
        """List workspaces: folders that hold a bare repository, and those that the settings name."""
        found = {entry.name for entry in os.scandir(self.root) if entry.is_dir() and _SLUG.match(entry.name)}
        return sorted(found | set(self.world.workspaces))

    def workspace(self, name: str) -> str | None:
        """Find a workspace by slug or uuid."""
        if name.startswith("{"):
            return next((slug for slug in self.workspaces() if fixed_uuid("workspace", slug) == name), None)
        slug = name.lower()
        return slug if _SLUG.match(slug) and (slug in self.world.workspaces or (self.root / slug).is_dir()) else None

    def repositories(self, workspace: str) -> list[Repository]:
        """List the repositories of a workspace by name."""
        folder = self.root / workspace
        names = sorted(entry.name for entry in os.scandir(folder)) if folder.is_dir() else []
        slugs = [name.removesuffix(".git") for name in names if name.endswith(".git")]
        return [found for slug in slugs if (found := self._open(workspace, slug))]

    def repository(self, workspace: str, name: str) -> Repository | None:
        """Find a repository; both parts may be uuids."""
        slug = self.workspace(workspace)
        if slug is None:
            return None
        if name.startswith("{"):
            return next((found for found in self.repositories(slug) if found.uuid == name), None)
        return self._open(slug, name.lower())

    def _open(self, workspace: str, slug: str) -> Repository | None:
        path = self.root / workspace / f"{slug}.git"
        if not _SLUG.match(slug) or not (path / "HEAD").is_file():
            return None
        settings = self.world.repository(f"{workspace}/{slug}")
        return Repository(workspace=workspace, slug=slug, path=path, settings=settings)

    def table(self, repository: Repository) -> RefTable:
        """Give the tags and branches."""
        return self.refs.table(repository.path)

    def main_branch(self, repository: Repository) -> Ref | None:
        """Give the branch that HEAD names, if it has a commit."""
        head = (repository.path / "HEAD").read_text(encoding="utf-8").strip()
        return self.table(repository).branches.get(head.removeprefix("ref: refs/heads/"))

    def forget(self, repository: Repository) -> None:
        """Drop what is remembered about a repository."""
        self.objects.forget(repository.path)
        self.refs.forget(repository.path)
