"""Git's smart HTTP, protocol version 2, asked through our own transport: one commit, or a list of refs."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from bitdeps.core.bitbucket.answers import Ref
from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.failures import other_hash
from bitdeps.core.git.advertisement import Advertisement, read_advertisement
from bitdeps.core.git.commit import tree_of
from bitdeps.core.git.endpoint import absence, speaks_smart
from bitdeps.core.git.errors import GitAnswerError, NotServedError, OtherHashError
from bitdeps.core.git.fetch import FetchAnswer
from bitdeps.core.git.refs import read_ls_refs
from bitdeps.core.git.requests import advertisement_request, fetch_request, listing_request
from bitdeps.core.messages import Response
from bitdeps.core.names import RepoName
from bitdeps.errors import DepsError, IntegrityError, ServiceError

if TYPE_CHECKING:
    from bitdeps.config.settings import Settings
    from bitdeps.ops.exchange import Exchange


class NoEndpointError(Exception):
    """There is no git endpoint that could tell; the text says why."""


class GitHost:
    """Git's smart HTTP at one address, in one run; remembers what the server can do."""

    def __init__(self, exchange: "Exchange", settings: "Settings") -> None:
        self._exchange = exchange
        self._settings = settings
        self._asking = asyncio.Lock()
        self._offer: Advertisement | None = None
        self._was_asked = False
        self._preparing: asyncio.Task[None] | None = None

    def prepare(self, repository: RepoName) -> None:
        """Begin to find out what the server can do, for all its repositories; a failure says nothing yet."""
        if self._preparing is None and not self._settings.offline:
            self._preparing = asyncio.create_task(self._prepare(repository))

    async def aclose(self) -> None:
        """End what `prepare` began."""
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.wait([self._preparing])

    async def _prepare(self, repository: RepoName) -> None:
        with suppress(NoEndpointError, DepsError):
            await self._shared_offer(repository)

    async def commit_object(self, repository: RepoName, commit: str) -> bytes:
        """Return the bytes of a commit whose SHA-1 is the commit's id, and which names a tree.

        One request, once it is known what the server can do; where that was told of another repository, and does
        not hold for this one, it is asked again.

        Raises:
            NoEndpointError: the host has no git endpoint for us, or one that does not speak version 2.
            NotServedError: the server does not give a commit in this way.
            IntegrityError: what it gave is not that commit.
            DepsError: another failure, which may be gone the next time.

        """
        offer, is_its_own = await self._shared_offer(repository)
        if not is_its_own:
            with suppress(NotServedError, GitAnswerError):
                return await self._fetch(repository, commit, offer)
            offer = await self._ask_offer(repository)
        try:
            return await self._fetch(repository, commit, offer)
        except GitAnswerError as error:
            raise unreadable_git(Asked(repository=repository, url=self._settings.git_url), error) from error

    async def refs(self, repository: RepoName, prefix: str) -> tuple[Ref, ...] | None:
        """List the refs below a prefix, sorted; None where there is no git endpoint that could tell.

        Raises:
            DepsError: a failure that may be gone the next time.

        """
        request = listing_request(self._settings.git_url, repository, prefix)
        try:
            offer = await self._ask_offer(repository)
            if not offer.listing:
                return None
            response, asked = await self._exchange.ask_git(repository, request)
            _require_endpoint(response, asked)
        except NoEndpointError:
            return None
        try:
            found = read_ls_refs(response.body, prefix)
        except GitAnswerError as error:
            raise unreadable_git(asked, error) from error
        return tuple(Ref(name=name, commit=found[name]) for name in sorted(found))

    async def _shared_offer(self, repository: RepoName) -> tuple[Advertisement, bool]:
        """Return what the server can do, and whether it was this repository that was asked about."""
        async with self._asking:
            if self._offer is None and not self._was_asked:
                # Only the first makes the others wait; where it fails, each of them asks for itself.
                self._was_asked = True
                self._offer = await self._ask_offer(repository)
                return self._offer, True
        if self._offer is not None:
            return self._offer, False
        self._offer = offer = await self._ask_offer(repository)
        return offer, True

    async def _ask_offer(self, repository: RepoName) -> Advertisement:
        request = advertisement_request(self._settings.git_url, repository)
        response, asked = await self._exchange.ask_git(repository, request)
        _require_endpoint(response, asked)
        if not speaks_smart(response, asked):
            raise NoEndpointError(f"`{asked.host}` does not speak git's smart protocol")
        try:
            offer = read_advertisement(response.body)
        except GitAnswerError as error:
            raise unreadable_git(asked, error) from error
        if offer is None:
            raise NoEndpointError(f"`{asked.host}` does not speak version 2 of git's protocol")
        if offer.object_format != "sha1":
            raise other_hash(repository)
        return offer

    async def _fetch(self, repository: RepoName, commit: str, offer: Advertisement) -> bytes:
        answer = FetchAnswer(self._settings.limits.answer)
        request = fetch_request(self._settings.git_url, repository, commit, filters=offer.filters)
        response, asked = await self._exchange.ask_git(repository, request, answer)
        _require_endpoint(response, asked)
        found = answer.first
        if found.kind != "commit":
            raise NotServedError(f"the first object of the pack is a {found.kind}")
        if tree_of(found.body, commit) is None:
            raise IntegrityError(
                f"`{asked.host}`: git's server gave something else for commit `{commit}` of `{repository}`",
                hint="something between you and the service changes answers: find out what before you go on",
            )
        return found.body


def below(refs: Mapping[str, str], prefix: str) -> tuple[Ref, ...]:
    """Return the refs below a prefix by the rest of their names, sorted."""
    names = sorted(name for name in refs if name.startswith(prefix))
    return tuple(Ref(name=name.removeprefix(prefix), commit=refs[name]) for name in names)


def unreadable_git(asked: Asked, error: GitAnswerError) -> ServiceError:
    """Write the error for an answer that breaks git's protocol, or lists ids of another kind."""
    if isinstance(error, OtherHashError):
        return other_hash(asked.repository)
    return ServiceError(
        f"`{asked.host}`: git's server gave an answer about `{asked.repository}` that cannot be used: {error}",
        hint="check that `DEPS_GIT_URL` is where git fetches from, and try again",
    )


def _require_endpoint(response: Response, asked: Asked) -> None:
    why = absence(response, asked)
    if why is not None:
        raise NoEndpointError(why)
