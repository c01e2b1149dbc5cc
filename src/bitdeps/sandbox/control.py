"""The control interface below `/_sandbox`: faults, switches, request log, tags, people. JSON in, JSON out."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from bitdeps.sandbox.build import TagPlan, add_branch, add_tag, remove_ref
from bitdeps.sandbox.call import Answer, Call, json_answer
from bitdeps.sandbox.faults import parse_fault
from bitdeps.sandbox.git import GitError
from bitdeps.sandbox.githttp import GIT_PATH, GIT_STATUSES
from bitdeps.sandbox.pages import PAGES
from bitdeps.sandbox.problems import SeedError
from bitdeps.sandbox.routes import ENDPOINTS
from bitdeps.sandbox.seeds.apply import apply_seed
from bitdeps.sandbox.seeds.document import parse_seed
from bitdeps.sandbox.seeds.keys import Table, take
from bitdeps.sandbox.store import Repository
from bitdeps.sandbox.switches import with_changes

PREFIX = "/_sandbox/"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def answer_control(call: Call) -> Answer:
    """Answer one control request; a mistake in it is a 400 that says what is wrong, a web page may send none."""
    if "origin" in call.headers or urlsplit(call.base).hostname not in _LOOPBACK:
        return json_answer({"error": "the control interface is for programs on this machine"}, 403)
    action = _ACTIONS.get((call.method, call.path.removeprefix(PREFIX)))
    if action is None:
        return json_answer({"error": f"no control {call.method} {call.path}"}, 404)
    try:
        body = json.loads(call.body) if call.body else {}
        return json_answer(action(call, body))
    except (SeedError, GitError, ValueError, RecursionError) as error:
        return json_answer({"error": str(error)}, 400)


def _show(call: Call, body: Any) -> Any:  # noqa: ANN401, ARG001 (JSON; one signature)
    state = call.state
    return {
        "origins": state.origins,
        "root": str(state.root),
        "switches": asdict(state.switches),
        "faults": state.faults.listing(),
        "defects": state.defects,
        "limits": {**state.limits.limits, "window": state.limits.window},
    }


def _reset(call: Call, body: Any) -> Any:  # noqa: ANN401, ARG001
    call.state.reset()
    return {}


def _remove_workspace(call: Call, body: Any) -> Any:  # noqa: ANN401
    slug = take(dict(_table(body)), "workspace", str)
    if call.state.store.workspace(slug) is None:
        return {"removed": 0}
    repositories = call.state.store.repositories(slug)
    for repository in repositories:
        call.state.store.forget(repository)
        shutil.rmtree(repository.path)
    return {"removed": len(repositories)}


def _requests(call: Call, body: Any) -> Any:  # noqa: ANN401, ARG001
    return call.state.journal.listing()


def _clear_requests(call: Call, body: Any) -> Any:  # noqa: ANN401, ARG001
    call.state.journal.clear()
    return {}


def _faults(call: Call, body: Any) -> Any:  # noqa: ANN401, ARG001
    return call.state.faults.listing()


def _add_fault(call: Call, body: Any) -> Any:  # noqa: ANN401
    return asdict(call.state.faults.add(parse_fault(_table(body))))


def _clear_faults(call: Call, body: Any) -> Any:  # noqa: ANN401, ARG001
    call.state.faults.clear()
    return {}


def _switch(call: Call, body: Any) -> Any:  # noqa: ANN401
    call.state.switches = with_changes(call.state.switches, _table(body))
    return asdict(call.state.switches)


def _add_world(call: Call, body: Any) -> Any:  # noqa: ANN401
    apply_seed(call.state, parse_seed(_table(body), None))
    return {}


def _set_limits(call: Call, body: Any) -> Any:  # noqa: ANN401
    table, limits = _table(body), call.state.limits
    for name, value in table.items():
        if type(value) is not int or (name != "window" and name not in limits.limits):
            msg = f"limits: `{name}` = {value!r} is not possible"
            raise SeedError(msg)
    limits.window = float(table.pop("window", limits.window))
    limits.limits |= table
    limits.clear()
    return {**limits.limits, "window": limits.window}


def _set_ref(call: Call, body: Any) -> Any:  # noqa: ANN401
    table = dict(_table(body))
    repository = _repository(call, take(table, "repository", str))
    tag, branch = take(table, "tag", str, ""), take(table, "branch", str, "")
    commit, message = take(table, "commit", str, ""), take(table, "message", str, "")
    if bool(tag) == bool(branch):
        msg = "exactly one of `tag` and `branch` is needed"
        raise SeedError(msg)
    if not commit:
        remove_ref(repository.path, f"refs/tags/{tag}" if tag else f"refs/heads/{branch}")
    elif tag:
        add_tag(repository.path, TagPlan(name=tag, message=message or None), commit)
    else:
        add_branch(repository.path, branch, commit)
    call.state.store.forget(repository)
    return {}


def _expire(call: Call, body: Any) -> Any:  # noqa: ANN401, ARG001
    return {"expired": call.state.tokens.expire()}


def _revoke(call: Call, body: Any) -> Any:  # noqa: ANN401, ARG001
    return {"revoked": call.state.tokens.revoke_refresh()}


def _endpoints(call: Call, body: Any) -> Any:  # noqa: ANN401, ARG001
    return [
        {"method": held.method, "path": held.template, "statuses": sorted(held.statuses), "scope": held.scope}
        for held in ENDPOINTS
    ]


def _pages(call: Call, body: Any) -> Any:  # noqa: ANN401, ARG001
    rows = [{"path": held.path, "statuses": sorted(held.statuses)} for held in PAGES]
    return [*rows, {"path": GIT_PATH, "statuses": sorted(GIT_STATUSES)}]


def _table(body: Any) -> Table:  # noqa: ANN401
    if not isinstance(body, dict):
        msg = "a JSON object is needed"
        raise SeedError(msg)
    return body


def _repository(call: Call, full_name: str) -> Repository:
    workspace, _, slug = full_name.partition("/")
    repository = call.state.store.repository(workspace, slug)
    if repository is None:
        msg = f"there is no repository `{full_name}`"
        raise SeedError(msg)
    return repository


_ACTIONS: dict[tuple[str, str], Callable[[Call, Any], Any]] = {
    ("GET", "state"): _show,
    ("POST", "reset"): _reset,
    ("GET", "requests"): _requests,
    ("DELETE", "requests"): _clear_requests,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "switches"): _switch,
    ("POST", "world"): _add_world,
    ("POST", "limits"): _set_limits,
    ("POST", "refs"): _set_ref,
    ("POST", "tokens/expire"): _expire,
    ("POST", "tokens/revoke-refresh"): _revoke,
    ("POST", "workspaces/remove"): _remove_workspace,
    ("GET", "endpoints"): _endpoints,
    ("GET", "pages"): _pages,
}
