"""Read a seed file: who exists, what the repositories hold, which switches and faults are on."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from bitdeps.sandbox.build import CommitPlan
from bitdeps.sandbox.faults import Fault, parse_fault
from bitdeps.sandbox.problems import SeedError
from bitdeps.sandbox.seeds.contents import parse_commit
from bitdeps.sandbox.seeds.keys import Table, as_table, take, take_choice, take_moment, take_texts
from bitdeps.sandbox.store import is_slug
from bitdeps.sandbox.world import (
    AccessToken,
    ApiToken,
    Consumer,
    RepositorySettings,
    User,
    WorkspaceSettings,
    World,
)

PLANS = ("free", "standard", "premium")
ROLES = ("read", "write", "admin")
AccessKind = Literal["repository", "project", "workspace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryPlan:
    """A repository to make, unless it is there."""

    full_name: str
    branch: str
    commits: tuple[CommitPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A parsed seed."""

    world: World
    plans: tuple[RepositoryPlan, ...] = ()
    switches: dict[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def read_seed(path: Path) -> Seed:
    """Read a seed file.

    Raises:
        SeedError: naming the file, the table and what is wrong.
    """
    try:
        return parse_seed(tomllib.loads(path.read_text(encoding="utf-8")), path.parent)
    except (SeedError, OSError, ValueError) as error:
        msg = f"{path}: {error.strerror if isinstance(error, OSError) else error}"
        raise SeedError(msg) from error
    except RecursionError:
        msg = f"{path}: nested too deeply"
        raise SeedError(msg) from None


def parse_seed(table: Table, folder: Path | None) -> Seed:
    """Read a parsed document; `file` and `directory` of contents are below `folder`, or refused without one.

    Raises:
        SeedError: naming the table and what is wrong.
    """
    rest = dict(table)
    world, plans = World(), []
    sections: dict[str, Callable[[str, Table], None]] = {
        "workspaces": lambda name, held: world.workspaces.update({name: _workspace(name, held)}),
        "users": lambda name, held: _user(world, name, held),
        "consumers": lambda name, held: _consumer(world, name, held),
        "api-tokens": lambda name, held: _api_token(world, name, held),
        "access-tokens": lambda name, held: _access_token(world, name, held),
        "repositories": lambda name, held: plans.append(_repository(world, name, held, folder)),
    }
    for section, read in sections.items():
        for name, held in take(rest, section, dict, {}).items():
            _within(f"{section}.{name}", read, name, held)
    switches = take(rest, "switches", dict, {})
    faults = tuple(parse_fault(as_table(held, "fault")) for held in take(rest, "faults", list, []))
    if rest:
        msg = f"unknown table `{next(iter(rest))}`"
        raise SeedError(msg)
    return Seed(world=world, plans=tuple(plans), switches=switches, faults=faults)


def _within(where: str, read: Callable[[str, Table], None], name: str, held: Any) -> None:  # noqa: ANN401
    rest = as_table(held, where)
    try:
        read(name, rest)
    except SeedError as error:
        msg = f"{where}: {error}"
        raise SeedError(msg) from error
    if rest:
        msg = f"{where}: unknown key `{next(iter(rest))}`"
        raise SeedError(msg)


def _workspace(name: str, held: Table) -> WorkspaceSettings:
    if not is_slug(name):
        msg = "the name of a workspace is lower case letters, digits and `_.-`"
        raise SeedError(msg)
    return WorkspaceSettings(name=take(held, "name", str, name), plan=take_choice(held, "plan", PLANS, "standard"))


def _access(held: Table) -> dict[str, str]:
    access = take(held, "access", dict, {})
    for place, role in access.items():
        if role not in ROLES:
            msg = f"`access` to `{place}` is one of {', '.join(ROLES)}"
            raise SeedError(msg)
    return access


def _user(world: World, name: str, held: Table) -> None:
    world.users[name] = User(
        name=name,
        display_name=take(held, "display-name", str, name),
        email=take(held, "email", str, f"{name}@example.com"),
        access=_access(held),
    )
    if "app-password" in held:
        world.app_passwords[name] = take(held, "app-password", str)


def _consumer(world: World, name: str, held: Table) -> None:
    consumer = Consumer(
        name=name,
        key=take(held, "key", str, name),
        secret=take(held, "secret", str),
        workspace=take(held, "workspace", str),
        callback=take(held, "callback", str, "http://localhost:8976") or None,
        private=take(held, "private", bool, default=True),
        scopes=_scopes(held, "repository", "account"),
    )
    world.consumers[consumer.key] = consumer


def _scopes(held: Table, *default: str) -> tuple[str, ...]:
    return take_texts(held, "scopes", list(default))


def _api_token(world: World, name: str, held: Table) -> None:
    token = ApiToken(
        token=take(held, "token", str, name),
        user=take(held, "user", str),
        scopes=_scopes(held, "read:repository:bitbucket", "read:user:bitbucket"),
        expires=take_moment(held, "expires"),
    )
    world.api_tokens[token.token] = token


def _access_token(world: World, name: str, held: Table) -> None:
    kinds: tuple[AccessKind, ...] = get_args(AccessKind)
    kind = take_choice(held, "kind", kinds, "repository")
    token = AccessToken(
        token=take(held, "token", str, name),
        # Never the key of the table, which is the secret.
        name=take(held, "name", str, f"{kind} access token"),
        kind=kind,
        covers=take_texts(held, "covers"),
        scopes=_scopes(held, "repository"),
        expires=take_moment(held, "expires"),
    )
    world.access_tokens[token.token] = token


def _repository(world: World, name: str, held: Table, folder: Path | None) -> RepositoryPlan:
    if name.count("/") != 1 or not all(map(is_slug, name.split("/"))):
        msg = "the name is `workspace/repo` in lower case"
        raise SeedError(msg)
    world.repositories[name] = RepositorySettings(
        private=take(held, "private", bool, default=False),
        description=take(held, "description", str, ""),
        language=take(held, "language", str, ""),
        uuid=take(held, "uuid", str, "") or None,
    )
    branch = take(held, "default-branch", str, "main")
    commits = []
    for number, table in enumerate(take(held, "commits", list, []), start=1):
        commits.append(parse_commit(as_table(table, f"commit {number}"), number, branch, folder))
    return RepositoryPlan(full_name=name, branch=branch, commits=tuple(commits))
