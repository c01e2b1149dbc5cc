"""Renovate itself, the whole program, reads manifests by the preset and asks the local Bitbucket for newer tags.

In CI a missing Renovate is a failure; elsewhere a skip that says so.
"""

import json
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.checkout import Checkout, commit_all
from support.missing import missing
from support.sandbox import Sandbox

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PRESET = ROOT / "docs" / "renovate" / "default.json"
MANAGER: dict[str, Any] = json.loads(PRESET.read_text("utf-8"))["customManagers"][0]
PAGE = ROOT / "docs" / "how-to" / "renovate.md"
pytestmark = pytest.mark.timeout(240)  # it loads hundreds of modules
CLIENTS = Path(os.environ.get("DEPS_CLIENTS", ROOT / "build" / "clients")) / "node_modules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renovate:
    """Renovate and the Node.js that it runs on."""

    node: str
    home: Path

    def run(self, *command: str, cwd: Path, variables: Mapping[str, str] | None = None) -> str:
        """Run it without anything of the environment; give what it prints."""
        own = {"PATH": os.environ["PATH"], "HOME": str(self.home), "RENOVATE_BASE_DIR": str(self.home / "base")}
        done = subprocess.run(
            [self.node, *command],
            cwd=cwd,
            env={**own, "LOG_FORMAT": "json", **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=110,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def report(self, root: Path, sandbox: Sandbox, *, dry_run: str) -> dict[str, list[dict[str, Any]]]:
        """Run it on a work tree that is not changed; give what it found in each file."""
        told = self.home / "report.json"
        script = HERE / "renovate_run.mjs"
        self.run(
            *(str(script), str(CLIENTS / "renovate"), f"{sandbox.web_url}/"),
            *("--platform=local", f"--dry-run={dry_run}", "--require-config=required"),
            cwd=root,
            variables={"RENOVATE_REPORT_TYPE": "file", "RENOVATE_REPORT_PATH": str(told)},
        )
        files = json.loads(told.read_text("utf-8"))["repositories"]["local"]["packageFiles"]
        assert set(files) <= {"regex"}
        return {file["packageFile"]: file["deps"] for file in files.get("regex", [])}


@pytest.fixture
def renovate(tmp_path: Path) -> Renovate:
    node = next((str(path) for path in CLIENTS.glob("node-linux-*/bin/node")), None) or shutil.which("node")
    if node is None or not (CLIENTS / "renovate").is_dir():
        missing("Renovate itself", "run tests/sandbox/clients/install.sh")
    assert node
    home = tmp_path / "renovate"
    home.mkdir()
    return Renovate(node=node, home=home)


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path) -> Checkout:
    """Give a project whose `renovate.json` is the preset."""
    sandbox.use_workspace("acme")
    root = tmp_path / "project"
    root.mkdir()
    (root / "renovate.json").write_bytes(PRESET.read_bytes())
    return Checkout(root=root, home=tmp_path, variables=sandbox.environment())


def json_block(part: str) -> str:
    """Give the one block of the page that has some text in it."""
    found = re.findall(r"^ *```json\n(.*?)```$", PAGE.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    [block] = [each for each in found if part in each]
    return str(block)


def wanted(text: str) -> list[tuple[str, str]]:
    """Give the entries that Renovate should read: tables of their own that begin with workspace, repo and tag."""
    document = tomllib.loads(text)
    groups = {f"groups.{name}": entries for name, entries in document.get("groups", {}).items()}
    return sorted(
        (f"{entry['workspace']}/{entry['repo']}", entry["tag"])
        for section, entries in {"dependencies": document.get("dependencies", {}), **groups}.items()
        for key, entry in entries.items()
        if f"\n[{section}.{key}]" in f"\n{text}" and list(entry)[:3] == ["workspace", "repo", "tag"]
    )


def test_its_own_validator_accepts_the_preset_and_the_settings_of_the_page(renovate: Renovate, tmp_path: Path) -> None:
    validator = str(CLIENTS / "renovate" / "dist" / "config-validator.js")
    settings, repository, broken = (tmp_path / f"{name}.json" for name in ("settings", "repository", "broken"))
    settings.write_text(json_block("allowedCommands"))
    repository.write_text(json_block("extends"))
    broken.write_text(PRESET.read_text("utf-8").replace("matchStrings", "matchString"))
    files = [str(PRESET), str(settings), str(repository)]
    told = renovate.run(validator, "--strict", *files, cwd=tmp_path)
    assert "Config validated successfully against 3 file(s)" in told
    with pytest.raises(AssertionError, match=r"Invalid configuration option: customManagers\[0\]\.matchString"):
        renovate.run(validator, "--strict", str(broken), cwd=tmp_path)


def test_it_finds_the_preset_where_the_page_says(renovate: Renovate, sandbox: Sandbox, tmp_path: Path) -> None:
    """What `extends` names is read from Bitbucket's API; the settings are those of the preset."""
    sandbox.use_workspace("acme")
    sandbox.repository("bitdeps", {"docs/renovate/default.json": PRESET.read_text("utf-8")}, private=True)
    file = tmp_path / "renovate.json"
    file.write_text(json_block("extends").replace("YOUR-WORKSPACE", "acme"))
    script, program = str(HERE / "renovate_presets.mjs"), str(CLIENTS / "renovate")
    token = {"RENOVATE_TOKEN": sandbox.access_token()}
    resolved = renovate.run(script, program, f"{sandbox.web_url}/", str(file), cwd=tmp_path, variables=token)
    manager = json.loads(resolved[resolved.index("{") :])["customManagers"][-1]
    assert manager == {**MANAGER, "description": [MANAGER["description"]]}
    asked = "/2.0/repositories/acme/bitdeps/src/HEAD/docs/renovate/default.json"
    assert [(each.status, each.credential) for each in sandbox.requests(asked)] == [(200, "access-token")]


def test_it_reads_every_manifest(renovate: Renovate, project: Checkout, sandbox: Sandbox) -> None:
    """Those of this repository at their places, what `deps add` writes, and one with comments and CRLF."""
    listed = subprocess.run(["git", "ls-files", "-z", "*deps.toml"], cwd=ROOT, capture_output=True, check=True)
    texts = {name: (ROOT / name).read_text("utf-8") for name in listed.stdout.decode().split("\0") if name}
    assert len(texts) >= 6
    for name in ("http-kit", "json-lite", "engine"):
        sandbox.repository(name, {"a": "\n"}, tags=["v1.2"])
    add = "deps add acme/json-lite@v1.2 --group test --no-install && deps add acme/engine --branch main --no-install"
    project.sh(f"mkdir added && cd added && deps init && deps add acme/http-kit --no-install && {add}")
    texts["added/deps.toml"] = (project.root / "added" / "deps.toml").read_text("utf-8")
    texts["crlf/deps.toml"] = (ROOT / "examples/storefront/deps.toml").read_text("utf-8").replace("\n", "\r\n")
    for name, text in texts.items():
        path = project.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    commit_all(project.root)
    found = renovate.report(project.root, sandbox, dry_run="extract")
    read = {name: sorted((dep["packageName"], dep["currentValue"]) for dep in deps) for name, deps in found.items()}
    assert read == {name: pins for name, text in texts.items() if (pins := wanted(text.replace("\r\n", "\n")))}
    assert read["added/deps.toml"] == [("acme/http-kit", "v1.2"), ("acme/json-lite", "v1.2")]
    assert {dep["datasource"] for deps in found.values() for dep in deps} == {"bitbucket-tags"}


def test_it_proposes_newer_tags_of_the_same_kind(renovate: Renovate, project: Checkout, sandbox: Sandbox) -> None:
    """Tags of another prefix, tags that are no versions and pre-releases are left out, as the page says."""
    protos = ["protos-v4.1.0", "protos-v4.2.0", "protos-v5.0.0-rc.1", "other-v9.0.0", "v8.0.0", "latest"]
    tags = {"http-kit": ["v2.4.0", "v2.4.1", "v2.5.0-rc.1", "v3.0.0"], "protos": protos, "plain": ["nightly", "v1.0"]}
    manifest = ""
    for name, known in tags.items():
        sandbox.repository(name, {"a": "\n"}, tags=known)
        manifest += f'[dependencies.{name}]\nworkspace = "acme"\nrepo = "{name}"\ntag = "{known[0]}"\n\n'
    (project.root / "deps.toml").write_text(manifest)
    commit_all(project.root)
    found = renovate.report(project.root, sandbox, dry_run="lookup")["deps.toml"]
    assert {dep["packageName"]: [update["newValue"] for update in dep["updates"]] for dep in found} == {
        "acme/http-kit": ["v2.4.1", "v3.0.0"],
        "acme/protos": ["protos-v4.2.0"],
        "acme/plain": [],
    }
