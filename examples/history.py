"""Read `repository.toml`: the history of an example repository, one `[[commits]]` table for each commit.

A commit changes the tree of its parent by, in this order:

- `remove`: paths that go
- `files`: a folder beside the file; what it holds is added or replaced
- `generate`: the name of a generator in `generated_files.py`
- `text`: contents by path; for names that not every file system can hold in a checkout
- `links`: targets of symlinks by path

`executable` names the files that may be run: from then on, whoever changes them. `branch` is `main` unless it says
otherwise; `start` names the branch or tag that a new branch begins at; `merge` names a second parent. A tag with a
`message` is annotated.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from generated_files import GENERATORS

Mode = Literal["100644", "100755", "120000"]
_COMMIT_KEYS = {
    "author", "branch", "date", "executable", "files", "generate", "links", "merge", "message", "remove", "start",
    "tags", "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file or, with mode 120000, a link whose target is the content."""

    mode: Mode
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A name for a commit; annotated where it has a message."""

    name: str
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit, and the tags that point at it; `start` and `merge` are names of branches or tags."""

    branch: str
    start: str | None
    merge: str | None
    author: str
    date: datetime
    message: str
    remove: tuple[str, ...]
    entries: dict[str, Entry]
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One repository; `name` is `workspace/repo`."""

    name: str
    description: str
    language: str
    private: bool
    commits: tuple[Commit, ...]


def read_histories(folder: Path) -> list[History]:
    """Read every repository below a folder of workspaces, by name."""
    return [_history(path.parent) for path in sorted(folder.glob("*/*/repository.toml"))]


def _history(folder: Path) -> History:
    document = tomllib.loads((folder / "repository.toml").read_text(encoding="utf-8"))
    executable: set[str] = set()
    return History(
        name=f"{folder.parent.name}/{folder.name}",
        description=document["description"],
        language=document["language"],
        private=document.get("private", False),
        commits=tuple(_commit(table, folder, executable) for table in document["commits"]),
    )


def _commit(table: dict[str, Any], folder: Path, executable: set[str]) -> Commit:
    unknown = table.keys() - _COMMIT_KEYS
    if unknown:
        message = f"{folder.name}: unknown in a commit: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    executable.update(table.get("executable", ()))
    entries = {
        path: Entry(mode="100755" if path in executable else "100644", content=content)
        for path, content in _contents(table, folder)
    }
    for path, target in table.get("links", {}).items():
        entries[path] = Entry(mode="120000", content=target.encode())
    return Commit(
        branch=table.get("branch", "main"),
        start=table.get("start"),
        merge=table.get("merge"),
        author=table["author"],
        date=table["date"],
        message=table["message"],
        remove=tuple(table.get("remove", ())),
        entries=entries,
        tags=tuple(Tag(name=tag["name"], message=tag.get("message")) for tag in table.get("tags", ())),
    )


def _contents(table: dict[str, Any], folder: Path) -> Iterator[tuple[str, bytes]]:
    if "files" in table:
        yield from _folder(folder / table["files"])
    if "generate" in table:
        yield from GENERATORS[table["generate"]]()
    for path, text in table.get("text", {}).items():
        yield path, text.encode()


def _folder(top: Path) -> Iterator[tuple[str, bytes]]:
    """Give the files below a folder; `__pycache__` comes from whoever ran them here, and is no part of it."""
    files = [path for path in sorted(top.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    if not files:
        message = f"{top} holds no file"
        raise FileNotFoundError(message)
    for path in files:
        yield path.relative_to(top).as_posix(), path.read_bytes()
