"""Requests with the credential that serves the repository, in the form that each endpoint takes."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from bitdeps.auth.credentials import Credentials
from bitdeps.config.settings import Settings
from bitdeps.core import activity
from bitdeps.core.bitbucket.archives import leads_to_sign_in
from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.git.login import basic
from bitdeps.core.messages import Request, Response
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential, GitLogin, Kind, authorization, git_login
from bitdeps.errors import OfflineError

if TYPE_CHECKING:
    from bitdeps.core.oauth.secret import Secret
    from bitdeps.transport.beginning import Reader
    from bitdeps.transport.client import Transport
    from bitdeps.transport.download import Received

T = TypeVar("T")
_UNAUTHORIZED = 401


class Exchange:
    """Sends requests; an async context manager.

    The HTTP client is made at the first request, so that a run that asks nothing does not load it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._credentials = Credentials(settings)
        self._transport: Transport | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        if self._transport is not None:
            await self._transport.aclose()

    @property
    def sent(self) -> int:
        """HTTP requests so far: redirects, retries and the token endpoint included."""
        return self._credentials.sent + (self._transport.sent if self._transport else 0)

    async def credential_kind(self, repository: RepoName) -> Kind | None:
        """Return the kind of the credential that is sent for this repository; None where none is."""
        credential = await self._credentials.find(repository)
        return None if credential is None else credential.kind

    async def git_login(self, repository: RepoName) -> GitLogin | None:
        """Return what git is to send for this repository, or None without a credential."""
        credential = await self._credentials.find(repository)
        return None if credential is None else git_login(credential)

    async def renew_git_login(self, repository: RepoName, refused: GitLogin) -> GitLogin | None:
        """Return what git is to send in place of what was refused; None where there is nothing better."""
        credential = await self._credentials.find(repository)
        if credential is not None and git_login(credential) == refused:
            credential = await self._credentials.renew(repository, credential)
        return None if credential is None else git_login(credential)

    async def ask_git(
        self, repository: RepoName, request: Request, reader: "Reader | None" = None
    ) -> tuple[Response, Asked]:
        """Send a request of git's smart HTTP; with a `reader` a success is read only as far as that wants."""
        transport = self._online(repository, "what git's server says")

        def send(credential: Credential | None) -> Awaitable[Response]:
            header = None if credential is None else basic(git_login(credential))
            return transport.begin(request, reader, header) if reader else transport.send(request, header)

        with activity.question(f"git's word on {repository}"):
            response, credential = await self._signed_in(repository, send, _is_unauthorized)
        return response, Asked(repository=repository, url=request.url, credential=credential)

    async def ask(self, request: Request, repository: RepoName, subject: str) -> tuple[Response, Asked]:
        """Send a request about a repository; `subject` is what it is about, for the error of an offline run."""
        return await self._ask(request, repository, subject)

    async def _ask(self, request: Request, repository: RepoName, subject: str) -> tuple[Response, Asked]:
        transport = self._online(repository, subject)
        with activity.question(f"{subject.replace('`', '')} of {repository}"):
            response, credential = await self._signed_in(
                repository, lambda credential: transport.send(request, _header(credential)), _is_unauthorized
            )
        return response, Asked(repository=repository, url=request.url, credential=credential)

    async def _download(
        self, repository: RepoName, request: Request, target: str, subject: str
    ) -> "tuple[Received, Asked]":
        transport = self._online(repository, subject)
        received, credential = await self._signed_in(
            repository,
            lambda credential: transport.download(request, target, _header(credential)),
            lambda received: _is_refused(received.response),
        )
        return received, Asked(repository=repository, url=request.url, credential=credential)

    async def _signed_in(
        self,
        repository: RepoName,
        send: Callable[[Credential | None], Awaitable[T]],
        is_refused: Callable[[T], bool],
    ) -> tuple[T, Credential | None]:
        """Send with the credential that serves a repository; once more where it was refused and can be renewed."""
        credential = await self._credentials.find(repository)
        answer = await send(credential)
        if credential is not None and is_refused(answer):
            fresh = await self._credentials.renew(repository, credential)
            if fresh is not None:
                return await send(fresh), fresh
        return answer, credential

    def _online(self, repository: RepoName, subject: str) -> "Transport":
        if self._settings.offline:
            raise OfflineError(
                f"`{repository}`: {subject} is not in the cache, and the network may not be used",
                hint="run it once without `--offline`",
            )
        if self._transport is None:
            from bitdeps.transport.client import Transport

            self._transport = Transport(self._settings)
        return self._transport


def _header(credential: Credential | None) -> "Secret | None":
    return None if credential is None else authorization(credential)


def _is_unauthorized(response: Response) -> bool:
    return response.status == _UNAUTHORIZED


def _is_refused(response: Response) -> bool:
    return _is_unauthorized(response) or leads_to_sign_in(response)
