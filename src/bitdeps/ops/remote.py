"""The service, as questions with answers: credentials, retries, caching and errors are dealt with."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from bitdeps.config.settings import Settings
from bitdeps.core.bitbucket import requests
from bitdeps.core.bitbucket.address import parse_address
from bitdeps.core.bitbucket.answers import (
    Found,
    Ref,
    Repository,
    read_commit,
    read_file,
    read_ref,
    read_refs,
    read_repository,
)
from bitdeps.core.bitbucket.archives import archive_failure
from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.failures import unreadable
from bitdeps.core.names import RepoName
from bitdeps.core.resolver.model import Tag
from bitdeps.errors import RateLimitedError
from bitdeps.ops.exchange import Exchange
from bitdeps.ops.githttp import GitHost, below
from bitdeps.ops.gitsource import BRANCHES, TAGS, GitSource, is_ssh

if TYPE_CHECKING:
    from bitdeps.transport.download import Received

T = TypeVar("T")
_UNAUTHORIZED = 401
_MOST_PAGES = 1000
_ABSENT, _PRESENT = b"-", b"+"


class Facts(Protocol):
    """Where facts that never change are kept; a key is text, a value bytes."""

    def get(self, key: str) -> bytes | None:
        """Return a fact, or None where it is not known."""

    def put(self, key: str, value: bytes) -> None:
        """Keep a fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that arrived; `sha256` in hex, `size` in bytes."""

    sha256: str
    size: int


class Remote(Exchange):
    """Asks Bitbucket; an async context manager.

    What does not exist is None. No access, no network and the rest are errors of `bitdeps.errors`.
    The HTTP client is made at the first question, so that a run that asks nothing does not load it.
    """

    def __init__(self, settings: Settings, facts: Facts | None = None) -> None:
        super().__init__(settings)
        self._facts = facts
        self._uuids: dict[RepoName, str] = {}
        self.git_host = GitHost(self, settings)
        """Git's own protocol, spoken over the same connections."""
        self.git = GitSource(settings, self)
        """The same service through the git program."""

    async def aclose(self) -> None:
        """Close every connection, and delete what git fetched."""
        await self.git_host.aclose()
        await self.git.aclose()
        await super().aclose()

    def uuid(self, repository: RepoName) -> str | None:
        """Return the repository's uuid where an answer has told it; this asks nothing."""
        return self._uuids.get(repository)

    async def tag(self, repository: RepoName, name: str) -> Found | None:
        """Look up one tag."""
        return await self._ref(repository, "tags", name)

    async def branch(self, repository: RepoName, name: str) -> Found | None:
        """Look up one branch."""
        return await self._ref(repository, "branches", name)

    async def tags(self, repository: RepoName) -> tuple[Tag, ...]:
        """List all tags, sorted by name."""
        return tuple(Tag(name=ref.name, commit=ref.commit) for ref in await self._refs(repository, "tags"))

    async def dated_tags(self, repository: RepoName) -> tuple[Ref, ...]:
        """List all tags with their dates, sorted by name; only over SSH there are no dates."""
        return await self._refs(repository, "tags", dated=True)

    async def branches(self, repository: RepoName) -> tuple[Ref, ...]:
        """List all branches, sorted by name."""
        return await self._refs(repository, "branches")

    async def commit(self, repository: RepoName, commit: str) -> Found | None:
        """Look up a commit by its 40 hex digits; one that exists is a fact for ever."""
        if await self._has_only_a_key(repository):
            return await self.git.commit(repository, commit)
        key = self._key(repository, "commit", commit)
        if (known := self.known(key)) is not None:
            uuid, date = known.decode().split("\n")
            return self._noted(repository, Found(commit=commit, uuid=uuid or None, date=date or None))
        request = requests.commit_request(self._settings.api_url, repository, commit)
        response, asked = await self._ask(request, repository, f"commit `{commit}`")
        found = self._noted(repository, read_commit(response, asked, commit))
        if found is not None:
            self.keep(key, f"{found.uuid or ''}\n{found.date or ''}".encode())
        return found

    async def file(self, repository: RepoName, commit: str, path: str) -> bytes | None:
        """Read a file of a commit; what a commit holds, or lacks, is a fact for ever."""
        by_git = await self._has_only_a_key(repository)
        key = (self.git_key if by_git else self._key)(repository, "src", f"{commit}/{path}")
        if (known := self.known(key)) is not None:
            return known[1:] if known[:1] == _PRESENT else None
        if by_git:
            body = await self.git.file(repository, commit, path)
        else:
            request = requests.file_request(self._settings.api_url, repository, commit, path)
            response, asked = await self._ask(request, repository, f"`{path}` of commit `{commit}`")
            body = read_file(response, asked)
        self.keep(key, _ABSENT if body is None else _PRESENT + body)
        return body

    async def repository(self, repository: RepoName) -> Repository:
        """Ask about the repository itself."""
        request = requests.repository_request(self._settings.api_url, repository)
        response, asked = await self._ask(request, repository, "the repository's description")
        return read_repository(response, asked)

    async def download(self, repository: RepoName, commit: str, target: str) -> Download:
        """Download the archive of a commit to the file `target`, mode 0600.

        Raises:
            ArchiveAccessError: no archive came back, but a sign-in page or the like; git may still serve.
            NotFoundError: the service has no such commit.
        """
        request = requests.archive_request(self._settings.web_url, repository, commit)
        received, asked = await self._download(repository, request, target, f"the archive of commit `{commit}`")
        return _downloaded(received, asked)

    async def _ref(self, repository: RepoName, kind: requests.RefKind, name: str) -> Found | None:
        if not requests.is_ref_name(name):
            return None
        if await self._has_only_a_key(repository):
            commit = (await self.git.refs(repository)).get(f"{_PREFIXES[kind]}{name}")
            return None if commit is None else Found(commit=commit)
        request = requests.ref_request(self._settings.api_url, repository, kind, name)
        response, asked = await self._ask(request, repository, f"{_SINGULAR[kind]} `{name}`")
        return self._noted(repository, read_ref(response, asked, name))

    async def _refs(self, repository: RepoName, kind: requests.RefKind, *, dated: bool = False) -> tuple[Ref, ...]:
        if await self._has_only_a_key(repository):
            return below(await self.git.refs(repository), _PREFIXES[kind])
        # Without a credential the API allows 60 requests an hour, git 60,000 (BITBUCKET.md section 1.6). The first page
        # is asked for all the same: it tells the uuid, without which the lock would depend on who makes it.
        by_git = not dated and await self._credentials.find(repository) is None
        request = requests.refs_request(self._settings.api_url, repository, kind, dated=dated)
        request = replace(request, is_patient=not by_git)
        refs: dict[str, Ref] = {}
        seen: set[str] = set()
        while True:
            response, asked = await self._ask(request, repository, f"the list of {kind}")
            try:
                page = read_refs(response, asked)
            except RateLimitedError:
                whole = await self.git_host.refs(repository, _PREFIXES[kind]) if by_git else None
                if whole is None:
                    raise
                return whole
            refs |= {ref.name: ref for ref in page.refs}
            if page.uuid is not None:
                self._uuids[repository] = page.uuid
            seen.add(request.url)
            if page.next is None:
                return tuple(refs[name] for name in sorted(refs))
            request = requests.next_request(self._settings.api_url, repository, page.next)
            if request.url in seen or len(seen) >= _MOST_PAGES:
                raise unreadable(asked, f"the list of {kind} has no end")
            if by_git:
                whole = await self.git_host.refs(repository, _PREFIXES[kind])
                if whole is not None:
                    return whole

    async def _has_only_a_key(self, repository: RepoName) -> bool:
        """Tell whether SSH is all there is: then the API, which would know nobody, is not asked."""
        return is_ssh(self._settings) and await self._credentials.find(repository) is None

    def _noted(self, repository: RepoName, found: Found | None) -> Found | None:
        if found is not None and found.uuid is not None:
            self._uuids[repository] = found.uuid
        return found

    def _key(self, repository: RepoName, kind: str, rest: str) -> str:
        address = parse_address(self._settings.api_url)
        return f"{address.shown if address else ''}/{repository}/{kind}/{rest}"

    def git_key(self, repository: RepoName, kind: str, rest: str) -> str:
        """Return the key of a fact that the git server told."""
        return f"git {self._settings.git_url.replace('/', '_')}/{repository}/{kind}/{rest}"

    def known(self, key: str) -> bytes | None:
        """Return a fact, or None where it is not known."""
        return self._facts.get(key) if self._facts is not None else None

    def keep(self, key: str, value: bytes) -> None:
        """Keep a fact."""
        if self._facts is not None:
            self._facts.put(key, value)


_PREFIXES: dict[requests.RefKind, str] = {"tags": TAGS, "branches": BRANCHES}
_SINGULAR: dict[requests.RefKind, str] = {"tags": "tag", "branches": "branch"}


def _downloaded(received: "Received", asked: Asked) -> Download:
    error = archive_failure(received.response, asked)
    if error is not None:
        raise error
    if received.sha256 is None:
        raise unreadable(asked, "no file was written")
    return Download(sha256=received.sha256, size=received.size)
