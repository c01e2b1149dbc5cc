"""Archives by commit: from the cache where it has them, else from the service, checked either way."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bitdeps.archive import Archive, Survey, WrongBytesError, open_archive
from bitdeps.cache import Cache
from bitdeps.config.settings import ArchiveLimits
from bitdeps.core import activity
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.core.names import RepoName
from bitdeps.errors import ArchiveRefusedError, IntegrityError, OfflineError
from bitdeps.ops.downloads import Downloads
from bitdeps.ops.shared import Shared

T = TypeVar("T")


class WrongEntryError(Exception):
    """A shared cache names an archive that is not what it should be."""


UNPACKERS = 2
"""Archives that are read at a time: each may hold 32 MiB of inflated tar, and a process has one interpreter lock."""
_FACTS = "archives"
"""Where the cache keeps which commit an archive was downloaded for, if its header names another or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One archive, and what a lock says of it."""

    name: str
    """What people call the package, for messages."""
    repository: RepoName
    commit: str
    sha256: str | None = None
    size: int | None = None
    """Bytes of the archive with that SHA-256."""
    content: str | None = None
    ref: str | None = None
    """The tag or branch that should name the commit, as git writes it (`refs/...`): some servers want to hear it."""


class _OtherCommitError(Exception):
    """An archive in the cache is of another commit."""


@dataclass(slots=True, kw_only=True)
class Sources:
    """Where archives come from in one run."""

    cache: Cache
    downloads: Downloads
    limits: ArchiveLimits
    offline: bool
    shared: Shared | None = None
    """The cache of many machines, where there is one."""
    notes: list[str] = field(default_factory=list)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UNPACKERS))
    _fetching: dict[tuple[RepoName, str], asyncio.Lock] = field(default_factory=dict)
    _fetched: dict[tuple[RepoName, str], str] = field(default_factory=dict)

    async def use(self, wanted: Wanted, work: Callable[[Archive], T], *, tree: bool = False) -> T:
        """Open an archive and do something with it, in a thread; it is closed afterwards.

        `tree` has its git tree id computed as well.

        Raises:
            OfflineError: where it is not in the cache, and the network may not be used.
            IntegrityError: where its content is not what the lock names.
            ArchiveRefusedError: where it breaks a rule.

        """
        # Two packages may be parts of one repository: the second waits, and finds what the first fetched.
        async with self._fetching.setdefault((wanted.repository, wanted.commit), asyncio.Lock()):
            found = await self._cached(wanted, work, tree=tree)
            if found is not None:
                return found[0]
            shared = await self._from_shared(wanted, work, tree=tree)
            if shared is not None:
                return shared[0]
            if self.offline:
                message = f"{_subject(wanted)} is not in the cache"
                raise OfflineError(message, hint="run the command once without `--offline`")
            with self.cache.temporary() as temporary:
                with activity.transfer(wanted.name, wanted.size):
                    sha256 = await self.downloads.get(wanted.repository, wanted.commit, wanted.ref, temporary)
                self._fetched[wanted.repository, wanted.commit] = sha256
                async with self._turns:
                    return await asyncio.to_thread(self._checked, wanted, temporary, sha256, work, tree=tree, keep=True)

    def is_by_git(self, wanted: Wanted) -> bool:
        """Tell whether git brought the archive in this run, so that its compressed bytes say nothing to others."""
        return (wanted.repository, wanted.commit) in self.downloads.by_git

    async def _cached(self, wanted: Wanted, work: Callable[[Archive], T], *, tree: bool) -> tuple[T] | None:
        for sha256 in self._known(wanted):
            path = self.cache.archive_path(sha256)
            if path is None:
                continue
            async with self._turns:
                try:
                    return (await asyncio.to_thread(self._checked, wanted, path, sha256, work, tree=tree),)
                except WrongBytesError:
                    # A damaged entry: it is replaced by the download, never deleted under another process.
                    self.notes.append(f"`{wanted.name}`: the cache held a damaged archive; it is fetched again")
                except _OtherCommitError:
                    # Of the locked content, but another commit's: what this one holds, the service must say.
                    continue
        return None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong with the shared cache: at most one line a run."""
        return () if self.shared is None else self.shared.warnings

    async def _from_shared(self, wanted: Wanted, work: Callable[[Archive], T], *, tree: bool) -> tuple[T] | None:
        """Use what the shared cache keeps of an archive that the lock names; None where that is nothing of worth."""
        if self.shared is None:
            return None
        with self.cache.temporary() as temporary:
            if wanted.sha256 is not None:
                found = await self._shared_archive(self.shared, wanted, wanted.sha256, temporary, work, tree=tree)
                if found is not None:
                    return found
            named = None if wanted.content is None else await self.shared.with_content(wanted.content, temporary)
            if named is None or named == wanted.sha256:
                return None
            return await self._shared_archive(self.shared, wanted, named, temporary, work, tree=tree)

    async def _shared_archive(
        self, shared: Shared, wanted: Wanted, sha256: str, temporary: str, work: Callable[[Archive], T], *, tree: bool
    ) -> tuple[T] | None:
        if not await shared.fetch(sha256, temporary, self._cap(wanted, sha256)):
            return None
        async with self._turns:
            try:
                if sha256 != wanted.sha256:
                    # The store alone says that this is it: what is wrong there is its own fault, and no alarm.
                    await asyncio.to_thread(self._require_content, wanted, temporary, sha256)
                done = await asyncio.to_thread(self._checked, wanted, temporary, sha256, work, tree=tree, keep=True)
            except (WrongBytesError, WrongEntryError):
                shared.doubt(f"`{wanted.name}`: what it keeps is not what `deps.lock` names")
                return None
        self._fetched[wanted.repository, wanted.commit] = sha256
        return (done,)

    def _cap(self, wanted: Wanted, sha256: str) -> int:
        return wanted.size if wanted.size is not None and sha256 == wanted.sha256 else self.limits.download

    def _require_content(self, wanted: Wanted, path: str, sha256: str) -> None:
        try:
            with open_archive(path, limits=self.limits, expected_sha256=sha256, tree=False) as archive:
                found = archive.survey.content
        except ArchiveRefusedError as error:
            raise WrongEntryError from error
        if found != wanted.content:
            raise WrongEntryError

    def _known(self, wanted: Wanted) -> list[str]:
        by_content = [] if wanted.content is None else self.cache.by_content(wanted.content)
        known = [wanted.sha256, self._fetched.get((wanted.repository, wanted.commit)), *by_content]
        return [sha256 for sha256 in dict.fromkeys(known) if sha256 is not None]

    def _checked(
        self, wanted: Wanted, path: str, sha256: str, work: Callable[[Archive], T], *, tree: bool, keep: bool = False
    ) -> T:
        try:
            with open_archive(path, limits=self.limits, expected_sha256=sha256, tree=tree) as archive:
                self._compare(wanted, archive.survey)
                if keep:
                    self.cache.adopt(path, sha256)
                self._require_commit(wanted, archive.survey, downloaded=keep)
                self.cache.record_content(archive.survey.content, sha256)
                return work(archive)
        except ArchiveRefusedError as error:
            message = f"{_subject(wanted)}: {error}"
            hint = error.hint or "the vendor directory is as it was; ask the owners of the repository what happened"
            raise ArchiveRefusedError(error.rule, error.member, message, hint=hint) from error

    def _require_commit(self, wanted: Wanted, survey: Survey, *, downloaded: bool) -> None:
        """Take an archive of the cache for its own commit alone: the lock's hashes may have been those of another."""
        if survey.commit == wanted.commit:
            return
        key = f"{wanted.repository}/{wanted.commit}/{survey.sha256}"
        in_this_run = self._fetched.get((wanted.repository, wanted.commit)) == survey.sha256
        if downloaded:
            self.cache.record_fact(_FACTS, key, b"downloaded")
        elif not in_this_run and self.cache.fact(_FACTS, key) is None:
            raise _OtherCommitError

    def _compare(self, wanted: Wanted, survey: Survey) -> None:
        if wanted.content is not None and survey.content != wanted.content:
            raise other_content(wanted, survey.content)
        if wanted.size is not None and survey.sha256 == wanted.sha256 and survey.size != wanted.size:
            message = (
                f"{_subject(wanted)} has {survey.size:,} bytes, and `archive-size` in `deps.lock` is {wanted.size:,}"
            )
            raise IntegrityError(message, hint="the entry was edited: restore `deps.lock` from version control")
        if wanted.sha256 not in (None, survey.sha256) and not self.is_by_git(wanted):
            self.notes.append(
                f"`{wanted.name}`: the service compressed the archive anew; its content is what `deps.lock` names"
            )


def archive_of(package: LockedPackage) -> Wanted:
    """Return the archive that a locked package is made from."""
    return Wanted(
        name=package.name,
        repository=package.identity.repository,
        commit=package.commit,
        sha256=package.archive_sha256,
        size=package.archive_size,
        content=package.content,
        ref=ref_of(package.tag, package.branch),
    )


def ref_of(tag: str | None, branch: str | None) -> str | None:
    """Return the whole name of a tag or branch; None where a commit was asked for by its id."""
    if tag is not None:
        return f"refs/tags/{tag}"
    return None if branch is None else f"refs/heads/{branch}"


def _subject(wanted: Wanted) -> str:
    return f"`{wanted.name}`: the archive of `{wanted.repository}` at {wanted.commit[:12]}"


def other_content(wanted: Wanted, content: str) -> IntegrityError:
    """Make the alarm for an archive that does not hold what the lock names."""
    message = (
        f"{_subject(wanted)} holds something else than `deps.lock` names\n"
        f"  locked  {wanted.content}\n  got     {content}"
    )
    hint = "the vendor directory is as it was; find out who changed the repository or the lock before you go on"
    return IntegrityError(message, hint=hint)
