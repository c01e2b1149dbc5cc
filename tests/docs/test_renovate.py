"""The Renovate preset: its very pattern finds what `deps add` writes, and every such table of this repository."""

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.checkout import Checkout
from support.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
PRESET = ROOT / "docs" / "renovate" / "default.json"
MANAGER: dict[str, Any] = json.loads(PRESET.read_text("utf-8"))["customManagers"][0]
Found = tuple[str, str, str]
EXAMPLE = """\
[dependencies.http-kit]            # workspace, repo, tag in this order: Renovate's regex reads it so
workspace = "acme"                 # a comment
repo = "http-kit"
tag = "v2.4.1"

[dependencies]
json-lite = { workspace = "acme", repo = "json-lite", tag = "v3.11.3" }

[dependencies.logging]
workspace = "acme"
repo = "logging"
version = ">=1.2,<2"

[dependencies.protos]
workspace = "acme-platform"
repo = "protos"
tag = "protos-v4.2.0"
subdir = "a"
"""


def python_pattern(text: str) -> re.Pattern[str]:
    """Write a pattern of JavaScript for Python: named groups differ, and `$` there is the very end."""
    return re.compile(re.sub(r"\(\?<(\w+)>", r"(?P<\1>", text))


def extracted(text: str) -> list[Found]:
    [match] = MANAGER["matchStrings"]
    pattern = python_pattern(match)
    return [(each["workspace"], each["repo"], each["currentValue"]) for each in pattern.finditer(text)]


def tables(text: str) -> Iterator[Found]:
    """Give the entries that are tables of their own and begin with workspace, repo and tag, by the parser of Python."""
    document = tomllib.loads(text)
    sections = [("dependencies", document.get("dependencies", {}))]
    sections += [(f"groups.{name}", entries) for name, entries in document.get("groups", {}).items()]
    for section, entries in sections:
        for key, entry in entries.items():
            is_table = re.search(rf"^\[{re.escape(section)}\.\"?{re.escape(key)}\"?\]", text, flags=re.MULTILINE)
            if is_table and list(entry)[:3] == ["workspace", "repo", "tag"]:
                yield entry["workspace"], entry["repo"], entry["tag"]


def manifests() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*deps.toml"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    return [ROOT / os.fsdecode(name) for name in sorted(set(listed)) if name]


def test_every_manifest_of_this_repository_is_read() -> None:
    found = {path: (extracted(text := path.read_text("utf-8")), list(tables(text))) for path in manifests()}
    assert len(found) >= 6
    assert [path for path, (got, wanted) in found.items() if sorted(got) != sorted(wanted)] == []
    assert sum(len(got) for got, _ in found.values()) >= 6


def test_comments_do_no_harm_and_other_entries_are_left_alone() -> None:
    assert extracted(EXAMPLE) == [("acme", "http-kit", "v2.4.1"), ("acme-platform", "protos", "protos-v4.2.0")]
    assert extracted(EXAMPLE) == list(tables(EXAMPLE))


def test_what_deps_add_writes_is_read(sandbox: Sandbox, tmp_path: Path) -> None:
    """In the project, in a group, for a directory; a branch is left alone."""
    sandbox.use_workspace("acme")
    for name in ("http-kit", "json-lite", "engine"):
        sandbox.repository(name, {"a/b.c": "\n"}, tags=["v1.2"])
    (tmp_path / "p").mkdir()
    project = Checkout(root=tmp_path / "p", home=tmp_path, variables=sandbox.environment())
    project.sh(
        "deps init && deps add acme/http-kit --no-install && deps add acme/json-lite@v1.2 --group test --no-install"
        " && deps add acme/engine@v1.2 --subdir a --no-install && deps add acme/engine --branch main --no-install"
    )
    text = (project.root / "deps.toml").read_text("utf-8")
    assert len(re.findall(r"^\[(?:dependencies|groups)\.", text, flags=re.MULTILINE)) == 4
    wanted = [("acme", "engine", "v1.2"), ("acme", "http-kit", "v1.2"), ("acme", "json-lite", "v1.2")]
    assert sorted(extracted(text)) == wanted


@pytest.mark.parametrize(
    ("path", "is_read"),
    [("deps.toml", True), ("app/deps.toml", True), ("xdeps.toml", False), ("deps.toml.orig", False)],
)
def test_files_of_the_name_are_read(path: str, is_read: bool) -> None:  # noqa: FBT001
    [pattern] = MANAGER["managerFilePatterns"]
    assert pattern[0] == pattern[-1] == "/"
    assert bool(re.search(pattern[1:-1], path)) is is_read


@pytest.mark.parametrize(
    ("tag", "parts"),
    [
        ("v2.4.1", ("v", "2", "4", "1", None)),
        ("protos-v4.2.0", ("protos-v", "4", "2", "0", None)),
        ("v2.5.0-rc.1", ("v", "2", "5", "0", "rc.1")),
        ("rev3", ("rev", "3", None, None, None)),
        ("latest", None),
    ],
)
def test_a_tag_is_compared_with_its_kind(tag: str, parts: tuple[str | None, ...] | None) -> None:
    kind, _, pattern = MANAGER["versioningTemplate"].partition(":")
    match = python_pattern(pattern).match(tag)
    assert kind == "regex"
    names = ("compatibility", "major", "minor", "patch", "prerelease")
    assert (match and tuple(match[name] for name in names)) == parts
