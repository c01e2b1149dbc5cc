"""Whether an archive is its commit, as git says it: what the lock's key `proof` rests on (DESIGN section 3)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from bitdeps.archive import open_archive
from bitdeps.config.settings import Settings
from bitdeps.core.digest import Entry, content_digest
from bitdeps.core.git.commit import tree_of
from bitdeps.core.git.errors import NotServedError
from bitdeps.core.lockfile.model import PROVED, LockedPackage, Proof
from bitdeps.core.names import RepoName
from bitdeps.errors import (
    AuthError,
    IntegrityError,
    NetworkError,
    NotFoundError,
    OfflineError,
    RateLimitedError,
    ServiceError,
    UnprovedError,
)
from bitdeps.ops.compare import compare_trees, other_archive
from bitdeps.ops.githttp import NoEndpointError
from bitdeps.ops.gitsource import is_ssh
from bitdeps.ops.remote import Remote
from bitdeps.ops.sources import Sources, Wanted

ProofPolicy = Literal["try", "skip", "require"]
NO_PROOF = "`deps lock --no-proof` locks without asking git"
# No access is among them: the archive was given, so that is something to mend.
_MOMENTARY = (AuthError, NetworkError, NotFoundError, OfflineError, RateLimitedError, ServiceError)
Entries = Callable[[], Awaitable[Sequence[Entry]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The tree that a commit names, from an object whose SHA-1 is the commit's id."""

    tree: str | None
    """None where git cannot be asked here."""
    why: str = ""
    """Why it cannot."""


@dataclass(slots=True, kw_only=True)
class Prover:
    """Asks git what each commit holds, and compares."""

    settings: Settings
    remote: Remote
    sources: Sources
    policy: ProofPolicy
    warnings: list[str] = field(default_factory=list)

    _claims: dict[tuple[RepoName, str], asyncio.Task[Claim]] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End what was begun; where something else failed, its error is the one to see."""
        for task in self._claims.values():
            task.cancel()
        await asyncio.gather(*self._claims.values(), return_exceptions=True)

    def wants(self, locked: Proof | None, *, kept: bool) -> bool:
        """Tell whether an entry is to be proved: a new one, or with `require` one that is locked without a proof."""
        return self.policy != "skip" and (not kept or (self.policy == "require" and locked not in PROVED))

    def begin(self, wanted: Wanted) -> None:
        """Begin to ask for a commit's tree, unless that was begun before."""
        key = (wanted.repository, wanted.commit)
        if key not in self._claims:
            self._claims[key] = asyncio.create_task(self._claim(wanted))

    async def claim(self, wanted: Wanted) -> Claim:
        """Wait for a commit's tree; who gives up waiting does not end it.

        Raises:
            DepsError: git could not be asked for the moment.

        """
        # Two packages may be parts of one repository: both wait for one answer.
        self.begin(wanted)
        return await asyncio.shield(self._claims[wanted.repository, wanted.commit])

    async def prove(self, wanted: Wanted, claim: Claim, tree: str, content: str, entries: Entries) -> Proof:
        """Compare an archive's tree with the commit's, and where they differ its files with what git makes of it.

        `tree`, `content` and `entries` are the archive's.

        Raises:
            IntegrityError: the archive is not what git makes of the commit; the message lists the files.
            DepsError: git could not be asked for the moment.

        """
        if claim.tree == tree:
            return "commit"
        if claim.tree is None:
            return self._none(wanted, claim.why)
        from bitdeps.git.program import NoGitError

        try:
            with _failing(wanted):
                return await self._exported(wanted, content, entries)
        except NoGitError as error:
            return self._none(wanted, f"{error}, and the archive is not the commit's whole tree")

    def _none(self, wanted: Wanted, why: str) -> Proof:
        self.warnings.append(
            f"`{wanted.name}`: nothing proves that the archive is commit {wanted.commit[:12]}: {why}\n"
            '`deps.lock` says `proof = "none"`; `deps lock --require-proof` refuses that'
        )
        return "none"

    async def _claim(self, wanted: Wanted) -> Claim:
        key = self.remote.git_key(wanted.repository, "commit-object", wanted.commit)
        known = self.remote.known(key)
        tree = None if known is None else tree_of(known, wanted.commit)
        if tree is not None:
            return Claim(tree=tree)
        from bitdeps.git.program import NoGitError

        try:
            with _failing(wanted):
                body = await self._ask(wanted)
        except (NoEndpointError, NoGitError) as error:
            return Claim(tree=None, why=str(error))
        tree = tree_of(body, wanted.commit)
        if tree is None:
            raise IntegrityError(f"`{wanted.repository}`: git's object `{wanted.commit}` is no commit with a tree")
        self.remote.keep(key, body)
        return Claim(tree=tree)

    async def _ask(self, wanted: Wanted) -> bytes:
        if not is_ssh(self.settings):
            # Where the server gives no commit alone, git itself may find a way to it.
            with suppress(NotServedError):
                return await self.remote.git_host.commit_object(wanted.repository, wanted.commit)
        return await self.remote.git.commit_object(wanted.repository, wanted.commit, wanted.ref)

    async def _exported(self, wanted: Wanted, content: str, entries: Entries) -> Proof:
        from bitdeps.git.archives import write_archive

        limits = self.settings.limits
        async with self.remote.git.at(wanted.repository, wanted.commit, wanted.ref) as bare:
            with self.sources.cache.temporary() as path:
                await asyncio.to_thread(write_archive, bare, wanted.commit, path, limits.unpacked)
                made = await asyncio.to_thread(_entries_of, path, self.settings)
            if content_digest(made) == content:
                return "export"
            differences = compare_trees(await entries(), made)
            raise other_archive(wanted, differences, await bare.substituted(wanted.commit))


def require_proofs(packages: Iterable[LockedPackage]) -> None:
    """Stop where an entry is locked without a proof.

    Raises:
        UnprovedError: names each package and what its `proof` is.

    """
    states = [f"- `{one.name}`: {one.proof or 'not attempted'}" for one in packages if one.proof not in PROVED]
    if states:
        message = "`--require-proof`: not every archive is proved to be its commit:\n" + "\n".join(states)
        raise UnprovedError(message, hint="`deps lock` without this option says why, and locks them as they are")


def _entries_of(path: str, settings: Settings) -> tuple[Entry, ...]:
    with open_archive(path, limits=settings.limits, tree=False) as archive:
        return archive.survey.entries


class _failing:  # noqa: N801 (reads as a word of the statement)
    """Say of a failure for the moment which package it concerns, and how to go on without a proof."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, _MOMENTARY):
            subject = f"`{self._wanted.name}`: git cannot be asked about commit {self._wanted.commit[:12]}"
            hint = f"{error.hint}; {NO_PROOF}" if error.hint else NO_PROOF
            raise type(error)(f"{subject}: {error}", hint=hint) from error
