"""Write a history as a stream for `git fast-import` (https://git-scm.com/docs/git-fast-import).

Commit ids are functions of the stream: contents, modes, names, messages, authors, dates with their time zones.
"""

from collections.abc import Iterator
from datetime import datetime

from history import Commit, Entry, History, Tag

PEOPLE = {
    "ada": "Ada Moreau <ada@acme.example>",
    "juergen": "Jürgen Weiß <juergen@acme.example>",
    "mei": "Mei Tanaka <mei@acme.example>",
}


def stream(history: History) -> Iterator[bytes]:
    """Give the stream piece by piece; the files of a commit are sorted by path."""
    marks: dict[str, int] = {}
    for mark, commit in enumerate(history.commits, start=1):
        yield from _commit(commit, mark, marks)
        marks[commit.branch] = mark
        for tag in commit.tags:
            yield _tag(tag, commit, mark)
            marks[tag.name] = mark


def _commit(commit: Commit, mark: int, marks: dict[str, int]) -> Iterator[bytes]:
    who = f"{PEOPLE[commit.author]} {_moment(commit.date)}"
    head = f"commit refs/heads/{commit.branch}\nmark :{mark}\nauthor {who}\ncommitter {who}\n"
    yield head.encode() + _data(f"{commit.message.rstrip()}\n".encode())
    parent = marks.get(commit.start or commit.branch)
    if parent:
        yield f"from :{parent}\n".encode()
    if commit.merge:
        yield f"merge :{marks[commit.merge]}\n".encode()
    for path in commit.remove:
        yield f"D {path}\n".encode()
    for path, entry in sorted(commit.entries.items()):
        yield _change(path, entry)


def _change(path: str, entry: Entry) -> bytes:
    return f"M {entry.mode} inline {path}\n".encode() + _data(entry.content)


def _tag(tag: Tag, commit: Commit, mark: int) -> bytes:
    if tag.message is None:
        return f"reset refs/tags/{tag.name}\nfrom :{mark}\n".encode()
    head = f"tag {tag.name}\nfrom :{mark}\ntagger {PEOPLE[commit.author]} {_moment(commit.date)}\n"
    return head.encode() + _data(f"{tag.message.rstrip()}\n".encode())


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _moment(date: datetime) -> str:
    """Write a date as git keeps it: seconds since 1970, and the zone it was written in."""
    return f"{date.timestamp():.0f} {date:%z}"
