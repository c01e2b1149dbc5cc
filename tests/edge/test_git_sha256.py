"""Repositories with SHA-256 ids, which no lock can name: refused in words, wherever they are first heard of."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bitdeps.core.names import RepoName
from bitdeps.errors import ServiceError
from support.hostile_server import Heard, hostile_server, http
from support.locking import Locking
from support.remotes import ask, at, quick_settings
from support.sandbox import Sandbox

KIT = RepoName("acme", "kit")
OTHER_HASH = "`acme/kit`: its object ids are SHA-256, and `deps.lock` holds commits of 40 hex digits"
SSH = {"DEPS_GIT_URL": "ssh://git@bitbucket.example", "DEPS_TRANSPORT": "git"}


def packets(*lines: str | None) -> bytes:
    return b"".join(b"0000" if line is None else b"%04x%b" % (len(line) + 4, line.encode()) for line in lines)


def test_the_api_names_a_commit_of_64_digits(tmp_path: Path) -> None:
    """The first that is heard of a repository with SHA-256 ids is its tag."""
    tag = {"name": "v1", "target": {"hash": "a" * 64}}

    def answer(heard: Heard) -> list[bytes | float]:
        body = {"values": [tag]} if "?" in heard.target and "/refs/tags?" in heard.target else tag
        return [http("200 OK", json.dumps(body).encode(), content_type="application/json")]

    with hostile_server(answer) as server:
        settings = quick_settings(tmp_path, at(server.url))
        for question in (lambda remote: remote.tag(KIT, "v1"), lambda remote: remote.tags(KIT)):
            with pytest.raises(ServiceError) as caught:
                ask(settings, question)
            assert str(caught.value) == OTHER_HASH
            assert caught.value.hint == "a repository with SHA-256 object ids cannot be a dependency yet"


def test_a_list_of_refs_with_ids_of_64_digits(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over SSH from a real repository; over HTTPS too."""
    script = tmp_path / "ssh"
    script.write_text(
        f"#!{sys.executable}\n"
        "import os, shlex, sys\n"
        "if '-G' in sys.argv: sys.exit(1)\n"
        "program, path = shlex.split(sys.argv[-1])\n"
        f"os.execvp('git', ['git', '-c', 'safe.directory=*', 'upload-pack', {str(sandbox.root)!r} + path])\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(script))
    project = Locking(sandbox=sandbox, root=tmp_path / "shop")
    path = sandbox.root / sandbox.workspace / "kit.git"
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(tmp_path)}
    git = ["git", "-C", str(path), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "-q", "--bare", "--object-format=sha256", str(path)], check=True, env=environment)
    empty = subprocess.run([*git, "mktree"], check=True, env=environment, input=b"", capture_output=True).stdout
    commit = subprocess.run(
        [*git, "commit-tree", "-m", "x", empty.decode().strip()], check=True, env=environment, capture_output=True
    ).stdout
    subprocess.run([*git, "tag", "v1", commit.decode().strip()], check=True, env=environment)
    project.write('kit = { tag = "v1" }')
    error = project.refused(**SSH)
    assert str(error) == OTHER_HASH.replace("acme", sandbox.workspace)

    def answer(heard: Heard) -> list[bytes | float]:
        offer = packets("version 2\n", "fetch=filter\n", "ls-refs\n", None)
        body = offer if heard.method == "GET" else packets(f"{'a' * 64} refs/tags/v1\n", None)
        return [http("200 OK", body, content_type="application/x-git-upload-pack-advertisement")]

    with hostile_server(answer) as server, pytest.raises(ServiceError) as caught:
        ask(quick_settings(tmp_path, at(server.url)), lambda remote: remote.git_host.refs(KIT, "refs/tags/"))
    assert str(caught.value) == OTHER_HASH
