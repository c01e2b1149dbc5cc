"""The helper that every other test stands on."""

import hashlib
import subprocess
import urllib.request
from pathlib import Path

from support.repos import Executable, Link
from support.sandbox import Sandbox


def test_a_whole_day_with_the_sandbox(sandbox: Sandbox, tmp_path: Path) -> None:
    """A repository made from a dictionary is served as an archive that holds exactly that."""
    repo = sandbox.repository(
        "http-kit", {"README.md": "hi\n", "bin/run": Executable("#!/bin/sh\n"), "doc": Link("README.md")}
    )
    first = repo.commit({"src/grün.c": "int x;\n"}, tags=["v1.0"])
    with urllib.request.urlopen(  # noqa: S310 (loopback)
        f"{sandbox.web_url}/{repo.full_name}/get/{first}.tar.gz"
    ) as answer:
        (tmp_path / "a.tar.gz").write_bytes(answer.read())
    subprocess.run(["tar", "xzf", "a.tar.gz", "--strip-components=1"], cwd=tmp_path, check=True)
    assert (tmp_path / "src/grün.c").read_text(encoding="utf-8") == "int x;\n"
    assert (tmp_path / "bin/run").stat().st_mode & 0o100
    assert (tmp_path / "doc").is_symlink()
    assert [(entry.method, entry.status, entry.credential) for entry in sandbox.requests("/get/")] == [
        ("GET", 200, "anonymous")
    ]
    sandbox.clear_requests()
    assert sandbox.requests() == []
    assert hashlib.sha256((tmp_path / "a.tar.gz").read_bytes()).hexdigest()
