"""Who exists in the sandbox: workspaces, users, consumers, tokens and settings of repositories."""

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person; `access` holds workspaces and `workspace/repo` names, each with a role."""

    name: str
    display_name: str
    email: str
    access: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """An OAuth consumer of a workspace."""

    key: str
    secret: str
    name: str
    workspace: str
    callback: str | None
    private: bool
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A personal API token, used with the e-mail address of its user."""

    token: str
    user: str
    scopes: tuple[str, ...]
    expires: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """An access token of a repository, project or workspace; `covers` is `workspace` or `workspace/repo`."""

    token: str
    name: str
    kind: Literal["repository", "project", "workspace"]
    covers: tuple[str, ...]
    scopes: tuple[str, ...]
    expires: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositorySettings:
    """What git does not know about a repository."""

    private: bool = False
    description: str = ""
    language: str = ""
    uuid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceSettings:
    """Display name and plan (`free`, `standard`, `premium`) of a workspace."""

    name: str
    plan: str = "standard"


@dataclass(slots=True, kw_only=True)
class World:
    """All of it; the control interface adds to it while the server runs."""

    users: dict[str, User] = field(default_factory=dict)
    consumers: dict[str, Consumer] = field(default_factory=dict)
    api_tokens: dict[str, ApiToken] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    app_passwords: dict[str, str] = field(default_factory=dict)
    repositories: dict[str, RepositorySettings] = field(default_factory=dict)
    workspaces: dict[str, WorkspaceSettings] = field(default_factory=dict)

    def merge(self, other: "World") -> None:
        """Add, or replace by name, everything of another world."""
        for held in fields(self):
            getattr(self, held.name).update(getattr(other, held.name))

    def copy(self) -> "World":
        """Give a world that holds the same and changes by itself."""
        twin = World()
        twin.merge(self)
        return twin

    def become(self, other: "World") -> None:
        """Hold exactly what another world holds."""
        for held in fields(self):
            getattr(self, held.name).clear()
        self.merge(other)

    def repository(self, full_name: str) -> RepositorySettings:
        """Give the settings of `workspace/repo`."""
        return self.repositories.get(full_name, RepositorySettings())

    def workspace(self, slug: str) -> WorkspaceSettings:
        """Give the settings of a workspace."""
        return self.workspaces.get(slug, WorkspaceSettings(name=slug))

    def user_by_email(self, email: str) -> User | None:
        """Find the user of an e-mail address."""
        return next((user for user in self.users.values() if user.email.lower() == email.lower()), None)


def is_past(moment: datetime | None) -> bool:
    """Tell whether an expiry date has passed; None never does."""
    return moment is not None and moment <= datetime.now(tz=UTC)
