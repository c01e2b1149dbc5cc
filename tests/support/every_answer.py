"""One request for every path and status that the sandbox says it can give."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from support.repos import Executable, Link
from support.sandbox import Sandbox

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "ab" * 32 + "\nsize 3\n"
REPORT = {
    "title": "Pins",
    "details": "All as locked",
    "report_type": "SECURITY",
    "reporter": "deps",
    "result": "PASSED",
    "link": "https://example.com/report",
    "data": [{"title": "Safe", "type": "BOOLEAN", "value": True}, {"title": "Time", "type": "DURATION", "value": 14}],
}
ANNOTATION = {
    "external_id": "a1",
    "title": "Edited file",
    "annotation_type": "BUG",
    "summary": "vendor/a differs",
    "severity": "HIGH",
    "result": "FAILED",
    "path": "vendor/a",
    "line": 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request that is to give `status` at an endpoint; `values` overrides the parameters of the path."""

    status: int
    query: str = ""
    values: dict[str, str] = field(default_factory=dict)
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def furnish(sandbox: Sandbox, http: httpx.Client) -> dict[str, str]:
    """Make the repositories, people and reports; gives the parameters of a path that exists."""
    sandbox.add({"workspaces": {sandbox.workspace: {"name": "Team"}, f"{sandbox.workspace}-free": {"plan": "free"}}})
    sandbox.user("ada")
    sandbox.api_token()
    repo = sandbox.repository("kit", description="A kit", language="c")
    repo.commit({"README.md": "hi\n", "old.c": "int a;\nint b;\n", "gone": "x\n"}, author="Ada <ada@example.com>")
    files = {
        "new.c": "int a;\nint b;\n",
        "old.c": None,
        "gone": None,
        "README.md": "ho\n",
        "bin/run": Executable("#!\n"),
    }
    commit = repo.commit({**files, "bin/link": Link("run"), "raw.bin": b"\0\1", "big.psd": LFS})
    repo.tag("v1.0", commit, message="First\n")
    repo.tag("light/1", commit)
    sandbox.repository("empty")
    sandbox.repository("docs", {"a": "b\n"}, workspace=f"{sandbox.workspace}-free")
    values = {"workspace": sandbox.workspace, "repo_slug": "kit", "name": "v1.0", "commit": commit, "path": "README.md"}
    values |= {"revision": commit, "spec": commit, "reportId": "r1", "annotationId": "a1"}
    report = f"/2.0/repositories/{repo.full_name}/commit/{commit}/reports/r1"
    signed = member(sandbox)
    assert http.put(report, json=REPORT, auth=signed).status_code == 200
    assert http.post(f"{report}/annotations", json=[ANNOTATION], auth=signed).status_code == 200
    return values


def member(sandbox: Sandbox) -> tuple[str, str]:
    """Give Basic credentials with every scope."""
    kinds = [f"{verb}:{thing}:bitbucket" for verb in ("read", "write") for thing in _THINGS]
    token = sandbox.api_token("ada", scopes=kinds)
    return token.email, token.token


_THINGS = ("repository", "user", "workspace", "pipeline", "account")
_GONE = {"workspace": "nobody"}
_NO_REPOSITORY = {"repo_slug": "nothing"}
_BAD_PAGE = (Ask(status=400, query="?pagelen=101"), Ask(status=400, query="?page=README.md"))
_LISTED = (Ask(status=200, query="?pagelen=1"), *_BAD_PAGE, Ask(status=404, values=_NO_REPOSITORY))
_QUERIED = (*_LISTED, Ask(status=400, query="?q=name+like+x"), Ask(status=404, query="?page=7"))
_SINGLE = (Ask(status=200), Ask(status=404, values=_NO_REPOSITORY))
_R = "/repositories/{workspace}/{repo_slug}"
_REPORTS = _R + "/commit/{commit}/reports"
_ANNOTATIONS = _REPORTS + "/{reportId}/annotations"
_NO_COMMIT = Ask(status=404, values={"commit": "ab" * 20})
_NO_REPORT = Ask(status=404, values={"reportId": "none"})

ASKS: dict[str, tuple[Ask, ...]] = {
    f"GET {_R}/refs/tags/{{name}}": (
        Ask(status=200),
        Ask(status=200, values={"name": "light/1"}),
        Ask(status=404, values={"name": "v9"}),
        Ask(status=404, values=_NO_REPOSITORY),
    ),
    f"GET {_R}/refs/tags": (*_QUERIED, Ask(status=400, query="?sort=date")),
    f"GET {_R}/refs/branches/{{name}}": (
        Ask(status=200, values={"name": "main"}),
        Ask(status=404, values={"name": "v1.0"}),
    ),
    f"GET {_R}/refs/branches": _QUERIED,
    f"GET {_R}/refs": (Ask(status=200), *_QUERIED),
    f"GET {_R}/commit/{{commit}}": (Ask(status=200), _NO_COMMIT, Ask(status=404, values={"commit": "light%2F1"})),
    f"GET {_R}/commits": (*_LISTED, Ask(status=404, query="?include=nothing")),
    f"POST {_R}/commits": (*_LISTED, Ask(status=404, query="?exclude=nothing")),
    f"GET {_R}/commits/{{revision}}": (*_LISTED, Ask(status=200, values={"revision": "main"})),
    f"POST {_R}/commits/{{revision}}": _LISTED,
    f"GET {_R}/diffstat/{{spec}}": (
        Ask(status=200),
        Ask(status=200, values={"spec": "main..v1.0"}),
        Ask(status=400, query="?pagelen=5001"),
        Ask(status=404, values={"spec": "nothing"}),
    ),
    f"GET {_R}/src/{{commit}}/{{path}}": (
        Ask(status=200),
        Ask(status=200, values={"path": ""}),
        Ask(status=200, values={"path": "bin/"}, query="?pagelen=1"),
        Ask(status=200, values={"path": "bin"}, query="?format=meta"),
        Ask(status=200, values={"path": "bin/run"}, query="?format=meta"),
        Ask(status=200, values={"path": "raw.bin"}, query="?format=meta"),
        Ask(status=200, values={"path": ""}, query="?max_depth=2&sort=-size"),
        Ask(status=301, values={"path": "big.psd"}),
        Ask(status=304, headers={"If-None-Match": "*"}),
        Ask(status=400, values={"path": ""}, query="?max_depth=0"),
        Ask(status=404, values={"path": "README.md.asdas"}),
    ),
    f"GET {_R}/src": (Ask(status=302), Ask(status=404, values={"repo_slug": "empty"})),
    f"GET {_R}/downloads": (*_SINGLE, Ask(status=402, values={"repo_slug": "docs", "workspace": "FREE"})),
    f"GET {_REPORTS}": (Ask(status=200), _NO_COMMIT),
    f"PUT {_REPORTS}/{{reportId}}": (
        Ask(status=200, json=REPORT),
        Ask(status=400, json={**REPORT, "report_type": "MOOD"}),
        Ask(status=400, json={}),
        Ask(status=404, json=REPORT, values={"commit": "ab" * 20}),
    ),
    f"GET {_REPORTS}/{{reportId}}": (Ask(status=200), _NO_REPORT),
    f"GET {_ANNOTATIONS}": (Ask(status=200), _NO_REPORT),
    f"POST {_ANNOTATIONS}": (
        Ask(status=200, json=[ANNOTATION]),
        Ask(status=400, json=[{}]),
        Ask(status=400, json=[]),
        Ask(status=404, json=[ANNOTATION], values={"reportId": "none"}),
    ),
    f"GET {_ANNOTATIONS}/{{annotationId}}": (Ask(status=200), Ask(status=404, values={"annotationId": "none"})),
    f"PUT {_ANNOTATIONS}/{{annotationId}}": (
        Ask(status=200, json=ANNOTATION),
        Ask(status=400, json={"severity": 1}),
        Ask(status=404, json=ANNOTATION, values={"reportId": "none"}),
    ),
    f"DELETE {_ANNOTATIONS}/{{annotationId}}": (Ask(status=204), _NO_REPORT),
    f"DELETE {_REPORTS}/{{reportId}}": (Ask(status=204, values={"reportId": "r2"}), _NO_COMMIT),
    f"GET {_R}": (*_SINGLE, Ask(status=200, values={"repo_slug": "empty"})),
    "GET /repositories/{workspace}": (
        Ask(status=200),
        Ask(status=200, query="?q=name+~+%22ki%22&sort=-updated_on"),
        *_BAD_PAGE,
        Ask(status=404, values=_GONE),
    ),
    "GET /repositories": (Ask(status=410),),
    "GET /workspaces": (Ask(status=410),),
    "GET /workspaces/{workspace}": (Ask(status=200), Ask(status=404, values=_GONE)),
    "GET /user": (Ask(status=200),),
    "GET /user/workspaces": (Ask(status=200), *_BAD_PAGE),
    "GET /user/permissions/workspaces": (Ask(status=410),),
    "GET /user/permissions/repositories": (Ask(status=410),),
}


def address(template: str, values: dict[str, str], ask: Ask) -> str:
    """Fill the path of an endpoint."""
    filled = values | {
        name: f"{values['workspace']}-free" if value == "FREE" else value for name, value in ask.values.items()
    }
    return "/2.0" + template.format_map(filled) + ask.query
