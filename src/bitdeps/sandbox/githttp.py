"""git's smart HTTP for clone, fetch and push, through `git http-backend`."""

import asyncio
import re
from collections.abc import AsyncIterator
from urllib.parse import unquote, urlencode

from bitdeps.sandbox.api import count_request
from bitdeps.sandbox.call import Answer, Call, text_answer
from bitdeps.sandbox.git import git_environment, git_program
from bitdeps.sandbox.problems import HIDDEN_REPOSITORY
from bitdeps.sandbox.store import Repository

_PATH = re.compile(
    r"/(?P<workspace>[^/]+)/(?P<slug>[^/]+?)(?:\.git)?/(?P<service>info/refs|git-upload-pack|git-receive-pack)\Z"
)
# User names per kind of credential (OpenAPI narrative; BITBUCKET.md section 3).
_USER_NAMES = {
    "oauth": {"x-token-auth"},
    "access-token": {"x-token-auth"},
    "api-token": {"x-bitbucket-api-token-auth", "username"},
}
GIT_PATH = "/{workspace}/{repo_slug}.git/{info/refs,git-upload-pack,git-receive-pack}"
GIT_STATUSES = (200, 401, 403, 404, 405, 410, 415, 429)
CHUNK = 64 * 1024


def is_git(path: str) -> bool:
    """Tell whether an encoded path is one of git's."""
    return bool(_PATH.match(path))


def _sign_in() -> Answer:
    headers = {"WWW-Authenticate": 'Basic realm="Bitbucket.org HTTP"'}
    return text_answer("Authentication required", 401, headers=headers)


def _refusal(call: Call, repository: Repository | None, *, push: bool) -> Answer | None:
    principal = call.principal
    if principal.kind == "app-password":
        return text_answer("App passwords are deprecated. Use an API token.", 410)
    if principal.kind != "anonymous" and (
        not principal.is_known or principal.presented not in _USER_NAMES[principal.kind]
    ):
        return _sign_in()
    if repository is None or not principal.may_read(repository) or (push and not principal.is_known):
        return text_answer(HIDDEN_REPOSITORY, 404) if principal.is_known else _sign_in()
    if principal.lacks("repository:write" if push else "repository"):
        return text_answer("Your credentials lack one or more required privilege scopes.", 403)
    if push and principal.role(repository) not in {"write", "admin"}:
        return text_answer("You do not have write access to this repository.", 403)
    return None


async def answer_git(call: Call) -> Answer:
    """Answer one request of git.

    Raises:
        AssertionError: for a status that `GIT_STATUSES` does not list, a defect of the sandbox.
    """
    match = _PATH.match(call.path)
    if match is None:
        return text_answer("Not found", 404)
    repository = call.state.store.repository(unquote(match["workspace"]), unquote(match["slug"]))
    push = "git-receive-pack" in (match["service"], call.argument("service"))
    refusal = _refusal(call, repository, push=push)
    if refusal or repository is None:
        return refusal or _sign_in()
    answer = count_request(call, "git") or await _backend(call, repository, match["service"])
    if answer.status not in GIT_STATUSES:
        msg = f"{GIT_PATH} gave {answer.status}, which it does not list"
        raise AssertionError(msg)
    return answer


def _environment(call: Call, repository: Repository, service: str) -> dict[str, str]:
    switches = call.state.switches
    config = {
        "uploadpack.allowFilter": str(switches.partial_clone).lower(),
        "http.receivepack": str(call.principal.is_known).lower(),
    }
    environment = git_environment(config) | {
        "GIT_PROJECT_ROOT": str(call.state.root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{repository.full_name}.git/{service}",
        "REQUEST_METHOD": call.method,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "QUERY_STRING": urlencode(call.query),
        "CONTENT_TYPE": call.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(call.body)),
        "HTTP_CONTENT_ENCODING": call.headers.get("content-encoding", ""),
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_USER": call.principal.name,
    }
    if switches.git_protocol == "v2" and "git-protocol" in call.headers:
        environment["GIT_PROTOCOL"] = call.headers["git-protocol"]
    return environment


async def _backend(call: Call, repository: Repository, service: str) -> Answer:
    process = await asyncio.create_subprocess_exec(
        git_program(),
        "http-backend",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(call, repository, service),
    )
    feeder = asyncio.ensure_future(_feed(process, call.body))
    head = await _head(process)
    status = int(head.pop("Status", "200").split(" ")[0])
    return Answer(status=status, headers=head, body=_body(process, feeder))


async def _feed(process: asyncio.subprocess.Process, body: bytes) -> None:
    if process.stdin is None:
        return
    try:
        process.stdin.write(body)
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        return
    finally:
        process.stdin.close()


async def _head(process: asyncio.subprocess.Process) -> dict[str, str]:
    headers: dict[str, str] = {}
    while process.stdout and (line := (await process.stdout.readline()).strip()):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name] = value.strip()
    return headers or {"Status": "500 No answer"}


async def _body(process: asyncio.subprocess.Process, feeder: "asyncio.Future[None]") -> AsyncIterator[bytes]:
    try:
        while process.stdout and (chunk := await process.stdout.read(CHUNK)):
            yield chunk
        await feeder
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
