"""What happened between two commits, and what a workspace holds: requests, and the reading of answers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar
from urllib.parse import quote

from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.body import dig, load_json, printable, text_at
from bitdeps.core.bitbucket.failures import failure, fault_of, invisible, unreadable
from bitdeps.core.messages import Request, Response
from bitdeps.core.names import COMMIT, RepoName, slug

PAGE_LENGTH = 100
_COMMIT_FIELDS = "values.hash,values.date,values.message,values.author.raw,next"
_FILE_FIELDS = "values.status,values.lines_added,values.lines_removed,values.old.path,values.new.path,next"
_STATUSES: tuple["Status", ...] = ("added", "removed", "modified", "renamed")

Status = Literal["added", "removed", "modified", "renamed"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCommit:
    """A commit in a history; texts are safe to print on one line."""

    commit: str
    date: str | None
    title: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """A file that differs between two commits; a conflict or other status counts as modified."""

    status: Status
    path: str
    old_path: str | None = None
    """Where it was before, if it was renamed."""
    added: int = 0
    """Lines."""
    removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list, and the opaque address of the one after it."""

    values: tuple[object, ...]
    next: str | None


def between_request(
    api: str, repository: RepoName, *, include: str, exclude: str, path: str | None = None, length: int = PAGE_LENGTH
) -> Request:
    """Ask for the commits that `include` reaches and `exclude` does not, newest first; below a path alone, if given."""
    query = f"include={_checked(include)}&exclude={_checked(exclude)}{_below(path)}&pagelen={length}"
    return _get(repository, f"{api}/repositories/{repository}/commits?{query}&fields={_COMMIT_FIELDS}")


def files_request(api: str, repository: RepoName, *, new: str, old: str, paths: Iterable[str] = ()) -> Request:
    """Ask for the files in which two commits differ, at or below some paths if given; the new one stands first.

    Without `topic` the service compares the old commit with a merge of both.
    """
    spec = f"{_checked(new)}..{_checked(old)}"
    query = f"topic=false&pagelen={PAGE_LENGTH}{''.join(map(_below, paths))}&fields={_FILE_FIELDS}"
    return _get(repository, f"{api}/repositories/{repository}/diffstat/{spec}?{query}")


def _below(path: str | None) -> str:
    return "" if path is None else f"&path={quote(path, safe='/')}"


def repositories_request(api: str, beside: RepoName) -> Request:
    """Ask for the names of the repositories in the workspace of one."""
    address = f"{api}/repositories/{quote(beside.workspace)}?pagelen={PAGE_LENGTH}&fields=values.full_name,next"
    return _get(beside, address)


def read_page(response: Response, asked: Asked) -> Page | None:
    """Read one page of any list; None where what it is about does not exist."""
    fault = fault_of(response)
    if fault == "missing":
        return None
    if fault is not None:
        raise invisible(asked) if fault == "invisible" else failure(response, asked)
    data = load_json(response.body)
    values, following = dig(data, "values"), dig(data, "next")
    if not isinstance(values, list) or not (following is None or isinstance(following, str)):
        raise unreadable(asked, "it is no page of a list")
    return Page(values=tuple(values), next=following)


def read_logged(value: object, asked: Asked) -> LoggedCommit:
    """Read one commit of a history."""
    commit = text_at(value, "hash")
    if commit is None or not COMMIT.fullmatch(commit):
        raise unreadable(asked, "an entry of the list names no commit of 40 hex digits")
    title = (text_at(value, "message") or "").strip().partition("\n")[0]
    author = (text_at(value, "author", "raw") or "").partition("<")[0]
    return LoggedCommit(commit=commit, date=text_at(value, "date"), title=printable(title), author=printable(author))


def read_changed(value: object, asked: Asked) -> ChangedFile:
    """Read one file of a diffstat."""
    old, new = text_at(value, "old", "path"), text_at(value, "new", "path")
    path = new if new is not None else old
    if path is None:
        raise unreadable(asked, "an entry of the list names no file")
    status = text_at(value, "status")
    return ChangedFile(
        status=next((known for known in _STATUSES if known == status), "modified"),
        path=path,
        old_path=old if old != path else None,
        added=_number(value, "lines_added"),
        removed=_number(value, "lines_removed"),
    )


def read_name(value: object, asked: Asked) -> RepoName | None:
    """Read one repository of a workspace; None for a name that no manifest could have."""
    workspace, _, repo = (text_at(value, "full_name") or "").partition("/")
    names = slug(workspace), slug(repo)
    if not workspace:
        raise unreadable(asked, "an entry of the list names no repository")
    return None if names[0] is None or names[1] is None else RepoName(names[0], names[1])


Reader = Callable[[object, Asked], T]


def _number(value: object, key: str) -> int:
    number = dig(value, key)
    return number if isinstance(number, int) and not isinstance(number, bool) else 0


def _get(repository: RepoName, url: str) -> Request:
    return Request(method="GET", url=url, endpoint="api", repository=repository)


def _checked(commit: str) -> str:
    if not COMMIT.fullmatch(commit):
        raise ValueError(f"not a commit id: {commit!r}")
    return commit
