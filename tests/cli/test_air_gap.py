"""Lock and install where there is no network at all: in a network namespace without routes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.program import Program
from support.sandbox import Sandbox
from support.trees import git_archive, snapshot

HEAD = '[project]\nworkspace = "acme"\n\n[dependencies]\n'


def alone(deps: Program, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of `deps` where not even loopback is up."""
    command = ["unshare", "--net", sys.executable, "-m", "bitdeps", *words]
    return subprocess.run(
        command,
        cwd=deps.root,
        env={**deps.environment, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_lock_and_install_from_a_disk_without_a_network(deps: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    if subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine refuses network namespaces (`unshare --net`): the air gap was NOT tested")
    repo = sandbox.repository("one", {"a.txt": "a\n", "b.txt": "b\n"}, tags=["v1", "v2"])
    deps.manifest(HEAD + 'one = { tag = "v1" }\n')
    deps("lock")
    disk = tmp_path / "usb"
    disk.mkdir()
    deps("mirror", "push", disk.as_uri())
    shutil.rmtree(deps.cache)
    carried = {"DEPS_REMOTE_CACHE": disk.as_uri()}
    # Without the disk there is nothing to install from: the namespace does keep the service away.
    assert alone(deps, "install", "--locked", DEPS_REMOTE_CACHE="", DEPS_RETRIES="0").returncode == 1
    done = alone(deps, "install", "--locked", **carried)
    assert (done.returncode, done.stderr.splitlines()[1:]) == (0, ["+ one v1"])
    assert snapshot(deps.vendor / "one") == snapshot(
        git_archive(repo, deps.lock["acme/one"]["commit"], tmp_path / "git")
    )
    shutil.rmtree(deps.cache)
    deps.manifest(HEAD + 'one = { tag = "v1", exclude = ["b.txt"] }\n')
    done = alone(deps, "lock", "--offline", **carried)
    assert done.returncode == 0, done.stderr
    done = alone(deps, "install", "--locked", **carried)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (deps.vendor / "one").iterdir()] == ["a.txt"]
    deps.manifest(HEAD + 'one = { tag = "v2" }\n')
    done = alone(deps, "lock", "--offline", **carried)
    assert done.returncode == 1
    assert "`acme/one`: tag `v2` is not in the cache, and the network may not be used" in done.stderr
