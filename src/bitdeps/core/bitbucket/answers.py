"""The answers that `deps` understands.

A thing that is missing is None; anything else that is no success raises the error that says why.
"""

import re
from dataclasses import dataclass

from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.body import dig, is_html, load_json, media_type, text_at
from bitdeps.core.bitbucket.failures import failure, fault_of, invisible, other_hash, unreadable, web_page
from bitdeps.core.messages import Response
from bitdeps.core.names import COMMIT
from bitdeps.errors import ServiceError

_LONGER = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UUID = re.compile(r"\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A commit that exists; what the service did not say is None."""

    commit: str
    uuid: str | None = None
    """The repository's, in braces."""
    date: str | None = None
    """ISO 8601, of the commit."""
    full_name: str | None = None
    """`workspace/repo` as the service writes it, which differs after a renaming."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A tag or branch and the commit that it names (peeled)."""

    name: str
    commit: str
    date: str | None = None
    """ISO 8601, of an annotated tag, else of the commit; where it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefPage:
    """One page of a listing, and the opaque address of the one after it."""

    refs: tuple[Ref, ...]
    next: str | None
    uuid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """What the service tells about a repository."""

    uuid: str | None
    full_name: str | None
    private: bool
    main_branch: str | None


def read_ref(response: Response, asked: Asked, name: str) -> Found | None:
    """Read the answer about one tag or branch."""
    data = _read_object(response, asked)
    if data is None:
        return None
    if text_at(data, "name") != name:
        raise unreadable(asked, "it is about another name than was asked for")
    target = dig(data, "target")
    return _found(target, text_at(target, "hash"), asked)


def read_commit(response: Response, asked: Asked, commit: str) -> Found | None:
    """Read the answer about one commit."""
    data = _read_object(response, asked)
    if data is None:
        return None
    found = _found(data, text_at(data, "hash"), asked)
    if found.commit != commit:
        raise unreadable(asked, "it is about another commit than was asked for")
    return found


def read_refs(response: Response, asked: Asked) -> RefPage:
    """Read one page of tags or branches."""
    data = _read_object(response, asked)
    if data is None:
        raise invisible(asked)
    values, following = dig(data, "values"), dig(data, "next")
    if not isinstance(values, list) or not (following is None or isinstance(following, str)):
        raise unreadable(asked, "it is no page of a list")
    refs = tuple(_ref(value, asked) for value in values)
    uuid = next((found for value in values if (found := _uuid(dig(value, "target"), "repository"))), None)
    return RefPage(refs=refs, next=following, uuid=uuid)


def read_file(response: Response, asked: Asked) -> bytes | None:
    """Read the bytes of a file; None where there is no file of this name."""
    fault = fault_of(response)
    if fault == "missing":
        return None
    if fault is not None:
        raise failure(response, asked)
    if media_type(response) == "text/html" and is_html(response):
        raise web_page(asked)
    if media_type(response) == "application/json" and dig(load_json(response.body), "pagelen") is not None:
        return None  # a directory
    return response.body


def read_repository(response: Response, asked: Asked) -> Repository:
    """Read the answer about a repository."""
    data = _read_object(response, asked)
    if data is None:
        raise invisible(asked)
    return Repository(
        uuid=_uuid(data),
        full_name=text_at(data, "full_name"),
        private=dig(data, "is_private") is True,
        main_branch=text_at(data, "mainbranch", "name"),
    )


def _read_object(response: Response, asked: Asked) -> dict[str, object] | None:
    fault = fault_of(response)
    if fault == "missing":
        return None
    if fault is not None:
        raise failure(response, asked)
    data = load_json(response.body)
    if isinstance(data, dict):
        return data
    if not response.body.strip():
        raise unreadable(asked, "it is empty")
    raise web_page(asked) if is_html(response) else unreadable(asked, "it is no JSON object")


def _found(node: object, commit: str | None, asked: Asked) -> Found:
    if commit is None or not COMMIT.fullmatch(commit):
        raise _no_commit(commit, asked, "it names no commit of 40 hex digits")
    return Found(
        commit=commit,
        uuid=_uuid(node, "repository"),
        date=text_at(node, "date"),
        full_name=text_at(node, "repository", "full_name"),
    )


def _ref(value: object, asked: Asked) -> Ref:
    name, commit = text_at(value, "name"), text_at(value, "target", "hash")
    if not name or commit is None or not COMMIT.fullmatch(commit):
        raise _no_commit(commit, asked, "an entry of the list names no commit of 40 hex digits")
    return Ref(name=name, commit=commit, date=text_at(value, "date") or text_at(value, "target", "date"))


def _no_commit(commit: str | None, asked: Asked, reason: str) -> ServiceError:
    is_longer = commit is not None and _LONGER.fullmatch(commit)
    return other_hash(asked.repository) if is_longer else unreadable(asked, reason)


def _uuid(node: object, *keys: str) -> str | None:
    uuid = text_at(node, *keys, "uuid")
    return uuid if uuid is not None and _UUID.fullmatch(uuid) else None
