"""Where the real service is known to differ from its OpenAPI description, each with its source.

The sandbox answers as the service does; a check against the description relaxes it at exactly these points.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

Change = Literal["extra", "nullable", "optional", "replaced"]
_RECORDED = "data/bitbucket/responses/go-scm"
_TEXT: dict[str, Any] = {"type": "string"}
_NO_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_LINK: dict[str, Any] = {"$ref": "#/components/schemas/link"}
_RENDERED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "message": {
            "type": "object",
            "properties": {"raw": _TEXT, "markup": _TEXT, "html": _TEXT, "type": _TEXT},
        }
    },
}
_WORKSPACE: dict[str, Any] = {"$ref": "#/components/schemas/workspace"}
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
    """A status that the description does not list, on the operations that `path` (a glob) fits."""

    path: str
    status: int
    source: str

    def covers(self, template: str, status: int) -> bool:
        """Tell whether a status of an operation is this one."""
        return status == self.status and fnmatchcase(template, self.path)


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
    *_extra("commit", "BITBUCKET.md 1.1: `rendered`", rendered=_RENDERED),
    *_extra("repository", f"{_RECORDED}/repo.json", slug=_TEXT, website=_TEXT, workspace=_WORKSPACE),
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
_REPOSITORY = "/repositories/{workspace}/{repo_slug}"
_REPORTS = f"{_REPOSITORY}/commit/{{commit}}/reports"
_PAGELEN = "jenkinsci/bitbucket-branch-source-plugin#1182: Invalid pagelen"
_GONE = f"{_ERRORS}: CHANGE-2770"
UNDESCRIBED: tuple[Undescribed, ...] = (
    Undescribed(path="*", status=401, source=_ERRORS),
    Undescribed(path="*", status=403, source=_ERRORS),
    Undescribed(path="*", status=429, source=f"{_ERRORS}: text/plain"),
    Undescribed(path=f"{_REPOSITORY}/refs*", status=400, source=_PAGELEN),
    Undescribed(path=f"{_REPOSITORY}/commits*", status=400, source=_PAGELEN),
    Undescribed(path=f"{_REPOSITORY}/diffstat/*", status=400, source=_PAGELEN),
    Undescribed(path=f"{_REPOSITORY}/src/*", status=400, source=_PAGELEN),
    Undescribed(path="/repositories/{workspace}", status=400, source=_PAGELEN),
    Undescribed(path=f"{_REPORTS}/*/annotations", status=400, source="OpenAPI: 400 of the same with one annotation"),
    Undescribed(path=f"{_REPOSITORY}/diffstat/*", status=404, source=f"{_ERRORS}: unknown ref"),
    Undescribed(path=f"{_REPOSITORY}/downloads", status=404, source=f"{_ERRORS}: a repository that may not be seen"),
    Undescribed(path=f"{_REPORTS}*", status=404, source=f"{_ERRORS}: unknown ref"),
    Undescribed(path="/repositories", status=410, source=_GONE),
    Undescribed(path="/workspaces", status=410, source=_GONE),
    Undescribed(path="/user/permissions/*", status=410, source=_GONE),
    Undescribed(path=f"{_REPOSITORY}/src/*", status=301, source="OpenAPI text: LFS"),
    Undescribed(path=f"{_REPOSITORY}/src", status=302, source="OpenAPI text: root of the main branch"),
    Undescribed(path=f"{_REPOSITORY}/src/*", status=304, source="OpenAPI text: ETag"),
    Undescribed(path=f"{_REPOSITORY}/downloads", status=402, source="BITBUCKET.md 1.1: Free plan"),
)
