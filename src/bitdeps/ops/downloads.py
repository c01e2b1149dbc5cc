"""Getting an archive into a file: from the website, or made by git where that is the way (DESIGN section 8)."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field

from bitdeps.config.settings import Settings
from bitdeps.core.bitbucket.address import parse_address
from bitdeps.core.bitbucket.archives import ArchiveAccessError
from bitdeps.core.member_paths import display
from bitdeps.core.names import RepoName
from bitdeps.errors import AuthError, DepsError, LocalError, NotFoundError
from bitdeps.ops.gitsource import is_ssh
from bitdeps.ops.remote import Remote

_REMEMBERED_SECONDS = 24 * 3600.0
"""How long a kind of credential is not tried again that got no archives."""
_SHOWN = 5


class ExportSubstError(DepsError):
    """Files whose bytes depend on where the archive is made: git here cannot make what the service has."""


@dataclass(slots=True, kw_only=True)
class Downloads:
    """Both transports; each archive says which one brought it."""

    settings: Settings
    remote: Remote
    by_git: set[tuple[RepoName, str]] = field(default_factory=set)
    """Repository and commit of what git brought in this run."""
    notes: list[str] = field(default_factory=list)

    async def get(self, repository: RepoName, commit: str, ref: str | None, target: str) -> str:
        """Write the archive of a commit to a file; return its SHA-256.

        Raises:
            ArchiveAccessError: neither way gave it.
            ExportSubstError: only git would give it, and cannot.
            DepsError: another failure.

        """
        if self.settings.transport == "git":
            return await self._by_git(repository, commit, ref, target)
        if await self._is_remembered(repository):
            # What was refused may have been one repository; where git cannot stand in, the archive is tried as ever.
            with suppress(AuthError, NotFoundError, LocalError, ExportSubstError):
                return await self._by_git(repository, commit, ref, target)
        try:
            return (await self.remote.download(repository, commit, target)).sha256
        except ArchiveAccessError as refused:
            if not await self._may_ask_git(repository):
                raise
            return await self._instead(refused, repository, commit, ref, target)

    async def _instead(
        self, refused: ArchiveAccessError, repository: RepoName, commit: str, ref: str | None, target: str
    ) -> str:
        from bitdeps.git.program import NoGitError

        try:
            sha256 = await self._by_git(repository, commit, ref, target)
        except (AuthError, NotFoundError, NoGitError):
            # Git may not read it either: the first error tells more about the credential.
            raise refused from None
        except ExportSubstError as error:
            raise ExportSubstError(f"{refused}\n{error}", hint=error.hint) from refused
        self.notes.append(f"`{repository}`: git brought what the website did not give as an archive")
        await self._remember(repository)
        return sha256

    async def _by_git(self, repository: RepoName, commit: str, ref: str | None, target: str) -> str:
        from bitdeps.git.archives import write_archive

        async with self.remote.git.at(repository, commit, ref) as bare:
            files = await bare.substituted(commit)
            if files:
                raise _substituted(repository, files)
            made = await asyncio.to_thread(write_archive, bare, commit, target, self.settings.limits.unpacked)
        self.by_git.add((repository, commit))
        return made.sha256

    async def _may_ask_git(self, repository: RepoName) -> bool:
        """Tell whether git may have what archives lack: over HTTPS it knows nobody else than they do."""
        if self.settings.transport == "archive":
            return False
        return is_ssh(self.settings) or await self.remote.credential_kind(repository) is not None

    async def _is_remembered(self, repository: RepoName) -> bool:
        if self.settings.transport != "auto":
            return False
        key = await self._key(repository)
        since = None if key is None else self.remote.known(key)
        return since is not None and time.time() - _REMEMBERED_SECONDS < float(since) <= time.time()

    async def _remember(self, repository: RepoName) -> None:
        """Note that archives refuse this kind of credential, so that the next run asks git at once."""
        key = await self._key(repository)
        if key is not None:
            self.remote.keep(key, str(int(time.time())).encode())

    async def _key(self, repository: RepoName) -> str | None:
        kind = await self.remote.credential_kind(repository)
        address = parse_address(self.settings.web_url)
        return None if kind is None or address is None else f"{address.shown}/archives-refuse/{kind}"


def _substituted(repository: RepoName, files: tuple[str, ...]) -> ExportSubstError:
    more = f" and {len(files) - _SHOWN} more" if files[_SHOWN:] else ""
    shown = ", ".join(f"`{display(name)}`" for name in files[:_SHOWN]) + more
    return ExportSubstError(
        f"`{repository}`: git cannot stand in for the service's archive, since `export-subst` writes into {shown} "
        "what depends on where the archive is made",
        hint="use a credential that may download archives (`DEPS_TRANSPORT=archive`), or ask the owners to drop "
        "`export-subst`",
    )
