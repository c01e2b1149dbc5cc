"""A bare repository of our own for one commit, fetched at depth 1 and deleted afterwards.

It is written by hand, not by `git init`: so there are no templates, no hooks and no attributes, and its
configuration is the one in `bitdeps.core.git.config` and what the user set up to reach the server.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bitdeps.config.git import local_environment
from bitdeps.core.git.config import FIXED, format_config
from bitdeps.core.git.errors import NotServedError
from bitdeps.core.oauth.credential import GitLogin
from bitdeps.git.access import Access
from bitdeps.git.failures import fetch_failure, local_failure
from bitdeps.git.program import Bounds, Done, run

_FETCH = (
    "fetch",
    "--quiet",
    "--depth=1",
    "--no-tags",
    "--no-recurse-submodules",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
)
# Outside the branches, which may name commits alone: what has this id may be something else.
_BY_ID = "refs/deps/locked"
_REMOTE = "origin"
_NOTHING_FOUND = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BareRepository:
    """A directory that git takes for a repository; `subject` names it in messages."""

    directory: str
    url: str
    subject: str
    access: Access = field(repr=False)
    bounds: Bounds

    def make(self, *, signed_in: bool) -> None:
        """Write what makes an empty directory a repository."""
        for name in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
            os.makedirs(os.path.join(self.directory, name))
        # No branch that is there: what `export-subst` writes may name refs.
        self._write("HEAD", "ref: refs/heads/none\n")
        remote = [(f"remote.{_REMOTE}.url", self.url)]
        self._write("config", format_config([*self.access.settings(signed_in=signed_in), *FIXED, *remote]))

    async def fetch(self, what: str, login: GitLogin | None, *, bare_commit: bool = False) -> str:
        """Fetch a ref or a commit by its 40 hex digits, without history; return the commit that it names.

        With `bare_commit` the trees are not wanted, where the server can leave them out.

        Raises:
            NotServedError: the server has no such ref, or does not give commits by id.
            DepsError: why the server gives nothing.

        """
        to = what if what.startswith("refs/") else _BY_ID
        options = [*_FETCH, *(["--filter=tree:0"] if bare_commit else [])]
        with self.access.open(login) as (environment, inherited):
            done = await run(
                [*options, _REMOTE, f"+{what}:{to}"],
                directory=self.directory,
                environment={**environment, "GIT_DIR": self.directory},
                bounds=self.bounds,
                inherited=inherited,
            )
        if done.status != 0:
            raise fetch_failure(done, self.subject)
        found = await self.local("rev-parse", "--verify", "--quiet", f"{to}^{{commit}}")
        if found.status != 0:
            raise NotServedError(f"`{what}` names no commit")
        return found.output.decode().strip()

    def end_fetching(self) -> None:
        """Let the commit have its parents again, which `export-subst` may write, and depth 1 hides."""
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(self.directory, "shallow"))

    async def refs(self, patterns: Sequence[str], login: GitLogin | None) -> str:
        """Return what `git ls-remote` prints.

        Raises:
            DepsError: why the server gives no list.

        """
        with self.access.open(login) as (environment, inherited):
            done = await run(
                ["ls-remote", "--quiet", _REMOTE, *patterns],
                directory=self.directory,
                environment={**environment, "GIT_DIR": self.directory},
                bounds=self.bounds,
                inherited=inherited,
            )
        if done.status != 0:
            raise fetch_failure(done, self.subject)
        return done.output.decode("utf-8", "surrogateescape")

    async def commit_object(self, commit: str) -> bytes:
        """Return the bytes of a commit that was fetched."""
        done = await self.local("cat-file", "commit", commit)
        if done.status != 0:
            raise local_failure(done, self.subject, f"read commit `{commit}`")
        return done.output

    async def file(self, commit: str, path: str) -> bytes | None:
        """Return the bytes of a file of a fetched commit; None where it has no file of this name."""
        found = await self.local("ls-tree", "-z", "--full-tree", commit, "--", f":(literal){path}")
        if found.status != 0:
            raise local_failure(found, self.subject, f"list commit `{commit}`")
        words = found.output.partition(b"\t")[0].split()
        if words[:2] not in ([b"100644", b"blob"], [b"100755", b"blob"]):
            return None
        done = await self.local("cat-file", "blob", words[2].decode())
        if done.status != 0:
            raise local_failure(done, self.subject, f"read `{path}` of commit `{commit}`")
        return done.output

    async def substituted(self, commit: str) -> tuple[str, ...]:
        """Return the files in which `git archive` replaces placeholders (`export-subst`), sorted.

        What comes out may depend on refs and on the number of objects, so on where the archive is made.
        """
        found = await self.local("grep", "-l", "-z", "-a", "-F", "-e", "$Format:", commit)
        if found.status == _NOTHING_FOUND:
            return ()
        if found.status != 0:
            raise local_failure(found, self.subject, f"search commit `{commit}`")
        paths = [name.partition(b":")[2] for name in found.output.split(b"\0") if name]
        await self.local("read-tree", commit)
        given = b"".join(path + b"\0" for path in paths)
        told = await self.local("check-attr", "--cached", "-z", "--stdin", "export-subst", given=given)
        if told.status != 0:
            raise local_failure(told, self.subject, f"read the attributes of commit `{commit}`")
        fields = told.output.split(b"\0")
        names = zip(fields[::3], fields[2::3], strict=False)
        return tuple(sorted(name.decode("utf-8", "surrogateescape") for name, value in names if value == b"set"))

    async def local(self, *arguments: str, given: bytes = b"") -> Done:
        """Run git on what was fetched, without a network and without the user's configuration."""
        return await run(
            arguments,
            directory=self.directory,
            environment=self.local_environment(),
            bounds=Bounds(seconds=self.bounds.seconds, output=self.bounds.output),
            given=given,
        )

    def local_environment(self) -> Mapping[str, str]:
        """Return the environment of git where it works on what was fetched."""
        return {**local_environment(), "GIT_DIR": self.directory, "GIT_ALLOW_PROTOCOL": "none"}

    def _write(self, name: str, text: str) -> None:
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8", errors="surrogateescape", opener=_private) as file:
            file.write(text)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)
