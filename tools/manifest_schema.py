"""Print the JSON Schema of deps.toml, made from the tables that the parser reads.

`python tools/manifest_schema.py > docs/reference/deps.schema.json`; a test checks that the file is fresh. A schema
knows keys, types and which keys exclude each other; all other rules are the parser's alone.
"""

import json
from collections.abc import Iterable
from typing import Any

from bitdeps.core.manifest.keys import ENTRY, PROJECT, REQUIREMENT, TOP, Key, KeyType

KINDS = ("tag", "version", "branch", "commit")
TYPES: dict[KeyType, dict[str, Any]] = {
    "string": {"type": "string"},
    "Boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "array of strings": {"type": "array", "items": {"type": "string"}},
    "table": {"type": "object"},
}
VALUES: dict[str, dict[str, Any]] = {
    "commit": {"type": "string", "pattern": "^[0-9a-fA-F]{40}$"},
    "lfs": {"const": "pointers"},
    "include": {"type": "array", "items": {"type": "string"}, "minItems": 1},
}


def table(keys: Iterable[Key], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the schema of a table that holds these keys and no others."""
    properties = {key.name: _value(key) for key in keys}
    return {"type": "object", "properties": properties, "additionalProperties": False, **more}


def _value(key: Key) -> dict[str, Any]:
    known = VALUES.get(key.name, TYPES[key.type])
    return known if key.default is None else {**known, "description": f"Default: {key.default}"}


def schema() -> dict[str, Any]:
    """Return the whole schema."""
    exactly_one = {"oneOf": [{"required": [kind]} for kind in KINDS]}
    entries = {"type": "object", "additionalProperties": {"$ref": "#/$defs/entry"}}
    tables = {
        "project": {"$ref": "#/$defs/project"},
        "dependencies": entries,
        "groups": {"type": "object", "additionalProperties": entries},
        "overrides": {"type": "object", "additionalProperties": {"$ref": "#/$defs/override"}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "deps.toml",
        "type": "object",
        "properties": {key.name: tables[key.name] for key in TOP},
        "additionalProperties": False,
        "$defs": {
            "project": table(PROJECT),
            "entry": table(ENTRY, **exactly_one),
            "override": table(REQUIREMENT, **exactly_one),
        },
    }


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2))
