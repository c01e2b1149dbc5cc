"""The sandbox against recorded answers of the real service: the same keys, the same types."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from support.every_answer import LFS
from support.sandbox import Sandbox
from support.shared_data import shared_data, shared_json

Shape = dict[str, set[str]]
# Keys that the recordings lack and newer descriptions have (OpenAPI schemas of June 2026 unless said otherwise).
NEWER = {
    "*.nickname": "user",
    "*.account_status": "user",
    "participants": "commit",
    "rendered": "BITBUCKET.md 1.1",
    "merge_strategies": "branch",
    "default_merge_strategy": "branch",
    "workspace": "recorded repositories of 2024 and later",
    "parent": "BITBUCKET.md 4: `parent: null`",
    "page": "paginated_repositories; the recording of 2018 has none",
}
# Recorded answers of endpoints that are gone, or that nobody recorded.
NOT_COMPARED = {
    "perms.json": "GET /user/permissions/repositories is removed (CHANGE-2770)",
    "user_workspaces.json": "made by hand, does not validate against the description (INDEX.md)",
}


def shape(document: Any, where: str = "") -> Shape:  # noqa: ANN401 (JSON)
    """Every key path with the types of its values; all elements of a list count as one."""
    found: Shape = {where: {type(document).__name__}} if where else {}
    children: list[tuple[str, Any]] = []
    if isinstance(document, dict):
        children = list(document.items())
    elif isinstance(document, list):
        children = [("[]", held) for held in document]
    for key, held in children:
        path = f"{where}.{key}" if where else key
        for name, kinds in shape(held, path).items():
            found.setdefault(name, set()).update(kinds)
    return found


def differences(recorded: Shape, ours: Shape) -> set[str]:
    """Recorded keys that are missing, or have another type."""
    return {path for path, kinds in recorded.items() if not kinds & ours.get(path, set())}


def _is_newer(path: str) -> bool:
    path = path.removeprefix("values.[].")
    parts = path.split(".")
    return parts[0] in NEWER or f"*.{parts[-1]}" in NEWER


@pytest.fixture
def kit(sandbox: Sandbox) -> dict[str, str]:
    """A repository in the shape of the recorded ones: known authors, a parent, a description, directories."""
    sandbox.user("ada")
    repo = sandbox.repository("kit", description="A kit", language="c")
    repo.commit({"README.md": "hi\n"}, author="Ada <ada@example.com>")
    files = {"packages/build/a": "1", "packages/x.ts": "2", "packages/unknown.what": "3", "big.psd": LFS}
    commit = repo.commit(files, author="Ada <ada@example.com>", message="Add Apache 2.0 License\n")
    sandbox.add({"users": {"ada": {"access": {sandbox.workspace: "admin"}}}})
    repo.git("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "tag", "-a", "-m", "x", "@kit/a@1.0.3", commit)
    repo.tag("v2", commit)
    sandbox.repository("second", {"a": "b"})
    return {"repo": f"/2.0/repositories/{repo.full_name}", "commit": commit}


PAIRS: dict[str, Callable[[dict[str, str]], str]] = {
    "tag.json": lambda kit: f"{kit['repo']}/refs/tags/@kit/a@1.0.3",
    "tags.json": lambda kit: f"{kit['repo']}/refs/tags?pagelen=1",
    "branch.json": lambda kit: f"{kit['repo']}/refs/branches/main",
    "commit.json": lambda kit: f"{kit['repo']}/commit/{kit['commit']}",
    "content.json": lambda kit: f"{kit['repo']}/src/{kit['commit']}/packages/unknown.what?format=meta",
    "content_list.json": lambda kit: f"{kit['repo']}/src/{kit['commit']}/packages?pagelen=3",
    "repo.json": lambda kit: kit["repo"],
    "repos-2.json": lambda kit: kit["repo"].rpartition("/")[0],
    "content_fail.json": lambda kit: f"{kit['repo']}/src/{kit['commit']}/README.md.asdas",
    "error.json": lambda kit: kit["repo"] + "-none",
    "branches.json": lambda kit: f"{kit['repo']}/refs/branches?pagelen=1",
    "branches_filter.json": lambda kit: f"{kit['repo']}/refs/branches?q=name~%22mai%22&pagelen=1",
    "commits.json": lambda kit: f"{kit['repo']}/commits/main?pagelen=1",
    "repos.json": lambda kit: kit["repo"].rpartition("/")[0] + "?pagelen=1",
    "user.json": lambda _: "/2.0/user",
}
# What one page of ours cannot show because the sandbox's list ends there.
_LAST_PAGE = {"branches.json": {"next"}, "branches_filter.json": {"next"}, "content_list.json": {"next"}}


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_the_keys_and_types_are_the_recorded_ones(
    sandbox: Sandbox, http: httpx.Client, kit: dict[str, str], name: str
) -> None:
    recorded = shape(shared_json(f"bitbucket/responses/go-scm/{name}"))
    token = sandbox.api_token()
    ours = shape(http.get(PAIRS[name](kit), auth=(token.email, token.token)).json())
    assert differences(recorded, ours) - _LAST_PAGE.get(name, set()) == set()
    error = name in {"content_fail.json", "error.json"}
    extra = {path for path in ours if path not in recorded and not _is_newer(path)}
    assert {path for path in extra if not (error and path.startswith("error.data"))} == set()


def test_every_recording_is_compared_or_named() -> None:
    """A new recording is not overlooked."""
    files = {path.name for path in shared_data("bitbucket/responses/go-scm").glob("*.json")}
    assert files == set(PAIRS) | set(NOT_COMPARED)


def test_a_seeded_difference_is_found() -> None:
    """A recorded key that is taken away, or whose value changes its type, is told by its path."""
    document = shared_json("bitbucket/responses/go-scm/tag.json")
    recorded = shape(document)
    target = document["target"]
    less = {**document, "target": {key: held for key, held in target.items() if key != "hash"}}
    assert differences(recorded, shape(less)) == {"target.hash"}
    assert differences(recorded, shape({**document, "name": 3})) == {"name"}
    author = {**target["author"], "user": {**target["author"]["user"], "uuid": None}}
    assert differences(recorded, shape({**document, "target": {**target, "author": author}})) == {
        "target.author.user.uuid"
    }
