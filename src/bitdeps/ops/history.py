"""The history of a repository, as questions to the service."""

import re

from bitdeps.config.settings import Settings
from bitdeps.core.bitbucket import history
from bitdeps.core.bitbucket.answers import Ref
from bitdeps.core.bitbucket.failures import unreadable
from bitdeps.core.bitbucket.history import ChangedFile, LoggedCommit, Reader, T
from bitdeps.core.bitbucket.requests import next_request
from bitdeps.core.changelog import LICENCES_AT_THE_TOP
from bitdeps.core.messages import Request
from bitdeps.core.names import Identity, RepoName
from bitdeps.ops.remote import Remote

_COMMITTER = re.compile(rb"^committer .* (?P<seconds>[0-9]{1,11}) [+-][0-9]{4}$", re.MULTILINE)
MOST_FILES = 5000


async def descends(remote: Remote, settings: Settings, repository: RepoName, *, new: str, old: str) -> bool | None:
    """Tell whether a commit has another among its ancestors; None where one of them is gone."""
    request = history.between_request(settings.api_url, repository, include=old, exclude=new, length=1)
    response, asked = await remote.ask(request, repository, "the history of a moved tag")
    page = history.read_page(response, asked)
    return None if page is None else not page.values


async def commits_between(
    remote: Remote, settings: Settings, identity: Identity, *, new: str, old: str, most: int
) -> tuple[LoggedCommit, ...] | None:
    """Return the commits that are new, newest first, at most so many; None where one of the two is gone."""
    request = history.between_request(
        settings.api_url, identity.repository, include=new, exclude=old, path=identity.subdir
    )
    return await _listed(remote, settings, request, history.read_logged, most)


async def files_between(
    remote: Remote, settings: Settings, identity: Identity, *, new: str, old: str
) -> tuple[ChangedFile, ...] | None:
    """Return the files in which two commits differ; None where one of them is gone.

    Of a directory its own files, and what may be the repository's licence.
    """
    paths = () if identity.subdir is None else (identity.subdir, *LICENCES_AT_THE_TOP)
    request = history.files_request(settings.api_url, identity.repository, new=new, old=old, paths=paths)
    return await _listed(remote, settings, request, history.read_changed, MOST_FILES)


async def repositories_beside(remote: Remote, settings: Settings, repository: RepoName) -> tuple[str, ...]:
    """Return the names of the repositories in a workspace that the user may see; none where there is no such one."""
    request = history.repositories_request(settings.api_url, repository)
    found = await _listed(remote, settings, request, history.read_name, MOST_FILES)
    return tuple(sorted(name.repo for name in found or () if name is not None))


async def dated_tags(remote: Remote, repository: RepoName) -> tuple[Ref, ...]:
    """List all tags with their dates; over SSH alone the commits tell them, one by one."""
    listed = await remote.dated_tags(repository)
    return tuple([ref if ref.date is not None else await _dated(remote, repository, ref) for ref in listed])


async def _dated(remote: Remote, repository: RepoName, ref: Ref) -> Ref:
    from datetime import UTC, datetime

    key = remote.git_key(repository, "date", ref.commit)
    known = remote.known(key)
    if known is None:
        found = _COMMITTER.search(await remote.git.commit_object(repository, ref.commit, f"refs/tags/{ref.name}"))
        known = b"" if found is None else datetime.fromtimestamp(int(found["seconds"]), UTC).isoformat().encode()
        remote.keep(key, known)
    return Ref(name=ref.name, commit=ref.commit, date=known.decode() or None)


async def _listed(
    remote: Remote, settings: Settings, request: Request, reader: "Reader[T]", most: int
) -> tuple[T, ...] | None:
    values: list[T] = []
    seen: set[str] = set()
    repository = request.repository
    if repository is None:
        raise ValueError("a list is about a repository")
    while True:
        response, asked = await remote.ask(request, repository, "a part of its history")
        page = history.read_page(response, asked)
        if page is None:
            return None
        values += [reader(value, asked) for value in page.values]
        seen.add(request.url)
        if page.next is None or len(values) >= most:
            return tuple(values[:most])
        request = next_request(settings.api_url, repository, page.next)
        if request.url in seen:
            raise unreadable(asked, "the list has no end")
