"""The requests that `deps` sends (BITBUCKET.md sections 1 and 2).

Names of tags and branches go through `refs/`, where a raw `/` is understood; `src`, `commit` and
archives are asked by 40 hex digits alone, because no spelling of a slash works there (BCLOUD-20223).
"""

import re
from typing import Literal
from urllib.parse import quote

from bitdeps.core.bitbucket.address import parse_address
from bitdeps.core.messages import Request
from bitdeps.core.names import COMMIT, RepoName
from bitdeps.errors import ServiceError

RefKind = Literal["tags", "branches"]

# Without `next` among the fields, paging would stop in silence.
_REF_FIELDS = "name,target.hash,target.date,target.repository.uuid,target.repository.full_name"
_LIST_FIELDS = "values.name,values.target.hash,values.target.repository.uuid,next"
_DATED_FIELDS = f"values.date,values.target.date,{_LIST_FIELDS}"
_COMMIT_FIELDS = "hash,date,repository.uuid,repository.full_name"
_REPOSITORY_FIELDS = "uuid,full_name,is_private,mainbranch.name"
_PAGE_LENGTH = 100

# What git itself refuses in a name (git-check-ref-format); such a name is never sent, since parts
# made of dots would lead a server to another address.
_IMPOSSIBLE = re.compile(r"(?:^|/)\.|\.\.|//|^/|/$|\.$|\.lock(?:/|$)|@\{|[\x00-\x20\x7f~^:?*\[\\]|^$|^@$")


def is_ref_name(name: str) -> bool:
    """Tell whether git can have a tag or branch of this name."""
    return _IMPOSSIBLE.search(name) is None


def ref_request(api: str, repository: RepoName, kind: RefKind, name: str) -> Request:
    """Ask for one tag or branch; the name must pass `is_ref_name`."""
    if not is_ref_name(name):
        raise ValueError(f"not a name of a tag or branch: {name!r}")
    return _get(api, repository, f"refs/{kind}/{quote(name, safe='/')}", fields=_REF_FIELDS)


def refs_request(api: str, repository: RepoName, kind: RefKind, *, dated: bool = False) -> Request:
    """Ask for the first page of all tags or branches, with their dates where those are wanted."""
    fields = _DATED_FIELDS if dated else _LIST_FIELDS
    return _get(api, repository, f"refs/{kind}", pagelen=str(_PAGE_LENGTH), fields=fields)


def next_request(api: str, repository: RepoName, url: str) -> Request:
    """Ask for the page that an answer named; its address is opaque, but may not leave the API.

    Raises:
        ServiceError: the address is another scheme, host or port than the API's.
    """
    home, address = parse_address(api), parse_address(url)
    if home is None or address is None or address.origin != home.origin or not address.path.startswith(home.path):
        raise ServiceError(
            f"`{repository}`: the next page of the list is not at the API's own address",
            hint="check `DEPS_API_URL`: a proxy or gateway must not change the addresses inside answers",
        )
    return Request(method="GET", url=url, endpoint="api", repository=repository)


def commit_request(api: str, repository: RepoName, commit: str) -> Request:
    """Ask for a commit by its 40 hex digits."""
    return _get(api, repository, f"commit/{_checked(commit)}", fields=_COMMIT_FIELDS)


def file_request(api: str, repository: RepoName, commit: str, path: str) -> Request:
    """Ask for the raw bytes of one file; `path` is relative and has no dot parts."""
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise ValueError(f"not a plain relative path: {path!r}")
    return _get(api, repository, f"src/{_checked(commit)}/{quote(path, safe='/')}")


def repository_request(api: str, repository: RepoName) -> Request:
    """Ask about the repository itself."""
    return _get(api, repository, "", fields=_REPOSITORY_FIELDS)


def archive_request(web: str, repository: RepoName, commit: str) -> Request:
    """Ask for the archive of a commit; the body must arrive as the service stored it."""
    return Request(
        method="GET",
        url=f"{web}/{repository}/get/{_checked(commit)}.tar.gz",
        endpoint="archive",
        repository=repository,
        headers={"accept-encoding": "identity"},
    )


def _get(api: str, repository: RepoName, path: str, **query: str) -> Request:
    slash = "/" if path else ""
    tail = "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
    return Request(
        method="GET",
        url=f"{api}/repositories/{repository}{slash}{path}{tail}",
        endpoint="api",
        repository=repository,
    )


def _checked(commit: str) -> str:
    if not COMMIT.fullmatch(commit):
        raise ValueError(f"not a commit id: {commit!r}")
    return commit
