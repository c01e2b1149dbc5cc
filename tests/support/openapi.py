"""Bitbucket's OpenAPI description as a strict check: what it does not describe is an error, unless a list says so.

The description leaves most objects open (`additionalProperties: true`). Here every object is closed, the subtypes that
its discriminators imply are tried, and the deviations known of the real service relax it at exactly their points.
"""

import copy
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from bitdeps.sandbox.deviations import OTHER_SCHEMAS, Deviation

Schema = dict[str, Any]
_ID = "urn:bitbucket"
_PREFIX = "#/components/schemas/"
_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


class Description:
    """The description, relaxed by deviations."""

    def __init__(self, document: Schema, deviations: tuple[Deviation, ...]) -> None:
        self.paths: Schema = document["paths"]
        self._schemas: Schema = copy.deepcopy(document["components"]["schemas"])
        for deviation in deviations:
            _relax(self._schemas, deviation)
        root = DRAFT202012.create_resource({"$id": _ID, "components": {"schemas": self._both()}})
        self._registry: Registry[Any] = Registry().with_resource(_ID, root).crawl()

    def statuses(self, method: str, template: str) -> Schema | None:
        """Give the described answers of an operation by status, None for an unknown one."""
        operation = self.paths.get(template, {}).get(method.lower())
        return operation["responses"] if operation else None

    def problems(self, method: str, template: str, status: int, document: Any, query: str = "") -> list[str]:  # noqa: ANN401
        """Give what the description has against an answer; errors are held against the schema `error`."""
        return [_told(error) for error in self.validator(method, template, status, query).iter_errors(document)]

    def validator(self, method: str, template: str, status: int, query: str = "") -> Draft202012Validator:
        """Give the check of the answers of an operation with one status."""
        described = (self.statuses(method, template) or {}).get(str(status), {})
        schema = described.get("content", {}).get("application/json", {}).get("schema")
        other = [name for (end, part), name in OTHER_SCHEMAS.items() if template.endswith(end) and part in query]
        if other and status == 200:
            schema = {"$ref": f"{_PREFIX}{other[0]}"}
        elif schema is None:
            schema = {"$ref": f"{_PREFIX}error"}
        return Draft202012Validator(self._closed(schema), registry=self._registry, format_checker=_FORMATS)

    def _both(self) -> Schema:
        both: Schema = {}
        for name, schema in self._schemas.items():
            both[name] = self._open(schema)
            kinds = [name, *self._subtypes(name)]
            exact = [{"$ref": _ID + _PREFIX + kind, "unevaluatedProperties": False} for kind in kinds]
            both[f"{name}!"] = exact[0] if len(exact) == 1 else {"anyOf": exact}
        return both

    def _subtypes(self, name: str) -> list[str]:
        direct = [
            other
            for other, schema in self._schemas.items()
            if any(part.get("$ref") == _PREFIX + name for part in schema.get("allOf", []))
        ]
        return direct + [deeper for kind in direct for deeper in self._subtypes(kind)]

    def _open(self, schema: Schema) -> Schema:
        """Convert one schema so that it can be a part of another: nothing is forbidden yet."""
        if "$ref" in schema:
            return {"$ref": _ID + schema["$ref"]}
        result = {key: value for key, value in schema.items() if key not in {"discriminator", "example"}}
        if result.get("additionalProperties") is True:
            del result["additionalProperties"]
        if "allOf" in result:
            result["allOf"] = [self._open(part) for part in result["allOf"]]
        if "anyOf" in result:
            result["anyOf"] = [self._closed(part) for part in result["anyOf"]]
        if "properties" in result:
            result["properties"] = {key: self._closed(value) for key, value in result["properties"].items()}
        for key in ("items", "additionalProperties"):
            if isinstance(result.get(key), dict):
                result[key] = self._closed(result[key])
        return result

    def _closed(self, schema: Schema) -> Schema:
        """Convert one schema where it stands by itself: only described keys may come."""
        if "$ref" in schema:
            return {"$ref": f"{_ID}{schema['$ref']}!"}
        result = self._open(schema)
        if (result.get("properties") or "allOf" in result) and "additionalProperties" not in result:
            result["unevaluatedProperties"] = False
        return result


def _told(error: ValidationError) -> str:
    """Word an error; of several subtypes, by the one that has fewest objections."""
    while error.validator == "anyOf" and error.context:
        branches: dict[Any, list[ValidationError]] = {}
        for part in error.context:
            branches.setdefault(part.schema_path[0], []).append(part)
        error = min(branches.values(), key=lambda parts: len(str([part.message for part in parts])))[0]
    return f"{error.json_path}: {error.message[-200:]}"


def _relax(schemas: Schema, deviation: Deviation) -> None:
    schema = schemas[deviation.schema]
    if deviation.change == "optional":
        schema["allOf"] = [
            part if "$ref" not in part else {"properties": {"type": {"type": "string"}}} for part in schema["allOf"]
        ]
        return
    *path, last = deviation.key.split(".")
    holder = next(part for part in schema.get("allOf", [schema]) if "properties" in part)
    for part in path:
        holder = holder["properties"][part]
    properties = holder["properties"]
    if (last in properties) == (deviation.change == "extra"):
        msg = f"the description {'has' if last in properties else 'lacks'} {deviation.schema}.{deviation.key}"
        raise AssertionError(msg)
    if deviation.change == "nullable":
        properties[last] = {"anyOf": [properties[last], {"type": "null"}]}
    else:
        properties[last] = deviation.allows
