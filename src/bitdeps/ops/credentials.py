"""`deps auth status`, `token` and `git-credential`: which credentials there are, and what they are good for."""

from collections.abc import Mapping
from dataclasses import dataclass

from bitdeps.auth.credentials import Credentials
from bitdeps.auth.record import EVERYTHING, SignIn
from bitdeps.config.settings import Settings
from bitdeps.core.bitbucket.address import parse_address
from bitdeps.core.names import RepoName, slug
from bitdeps.core.oauth.credential import Credential, GitLogin, git_login
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import AuthError
from bitdeps.ops.access import Access, check_access


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One credential, and what came of trying it."""

    credential: Credential
    access: Access
    record: SignIn | None = None
    """The stored sign-in that it comes from, if any."""
    scopes: tuple[str, ...] = ()
    expires_at: float | None = None
    """Seconds since the epoch, where the service told it."""

    @property
    def renews(self) -> bool:
        """Tell whether a new token is got when this one ends: a consumer alone asks again."""
        return self.credential.kind == "oauth" and (self.record is None or self.record.refresh is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What was tried, and why some could not even be tried."""

    entries: tuple[Entry, ...]
    failures: tuple[AuthError, ...]
    unserved: tuple[RepoName, ...] = ()
    """The repositories for which there is no credential."""

    @property
    def usable(self) -> bool:
        """Tell whether there is a credential, and each one serves."""
        return bool(self.entries) and not self.failures and all(entry.access.usable for entry in self.entries)


async def survey(settings: Settings, repositories: tuple[RepoName, ...], *, chosen: bool) -> Survey:
    """Try every credential that serves one of the repositories, every stored one, and the one for all.

    Each is probed on the first private one that it serves; on the one repository that was `chosen` in any case.

    Raises:
        AuthError: the stored sign-ins cannot be read.
        NetworkError: the service cannot be reached.
    """
    credentials = Credentials(settings)
    found: dict[str, tuple[Credential, list[RepoName]]] = {}
    failures: dict[str, AuthError] = {}
    unserved: list[RepoName] = []
    asked = [(str(repository), [repository]) for repository in repositories]
    for serves, probed in (*asked, *((serves, []) for serves in (*credentials.kept(), EVERYTHING))):
        try:
            credential = await serving(credentials, serves)
        except AuthError as error:
            failures[str(error)] = error
            continue
        if credential is not None:
            found.setdefault(credential.source, (credential, []))[1].extend(probed)
        else:
            unserved += probed
    entries = []
    for one in found.values():
        try:
            entries.append(await _entry(settings, credentials, *one, chosen=chosen))
        except AuthError as error:
            failures[str(error)] = error
    return Survey(entries=tuple(entries), failures=tuple(failures.values()), unserved=tuple(unserved))


async def _entry(
    settings: Settings, credentials: Credentials, credential: Credential, served: list[RepoName], *, chosen: bool
) -> Entry:
    access = await check_access(settings, credential, tuple(served), chosen=chosen)
    if access.accepted is False:
        # As a run that is refused does.
        fresh = await credentials.renew(served[0] if served else None, credential)
        if fresh is not None:
            credential, access = fresh, await check_access(settings, fresh, tuple(served), chosen=chosen)
    kept = (record for record in credentials.kept().values() if record.source == credential.source)
    record, token = next(kept, None), credentials.issued(credential.source)
    told = record or token
    return Entry(
        credential=credential,
        access=access,
        record=record,
        scopes=(told.scopes if told else ()) or access.account.scopes,
        expires_at=told.expires_at if told else None,
    )


async def serving(credentials: Credentials, serves: str) -> Credential | None:
    """Return the credential for `all`, a workspace, or `workspace/repo`."""
    workspace, slash, repo = serves.partition("/")
    if slash:
        return await credentials.find(RepoName(workspace, repo))
    if serves == EVERYTHING:
        return await credentials.serving(None)
    return await credentials.serving(workspace) or await credentials.serving(None)


async def token(settings: Settings, serves: str) -> Credential:
    """Return the credential that would be sent.

    Raises:
        AuthError: there is none.
    """
    credential = await serving(Credentials(settings), serves)
    if credential is None:
        raise AuthError("there is no credential", hint="run `deps auth login`, or set `BITBUCKET_ACCESS_TOKEN`")
    return credential


async def answer_git(settings: Settings, asked: str) -> GitLogin | None:
    """Answer git's question for a user name and password (git-credential(1)); None leaves it to others.

    With `credential.useHttpPath` git also names the repository, and the most specific credential serves.
    """
    values = _read_git(asked)
    if not _is_ours(settings, values):
        return None
    repository, credentials = _repository(values), Credentials(settings)
    credential = await _for_git(credentials, repository)
    return None if credential is None else git_login(credential)


async def renew_for_git(settings: Settings, asked: str) -> None:
    """Renew a sign-in whose token git says was refused, so that the next answer is another one.

    Raises:
        AuthError: the sign-in has ended.
        NetworkError: the service cannot be reached.
    """
    values = _read_git(asked)
    if not _is_ours(settings, values):
        return
    repository, credentials = _repository(values), Credentials(settings)
    credential = await _for_git(credentials, repository)
    if credential is not None and credential.secret == Secret(values.get("password", "")):
        await credentials.renew(repository, credential)


def _read_git(asked: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in asked.splitlines() if "=" in line)


def _repository(values: Mapping[str, str]) -> RepoName | None:
    workspace, _, rest = values.get("path", "").strip("/").partition("/")
    home, repo = slug(workspace), slug(rest.removesuffix(".git"))
    return RepoName(home, repo) if home and repo else None


async def _for_git(credentials: Credentials, repository: RepoName | None) -> Credential | None:
    if repository is not None:
        return await credentials.find(repository)
    return await serving(credentials, EVERYTHING)


def _is_ours(settings: Settings, values: Mapping[str, str]) -> bool:
    asked = parse_address(f"{values.get('protocol', '')}://{values.get('host', '')}")
    homes = [parse_address(settings.git_url), parse_address(settings.web_url)]
    return asked is not None and any(home is not None and home.origin == asked.origin for home in homes)
