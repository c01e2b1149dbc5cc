"""The pages about the sandbox say what is there: every switch, fault, path and control; and the how-to works."""

import json
import re
import socket
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import httpx
import pytest

from bitdeps.sandbox.faults import Fault
from bitdeps.sandbox.switches import Switches
from support.sandbox import Sandbox, running_server

DOCS = Path(__file__).resolve().parents[2] / "docs"
REFERENCE = DOCS / "reference" / "sandbox.md"
HOW_TO = DOCS / "how-to" / "test-without-bitbucket.md"


@pytest.fixture(scope="module")
def reference() -> str:
    return REFERENCE.read_text(encoding="utf-8")


def test_every_path_and_status_is_in_the_reference(sandbox: Sandbox, reference: str) -> None:
    listed = dict(re.findall(r"^\| `([A-Z]+ /.*?)` \|.*\| ([\d, ]+) \|$", reference, re.MULTILINE))
    endpoints = sandbox.server.control("GET", "endpoints")
    assert listed == {f"{row['method']} {row['path']}": ", ".join(map(str, row["statuses"])) for row in endpoints}
    pages = dict(re.findall(r"^\| `(/.*?)` \| ([\d, ]+) \|$", reference, re.MULTILINE))
    assert pages == {
        row["path"]: ", ".join(map(str, row["statuses"])) for row in sandbox.server.control("GET", "pages")
    }


def test_every_switch_and_fault_is_in_the_reference(reference: str) -> None:
    switches = reference.partition("## Switches")[2].partition("## ")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", switches, re.MULTILINE) == [
        field.name.replace("_", "-") for field in fields(Switches)
    ]
    faults = reference.partition("## Faults")[2].partition("## ")[0]
    for field in fields(Fault):
        if field.name not in {"number", "hits", "kind"}:
            assert f"`{field.name.replace('_', '-')}`" in faults


@pytest.mark.parametrize("line", re.findall(r"^\{.*\}$", HOW_TO.read_text(encoding="utf-8"), re.MULTILINE))
def test_every_fault_of_the_how_to_is_one(sandbox: Sandbox, line: str) -> None:
    assert sandbox.server.control("POST", "faults", json.loads(line))["number"] > 0


def test_the_how_to_works(tmp_path: Path) -> None:
    """The ten lines run as they stand, with a free port, and without those of pip and `deps` (tests/cli has these)."""
    text = HOW_TO.read_text(encoding="utf-8")
    seed, script = re.findall(r"```(?:toml|sh)\n(.*?)```", text, re.DOTALL)[:2]
    assert len(script.splitlines()) == 10
    (tmp_path / "bitbucket.toml").write_text(seed, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    archive = "$DEPS_WEB_URL/acme/http-kit/get/v1.0.0.tar.gz"
    script = script.replace("7990", port).replace("python -m", f"{sys.executable} -m")
    script = re.sub("(?m)^pip .*$", "", script)
    script = re.sub("(?m)^deps .*$", f"curl -sS -o /dev/null {archive}", script)
    done = subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"sandbox listening on http://127.0.0.1:{port}" in done.stdout
    shown = done.stdout.splitlines()[-1]
    fault, end = json.JSONDecoder().raw_decode(shown)
    assert fault["kind"] == "rate-limit"
    log = json.loads(shown[end:])
    assert [entry["status"] for entry in log] == [429, 429]


def test_the_seed_of_the_how_to(tmp_path: Path) -> None:
    """Its consumer signs in and sees the two tags of the private repository."""
    seed = re.findall(r"```toml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "bitbucket.toml").write_text("\n".join(seed), encoding="utf-8")
    with (
        running_server(tmp_path / "root", seeds=[tmp_path / "bitbucket.toml"]) as server,
        httpx.Client(base_url=server.url, trust_env=False) as http,
    ):
        form = {"grant_type": "client_credentials"}
        answer = http.post("/site/oauth2/access_token", data=form, auth=("pipeline", "only-on-this-machine"))
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        tags = http.get("/2.0/repositories/acme/http-kit/refs/tags", headers=headers).json()["values"]
        assert [tag["name"] for tag in tags] == ["v1.0.0", "v1.1.0"]
