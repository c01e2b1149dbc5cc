"""Code Insights: reports on a commit and their annotations; kept in memory."""

import json
from datetime import UTC, datetime
from typing import Any

from bitdeps.sandbox.call import Answer, Call, json_answer
from bitdeps.sandbox.identity import fixed_uuid
from bitdeps.sandbox.paging import paged
from bitdeps.sandbox.problems import ApiError, not_found, unauthorized
from bitdeps.sandbox.revisions import find_commit, find_repository

Document = dict[str, Any]
MOST_DATA, MOST_ANNOTATIONS, MOST_AT_ONCE = 10, 1000, 100
# Fields and their values: OpenAPI schemas `report` and `report_annotation`.
_REPORT: dict[str, type | tuple[str, ...]] = {
    "title": str,
    "details": str,
    "reporter": str,
    "link": str,
    "logo_url": str,
    "remote_link_enabled": bool,
    "report_type": ("SECURITY", "COVERAGE", "TEST", "BUG"),
    "result": ("PASSED", "FAILED", "PENDING"),
    "data": list,
}
_ANNOTATION: dict[str, type | tuple[str, ...]] = {
    "annotation_type": ("VULNERABILITY", "CODE_SMELL", "BUG"),
    "path": str,
    "line": int,
    "summary": str,
    "title": str,
    "details": str,
    "link": str,
    "result": ("PASSED", "FAILED", "SKIPPED", "IGNORED"),
    "severity": ("CRITICAL", "HIGH", "MEDIUM", "LOW"),
}
_DATA = ("BOOLEAN", "DATE", "DURATION", "LINK", "NUMBER", "PERCENTAGE", "TEXT")
# Keys of a request that name the thing or that answers carry; taken as they are and not kept from the body.
_IDENTITY = {"external_id", "uuid", "type", "created_on", "updated_on"}


def _reports(call: Call) -> tuple[str, dict[str, Document]]:
    if call.method != "GET" and not call.principal.is_known:
        raise unauthorized()
    repository = find_repository(call)
    commit = find_commit(call, repository, call.params["commit"])
    key = f"{repository.full_name} {commit.hash}"
    return key, call.state.reports.setdefault(key, {})


def _body(call: Call) -> Any:  # noqa: ANN401 (JSON)
    try:
        return json.loads(call.body)
    except (ValueError, RecursionError):
        raise ApiError(400, "The request body is not valid JSON.") from None


def _checked(body: Any, fields: dict[str, type | tuple[str, ...]], required: tuple[str, ...]) -> Document:  # noqa: ANN401
    if not isinstance(body, dict):
        raise ApiError(400, "A JSON object is expected.")
    problems = {name: ["required key not provided"] for name in required if name not in body}
    for name, value in body.items():
        allowed = fields.get(name)
        if isinstance(allowed, tuple):
            if value not in allowed:
                problems[name] = [f"must be one of {', '.join(allowed)}"]
        elif allowed and type(value) is not allowed:
            problems[name] = [f"expected {allowed.__name__}"]
        elif allowed is None and name not in _IDENTITY:
            problems[name] = ["extra keys not allowed"]
    if problems:
        raise ApiError(400, "Bad request", fields=problems)
    return {name: value for name, value in body.items() if name in fields}


def _stamped(kind: str, place: str, name: str, held: Document | None, values: Document) -> Document:
    now = datetime.now(tz=UTC).isoformat(timespec="milliseconds")
    identity = {"type": kind, "uuid": fixed_uuid(kind, f"{place} {name}"), "external_id": name}
    return identity | values | {"created_on": held["created_on"] if held else now, "updated_on": now}


def _find(table: dict[str, Document], name: str, kind: str) -> Document:
    found = next((held for held in table.values() if name in {held["external_id"], held["uuid"]}), None)
    if found is None:
        raise not_found(f"{kind} {name} not found")
    return found


def _shown(report: Document) -> Document:
    return {name: value for name, value in report.items() if name != "annotations"}


def put_report(call: Call) -> Answer:
    """Create or replace a report."""
    key, table = _reports(call)
    name = call.params["reportId"]
    values = _checked(_body(call), _REPORT, ("title", "details", "report_type"))
    data = values.get("data", [])
    if len(data) > MOST_DATA:
        raise ApiError(400, "Bad request", fields={"data": [f"at most {MOST_DATA} elements"]})
    if not all(isinstance(item, dict) and _is_data(item) for item in data):
        raise ApiError(400, "Bad request", fields={"data": ["`title`, `type` and `value` are needed"]})
    held = table.get(name)
    report = _stamped("report", key, name, held, values)
    report["annotations"] = held["annotations"] if held else {}
    table[name] = report
    return json_answer(_shown(report))


def _is_data(item: Document) -> bool:
    return set(item) <= {"title", "type", "value"} and isinstance(item.get("title"), str) and item.get("type") in _DATA


def list_reports(call: Call) -> Answer:
    """Answer the reports of a commit."""
    return json_answer(paged(call, list(_reports(call)[1].values()), _shown))


def get_report(call: Call) -> Answer:
    """Answer one report."""
    return json_answer(_shown(_find(_reports(call)[1], call.params["reportId"], "Report")))


def delete_report(call: Call) -> Answer:
    """Remove a report; nothing happens when there is none."""
    table = _reports(call)[1]
    for name in [name for name, held in table.items() if call.params["reportId"] in {name, held["uuid"]}]:
        del table[name]
    return Answer(status=204)


def _annotations(call: Call) -> tuple[str, dict[str, Document]]:
    key, table = _reports(call)
    report = _find(table, call.params["reportId"], "Report")
    annotations: dict[str, Document] = report["annotations"]
    return f"{key} {report['external_id']}", annotations


def _put(place: str, table: dict[str, Document], name: str, body: Any) -> Document:  # noqa: ANN401 (JSON)
    values = _checked(body, _ANNOTATION, ("annotation_type", "summary"))
    if name not in table and len(table) >= MOST_ANNOTATIONS:
        raise ApiError(400, f"A report has at most {MOST_ANNOTATIONS} annotations.")
    table[name] = _stamped("report_annotation", place, name, table.get(name), values)
    return table[name]


def post_annotations(call: Call) -> Answer:
    """Create or replace up to 100 annotations."""
    place, table = _annotations(call)
    body = _body(call)
    if not isinstance(body, list) or not 1 <= len(body) <= MOST_AT_ONCE:
        raise ApiError(400, f"A list of 1 to {MOST_AT_ONCE} annotations is expected.")
    for item in body:
        if not isinstance(item, dict) or not isinstance(item.get("external_id"), str):
            raise ApiError(400, "Bad request", fields={"external_id": ["required key not provided"]})
        _checked(item, _ANNOTATION, ("annotation_type", "summary"))
    return json_answer([_put(place, table, item["external_id"], item) for item in body])


def put_annotation(call: Call) -> Answer:
    """Create or replace one annotation."""
    place, table = _annotations(call)
    return json_answer(_put(place, table, call.params["annotationId"], _body(call)))


def list_annotations(call: Call) -> Answer:
    """Answer the annotations of a report."""
    return json_answer(paged(call, list(_annotations(call)[1].values()), lambda held: held))


def get_annotation(call: Call) -> Answer:
    """Answer one annotation."""
    return json_answer(_find(_annotations(call)[1], call.params["annotationId"], "Annotation"))


def delete_annotation(call: Call) -> Answer:
    """Remove an annotation; nothing happens when there is none."""
    table = _annotations(call)[1]
    for name in [name for name, held in table.items() if call.params["annotationId"] in {name, held["uuid"]}]:
        del table[name]
    return Answer(status=204)
