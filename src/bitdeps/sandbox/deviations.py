"""Where the real service is known to differ from its OpenAPI description, each with its source.

The sandbox answers as the service does; a check against the description relaxes it at exactly these points.
"""

from dataclasses import dataclass
from typing import Any, Literal

Change = Literal["extra", "nullable", "optional", "replaced"]
_RECORDED = "data/bitbucket/responses/go-scm"
_TEXT: dict[str, Any] = {"type": "string"}
_NO_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_LINK: dict[str, Any] = {"$ref": "#/components/schemas/link"}
_COMMIT_LINKS: dict[str, Any] = {"type": "object", "additionalProperties": _LINK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One difference at a dotted key of a schema.

    `extra`: a key that the description lacks, whose values `allows` describes; `nullable`: may be null;
    `optional`: may be absent; `replaced`: `allows` takes the place of what the description says.
    """

    schema: str
    key: str
    change: Change
    source: str
    allows: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undescribed:
    """A status, on paths that start with `prefix`, that the description does not list."""

    prefix: str
    status: int
    source: str


def _extra(schema: str, source: str, **keys: Any) -> tuple[Deviation, ...]:  # noqa: ANN401 (JSON schemas)
    return tuple(
        Deviation(schema=schema, key=key.replace("__", "."), change="extra", source=source, allows=allows)
        for key, allows in keys.items()
    )


def _nullable(schema: str, source: str, *keys: str) -> tuple[Deviation, ...]:
    return tuple(Deviation(schema=schema, key=key, change="nullable", source=source) for key in keys)


DEVIATIONS: tuple[Deviation, ...] = (
    *_nullable("tag", "BITBUCKET.md 1.2: lightweight tags", "date", "message", "tagger"),
    *_nullable("repository", "BITBUCKET.md 4: recorded repositories have `parent: null`", "parent"),
    *_nullable(
        "repository", "an empty repository has no main branch (spec: `mainbranch` is not required)", "mainbranch"
    ),
    *_nullable(
        "diffstat", "OpenAPI, example of diffstat: an added file has no `old`, a removed one no `new`", "old", "new"
    ),
    Deviation(schema="author", key="type", change="optional", source="BITBUCKET.md 4: author of commit without `type`"),
    *_extra("base_commit", f"BITBUCKET.md 4; {_RECORDED}/commit.json", summary__type=_TEXT),
    *_extra("base_commit", f"{_RECORDED}/commit.json", links=_COMMIT_LINKS),
    *_extra("commit", "BITBUCKET.md 1.1: `rendered`", rendered={"type": "object"}),
    *_extra("repository", f"{_RECORDED}/repo.json", slug=_TEXT, website=_TEXT, workspace={"type": "object"}),
    *_extra(
        "repository",
        f"BITBUCKET.md 4; {_RECORDED}/repo.json",
        links__branches=_LINK,
        links__tags=_LINK,
        links__source=_LINK,
    ),
    Deviation(
        schema="repository",
        key="links.clone",
        change="replaced",
        allows={"type": "array", "items": {"type": "object", "properties": {"href": _TEXT, "name": _TEXT}}},
        source=f"{_RECORDED}/repo.json: the ssh address is no URI",
    ),
    *_extra(
        "user_links",
        f"{_RECORDED}/user.json",
        hooks=_LINK,
        followers=_LINK,
        following=_LINK,
        snippets=_LINK,
    ),
    *_extra("project", f"BITBUCKET.md 4; {_RECORDED}/repo.json", links__self=_LINK),
    *_extra("account", f"{_RECORDED}/repo.json: `owner`, {_RECORDED}/tag.json: `user`", username=_TEXT),
    *_extra("user", f"{_RECORDED}/user.json", location=_NO_TEXT, website=_NO_TEXT),
    *_extra(
        "treeentry", f"{_RECORDED}/content_list.json", links=_COMMIT_LINKS, mimetype=_NO_TEXT, size={"type": "integer"}
    ),
    *_extra("treeentry", f"{_RECORDED}/content_list.json", attributes={"type": "array", "items": _TEXT}),
    *_extra("treeentry", f"{_RECORDED}/content.json (format=meta)", escaped_path=_TEXT),
    *_extra("commit_file", f"{_RECORDED}/content.json", links=_COMMIT_LINKS),
    Deviation(
        schema="error",
        key="error.detail",
        change="replaced",
        allows={"type": ["string", "object"]},
        source="captured-errors.json: 403, backstage#22383",
    ),
    *_extra("error", "BITBUCKET.md 1.5: `fields`", error__fields={"type": "object"}),
    *_extra("error", "captured-errors.json: 410, ktrysmt/go-bitbucket#357", data={"type": "object"}),
    Deviation(
        schema="report_data",
        key="value",
        change="replaced",
        allows={},
        source="OpenAPI, text of the operation: values are numbers, texts and Booleans, not only objects",
    ),
    *_extra("report_annotation", "OpenAPI, example of the operation: `title`", title=_TEXT),
)

# Bodies that the description gives another schema, or none, by the end of the path and the query.
OTHER_SCHEMAS: dict[tuple[str, str], str] = {
    # OpenAPI text of the operation: "returns the JSON object describing the file's properties".
    ("/src/{commit}/{path}", "format=meta"): "treeentry",
    # The description has a list of downloads without a schema; an empty one is an empty page.
    ("/downloads", ""): "paginated_files",
}

_ERRORS = "BITBUCKET.md 1.5"
UNDESCRIBED: tuple[Undescribed, ...] = (
    Undescribed(prefix="/", status=401, source=_ERRORS),
    Undescribed(prefix="/", status=403, source=_ERRORS),
    Undescribed(prefix="/", status=429, source=f"{_ERRORS}: text/plain"),
    Undescribed(prefix="/", status=400, source="jenkinsci/bitbucket-branch-source-plugin#1182: Invalid pagelen"),
    Undescribed(prefix="/", status=404, source=f"{_ERRORS}: a repository that may not be seen"),
    Undescribed(prefix="/", status=410, source=f"{_ERRORS}: CHANGE-2770"),
    Undescribed(prefix="/repositories/{workspace}/{repo_slug}/src", status=301, source="OpenAPI text: LFS"),
    Undescribed(
        prefix="/repositories/{workspace}/{repo_slug}/src", status=302, source="OpenAPI text: root of the main branch"
    ),
    Undescribed(prefix="/repositories/{workspace}/{repo_slug}/src", status=304, source="OpenAPI text: ETag"),
    Undescribed(
        prefix="/repositories/{workspace}/{repo_slug}/downloads", status=402, source="BITBUCKET.md 1.1: Free plan"
    ),
)
