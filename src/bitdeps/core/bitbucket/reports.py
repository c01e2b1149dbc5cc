"""Code Insights: a report on a commit and its annotations, as requests, and the reading of what came of them.

Fields, values and numbers: schemas `report` and `report_annotation` of the service's OpenAPI description. It names no
lengths of texts; ours are those of its sibling (https://developer.atlassian.com/server/bitbucket/how-tos/code-insights/).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.body import explain
from bitdeps.core.bitbucket.failures import failure, fault_of, invisible
from bitdeps.core.messages import Request, Response
from bitdeps.core.names import COMMIT, RepoName
from bitdeps.errors import AuthError, DepsError, NotFoundError, ServiceError

MOST_ANNOTATIONS = 1000
MOST_AT_ONCE = 100
LONGEST_SUMMARY = 450
LONGEST_DETAILS = 2000
_GONE = (204, 404)
_BAD_REQUEST = 400

Severity = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW"]
AnnotationKind = Literal["VULNERABILITY", "CODE_SMELL", "BUG"]
Result = Literal["PASSED", "FAILED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One finding; `path` and `line` say where it is shown, relative to the git repository."""

    id: str
    kind: AnnotationKind
    severity: Severity
    summary: str
    details: str = ""
    path: str
    line: int
    """From 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is shown about a commit as a whole."""

    title: str
    details: str
    result: Result
    data: Mapping[str, int | str | bool]
    """At most 10 fields, by title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The report of one tool on one commit."""

    repository: RepoName
    commit: str
    id: str


def delete_request(api: str, place: Place) -> Request:
    """Ask to remove a report with all its annotations: those of an earlier run would stay otherwise."""
    return _request("DELETE", _address(api, place), place, None)


def report_request(api: str, place: Place, report: Report) -> Request:
    """Ask to keep a report."""
    document = {
        "title": report.title,
        "details": _cut(report.details, LONGEST_DETAILS),
        "report_type": "SECURITY",
        "reporter": "deps",
        "result": report.result,
        "data": [{"title": title, "type": _type(value), "value": value} for title, value in report.data.items()],
    }
    return _request("PUT", _address(api, place), place, document)


def annotation_requests(api: str, place: Place, annotations: Sequence[Annotation]) -> tuple[Request, ...]:
    """Ask to keep annotations, in as many requests as it takes; what is beyond the service's limit is left out."""
    taken = [_annotation(each) for each in annotations[:MOST_ANNOTATIONS]]
    parts = [taken[start : start + MOST_AT_ONCE] for start in range(0, len(taken), MOST_AT_ONCE)]
    return tuple(_request("POST", f"{_address(api, place)}/annotations", place, part) for part in parts)


def check_deleted(response: Response, asked: Asked) -> None:
    """Accept that a report is gone, or never was.

    Raises:
        DepsError: neither is so.

    """
    if response.status not in _GONE:
        raise _refused(response, asked)


def check_saved(response: Response, asked: Asked) -> None:
    """Accept that a report or annotations are kept.

    Raises:
        AuthError: the credential may not do that, or there is none.
        NotFoundError: the repository has no such commit.
        ServiceError: the service does not take it.

    """
    if fault_of(response) is not None:
        raise _refused(response, asked)


def _refused(response: Response, asked: Asked) -> DepsError:
    fault, told = fault_of(response), explain(response)
    if fault in ("unauthorized", "forbidden", "invisible") and asked.credential is None:
        return AuthError(
            f"`{asked.repository}`: a report needs a credential, and none was sent",
            hint=f"set `{asked.variable}`, or the key and secret of an OAuth consumer",
        )
    if fault == "scope":
        needed = ", ".join(f"`{name}`" for name in told.required)
        has = ", ".join(f"`{name}`" for name in told.granted) or "none"
        return AuthError(
            f"`{asked.repository}`: {asked.credential} may not write reports: "
            f"it lacks the scope {needed}; it has {has}",
            hint="add the scope where the credential was made (for a token: make a new one)",
        )
    if fault == "invisible":
        return invisible(asked)
    if fault == "missing":
        return NotFoundError(
            f"`{asked.repository}`: the service has no such commit to report on",
            hint="check `BITBUCKET_COMMIT`; only a commit that was pushed can have a report",
        )
    if response.status == _BAD_REQUEST:
        return ServiceError(f"`{asked.host}`: the service does not take the report: {told.message}")
    return failure(response, asked)


def _annotation(each: Annotation) -> dict[str, object]:
    details = {"details": _cut(each.details, LONGEST_DETAILS)} if each.details else {}
    return {
        "external_id": each.id,
        "annotation_type": each.kind,
        "severity": each.severity,
        "result": "FAILED" if each.severity in ("CRITICAL", "HIGH") else "IGNORED",
        "summary": _cut(each.summary, LONGEST_SUMMARY),
        **details,
        "path": each.path,
        "line": each.line,
    }


def _type(value: int | str | bool) -> str:  # noqa: FBT001 (a value of the report, no switch)
    if isinstance(value, bool):
        return "BOOLEAN"
    return "NUMBER" if isinstance(value, int) else "TEXT"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _address(api: str, place: Place) -> str:
    if not COMMIT.fullmatch(place.commit):
        raise ValueError(f"not a commit id: {place.commit!r}")
    return f"{api}/repositories/{place.repository}/commit/{place.commit}/reports/{quote(place.id, safe='')}"


def _request(method: str, url: str, place: Place, document: object) -> Request:
    if document is None:
        return Request(method=method, url=url, endpoint="api", repository=place.repository)
    return Request(
        method=method,
        url=url,
        endpoint="api",
        repository=place.repository,
        headers={"content-type": "application/json"},
        body=json.dumps(document, ensure_ascii=False).encode(),
    )
