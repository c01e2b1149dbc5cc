"""Files and directories at a commit."""

import hashlib
import mimetypes
import re
from collections.abc import Sequence
from typing import Any

from bitdeps.sandbox.bbql import parse_query, sort_documents
from bitdeps.sandbox.call import Answer, Call, json_answer, redirect
from bitdeps.sandbox.documents import short_commit
from bitdeps.sandbox.links import links, quoted, repository_api
from bitdeps.sandbox.objects import Commit, TreeEntry
from bitdeps.sandbox.paging import paged, whole_number
from bitdeps.sandbox.problems import ApiError, not_found
from bitdeps.sandbox.revisions import find_commit, find_repository
from bitdeps.sandbox.store import Repository

# The table of Python itself: what the system knows differs from machine to machine.
_MEDIA_TYPES = mimetypes.MimeTypes()
_ATTRIBUTES = {"120000": "link", "100755": "executable", "160000": "subrepository"}
_LFS = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.+\n)*?oid sha256:([0-9a-f]{64})\n")
BINARY_PROBE = 8000
LARGEST_DEPTH = 50


def get_source_root(call: Call) -> Answer:
    """Send the caller to the root directory of the main branch's tip."""
    repository = find_repository(call)
    main = call.state.store.main_branch(repository)
    if main is None:
        raise not_found("No main branch")
    return redirect(f"{repository_api(call.base, repository)}/src/{main.commit}/")


def get_source(call: Call) -> Answer:
    """Answer a file's bytes, its description (`format=meta`) or the listing of a directory."""
    repository = find_repository(call)
    commit = find_commit(call, repository, call.params["commit"])
    path = call.params["path"]
    entry = _walk(call, repository, commit, path.strip("/"))
    if entry is None:
        raise not_found(f"No such file or directory: {path}", data={"path": path, "shas": [commit.hash]})
    if entry.is_directory:
        if call.argument("format") == "meta":
            return json_answer(_directory(call, repository, commit, path.strip("/")))
        return _listing(call, repository, commit, path.strip("/"), entry)
    if path.endswith("/"):
        raise not_found(f"No such file or directory: {path}", data={"path": path, "shas": [commit.hash]})
    if call.argument("format") == "meta":
        return json_answer(_file(call, repository, commit, path, entry) | {"escaped_path": path})
    return _raw(call, repository, path, entry)


def _walk(call: Call, repository: Repository, commit: Commit, path: str) -> TreeEntry | None:
    entry = TreeEntry(mode="40000", name="", hash=commit.tree)
    for part in path.split("/") if path else []:
        if not entry.is_directory:
            return None
        found = (held for held in call.state.store.objects.tree(repository.path, entry.hash) if held.name == part)
        step = next(found, None)
        if step is None:
            return None
        entry = step
    return entry


def _bytes(call: Call, repository: Repository, entry: TreeEntry) -> bytes:
    if entry.mode == "160000":
        return entry.hash.encode()
    return call.state.store.objects.read(repository.path, [entry.hash])[entry.hash][1]


def _raw(call: Call, repository: Repository, path: str, entry: TreeEntry) -> Answer:
    data = _bytes(call, repository, entry)
    if pointer := _LFS.match(data):
        return redirect(f"{call.base}/_media/lfs/{pointer[1].decode()}", 301)
    tag = hashlib.sha256(f"{entry.mode} {entry.hash}".encode()).hexdigest()[:32]
    headers = {
        "Content-Type": _MEDIA_TYPES.guess_type(path)[0] or "application/octet-stream",
        "Content-Disposition": "attachment",
        "ETag": f'"{tag}"',
    }
    if call.headers.get("if-none-match") == headers["ETag"]:
        return Answer(status=304, headers={"ETag": headers["ETag"]})
    return Answer(headers=headers, body=data)


def _links(call: Call, repository: Repository, commit: Commit, path: str) -> dict[str, Any]:
    api = repository_api(call.base, repository)
    name = quoted(path)
    found = links(self=f"{api}/src/{commit.hash}/{name}", meta=f"{api}/src/{commit.hash}/{name}?format=meta")
    if path and not path.endswith("/"):
        found |= links(history=f"{api}/filehistory/{commit.hash}/{name}")
    return found


def _directory(call: Call, repository: Repository, commit: Commit, path: str) -> dict[str, Any]:
    return {
        "path": path,
        "type": "commit_directory",
        "links": _links(call, repository, commit, f"{path}/" if path else ""),
        "commit": short_commit(call, repository, commit.hash),
    }


def _file(call: Call, repository: Repository, commit: Commit, path: str, entry: TreeEntry) -> dict[str, Any]:
    data = _bytes(call, repository, entry)
    attributes = [_ATTRIBUTES[entry.mode]] if entry.mode in _ATTRIBUTES else []
    if b"\0" in data[:BINARY_PROBE]:
        attributes.append("binary")
    return {
        "mimetype": _MEDIA_TYPES.guess_type(path)[0],
        "links": _links(call, repository, commit, path),
        "path": path,
        "commit": short_commit(call, repository, commit.hash),
        "attributes": attributes,
        "type": "commit_file",
        "size": len(data),
    }


def _depth(call: Call) -> int:
    text = call.argument("max_depth") or "1"
    depth = whole_number(text)
    if depth is None or not 1 <= depth <= LARGEST_DEPTH:
        raise ApiError(400, "Invalid max_depth")
    return depth


def _listing(call: Call, repository: Repository, commit: Commit, path: str, entry: TreeEntry) -> Answer:
    found = _below(call, repository, path, entry, _depth(call))

    def render(item: tuple[str, TreeEntry]) -> dict[str, Any]:
        name, held = item
        show = _directory(call, repository, commit, name)
        return show if held.is_directory else _file(call, repository, commit, name, held)

    def prepare(items: Sequence[tuple[str, TreeEntry]]) -> None:
        call.state.store.objects.read(repository.path, [held.hash for _, held in items if held.mode.startswith("1")])

    query, order = call.argument("q"), call.argument("sort")
    if not query and not order:
        return json_answer(paged(call, found, render, prepare=prepare))
    prepare(found)
    documents = [render(item) for item in found]
    if query:
        documents = list(filter(parse_query(query), documents))
    if order:
        documents = sort_documents(documents, order)
    return json_answer(paged(call, documents, lambda document: document))


def _below(call: Call, repository: Repository, path: str, entry: TreeEntry, depth: int) -> list[tuple[str, TreeEntry]]:
    """List a directory breadth first, as deep as `max_depth` says."""
    level, found = [(path, entry)], []
    for _ in range(depth):
        entries = [
            (f"{folder}/{held.name}" if folder else held.name, held)
            for folder, parent in level
            for held in call.state.store.objects.tree(repository.path, parent.hash)
        ]
        found += entries
        level = [item for item in entries if item[1].is_directory]
    return found
