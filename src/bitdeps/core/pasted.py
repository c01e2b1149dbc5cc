"""What `deps add` is given: `acme/lib@v1.2`, or an address copied from a browser or a clone command."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, unquote

from bitdeps.core.manifest.specifier import normal_specifier, specifier_problem
from bitdeps.core.names import COMMIT, RepoName, path_problem, shown, slug
from bitdeps.errors import UsageError

Kind = Literal["tag", "version", "branch", "commit", "any"]

_CLONE = re.compile(r"git\s+clone\s+(?:-\S+\s+)*", re.ASCII)
_ADDRESS = re.compile(
    r"(?:(?:git\+)?(?P<scheme>https?|ssh|git)://(?:[^/]*@)?(?P<host>\[[^\]]*\]|[^/:@]+)(?::[0-9]*)?(?P<path>/.*)?)"
    r"|(?:[^/@:\s]+@(?P<scp>[^/:@]+):(?P<scp_path>.*))",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
_ARCHIVE = re.compile(r"\.(?:tar\.gz|tar\.bz2|tgz|zip|gz|bz2)$")
_OPERATORS = ("~=", "==", "!=", "<", ">", "^", "~")
FORMS = "write `WORKSPACE/REPO`, `WORKSPACE/REPO@TAG`, or paste an address of Bitbucket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Which commits are meant; `any` is a tag, else a branch, else a commit."""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A repository, and what else an address says."""

    repository: RepoName
    subdir: str | None = None
    revision: Revision | None = None
    path: str | None = None
    """The file or directory that a browser showed; whether it is wanted alone, only the user knows."""


def parse_target(text: str, *, workspace: str | None, hosts: AbstractSet[str]) -> Target:
    """Read what was typed or pasted; `workspace` is the default, `hosts` are those of the service.

    No message repeats an address, since it may hold a password.

    Raises:
        UsageError: where it names no repository of the service.
    """
    typed = _CLONE.sub("", text.strip(), count=1)
    address = _ADDRESS.fullmatch(typed)
    if address is not None:
        return _of_address(address["host"] or address["scp"], address["path"] or address["scp_path"] or "", hosts)
    host, slash, path = typed.partition("/")
    if slash and host.lower() in hosts and "." in host:
        return _of_address(host, path, hosts)
    return _typed(typed, workspace)


def specifier_or_error(text: str, what: str) -> str:
    """Return a specifier as it was written.

    Raises:
        UsageError: says how to write it, also for a caret or tilde.
    """
    problem = specifier_problem(text)
    if problem is None:
        return text
    reason, _, advice = problem.partition("; ")
    reason, _, example = reason.partition(", such as ")
    hint = advice.partition(", or `tag`")[0] or f"such as {example or '`>=1.2,<2`'}"
    raise UsageError(f"{what}: {reason}", hint=hint)


def _typed(text: str, workspace: str | None) -> Target:
    name, at, revision = text.partition("@")
    name, double, subdir = name.partition("//")
    home, slash, leaf = name.partition("/")
    if not slash:
        home, leaf = workspace or "", name
    if not slash and workspace is None and slug(leaf):
        raise UsageError(f"{shown(text)}: names no workspace", hint=f"write `WORKSPACE/{leaf}`")
    names = (slug(home), slug(leaf.removesuffix(".git")))
    if names[0] is None or names[1] is None:
        raise UsageError(f"{shown(text)}: names no repository of Bitbucket", hint=FORMS)
    problem = path_problem(subdir) if double else None
    if problem is not None:
        raise UsageError(f"{shown(text)}: the directory {problem}", hint="write `WORKSPACE/REPO//DIRECTORY`")
    if at and not revision:
        raise UsageError(f"{shown(text)}: nothing stands behind the `@`", hint=FORMS)
    wanted = _revision(revision) if at else None
    return Target(repository=RepoName(names[0], names[1]), subdir=subdir or None, revision=wanted)


def _revision(text: str) -> Revision:
    if COMMIT.fullmatch(text):
        return Revision(kind="commit", name=text)
    if text.startswith(_OPERATORS) or normal_specifier(text) is not None:
        return Revision(kind="version", name=specifier_or_error(text, f"`@{text}`"))
    return Revision(kind="tag", name=text)


def _of_address(host: str, rest: str, hosts: AbstractSet[str]) -> Target:
    if host.lower() not in hosts:
        raise UsageError(f"`{host}`: is not the address of Bitbucket Cloud", hint=FORMS)
    path, _, query = rest.partition("#")[0].partition("?")
    parts = [unquote(part) for part in path.split("/") if part]
    names = [slug(part.removesuffix(".git")) for part in parts[:2]]
    if len(names) < 2 or names[0] is None or names[1] is None:  # noqa: PLR2004 (workspace and repository)
        raise UsageError(f"`{host}`: the address names no repository", hint=FORMS)
    revision, shown_path = _shown(parts[2:])
    named = parse_qs(query).get("at")
    if named and revision is not None:
        # A browser's `at` is the branch or tag whose commit the address has.
        revision = Revision(kind="any", name=named[0].removeprefix("refs/heads/").removeprefix("refs/tags/"))
    return Target(repository=RepoName(names[0], names[1]), revision=revision, path=shown_path)


def _shown(parts: list[str]) -> tuple[Revision | None, str | None]:
    """Read what stands behind the repository: `src/REV/path`, `branch/NAME`, `commits/...`, `get/REV.tar.gz`."""
    match parts:
        case ["src", name, *path]:
            return _any(name), "/".join(path) or None
        case ["branch", *name] | ["commits", "branch", *name] if name:
            return Revision(kind="branch", name="/".join(name)), None
        case ["commits", "tag", *name] if name:
            return Revision(kind="tag", name="/".join(name)), None
        case ["commits", name]:
            return _any(name), None
        case ["get", *name] if name:
            return _any(_ARCHIVE.sub("", "/".join(name))), None
    return None, None


def _any(name: str) -> Revision:
    return Revision(kind="commit" if COMMIT.fullmatch(name) else "any", name=name)
