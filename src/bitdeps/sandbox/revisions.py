"""Find repositories and commits for a request, or raise the answer that the service gives."""

import re

from bitdeps.sandbox.call import Call
from bitdeps.sandbox.git import GitError, git
from bitdeps.sandbox.objects import Commit
from bitdeps.sandbox.problems import HIDDEN_REPOSITORY, ApiError, not_found
from bitdeps.sandbox.refs import Ref, RefKind
from bitdeps.sandbox.store import Repository

_HEX = re.compile(r"[0-9a-fA-F]{7,40}\Z")
FULL = 40


def find_repository(call: Call) -> Repository:
    """Give the repository of the request.

    Raises:
        ApiError: 404 with the same words for a missing repository and one that may not be seen.
    """
    repository = call.state.store.repository(call.params["workspace"], call.params["repo_slug"])
    if repository is None:
        raise not_found(HIDDEN_REPOSITORY)
    if not call.principal.may_read(repository):
        raise ApiError(call.state.switches.hidden_status, HIDDEN_REPOSITORY)
    return repository


def find_ref(call: Call, repository: Repository, kind: RefKind, name: str) -> Ref | None:
    """Give a tag or branch as this request is to see it."""
    ref = call.state.store.table(repository).of(kind).get(name)
    moved = _moved(call, repository, name) if ref and kind == "tag" else ""
    return Ref(kind=kind, name=name, commit=moved, annotation=ref.annotation) if ref and moved else ref


def _moved(call: Call, repository: Repository, name: str) -> str:
    """Give the commit that a fault moves a tag to; it strikes once in a request, however often that looks."""
    key = f"{repository.full_name} {name}"
    if key not in call.moved:
        hit = call.strike(lambda fault: fault.kind == "moved-tag" and fault.tag == name)
        call.moved[key] = hit[-1].commit if hit else ""
    return call.moved[key]


def find_hash(call: Call, repository: Repository, revision: str, *, slashes: bool = False) -> str | None:
    """Give the full hash of a hash, a short hash, a tag or a branch. Slash names only where `slashes` says so."""
    if "/" in revision and not slashes:
        return None
    if len(revision) == FULL and _HEX.match(revision):
        name = revision.lower()
        return name if call.state.store.objects.commit(repository.path, name) else None
    for kind in ("branch", "tag"):
        ref = find_ref(call, repository, "tag" if kind == "tag" else "branch", revision)
        if ref:
            return ref.commit
    if revision == "HEAD":
        main = call.state.store.main_branch(repository)
        return main.commit if main else None
    return _expand(repository, revision) if _HEX.match(revision) else None


def _expand(repository: Repository, short: str) -> str | None:
    try:
        return git(repository.path, "rev-parse", "--verify", "--quiet", f"{short}^{{commit}}").decode().strip()
    except GitError:
        return None


def find_commit(call: Call, repository: Repository, revision: str) -> Commit:
    """Give the commit of a revision.

    Raises:
        ApiError: 404.
    """
    name = find_hash(call, repository, revision)
    commit = call.state.store.objects.commit(repository.path, name) if name else None
    if commit is None:
        raise not_found(f"Commit not found: {revision}", data={"shas": [revision]})
    return commit
