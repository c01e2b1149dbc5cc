"""What a credential is good for, found out by asking."""

from dataclasses import dataclass, replace

from bitdeps.config.settings import Settings
from bitdeps.core.bitbucket import requests
from bitdeps.core.bitbucket.account import Account, account_request, read_account
from bitdeps.core.bitbucket.answers import read_ref, read_repository
from bitdeps.core.bitbucket.archives import archive_failure
from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.body import printable
from bitdeps.core.messages import Request, Response
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential, authorization
from bitdeps.errors import AuthError, DepsError, NotFoundError
from bitdeps.transport.client import Transport

NOT_PROBED = "not probed"
YES = "yes"
MOST_ANONYMOUS = 5
"""Repositories that are asked for without a credential: there are 60 requests an hour (BITBUCKET.md section 1.6)."""
_MOST_CANDIDATES = 10
_REFUSED = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The answers of one check; each of the texts is `yes`, `not probed`, or why not."""

    account: Account
    api: str = NOT_PROBED
    archives: str = NOT_PROBED
    probed: RepoName | None = None
    budget: str | None = None
    """What the service tells about its limits."""
    is_budget_low: bool = False
    """Whether the service says that little of it is left."""
    accepted: bool | None = None
    """Whether the service knows the credential; None where no answer tells."""

    @property
    def usable(self) -> bool:
        """Tell whether the credential serves, as far as it was tried."""
        return self.api == YES or (self.api == NOT_PROBED and self.accepted is not False)


async def check_access(
    settings: Settings, credential: Credential, candidates: tuple[RepoName, ...], *, chosen: bool
) -> Access:
    """Ask who the credential belongs to, and probe the first private repository of some.

    One that somebody has chosen is probed even if it is public, where reading it proves little.

    Raises:
        NetworkError: the service cannot be reached.
        RateLimitedError: it asks to wait.
        ServiceError: it answers with something else.
    """
    async with Transport(settings) as transport:
        account = read_account(await transport.send(account_request(settings.api_url), authorization(credential)))
        # An access token belongs to no person, so that its refusal here says nothing (BITBUCKET.md section 1.1).
        unknown = credential.kind == "access-token" and not account.accepted
        found = Access(account=account, accepted=None if unknown else account.accepted)
        probe = _Probe(settings, transport, credential)
        for repository in candidates[:_MOST_CANDIDATES]:
            if chosen or await probe.is_private(repository):
                return await probe.run(repository, found)
        return found


async def check_public(settings: Settings, candidates: tuple[RepoName, ...]) -> Access:
    """Read some repositories without a credential, and probe the archives of the first; it ends at one that is private.

    Raises:
        NetworkError: the service cannot be reached.
        RateLimitedError: it asks to wait.
        ServiceError: it answers with something else.
    """
    nobody = Access(account=Account(accepted=True))
    async with Transport(settings) as transport:
        probe = _Probe(settings, transport, None)
        found = await probe.run(candidates[0], nobody)
        for repository in candidates[1:MOST_ANONYMOUS]:
            if found.usable:
                found = await probe.read(repository, found)
        return found


class _Probe:
    """Reads a repository as `lock` and `install` would, and little of it."""

    def __init__(self, settings: Settings, transport: Transport, credential: Credential | None) -> None:
        self._settings = settings
        self._transport = transport
        self._credential = credential
        self._authorization = None if credential is None else authorization(credential)
        self._budget: str | None = None
        self._is_budget_low = False
        self._status = 0

    async def is_private(self, repository: RepoName) -> bool:
        """Tell whether reading the repository proves something: it is private, or not even seen."""
        request = requests.repository_request(self._settings.api_url, repository)
        try:
            return read_repository(await self._send(request), self._asked(repository, request.url)).private
        except AuthError:
            return True

    async def read(self, repository: RepoName, before: Access) -> Access:
        """Ask for one more repository; what was found before holds where it can be read."""
        request = requests.repository_request(self._settings.api_url, repository)
        try:
            read_repository(await self._send(request), self._asked(repository, request.url))
        except AuthError as error:
            return replace(before, api=str(error), probed=repository)
        return before

    async def run(self, repository: RepoName, found: Access) -> Access:
        """Probe API and archives."""
        found = replace(found, probed=repository)
        try:
            commit = await self._head(repository)
        except (AuthError, NotFoundError) as error:
            found = replace(found, api=str(error), accepted=found.accepted if self._status != _REFUSED else False)
        else:
            archives = await self._archive(repository, commit) if commit else "not probed: the repository is empty"
            found = replace(found, api=YES, archives=archives, accepted=True)
        return replace(found, budget=self._budget, is_budget_low=self._is_budget_low)

    async def _head(self, repository: RepoName) -> str | None:
        request = requests.repository_request(self._settings.api_url, repository)
        response = await self._send(request)
        found = read_repository(response, self._asked(repository, request.url))
        if found.main_branch is None:
            return None
        request = requests.ref_request(self._settings.api_url, repository, "branches", found.main_branch)
        branch = read_ref(await self._send(request), self._asked(repository, request.url), found.main_branch)
        return branch.commit if branch else None

    async def _archive(self, repository: RepoName, commit: str) -> str:
        request = requests.archive_request(self._settings.web_url, repository, commit)
        response = await self._transport.peek(request, self._authorization)
        error: DepsError | None = archive_failure(response, self._asked(repository, request.url))
        return YES if error is None else str(error)

    async def _send(self, request: Request) -> Response:
        response = await self._transport.send(request, self._authorization)
        self._status = response.status
        limit = response.headers.get("x-ratelimit-limit")
        if limit is not None:
            self._is_budget_low = response.headers.get("x-ratelimit-nearlimit", "").lower() == "true"
            self._budget = f"{printable(limit)} requests an hour{', nearly used up' if self._is_budget_low else ''}"
        return response

    def _asked(self, repository: RepoName, url: str) -> Asked:
        return Asked(repository=repository, url=url, credential=self._credential)
