"""Refs, commits, files and archives by the git program: over SSH, or where HTTPS alone does not serve."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from bitdeps.config.settings import Settings
from bitdeps.core.bitbucket.answers import Found
from bitdeps.core.bitbucket.failures import other_hash
from bitdeps.core.git.errors import GitAnswerError, NotServedError, OtherHashError
from bitdeps.core.git.refs import read_ls_remote
from bitdeps.core.git.requests import repository_url
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import GitLogin
from bitdeps.errors import MovedTagError, NotFoundError, OfflineError, ServiceError

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from bitdeps.git.access import Access
    from bitdeps.git.repository import BareRepository

T = TypeVar("T")
TAGS, BRANCHES = "refs/tags/", "refs/heads/"
_Key = tuple[RepoName, str]


class Logins(Protocol):
    """Where the credential for a repository comes from."""

    async def git_login(self, repository: RepoName) -> GitLogin | None:
        """Return what git is to send, or None without a credential of ours."""

    async def renew_git_login(self, repository: RepoName, refused: GitLogin) -> GitLogin | None:
        """Return another one in place of one that was refused; None where there is none."""


class GitSource:
    """Asks a git server through the git program; nothing is started before the first question."""

    def __init__(self, settings: Settings, logins: Logins) -> None:
        self._settings = settings
        self._logins = logins
        self._turns = asyncio.Semaphore(max(1, settings.concurrency))
        self._locks: dict[RepoName | _Key | None, asyncio.Lock] = {}
        self._access: Access | None = None
        self._refs: dict[RepoName, dict[str, str]] = {}
        self._kept: dict[_Key, tuple[BareRepository, TemporaryDirectory[str]]] = {}

    async def refs(self, repository: RepoName) -> Mapping[str, str]:
        """Return the commit of each tag and branch by its whole name (`refs/...`); asked once in a run.

        Raises:
            DepsError: why the server gives no list.

        """
        async with self._lock(repository):
            if repository not in self._refs:
                self._refs[repository] = await self._list(repository)
            return self._refs[repository]

    async def commit_object(self, repository: RepoName, commit: str, ref: str | None) -> bytes:
        """Return the bytes of a commit, which git has checked.

        Raises:
            DepsError: why the server does not give it.

        """
        async with self.at(repository, commit, ref, bare_commit=True) as bare:
            return await bare.commit_object(commit)

    async def commit(self, repository: RepoName, commit: str) -> Found | None:
        """Look up a commit by its 40 hex digits; None where the server gives none.

        Raises:
            DepsError: why the server cannot be asked.

        """
        try:
            await self.commit_object(repository, commit, None)
        except NotFoundError:
            return None
        return Found(commit=commit)

    async def file(self, repository: RepoName, commit: str, path: str) -> bytes | None:
        """Return the bytes of a file of a commit; None where there is none. The commit is kept for what comes next.

        Raises:
            DepsError: why the server does not give the commit.

        """
        refs = await self.refs(repository)
        ref = next((name for name, found in sorted(refs.items()) if found == commit), None)
        async with self._lock((repository, commit)):
            if (repository, commit) not in self._kept:
                self._kept[repository, commit] = await self._fetched(repository, commit, ref, bare_commit=False)
            return await self._kept[repository, commit][0].file(commit, path)

    @asynccontextmanager
    async def at(
        self, repository: RepoName, commit: str, ref: str | None, *, bare_commit: bool = False
    ) -> AsyncIterator["BareRepository"]:
        """Give a repository that holds one commit; `ref` (`refs/...`) should name it.

        Raises:
            DepsError: why the server does not give it.

        """
        async with self._lock((repository, commit)):
            kept = self._kept.get((repository, commit))
            if kept is not None:
                yield kept[0]
                return
            bare, directory = await self._fetched(repository, commit, ref, bare_commit=bare_commit)
            try:
                yield bare
            finally:
                await asyncio.to_thread(directory.cleanup)

    async def aclose(self) -> None:
        """Delete what was kept."""
        for _, directory in self._kept.values():
            await asyncio.to_thread(directory.cleanup)
        self._kept.clear()

    def _lock(self, key: RepoName | _Key | None) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())

    async def _list(self, repository: RepoName) -> dict[str, str]:
        async with self._turns:
            bare, directory = await self._made(repository)
            try:
                patterns = [f"{TAGS}*", f"{BRANCHES}*"]
                listed = await self._signed_in(repository, bare, lambda login: bare.refs(patterns, login))
                return read_ls_remote(listed, "")
            except OtherHashError as error:
                raise other_hash(repository) from error
            except (GitAnswerError, NotServedError) as error:
                raise ServiceError(f"`{repository}`: {error}", hint="check `DEPS_GIT_URL`, and try again") from error
            finally:
                await asyncio.to_thread(directory.cleanup)

    async def _fetched(
        self, repository: RepoName, commit: str, ref: str | None, *, bare_commit: bool
    ) -> "tuple[BareRepository, TemporaryDirectory[str]]":
        async with self._turns:
            bare, directory = await self._made(repository)
            try:
                await self._signed_in(
                    repository,
                    bare,
                    lambda login: _fetch(
                        lambda what: bare.fetch(what, login, bare_commit=bare_commit), repository, commit, ref
                    ),
                )
            except BaseException:
                await asyncio.to_thread(directory.cleanup)
                raise
            bare.end_fetching()
            return bare, directory

    async def _made(self, repository: RepoName) -> "tuple[BareRepository, TemporaryDirectory[str]]":
        from tempfile import TemporaryDirectory

        from bitdeps.git.program import Bounds
        from bitdeps.git.repository import BareRepository

        if self._settings.offline:
            raise OfflineError(
                f"`{repository}`: git would have to ask its server, and the network may not be used",
                hint="run it once without `--offline`",
            )
        access = await self._reach()
        scratch = TemporaryDirectory(prefix="deps-git-", ignore_cleanup_errors=True)
        limits = self._settings.limits
        bare = BareRepository(
            directory=scratch.name,
            url=repository_url(self._settings.git_url, repository),
            subject=str(repository),
            access=access,
            bounds=Bounds(seconds=self._settings.timeouts.total, output=limits.answer, space=limits.download),
        )
        return bare, scratch

    async def _reach(self) -> "Access":
        from tempfile import TemporaryDirectory

        from bitdeps.git.access import read_access

        async with self._lock(None):
            if self._access is None:
                # Below a new directory no repository of the user's is found, whose configuration would count too.
                with TemporaryDirectory(prefix="deps-git-") as nowhere:
                    self._access = await read_access(self._settings.git_url, self._settings.ca_file, nowhere)
            return self._access

    async def _signed_in(
        self, repository: RepoName, bare: "BareRepository", work: Callable[[GitLogin | None], Awaitable[T]]
    ) -> T:
        from bitdeps.git.failures import GitAccessError

        # Over SSH a key signs in, and no token is wanted.
        login = None if is_ssh(self._settings) else await self._logins.git_login(repository)
        bare.make(signed_in=login is not None)
        try:
            return await work(login)
        except GitAccessError:
            fresh = None if login is None else await self._logins.renew_git_login(repository, login)
            if fresh is None:
                raise
            return await work(fresh)


def is_ssh(settings: Settings) -> bool:
    """Tell whether git reaches the service over SSH."""
    return settings.git_url.startswith("ssh:")


async def _fetch(fetch: Callable[[str], Awaitable[str]], repository: RepoName, commit: str, ref: str | None) -> None:
    """Fetch a commit: by its tag where that still names it, else by its id, else by its branch.

    A server need not give commits by their id; a tag or branch it always gives.
    """
    moved = None
    if ref is not None and ref.startswith(TAGS):
        found = await _or_none(fetch, ref)
        if found == commit:
            return
        moved = found
    try:
        await fetch(commit)
    except NotServedError as error:
        if moved is not None:
            raise _moved(repository, ref or "", commit, moved) from error
        if ref is not None and ref.startswith(BRANCHES) and await _or_none(fetch, ref) == commit:
            return
        raise NotFoundError(
            f"`{repository}`: git gets no commit `{commit}`: {error}",
            hint="it may be gone upstream, or the server gives only commits that a tag or branch names",
        ) from error


async def _or_none(fetch: Callable[[str], Awaitable[str]], ref: str) -> str | None:
    try:
        return await fetch(ref)
    except NotServedError:
        return None


def _moved(repository: RepoName, ref: str, commit: str, now: str) -> MovedTagError:
    name = ref.removeprefix(TAGS)
    return MovedTagError(
        f"`{repository}`: the tag `{name}` was moved, and the server gives no other commit\n"
        f"  locked  {commit}\n  now     {now}",
        hint="ask the owners why; `deps lock` shows which packages it concerns",
    )
