"""Commits and what changed between them."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from bitdeps.sandbox.call import Answer, Call, json_answer
from bitdeps.sandbox.documents import full_commit, listed_commit, short_commit
from bitdeps.sandbox.git import GitError, git
from bitdeps.sandbox.links import links, quoted, repository_api
from bitdeps.sandbox.paging import envelope, page_length, page_offset, paged
from bitdeps.sandbox.problems import ApiError, not_found
from bitdeps.sandbox.revisions import find_commit, find_hash, find_repository
from bitdeps.sandbox.store import Repository

DIFFSTAT_LENGTH, DIFFSTAT_LARGEST = 500, 5000
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def get_commit(call: Call) -> Answer:
    """Answer one commit."""
    repository = find_repository(call)
    return json_answer(full_commit(call, repository, find_commit(call, repository, call.params["commit"])))


def list_commits(call: Call) -> Answer:
    """Answer the commits of all refs, or of `include` without `exclude`, newest first in topological order."""
    return _commits(call, find_repository(call), [])


def list_commits_of(call: Call) -> Answer:
    """Answer the commits that a revision reaches."""
    repository = find_repository(call)
    return _commits(call, repository, [find_commit(call, repository, call.params["revision"]).hash])


def _revisions(call: Call, repository: Repository, name: str) -> list[str]:
    form = _form(call)
    found = []
    for text in [*call.arguments(name), *form.get(name, [])]:
        commit = find_hash(call, repository, text, slashes=True)
        if commit is None:
            raise not_found(f"Commit not found: {text}", data={"shas": [text]})
        found.append(commit)
    return found


def _form(call: Call) -> dict[str, list[str]]:
    """Read the form of a POST, which may carry `include` and `exclude` that are too long for an address."""
    return parse_qs(call.body.decode("utf-8", "replace")) if call.method == "POST" else {}


def _paths(call: Call) -> list[str]:
    names = call.arguments("path")
    if any("\0" in name for name in names):
        raise ApiError(400, "Invalid path")
    return [f":(literal){name}" for name in names]


def _commits(call: Call, repository: Repository, start: list[str]) -> Answer:
    include = start + _revisions(call, repository, "include")
    exclude = _revisions(call, repository, "exclude")
    length = page_length(call)
    offset = page_offset(call, length)
    chosen = include or ["--branches", "--tags"]
    window = [f"--skip={offset}", f"--max-count={length + 1}"]
    path = _paths(call)
    listed = git(
        repository.path, "rev-list", "--topo-order", *window, *chosen, *(f"^{name}" for name in exclude), "--", *path
    )
    names = listed.decode().split()
    call.state.store.objects.read(repository.path, names)
    commits = [find_commit(call, repository, name) for name in names[:length]]
    values = [listed_commit(call, repository, commit) for commit in commits]
    return json_answer(envelope(call, values, offset, length, more=len(names) > length, size=None))


def get_diffstat(call: Call) -> Answer:
    """Answer the changed files: of one commit against its first parent, or `A..B`: what A has that B has not."""
    repository = find_repository(call)
    first, dots, second = call.params["spec"].partition("..")
    new = find_commit(call, repository, first)
    if dots:
        old = find_commit(call, repository, second).hash
        topic, merge = call.argument("topic"), call.argument("merge")
        if topic == "true" or (not topic and merge != "false"):
            # Without either, the service compares with a merge, which brings what `new` has since the common ancestor.
            old = _merge_base(repository, new.hash, old, needed=topic == "true")
    else:
        old = new.parents[0] if new.parents else EMPTY_TREE
    rows = list(_changes(call, repository, old, new.hash))
    entries = paged(call, rows, lambda row: row, default=DIFFSTAT_LENGTH, largest=DIFFSTAT_LARGEST)
    return json_answer(entries)


def _merge_base(repository: Repository, left: str, right: str, *, needed: bool) -> str:
    try:
        return git(repository.path, "merge-base", left, right).decode().strip()
    except GitError:
        if needed:
            raise not_found("No common ancestor") from None
        return EMPTY_TREE


def _changes(call: Call, repository: Repository, old: str, new: str) -> Iterable[dict[str, Any]]:
    options = ["--no-renames" if call.argument("renames") == "false" else "-M"]
    if call.argument("ignore_whitespace") == "true":
        options.append("-w")
    paths = _paths(call)
    statuses = _fields(git(repository.path, "diff", *options, "--name-status", "-z", old, new, "--", *paths))
    counts = _fields(git(repository.path, "diff", *options, "--numstat", "-z", old, new, "--", *paths))
    position = 0
    for status, before, after in _statuses(statuses):
        added, removed, path = counts[position].split("\t", 2)
        position += 1 if path else 3
        yield {
            "type": "diffstat",
            "status": {"A": "added", "D": "removed", "R": "renamed"}.get(status[0], "modified"),
            "lines_added": int(added) if added != "-" else 0,
            "lines_removed": int(removed) if removed != "-" else 0,
            "old": None if status[0] == "A" else _side(call, repository, old, before),
            "new": None if status[0] == "D" else _side(call, repository, new, after),
        }


def _fields(output: bytes) -> list[str]:
    return output.decode("utf-8", "surrogateescape").split("\0")[:-1]


def _statuses(fields: list[str]) -> Iterable[tuple[str, str, str]]:
    position = 0
    while position < len(fields):
        status, path = fields[position], fields[position + 1]
        if status[0] in "RC":
            yield status, path, fields[position + 2]
            position += 3
        else:
            yield status, path, path
            position += 2


def _side(call: Call, repository: Repository, commit: str, path: str) -> dict[str, Any]:
    address = f"{repository_api(call.base, repository)}/src/{commit}/{quoted(path)}"
    return {
        "type": "commit_file",
        "path": path,
        "escaped_path": path,
        "links": links(self=address),
        "commit": short_commit(call, repository, commit),
    }
