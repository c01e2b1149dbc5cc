"""Every path of the API that the sandbox serves, and every status that it can give there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from bitdeps.sandbox.call import Answer, Call
from bitdeps.sandbox.endpoints import commits, insights, refs, repositories, source

_REPOSITORY = "/repositories/{workspace}/{repo_slug}"
_REPORTS = f"{_REPOSITORY}/commit/{{commit}}/reports"
_ANNOTATIONS = f"{_REPORTS}/{{reportId}}/annotations"
# Where a trailing slash means the root directory instead of nothing.
_SOURCE = re.compile(r"/repositories/[^/]+/[^/]+/src/[^/]+/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation: `template` as the OpenAPI description spells it, `rest` when the last part may hold slashes."""

    method: str
    template: str
    answer: Callable[[Call], Answer]
    scope: str | None
    statuses: tuple[int, ...]
    rest: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """Give the expression for the encoded path."""
        text = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template)
        if self.rest:
            # A directory's path may be empty, a ref's name may not.
            text = re.sub(r"\[\^/\]\+\)\Z", ".*)" if self.template.endswith("{path}") else ".+)", text)
        return re.compile(text + r"\Z")


def _endpoint(
    operation: str,
    answer: Callable[[Call], Answer],
    *statuses: int,
    scope: str | None = "repository",
    rest: bool = False,
) -> Endpoint:
    """Describe an operation; any credential may be bad (401), lack the scope (403) or be over its limit (429)."""
    method, template = operation.split(" ")
    always = (401, 403, 429) if scope else (401, 429)
    return Endpoint(
        method=method,
        template=template,
        answer=answer,
        scope=scope,
        statuses=tuple(sorted({*statuses, *always})),
        rest=rest,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    _endpoint(f"GET {_REPOSITORY}/refs/tags/{{name}}", refs.get_tag, 200, 404, rest=True),
    _endpoint(f"GET {_REPOSITORY}/refs/tags", refs.list_tags, 200, 400, 404),
    _endpoint(f"GET {_REPOSITORY}/refs/branches/{{name}}", refs.get_branch, 200, 404, rest=True),
    _endpoint(f"GET {_REPOSITORY}/refs/branches", refs.list_branches, 200, 400, 404),
    _endpoint(f"GET {_REPOSITORY}/refs", refs.list_refs, 200, 400, 404),
    _endpoint(f"GET {_REPOSITORY}/commit/{{commit}}", commits.get_commit, 200, 404),
    _endpoint(f"GET {_REPOSITORY}/commits", commits.list_commits, 200, 400, 404),
    _endpoint(f"POST {_REPOSITORY}/commits", commits.list_commits, 200, 400, 404),
    _endpoint(f"GET {_REPOSITORY}/commits/{{revision}}", commits.list_commits_of, 200, 400, 404),
    _endpoint(f"POST {_REPOSITORY}/commits/{{revision}}", commits.list_commits_of, 200, 400, 404),
    _endpoint(f"GET {_REPOSITORY}/diffstat/{{spec}}", commits.get_diffstat, 200, 400, 404),
    _endpoint(f"GET {_REPOSITORY}/src/{{commit}}/{{path}}", source.get_source, 200, 301, 304, 400, 404, rest=True),
    _endpoint(f"GET {_REPOSITORY}/src", source.get_source_root, 302, 404),
    _endpoint(f"GET {_REPOSITORY}/downloads", repositories.list_downloads, 200, 402, 404),
    _endpoint(f"GET {_REPORTS}", insights.list_reports, 200, 404, scope="report"),
    _endpoint(f"PUT {_REPORTS}/{{reportId}}", insights.put_report, 200, 400, 404, scope="report:write"),
    _endpoint(f"GET {_REPORTS}/{{reportId}}", insights.get_report, 200, 404, scope="report"),
    _endpoint(f"DELETE {_REPORTS}/{{reportId}}", insights.delete_report, 204, 404, scope="report:write"),
    _endpoint(f"GET {_ANNOTATIONS}", insights.list_annotations, 200, 404, scope="report"),
    _endpoint(f"POST {_ANNOTATIONS}", insights.post_annotations, 200, 400, 404, scope="report:write"),
    _endpoint(f"GET {_ANNOTATIONS}/{{annotationId}}", insights.get_annotation, 200, 404, scope="report"),
    _endpoint(f"PUT {_ANNOTATIONS}/{{annotationId}}", insights.put_annotation, 200, 400, 404, scope="report:write"),
    _endpoint(f"DELETE {_ANNOTATIONS}/{{annotationId}}", insights.delete_annotation, 204, 404, scope="report:write"),
    _endpoint(f"GET {_REPOSITORY}", repositories.get_repository, 200, 404),
    _endpoint("GET /repositories/{workspace}", repositories.list_repositories, 200, 400, 404),
    _endpoint("GET /repositories", repositories.gone, 410, scope=None),
    _endpoint("GET /workspaces", repositories.gone, 410, scope=None),
    _endpoint("GET /workspaces/{workspace}", repositories.get_workspace, 200, 404, scope="workspace"),
    _endpoint("GET /user", repositories.get_user, 200, scope="account"),
    _endpoint("GET /user/workspaces", repositories.list_user_workspaces, 200, 400, scope="workspace"),
    _endpoint("GET /user/permissions/workspaces", repositories.gone, 410, scope=None),
    _endpoint("GET /user/permissions/repositories", repositories.gone, 410, scope=None),
)
_PATTERNS = [(endpoint, endpoint.pattern) for endpoint in ENDPOINTS]


def match(method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """Find the endpoint of an encoded path below `/2.0`, and its decoded parameters."""
    trimmed = path if _SOURCE.match(path) else path.rstrip("/")
    wanted = "GET" if method == "HEAD" else method
    for endpoint, pattern in _PATTERNS:
        found = pattern.match(trimmed)
        if found and endpoint.method == wanted:
            parts = found.groupdict().items()
            return endpoint, {key: unquote(value, errors="surrogateescape") for key, value in parts}
    return None
