"""A project in Bitbucket Pipelines: its own repository on the local Bitbucket, a clone, the variables of a run."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from bitdeps.sandbox.deviations import DEVIATIONS
from support.openapi import Description
from support.program import Program
from support.sandbox import Sandbox
from support.shared_data import has_shared_data, shared_json

MANIFEST = """\
[project]
name = "shop"
workspace = "acme"

[dependencies]
http-kit = { tag = "v1.0" }

[dependencies.logging]
tag = "v2.0"
"""
MIT = (Path(__file__).resolve().parents[2] / "LICENSE").read_text("utf-8")
OPENER = build_opener(ProxyHandler({}))
REPORT = "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}"
ANNOTATION = f"{REPORT}/annotations/{{annotationId}}"


def objections(path: str, document: object) -> list[str]:
    """Give what the description has against an answer; without the description a test of its own says that it lacks."""
    return described().problems("GET", path, 200, document) if has_shared_data() else []


@cache
def described() -> Description:
    """Give the service's own description."""
    return Description(shared_json("bitbucket/openapi.json"), DEVIATIONS)


class Pipeline:
    """A project whose own repository is on the local Bitbucket, in a clone of it, with a pipeline's variables."""

    def __init__(self, deps: Program, sandbox: Sandbox) -> None:
        self.deps, self.sandbox = deps, sandbox
        self.kit = sandbox.repository("http-kit", {"a.c": "int a;\n", "LICENSE": MIT}, tags=["v1.0"])
        needs = '[dependencies]\njson-lite = { branch = "main" }\n'
        self.logging = sandbox.repository("logging", {"b.py": "\n", "deps.toml": needs}, tags=["v2.0"])
        self.json = sandbox.repository("json-lite", {"c.py": "\n"})
        deps.manifest(MANIFEST)
        deps("install")
        self.own = sandbox.repository("shop", {"README.md": "old\n"}, private=True)
        self.token = sandbox.access_token()
        self.git("init", "-q", "-b", "main")
        self.commits = [self.commit()]

    def git(self, *words: str) -> str:
        who = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always")
        environment = {"PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        done = subprocess.run(
            ["git", *who, *words], cwd=self.deps.root, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def commit(self) -> str:
        """Commit manifest and lock, and push."""
        self.git("add", "deps.toml", "deps.lock")
        self.git("commit", "-q", "-m", "Change")
        self.git("push", "-q", str(self.own.path), "HEAD:refs/heads/shop")
        return self.git("rev-parse", "HEAD")

    @property
    def variables(self) -> dict[str, str]:
        return {
            "CI": "true",
            "BITBUCKET_WORKSPACE": "acme",
            "BITBUCKET_REPO_SLUG": "shop",
            "BITBUCKET_COMMIT": self.git("rev-parse", "HEAD"),
            "BITBUCKET_CLONE_DIR": str(self.deps.root),
            "BITBUCKET_ACCESS_TOKEN": self.token,
        }

    def run(self, *words: str, code: int = 0, more: Mapping[str, str] | None = None) -> str:
        return self.program(more or {})("verify", "--report", "codeinsights", *words, code=code).text

    def program(self, more: Mapping[str, str]) -> Program:
        """Give `deps` in the environment of the pipeline."""
        return replace(self.deps, extra={**self.variables, **more})

    def get(self, path: str, commit: str | None = None) -> Any:  # noqa: ANN401 (JSON)
        commit = commit or self.git("rev-parse", "HEAD")
        url = f"{self.sandbox.api_url}/repositories/acme/shop/commit/{commit}/reports{path}"
        asked = Request(url, headers={"Authorization": f"Bearer {self.token}"})  # noqa: S310 (loopback)
        with OPENER.open(asked, timeout=60) as answer:
            return json.load(answer)

    def report(self, name: str = "deps") -> dict[str, Any]:
        """Give the report, which is as the service describes one."""
        report: dict[str, Any] = self.get(f"/{name}")
        assert objections(REPORT, report) == []
        return report

    def annotations(self, name: str = "deps") -> list[tuple[str, str, int, str]]:
        """Give severity, path, line and summary of each annotation, in their order; each is as described."""
        values = self.get(f"/{name}/annotations?pagelen=100")["values"]
        assert [objection for each in values for objection in objections(ANNOTATION, each)] == []
        return [
            (each["severity"], each["path"], each["line"], each["summary"])
            for each in sorted(values, key=lambda each: str(each["external_id"]))
        ]
