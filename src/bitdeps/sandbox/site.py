"""Source archives, `/{workspace}/{repo}/get/{revision}.tar.gz`, and the sign-in page they may lead to."""

import hashlib
import re
from pathlib import Path
from urllib.parse import unquote

from bitdeps.sandbox.api import count_request
from bitdeps.sandbox.archives import MEDIA_TYPES, SUFFIXES, top_directory
from bitdeps.sandbox.call import Answer, Call, redirect, text_answer
from bitdeps.sandbox.faults import Fault
from bitdeps.sandbox.revisions import find_hash
from bitdeps.sandbox.store import Repository

SIGN_IN = "/account/signin/"
# Texts: data/bitbucket/responses/captured-errors.json.
NO_CSET = "Cannot resolve the cset"
QUERY_TOKEN = "This endpoint does not support token-based authentication."  # noqa: S105 (a message)
_SIGN_IN_PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Log in to continue - Log in with Atlassian account</title></head>
<body><h1>Log in to continue</h1><form method="post"><input name="username"><input type="password"></form></body></html>
"""
_ARCHIVE = re.compile(r"/(?P<workspace>[^/]+)/(?P<slug>[^/]+)/get/(?P<file>.+)\Z")
_MEDIA = re.compile(r"/_media/archives/(?P<key>[0-9a-f]{32})/(?P<workspace>[^/]+)/(?P<slug>[^/]+)/(?P<file>.+)\Z")


def is_archive(path: str) -> bool:
    """Tell whether an encoded path is one of an archive."""
    return bool(_ARCHIVE.match(path)) and not is_media(path)


def is_media(path: str) -> bool:
    """Tell whether an encoded path is one of the object store that redirects lead to."""
    return path.startswith("/_media/")


def answer_sign_in(call: Call) -> Answer:  # noqa: ARG001 (every page takes the call)
    """Answer the sign-in page."""
    return text_answer(_SIGN_IN_PAGE, kind="text/html; charset=utf-8")


def _refuse(call: Call) -> Answer:
    how = call.state.switches.archive_refusal
    if how == "html":
        return answer_sign_in(call)
    if how == "unauthorized":
        return text_answer("", 401, headers={"WWW-Authenticate": 'Basic realm="Bitbucket.org HTTP"'})
    return redirect(f"{call.base}{SIGN_IN}?next={call.path}")


def _credential(call: Call) -> str:
    principal = call.principal
    return "x-token-auth" if principal.presented == "x-token-auth" else principal.kind


def _is_refused(call: Call) -> bool:
    principal = call.principal
    if principal.kind == "anonymous":
        return False
    proper = principal.presented in {"bearer", "email", "x-token-auth"}
    return not principal.is_known or not proper or _credential(call) in call.state.switches.archive_refuses


def answer_archive(call: Call) -> Answer:
    """Answer an archive, or one of the many ways in which the service refuses one."""
    match = _ARCHIVE.match(call.path)
    if match is None:
        return text_answer("Not found", 404)
    if call.argument("access_token") is not None:
        return text_answer(QUERY_TOKEN, 403)
    repository = call.state.store.repository(unquote(match["workspace"]), unquote(match["slug"]))
    refusal = count_request(call, "archive") or _refusal(call, repository)
    if refusal or repository is None:
        return refusal or text_answer("Not found", 404)
    return _send(call, repository, unquote(match["file"]))


def _refusal(call: Call, repository: Repository | None) -> Answer | None:
    if _is_refused(call):
        return _refuse(call)
    if repository is None or not call.principal.may_read(repository):
        return _refuse(call) if call.principal.kind == "anonymous" else text_answer("Not found", 404)
    return text_answer("Forbidden", 403) if call.principal.lacks("repository") else None


def _send(call: Call, repository: Repository, file: str) -> Answer:
    if file.endswith(".tgz"):
        return text_answer("Forbidden", 403)
    suffix = next((held for held in SUFFIXES if file.endswith(held)), None)
    commit = find_hash(call, repository, file.removesuffix(suffix), slashes=True) if suffix else None
    if suffix is None or commit is None:
        return text_answer(NO_CSET, 404)
    if call.state.switches.archive_origin == "other":
        other = next((origin for origin in call.state.origins if origin != call.origin), call.origin)
        name = f"{repository.full_name}/{commit}{suffix}"
        return redirect(f"{other}/_media/archives/{_signature(name)}/{name}")
    return _file(call, repository, commit, suffix)


def _signature(name: str) -> str:
    return hashlib.sha256(f"signed {name}".encode()).hexdigest()[:32]


def answer_media(call: Call) -> Answer:
    """Answer a signed address; like an object store, it takes no second kind of credential."""
    match = _MEDIA.match(call.path)
    name = f"{match['workspace']}/{match['slug']}/{match['file']}" if match else ""
    repository = call.state.store.repository(match["workspace"], match["slug"]) if match else None
    if match is None or repository is None or match["key"] != _signature(name):
        return text_answer("<Error><Code>AccessDenied</Code></Error>", 403, kind="application/xml")
    if call.principal.kind != "anonymous":
        text = "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>"
        return text_answer(text, 400, kind="application/xml")
    commit, dot, suffix = match["file"].partition(".")
    return _file(call, repository, commit, dot + suffix)


def _tampering(call: Call, kind: str, address: str) -> Fault | None:
    """Give how a fault changes this archive; a fault meant for `address` also strikes where that redirects to."""
    hit = call.strike(
        lambda fault: fault.kind == "tampered-archive" and (kind == "tar.gz" or fault.how in {"html", "empty"}),
        also=address,
    )
    return hit[-1] if hit else None


def _file(call: Call, repository: Repository, commit: str, suffix: str) -> Answer:
    switches = call.state.switches
    kind = SUFFIXES[suffix]
    fault = _tampering(call, kind, f"/{repository.full_name}/get/{commit}{suffix}")
    tampering = "" if fault is None else fault.how
    if tampering == "html":
        return answer_sign_in(call)
    name = f"{top_directory(repository, commit)}{suffix}"
    headers = {"Content-Type": MEDIA_TYPES[kind], "Content-Disposition": f'attachment; filename="{name}"'}
    if switches.archive_encoding == "gzip" and kind == "tar.gz":
        headers["Content-Encoding"] = "gzip"
    if tampering == "empty":
        return Answer(headers=headers)
    if fault is not None and tampering == "file":
        return Answer(headers=headers, body=Path(fault.file), length=switches.archive_length)
    way = tampering or switches.archive_compression
    path = call.state.archives.path(repository, commit, kind, way)
    return Answer(headers=headers, body=path, length=switches.archive_length)
