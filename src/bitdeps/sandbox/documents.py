"""JSON of repositories, commits, tags and branches, with the keys of recorded answers."""

import html
import os
from typing import Any

from bitdeps.sandbox.call import Call
from bitdeps.sandbox.identity import fixed_uuid
from bitdeps.sandbox.links import avatar, links, quoted, repository_api, repository_page
from bitdeps.sandbox.objects import Commit
from bitdeps.sandbox.people import EPOCH, Document, author, owner
from bitdeps.sandbox.refs import Ref
from bitdeps.sandbox.store import Repository

MERGE_STRATEGIES = ["merge_commit", "squash", "fast_forward"]


def short_repository(call: Call, repository: Repository) -> Document:
    """Give the form of a repository that is embedded in commits."""
    return {
        "links": links(
            self=repository_api(call.base, repository),
            html=repository_page(call.base, repository),
            avatar=avatar(call.base, repository.uuid),
        ),
        "type": "repository",
        "name": repository.slug,
        "full_name": repository.full_name,
        "uuid": repository.uuid,
    }


def _commit_links(call: Call, repository: Repository, commit: str) -> dict[str, Any]:
    api = repository_api(call.base, repository)
    return links(
        self=f"{api}/commit/{commit}",
        comments=f"{api}/commit/{commit}/comments",
        patch=f"{api}/patch/{commit}",
        html=f"{repository_page(call.base, repository)}/commits/{commit}",
        diff=f"{api}/diff/{commit}",
        approve=f"{api}/commit/{commit}/approve",
        statuses=f"{api}/commit/{commit}/statuses",
    )


def short_commit(call: Call, repository: Repository, commit: str) -> Document:
    """Give hash and links only, as in parents and file entries."""
    full = _commit_links(call, repository, commit)
    return {"hash": commit, "type": "commit", "links": {"self": full["self"], "html": full["html"]}}


def target_commit(call: Call, repository: Repository, commit: Commit) -> Document:
    """Give the form of a commit that refs point to."""
    return {
        "hash": commit.hash,
        "repository": short_repository(call, repository),
        "links": _commit_links(call, repository, commit.hash),
        "author": author(call.base, call.state.world, commit.author),
        "parents": [short_commit(call, repository, parent) for parent in commit.parents],
        "date": commit.committer.date,
        "message": commit.message,
        "type": "commit",
    }


def _rendered(text: str) -> Document:
    paragraphs = [f"<p>{html.escape(part)}</p>" for part in text.strip().split("\n\n") if part]
    return {"raw": text, "markup": "markdown", "html": "\n".join(paragraphs), "type": "rendered"}


def listed_commit(call: Call, repository: Repository, commit: Commit) -> Document:
    """Give the form of a commit in a list of commits."""
    return target_commit(call, repository, commit) | {"summary": _rendered(commit.message)}


def full_commit(call: Call, repository: Repository, commit: Commit) -> Document:
    """Give the form of a commit that is asked for by itself; its author has no `type` there."""
    return listed_commit(call, repository, commit) | {
        "author": author(call.base, call.state.world, commit.author, typed=False),
        "rendered": {"message": _rendered(commit.message)},
        "participants": [],
    }


def ref_document(call: Call, repository: Repository, ref: Ref, commit: Commit) -> Document:
    """Give a tag or a branch."""
    api, page = repository_api(call.base, repository), repository_page(call.base, repository)
    name = quoted(ref.name)
    folder, place = ("tags", "commits/tag") if ref.kind == "tag" else ("branches", "branch")
    document: Document = {
        "name": ref.name,
        "links": links(
            commits=f"{api}/commits/{name}", self=f"{api}/refs/{folder}/{name}", html=f"{page}/{place}/{name}"
        ),
        "type": ref.kind,
        "target": target_commit(call, repository, commit),
    }
    if ref.kind == "branch":
        return document | {"merge_strategies": MERGE_STRATEGIES, "default_merge_strategy": MERGE_STRATEGIES[0]}
    return document | _annotation(call, ref)


def _annotation(call: Call, ref: Ref) -> Document:
    note = ref.annotation
    if note is None:
        empty = call.state.switches.lightweight_fields == "null"
        return {"tagger": None, "date": None, "message": None} if empty else {}
    tagger = note.tagger
    return {
        "tagger": author(call.base, call.state.world, tagger) if tagger else None,
        "date": tagger.date if tagger else None,
        "message": note.message,
    }


def repository_document(call: Call, repository: Repository) -> Document:
    """Give the full form of a repository."""
    api, page = repository_api(call.base, repository), repository_page(call.base, repository)
    main = call.state.store.main_branch(repository)
    tip = call.state.store.objects.commit(repository.path, main.commit) if main else None
    addresses: dict[str, Any] = links(
        watchers=f"{api}/watchers",
        branches=f"{api}/refs/branches",
        tags=f"{api}/refs/tags",
        commits=f"{api}/commits",
        self=api,
        source=f"{api}/src",
        html=page,
        avatar=avatar(call.base, repository.uuid),
        hooks=f"{api}/hooks",
        forks=f"{api}/forks",
        downloads=f"{api}/downloads",
        pullrequests=f"{api}/pullrequests",
    )
    addresses["clone"] = [
        {"href": f"{page}.git", "name": "https"},
        {"href": f"git@bitbucket.org:{repository.full_name}.git", "name": "ssh"},
    ]
    return short_repository(call, repository) | {
        "scm": "git",
        "website": "",
        "has_wiki": False,
        "has_issues": False,
        "links": addresses,
        "fork_policy": "no_public_forks" if repository.settings.private else "allow_forks",
        "project": _project(call, repository.workspace),
        "language": repository.settings.language,
        "created_on": EPOCH,
        "mainbranch": {"type": "branch", "name": main.name} if main else None,
        "owner": owner(call.base, call.state.world, repository.workspace),
        "workspace": _short_workspace(call, repository.workspace),
        "updated_on": tip.committer.date if tip else EPOCH,
        "size": _disk_use(repository),
        "slug": repository.slug,
        "is_private": repository.settings.private,
        "description": repository.settings.description,
        "parent": None,
    }


def _project(call: Call, workspace: str) -> Document:
    base = call.base
    return {
        "key": "PROJ",
        "type": "project",
        "uuid": fixed_uuid("project", workspace),
        "name": f"Project: {workspace}",
        "links": links(
            self=f"{base}/2.0/workspaces/{workspace}/projects/PROJ",
            html=f"{base}/{workspace}/workspace/projects/PROJ",
            avatar=f"{base}/{workspace}/workspace/projects/PROJ/avatar/32",
        ),
    }


def _short_workspace(call: Call, slug: str) -> Document:
    return {
        "type": "workspace",
        "uuid": fixed_uuid("workspace", slug),
        "name": call.state.world.workspace(slug).name,
        "slug": slug,
        "links": links(
            avatar=f"{call.base}/workspaces/{slug}/avatar/",
            html=f"{call.base}/{slug}/",
            self=f"{call.base}/2.0/workspaces/{slug}",
        ),
    }


def _disk_use(repository: Repository) -> int:
    return sum(
        os.path.getsize(os.path.join(folder, name))  # noqa: PTH118, PTH202 (speed)
        for folder, _, names in os.walk(repository.path / "objects")
        for name in names
    )
