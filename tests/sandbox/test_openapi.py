"""The sandbox against Bitbucket's own OpenAPI description: every path and status that it says it can give."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bitdeps.sandbox.deviations import DEVIATIONS, UNDESCRIBED
from support.every_answer import ASKS, Ask, address, furnish, member
from support.openapi import Description
from support.sandbox import Sandbox, Server
from support.shared_data import shared_json

Answers = list[tuple[str, str, int, httpx.Response]]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = shared_json("bitbucket/openapi.json")
    return loaded


@pytest.fixture(scope="module")
def description(document: dict[str, Any]) -> Description:
    return Description(document, DEVIATIONS)


@pytest.fixture(scope="module")
def answers(sandbox_server: Server) -> Answers:
    """Every answer of the table, and for every endpoint a bad token, a missing scope and a rate limit."""
    sandbox_server.control("POST", "reset")
    sandbox = Sandbox(server=sandbox_server, workspace="described")
    with httpx.Client(base_url=sandbox.web_url, trust_env=False, timeout=60) as http:
        values = furnish(sandbox, http)
        auth = member(sandbox)
        found = [
            (method, template, ask.status, _ask(http, method, address(template, values, ask), ask, auth=auth))
            for (method, template), asks in _operations()
            for ask in asks
        ]
        return found + _refused(sandbox, http, values)


def _refused(sandbox: Sandbox, http: httpx.Client, values: dict[str, str]) -> Answers:
    poor = sandbox.api_token("ada", scopes=["read:ssh-key:bitbucket"])
    scoped = {(row["method"], row["path"]) for row in sandbox.server.control("GET", "endpoints") if row["scope"]}
    paths = [(method, template, address(template, values, asks[0])) for (method, template), asks in _operations()]
    found = []
    for method, template, path in paths:
        bad = http.request(method, path, headers={"Authorization": "Bearer nonsense"})
        found.append((method, template, 401, bad))
        if (method, template) in scoped:
            found.append((method, template, 403, http.request(method, path, auth=(poor.email, poor.token))))
    sandbox.limits(anonymous=0)
    return found + [(method, template, 429, http.request(method, path)) for method, template, path in paths]


def _operations() -> Iterator[tuple[tuple[str, str], tuple[Ask, ...]]]:
    for operation, asks in ASKS.items():
        method, template = operation.split(" ")
        yield (method, template), asks


def _ask(http: httpx.Client, method: str, path: str, ask: Ask, *, auth: tuple[str, str]) -> httpx.Response:
    headers = dict(ask.headers)
    if headers.get("If-None-Match") == "*":
        headers["If-None-Match"] = http.get(path).headers["ETag"]
    return http.request(method, path, json=ask.json, headers=headers, auth=auth)


def test_every_declared_answer_is_as_described(
    sandbox_server: Server, answers: Answers, description: Description
) -> None:
    """What the sandbox says it can give is what it gives, and the description has nothing against any of it."""
    given = {(method, template, response.status_code) for method, template, _, response in answers}
    declared = {
        (row["method"], row["path"], status)
        for row in sandbox_server.control("GET", "endpoints")
        for status in row["statuses"]
    }
    assert [(m, t, want, r.status_code, r.text[:200]) for m, t, want, r in answers if want != r.status_code] == []
    assert given == declared
    assert [problem for answer in answers for problem in _problems(description, *answer)] == []


def _problems(description: Description, method: str, template: str, status: int, response: httpx.Response) -> list[str]:
    where = f"{method} {template} {status}"
    described = description.statuses(method, template)
    if described is None:
        return [f"{where}: the description has no such operation"]
    known = any(held.covers(template, status) for held in UNDESCRIBED)
    if str(status) not in described and not known:
        return [f"{where}: the status is not described"]
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        return [] if status in {204, 301, 302, 304, 429} or _is_raw(template, response) else [f"{where}: no JSON"]
    query = response.request.url.query.decode()
    problems = description.problems(method, template, status, response.json(), query)
    return [f"{where}: {problem}" for problem in problems]


def _is_raw(template: str, response: httpx.Response) -> bool:
    return template.endswith("/src/{commit}/{path}") and response.headers["Content-Disposition"] == "attachment"


def _twisted(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 (JSON)
    """Every document that differs from a good one in one key: one more, or another type."""
    if isinstance(value, dict):
        if value:
            yield "seeded", {**value, "seeded": "x"}
        for key, held in value.items():
            changed = 1.5 if isinstance(held, str) else "x" if not isinstance(held, dict | list) else None
            if changed is not None and held is not None:
                yield key, {**value, key: changed}
            for name, deeper in _twisted(held):
                yield f"{key}.{name}", {**value, key: deeper}
    elif isinstance(value, list) and value:
        for name, deeper in _twisted(value[0]):
            yield f"0.{name}", [deeper, *value[1:]]


# Below these the description (or what is known beyond it) leaves open what comes.
_OPEN = ("error.fields.", "error.data.", "error.detail.", "data.")


def _is_open(name: str) -> bool:
    return name.startswith(_OPEN) or name.endswith((".value", "error.detail"))


def test_a_seeded_deviation_is_found(answers: Answers, description: Description) -> None:
    """One key too many, or one value of another type, anywhere in any JSON answer of the table, fails the check."""
    missed, tried = set(), 0
    for method, template, status, response in _kinds(answers):
        check = description.validator(method, template, status, response.request.url.query.decode())
        for name, bad in _twisted(response.json()):
            if not _is_open(name):
                tried += 1
                if check.is_valid(bad):
                    missed.add(f"{method} {template} {status} {name}")
    assert sorted(missed) == []
    assert tried > 1000


def _kinds(answers: Answers) -> Iterator[tuple[str, str, int, httpx.Response]]:
    """Give one JSON answer of each shape at each operation; the errors of one shape count once for all of them."""
    seen = set()
    for answer in answers:
        method, template, status, response = answer
        if not response.headers.get("Content-Type", "").startswith("application/json") or not response.content:
            continue
        places = frozenset(name for name, _ in _twisted(response.json()))
        where = (method, template) if status < 300 else ("", "")
        if (where, places) not in seen:
            seen.add((where, places))
            yield answer


def test_every_listed_deviation_is_needed(answers: Answers, document: dict[str, Any]) -> None:
    """No deviation is listed that no answer shows: without it, the check fails."""
    bare = Description(document, ())
    # Answers that fail in the same way need the same deviations: one of them is enough.
    kinds: dict[tuple[str, int, frozenset[str]], tuple[str, str, int, httpx.Response]] = {}
    for answer in answers:
        places = frozenset(re.sub(r"[0-9a-f]{7,}|[0-9]+", "#", problem) for problem in _problems(bare, *answer))
        if places:
            kinds.setdefault((answer[1], answer[2], places), answer)
    idle = []
    for deviation in DEVIATIONS:
        rest = Description(document, tuple(held for held in DEVIATIONS if held is not deviation))
        if not any(_problems(rest, *answer) for answer in kinds.values()):
            idle.append(f"{deviation.schema}.{deviation.key}")
    assert idle == []


def test_every_undescribed_status_is_needed(answers: Answers, description: Description) -> None:
    """No status is listed as missing from the description that it has wherever the sandbox gives it."""
    idle = [
        held
        for held in UNDESCRIBED
        if not any(
            held.covers(template, status) and str(status) not in (description.statuses(method, template) or {})
            for method, template, status, _ in answers
        )
    ]
    assert idle == []
