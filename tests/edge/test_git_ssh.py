"""The whole job with nothing but an SSH key, through a stand-in for the server's side of SSH."""

import subprocess
import sys
from pathlib import Path

import pytest

from bitdeps.errors import AuthError
from bitdeps.ops.doctor import diagnose
from support.hostile_server import until
from support.locking import Locking
from support.repos import Executable, Files, Link, Repo
from support.sandbox import Sandbox

PLAIN: Files = {
    "README.md": "hi\n",
    "bin/run": Executable("#!/bin/sh\n"),
    "l": Link("README.md"),
    "grün/ü": "ü",
    "z": b"\0\r\n",
}


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path) -> Locking:
    made = Locking(sandbox=sandbox, root=tmp_path / "shop")
    made.write('kit = { tag = "v1" }')
    return made


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    return sandbox.repository("kit", PLAIN, tags=["v1"])


def ssh_environment(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Stand in for the server's side of SSH: a program that runs what the server would, on the sandbox's folder."""
    script = tmp_path / "ssh"
    script.write_text(
        f"#!{sys.executable}\n"
        "import os, shlex, sys\n"
        f"open({str(tmp_path / 'ssh.log')!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
        "if '-G' in sys.argv: sys.exit(1)\n"
        "program, path = shlex.split(sys.argv[-1])\n"
        f"os.execvp('git', ['git', '-c', 'safe.directory=*', 'upload-pack', {str(sandbox.root)!r} + path])\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(script))
    return {"DEPS_GIT_URL": "ssh://git@bitbucket.example", "DEPS_TRANSPORT": "git"}


def test_the_whole_job_with_nothing_but_an_ssh_key(
    sandbox: Sandbox, project: Locking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tags, branches, ranges, commits, manifests of dependencies and content come from git; HTTP is not asked once."""
    deep = sandbox.repository("deep", {"d": "d"}, tags=["v1", "v1.1"], private=True)
    kit = sandbox.repository(
        "kit", {**PLAIN, "deps.toml": '[dependencies]\ndeep = { version = ">=1" }\n'}, tags=["v1"], private=True
    )
    kit.tag("v2", kit.git("rev-parse", "v1"), message="two\n")
    by_commit = sandbox.repository("by-commit", {"c": "c"}, private=True)
    commit = by_commit.git("rev-parse", "main")
    project.write(f'kit = {{ version = ">=1" }}\nby-commit = {{ commit = "{commit}" }}')
    ssh = ssh_environment(sandbox, tmp_path, monkeypatch)
    project.lock(**ssh)
    project.install(**ssh)
    assert sandbox.requests() == []
    assert {key: table["proof"] for key, table in project.packages.items()} == {
        kit.full_name: "commit",
        deep.full_name: "commit",
        by_commit.full_name: "commit",
    }
    assert (project.entry(kit)["tag"], project.entry(deep)["tag"]) == ("v2", "v1.1")
    assert "uuid" not in project.entry(kit)
    assert (project.root / "vendor/deep/d").read_bytes() == b"d"
    assert "git-upload-pack" in (tmp_path / "ssh.log").read_text()
    first = project.bytes
    project.lock(**ssh)
    assert project.bytes == first


def test_the_users_agent_is_reached(
    sandbox: Sandbox, kit: Repo, project: Locking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key with a passphrase is in `ssh-agent`; the stand-in lets nobody in whose agent holds none."""
    environment = ssh_environment(sandbox, tmp_path, monkeypatch)
    script = tmp_path / "ssh"
    asks = (
        "import subprocess\nif subprocess.run(['ssh-add', '-l'], stdout=2).returncode: sys.exit('Permission denied')\n"
    )
    script.write_text(script.read_text().replace("program, path =", f"{asks}program, path ="))
    error = project.refused(**environment)
    assert isinstance(error, AuthError)
    socket, key = tmp_path / "agent", tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL) as agent:
        try:
            until(socket.exists)
            monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
            subprocess.run(["ssh-add", "-q", str(key)], check=True)
            project.lock(**environment)
        finally:
            agent.terminate()
    assert project.entry(kit)["proof"] == "commit"


def test_what_ssh_does_not_find_is_named(
    sandbox: Sandbox, project: Locking, kit: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = ssh_environment(sandbox, tmp_path, monkeypatch)
    project.write('kit = { tag = "v9" }')
    assert f"`{kit.full_name}` has no tag `v9`" in str(project.refused(**ssh))
    project.write(f'kit = {{ commit = "{"0" * 39}1" }}')
    assert "0" * 39 in str(project.refused(**ssh))
    monkeypatch.setenv("GIT_SSH_COMMAND", "echo 'git@bitbucket.example: Permission denied (publickey).' >&2; false")
    error = project.refused(**ssh)
    assert isinstance(error, AuthError)
    assert str(error) == (
        f"`{kit.full_name}`: git gets no access: git@bitbucket.example: Permission denied (publickey)"
    )


def test_doctor_tries_the_key(
    sandbox: Sandbox, kit: Repo, project: Locking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither API nor archives are tried: a key does not open them."""
    environment = ssh_environment(sandbox, tmp_path, monkeypatch)
    sandbox.clear_requests()

    def found() -> dict[str, tuple[str, str]]:
        checks = diagnose(str(project.root), lambda _root: project.settings(**environment))
        return {check.name: (check.state, check.found) for check in checks}

    checks = found()
    assert checks["credentials"] == ("ok", f"an SSH key, which reads `{kit.full_name}`")
    assert checks["archives"] == checks["budget"] == ("skipped", "git over SSH is all that is used")
    assert {request.path.partition("?")[0] for request in sandbox.requests()} == {"/2.0/user", "/robots.txt"}
    monkeypatch.setenv("GIT_SSH_COMMAND", "sh -c 'echo git@x: Permission denied >&2; exit 255'")
    state, text = found()["credentials"]
    assert (state, text.startswith(f"`{kit.full_name}`: git gets no access: ")) == ("wrong", True)
