"""Bare git repositories made from dictionaries of files, with fixed dates and authors."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bitdeps.sandbox.build import AUTHOR, DATE, Blob, CommitPlan, TagPlan, add_branch, add_commits, add_tag, remove_ref
from bitdeps.sandbox.git import git

DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Executable:
    """A file with the executable bit."""

    content: str | bytes


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True, slots=True)
class Submodule:
    """A submodule entry; its commit need not exist."""

    commit: str


# None removes a path.
Files = Mapping[str, "str | bytes | Executable | Link | Submodule | None"]


def _blob(value: str | bytes | Executable | Link | Submodule | None) -> Blob | None:
    if value is None:
        return None
    if isinstance(value, Link):
        return Blob(data=value.target.encode(), mode="120000")
    if isinstance(value, Submodule):
        return Blob(data=value.commit.encode(), mode="160000")
    content, mode = (value.content, "100755") if isinstance(value, Executable) else (value, "100644")
    return Blob(data=content.encode() if isinstance(content, str) else content, mode=mode)


@dataclass(slots=True, kw_only=True)
class Repo:
    """A bare repository below the server's root. Dates are fixed: one day later for each commit."""

    workspace: str
    slug: str
    path: Path
    _days: Iterator[int] = field(default_factory=count, repr=False)

    @property
    def full_name(self) -> str:
        """Give `workspace/repo`."""
        return f"{self.workspace}/{self.slug}"

    def commit(
        self,
        files: Files,
        *,
        message: str = "Change\n",
        tags: Sequence[str] = (),
        branch: str = "main",
        base: str | None = None,
        author: str = AUTHOR,
        date: int | None = None,
    ) -> str:
        """Add a commit on top of a branch (or of `base`), with lightweight tags; gives its hash."""
        plan = CommitPlan(
            files={path: _blob(value) for path, value in files.items()},
            message=message,
            author=author,
            date=DATE + next(self._days) * DAY if date is None else date,
            branch=branch,
            base=base,
            tags=tuple(TagPlan(name=name) for name in tags),
        )
        return add_commits(self.path, [plan])[0]

    def tag(self, name: str, commit: str, *, message: str | None = None) -> None:
        """Make or move a tag: annotated when it has a message."""
        add_tag(self.path, TagPlan(name=name, message=message, date=DATE), commit)

    def branch(self, name: str, commit: str) -> None:
        """Make or move a branch."""
        add_branch(self.path, name, commit)

    def remove_tag(self, name: str) -> None:
        """Remove a tag."""
        remove_ref(self.path, f"refs/tags/{name}")

    def remove_branch(self, name: str) -> None:
        """Remove a branch."""
        remove_ref(self.path, f"refs/heads/{name}")

    def git(self, *arguments: str) -> str:
        """Run git here, with no user or system configuration; gives its output without the last line end."""
        return git(self.path, *arguments).decode("utf-8", "surrogateescape").rstrip("\n")

    def archive(self, commit: str) -> bytes:
        """Give the tar of `git archive` as the server makes it before compression, without a top directory."""
        return git(self.path, "archive", "--format=tar", commit)
