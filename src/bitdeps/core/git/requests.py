"""The requests of git's smart HTTP that `deps` sends itself (https://git-scm.com/docs/http-protocol)."""

from bitdeps.core.git.packets import Mark, mark, packet
from bitdeps.core.messages import Request
from bitdeps.core.names import COMMIT, RepoName

_SERVICE = "git-upload-pack"
_VERSION = {"git-protocol": "version=2"}
# The agent is what git's own documentation asks clients to send; no version, since it tells nothing here.
_AGENT = "agent=deps"


def repository_url(git_url: str, repository: RepoName) -> str:
    """Return the address of a repository for git."""
    return f"{git_url}/{repository}.git"


def advertisement_request(git_url: str, repository: RepoName) -> Request:
    """Ask what the server can do."""
    return Request(
        method="GET",
        url=f"{repository_url(git_url, repository)}/info/refs?service={_SERVICE}",
        endpoint="git",
        repository=repository,
        headers=_VERSION,
    )


def fetch_request(git_url: str, repository: RepoName, commit: str, *, filters: bool) -> Request:
    """Ask for one commit without its history; with `filters` also without its tree."""
    if not COMMIT.fullmatch(commit):
        raise ValueError(f"not a commit id: {commit!r}")
    arguments = [
        "no-progress",
        "ofs-delta",
        f"want {commit}",
        "deepen 1",
        *(["filter tree:0"] if filters else []),
        "done",
    ]
    return _command(git_url, repository, "fetch", arguments)


def listing_request(git_url: str, repository: RepoName, prefix: str) -> Request:
    """Ask for all refs below `prefix`, annotated tags with the commit that they name."""
    return _command(git_url, repository, "ls-refs", ["peel", f"ref-prefix {prefix}"])


def _command(git_url: str, repository: RepoName, name: str, arguments: list[str]) -> Request:
    head = [f"command={name}", _AGENT, "object-format=sha1"]
    body = (
        b"".join(packet(f"{line}\n") for line in head)
        + mark(Mark.DELIMITER)
        + b"".join(packet(f"{line}\n") for line in arguments)
        + mark(Mark.FLUSH)
    )
    return Request(
        method="POST",
        url=f"{repository_url(git_url, repository)}/{_SERVICE}",
        endpoint="git",
        repository=repository,
        headers={
            **_VERSION,
            "content-type": f"application/x-{_SERVICE}-request",
            "accept": f"application/x-{_SERVICE}-result",
            "accept-encoding": "identity",
        },
        body=body,
    )
