"""Which repository an entry names, and what to write where an address was pasted."""

import re

from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.manifest.problems import Problems
from bitdeps.core.manifest.values import Table, string
from bitdeps.core.names import Identity, RepoName, path_problem, shown, slug

# Clone and browser addresses: https://HOST/WS/REPO[.git][/src/...], ssh://git@HOST/WS/REPO, git@HOST:WS/REPO.
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://(?:[^/@]*@)?[^/]*/|[^/@:]+@[^/:]+:/?|bitbucket\.org/)(?P<path>.*)",
    re.IGNORECASE | re.DOTALL,
)


def read_source(key: str, table: Table, path: KeyPath, default: str | None, problems: Problems) -> Identity | None:
    """Return the identity of an entry whose default workspace is `default`, or report why it has none.

    Values of the wrong type are reported by `right_values`; here they only mean that there is no identity.
    """
    workspace, repo, subdir = default, slug(key), string(table, "subdir")
    if "workspace" in table:
        workspace = read_slug(table, "workspace", path, problems)
    elif default is None:
        problems.add(path, "has no `workspace`; set it here or in `[project]`")
    if "repo" in table:
        repo = read_slug(table, "repo", path, problems)
    elif repo is None:
        problems.add(path, f"{shown(key)} is no name of a repository; set `repo`")
    problem = None if subdir is None else path_problem(subdir)
    if problem is not None:
        problems.add((*path, "subdir"), problem)
    if workspace is None or repo is None or problem is not None:
        return None
    return Identity(RepoName(workspace, repo), subdir)


def read_slug(table: Table, key: str, path: KeyPath, problems: Problems) -> str | None:
    """Return a workspace or repository in lower case, or report what is wrong with it."""
    text = string(table, key)
    name = None if text is None else slug(text)
    if text is not None and name is None:
        problems.add((*path, key), _slug_problem(key, text))
    return name


def _slug_problem(key: str, text: str) -> str:
    if not text:
        return "is empty"
    address = _ADDRESS.fullmatch(text)
    parts = (address["path"] if address else text).strip("/").split("/")
    names = [slug(part.removesuffix(".git")) for part in parts[:2]]
    if len(names) > 1 and all(names):
        # The text itself is not repeated: a pasted address may hold a password.
        what = "is an address" if address else "holds a workspace and a repository"
        return f'{what}; write `workspace = "{names[0]}"` and `repo = "{names[1]}"`'
    if address or "@" in text:
        return "is an address; write the name alone"
    if key == "repo" and len(parts) == 1 and names[0] and text.endswith(".git"):
        return f'ends with `.git`; write `repo = "{names[0]}"`'
    return f"must be letters, digits, `.`, `_` and `-`, and begin with a letter, digit or `_`, found {shown(text)}"
