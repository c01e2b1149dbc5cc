"""Where sources about the service disagree, the sandbox plays both and the program survives either."""

import shutil
from typing import Any

import pytest

from support.program import Program
from support.repos import Repo
from support.sandbox import Sandbox
from support.trees import snapshot

MANIFEST = """[project]
workspace = "acme"

[dependencies]
kit = { version = ">=1" }
light = { tag = "v1" }
line = { branch = "main" }
"""
REFUSED = {"archive_refuses": ["oauth"]}
# Switches that do not touch each other share a run.
DISPUTES: dict[str, dict[str, Any]] = {
    "the defaults": {},
    "as in older recordings": {
        "scope_field": "scopes",
        "hidden_status": 403,
        "paging": "numbered",
        "lightweight_fields": "absent",
    },
    "archives of another origin, without a length": {"archive_origin": "other", "archive_length": False},
    "archives compressed otherwise, that claim an encoding": {
        "archive_compression": "recompressed",
        "archive_encoding": "gzip",
        "scope_field": "both",
        "token_length": 4000,
    },
    "archives that refuse Bearer by a redirect": {**REFUSED, "partial_clone": False},
    "archives that refuse Bearer by a page": {**REFUSED, "archive_refusal": "html", "git_protocol": "v0"},
    "archives that refuse Bearer by a 401": {**REFUSED, "archive_refusal": "unauthorized"},
}


@pytest.fixture
def commits(deps: Program, sandbox: Sandbox) -> dict[str, str]:
    """Make private repositories, one with two pages of tags, a manifest that needs all; gives git's commits."""
    deps.manifest(MANIFEST)
    many = [{"files": {"a": f"{number}\n"}, "tags": [f"v1.{number}"]} for number in range(120)]
    one = {"files": {"a": "1\n"}, "tags": ["v1"]}
    plans = {"kit": many, "light": [one], "line": [one]}
    sandbox.add({"repositories": {f"acme/{name}": {"private": True, "commits": plans[name]} for name in plans}})
    consumer = sandbox.consumer()
    deps.extra |= {"BITBUCKET_CONSUMER_KEY": consumer.key, "BITBUCKET_CONSUMER_SECRET": consumer.secret}
    repos = [Repo(workspace="acme", slug=name, path=sandbox.root / "acme" / f"{name}.git") for name in plans]
    return {repo.full_name: repo.git("rev-parse", "main") for repo in repos}


@pytest.mark.parametrize("switches", DISPUTES.values(), ids=DISPUTES)
def test_either_answer_gives_the_same_files(
    deps: Program, sandbox: Sandbox, commits: dict[str, str], switches: dict[str, Any]
) -> None:
    """The commits are git's, the files are there, and a machine that has only the lock gets the same again."""
    sandbox.switch(**switches)
    deps("install")
    assert {name: package["commit"] for name, package in deps.lock.items()} == commits
    lock, files = deps.lock_text, snapshot(deps.vendor)
    assert (deps.vendor / "kit" / "a").read_text(encoding="utf-8") == "119\n"
    deps("cache", "clean")
    shutil.rmtree(deps.vendor)
    sandbox.clear_requests()
    deps("install", "--locked")
    assert len(sandbox.requests(".tar.gz") + sandbox.requests("/git-upload-pack")) >= len(commits)
    assert snapshot(deps.vendor) == files
    deps("lock", "--check")
    assert deps.lock_text == lock
