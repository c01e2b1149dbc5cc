"""The user's own git: what helps to reach the server works, what would change bytes or run programs does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from bitdeps.errors import AuthError
from support.canaries import MARK
from support.locking import Locking
from support.repos import Executable, Files, Repo
from support.sandbox import Sandbox

BY_GIT = {"DEPS_TRANSPORT": "git"}
FILES: Files = {
    ".gitattributes": "*.dat filter=shout\n*.id ident\nskip export-ignore\n",
    "a.txt": "one\ntwo\n",
    "b.dat": "quiet\n",
    "c.id": "$Id$\n",
    "d.crlf": "1\r\n2\r\n",
    "run": Executable("#!/bin/sh\n"),
    "skip": "not in an archive\n",
}


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path) -> Locking:
    made = Locking(sandbox=sandbox, root=tmp_path / "shop")
    made.write('kit = { tag = "v1" }')
    return made


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    return sandbox.repository("kit", FILES, tags=["v1"])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory of the user's, whose `.gitconfig` counts for every git that does not take care."""
    made = tmp_path / "home"
    made.mkdir()
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(made))
    return made


def trap(tmp_path: Path, name: str) -> tuple[Path, Path]:
    """A program that leaves a mark when it runs, and the mark."""
    mark = tmp_path / f"{name}-ran"
    program = tmp_path / name
    program.write_text(f'#!/bin/sh\necho "$@" >> "{mark}"\ncat\n', encoding="utf-8")
    program.chmod(0o755)
    return program, mark


def without_archive(table: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in table.items() if not key.startswith("archive-")}


def test_a_hostile_configuration_changes_no_byte_and_runs_nothing(
    project: Locking, kit: Repo, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line ends, attributes, filters, hooks, fsmonitor, templates, aliases, external diff, and git's variables."""
    project.lock()
    expected = without_archive(project.entry(kit))
    program, mark = trap(tmp_path, "trap")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout", "post-merge", "pre-auto-gc", "post-index-change"):
        (hooks / name).write_bytes(program.read_bytes())
        (hooks / name).chmod(0o755)
    templates = tmp_path / "templates"
    (templates / "info").mkdir(parents=True)
    (templates / "hooks").symlink_to(hooks)
    (templates / "info" / "attributes").write_text("* text eol=crlf export-subst\n", encoding="utf-8")
    (tmp_path / "attributes").write_text("* text eol=crlf filter=shout\n*.txt export-ignore\n", encoding="utf-8")
    (home / ".config" / "git").mkdir(parents=True)
    (home / ".config" / "git" / "attributes").write_text("* -text export-ignore\n", encoding="utf-8")
    (home / ".gitconfig").write_text(
        f"""\
[core]
    autocrlf = true
    eol = crlf
    attributesFile = {tmp_path / "attributes"}
    hooksPath = {hooks}
    fsmonitor = {program}
    pager = {program}
    alternateRefsCommand = {program}
    gitProxy = {program}
    sshCommand = {program}
[init]
    templateDir = {templates}
    defaultBranch = trunk
    defaultObjectFormat = sha256
[filter "shout"]
    clean = {program}
    smudge = {program}
    required = true
[tar]
    umask = 0777
[tar "tar.gz"]
    command = {program}
[tar "tar"]
    command = {program}
[diff]
    external = {program}
[protocol]
    version = 0
[fetch]
    fsckObjects = true
    recurseSubmodules = true
    prune = true
[transfer]
    hideRefs = refs
[gc]
    auto = 1
[remote "origin"]
    url = https://elsewhere.invalid
    uploadpack = {program}
    fetch = +refs/*:refs/*
[include]
    path = {tmp_path / "more"}
""",
        encoding="utf-8",
    )
    (tmp_path / "more").write_text('[alias]\n    archive = "!false"\n    fetch = "!false"\n', encoding="utf-8")
    for name, value in {
        "GIT_DIR": str(tmp_path / "nowhere"),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "objects"),
        "GIT_EXEC_PATH": str(tmp_path),
        "GIT_TEMPLATE_DIR": str(templates),
        "GIT_EXTERNAL_DIFF": str(program),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.autocrlf",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_CONFIG_PARAMETERS": "'core.eol'='crlf'",
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_TRACE": str(tmp_path / "trace"),
    }.items():
        monkeypatch.setenv(name, value)
    (project.root / "deps.lock").unlink()
    project.lock(DEPS_CACHE_DIR=str(tmp_path / "cold"), **BY_GIT)
    assert project.entry(kit) == expected
    (project.root / "deps.lock").unlink()
    project.lock(DEPS_CACHE_DIR=str(tmp_path / "colder"))
    assert without_archive(project.entry(kit)) == expected
    assert expected["proof"] == "export"
    assert [
        path for path in (mark, tmp_path / "trace", tmp_path / "objects", tmp_path / "index") if path.exists()
    ] == []


@pytest.mark.writes_secrets("home/helper")
def test_a_credential_helper_of_the_user_works(sandbox: Sandbox, project: Locking, home: Path, tmp_path: Path) -> None:
    """Without a credential of ours: the user's helper is asked for the host, and told to keep what worked."""
    repo = sandbox.repository("kit", {"a": "1"}, tags=["v1"], private=True)
    token = sandbox.access_token()
    project.lock(BITBUCKET_ACCESS_TOKEN=token)
    log = tmp_path / "asked"
    (home / "helper").write_text(
        f'#!/bin/sh\necho "$1" >> "{log}"\ntest "$1" = get && printf "username=x-token-auth\\npassword={token}\\n"\n'
    )
    (home / "helper").chmod(0o755)
    (home / ".gitconfig").write_text(f"[credential]\n    helper = {home / 'helper'}\n")
    project.install(DEPS_CACHE_DIR=str(tmp_path / "cold"), **BY_GIT)
    assert log.read_text().split() == ["get", "store"]
    assert (project.root / "vendor/kit/a").read_text() == "1"
    assert {one.principal for one in sandbox.requests(f"{repo.full_name}.git/git-upload-pack")} == {
        "repository access token"
    }


@pytest.mark.writes_secrets("home/helper")
def test_a_helper_that_still_has_an_app_password(
    sandbox: Sandbox, project: Locking, home: Path, tmp_path: Path
) -> None:
    """The service answers git with 410 for those, and with nothing else."""
    password = f"{MARK}-app-password"
    sandbox.add({"users": {"bob": {"access": {sandbox.workspace: "write"}, "app-password": password}}})
    sandbox.repository("kit", {"a": "1"}, tags=["v1"], private=True)
    project.lock(BITBUCKET_ACCESS_TOKEN=sandbox.access_token())
    (home / "helper").write_text(f'#!/bin/sh\ntest "$1" = get && printf "username=bob\\npassword={password}\\n"\n')
    (home / "helper").chmod(0o755)
    (home / ".gitconfig").write_text(f"[credential]\n    helper = {home / 'helper'}\n")
    with pytest.raises(AuthError) as caught:
        project.install(DEPS_CACHE_DIR=str(tmp_path / "cold"), **BY_GIT)
    assert str(caught.value) == (
        f"`{sandbox.workspace}/kit`: git signs in with an app password; Bitbucket removed those on 2026-07-28"
    )
    assert caught.value.hint == (
        "make an API token instead, at https://id.atlassian.com/manage-profile/security/api-tokens, or let git ask "
        "`deps auth git-credential`"
    )


def test_our_credential_is_given_to_no_helper_of_the_user(
    sandbox: Sandbox, project: Locking, home: Path, tmp_path: Path
) -> None:
    """A helper that keeps things (`store`) would write our token to disk."""
    repo = sandbox.repository("kit", {"a": "1"}, tags=["v1"], private=True)
    program, mark = trap(tmp_path, "helper")
    (home / ".gitconfig").write_text(
        f'[credential]\n    helper = {program}\n    helper = store\n[credential "{sandbox.web_url}"]\n'
        f"    helper = {program}\n[core]\n    askPass = {program}\n"
    )
    token = sandbox.access_token()
    project.lock(BITBUCKET_ACCESS_TOKEN=token, **BY_GIT)
    assert project.entry(repo)["proof"] == "commit"
    assert not mark.exists()
    assert not (home / ".git-credentials").exists()
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
    assert kept == []


def test_a_rewritten_address_works_and_gets_no_credential_of_ours(
    sandbox: Sandbox, project: Locking, home: Path, tmp_path: Path
) -> None:
    """`url.*.insteadOf` for the address itself: a mirror of the organisation. Our token stays with its own host."""
    repo = sandbox.repository("kit", {"a": "1"}, tags=["v1"], private=True)
    token = sandbox.access_token()
    project.lock(BITBUCKET_ACCESS_TOKEN=token)
    (home / ".gitconfig").write_text(f'[url "{sandbox.other_url}/"]\n    insteadOf = {sandbox.web_url}/\n')
    other = Locking(sandbox=sandbox, root=tmp_path / "other")
    other.write('kit = { tag = "v1" }')
    sandbox.clear_requests()
    error = other.refused(proof="skip", BITBUCKET_ACCESS_TOKEN=token, **BY_GIT)
    assert str(error).startswith(f"`{repo.full_name}`: git gets no access: ")
    assert {(one.origin, one.presented) for one in sandbox.requests(".git/")} == {(sandbox.other_url, "none")}
    mirror = tmp_path / "mirror"
    subprocess.run(
        ["git", "clone", "--quiet", "--mirror", str(repo.path), str(mirror / f"{repo.full_name}.git")],
        check=True,
        env={"PATH": "/usr/bin:/bin"},
    )
    (home / ".gitconfig").write_text(f'[url "file://{mirror}/"]\n    insteadOf = {sandbox.web_url}/\n')
    other.lock(proof="skip", BITBUCKET_ACCESS_TOKEN=token, **BY_GIT)
    assert other.entry(repo)["content"] == project.entry(repo)["content"]


def test_a_rewriting_to_a_program_is_refused(
    sandbox: Sandbox, project: Locking, kit: Repo, home: Path, tmp_path: Path
) -> None:
    """`ext::` would run whatever stands there."""
    program, mark = trap(tmp_path, "ext")
    (home / ".gitconfig").write_text(
        f'[url "ext::{program} "]\n    insteadOf = {sandbox.web_url}/\n[protocol "ext"]\n    allow = always\n'
    )
    error = project.refused(proof="skip", **BY_GIT)
    assert str(error) == f"`{kit.full_name}`: git could not fetch: transport 'ext' not allowed"
    assert not mark.exists()


def test_a_proxy_of_the_user_is_used(sandbox: Sandbox, project: Locking, kit: Repo, home: Path) -> None:
    """One that is not there shows that it was asked."""
    assert kit.git("rev-parse", "v1")
    assert sandbox.web_url
    (home / ".gitconfig").write_text(
        '[http]\n    proxy = http://127.0.0.1:9\n[http "https://other.invalid"]\n    proxy = ""\n'
    )
    error = project.refused(proof="skip", **BY_GIT)
    assert "127.0.0.1 port 9" in str(error)


def test_no_secret_is_in_an_argument_or_variable(
    sandbox: Sandbox, project: Locking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in front of git writes down the arguments and the environment of every run."""
    sandbox.repository("kit", {"a": "1"}, tags=["v1"], private=True)
    token = sandbox.access_token()
    seen = tmp_path / "seen"
    front = tmp_path / "front"
    front.mkdir()
    (front / "git").write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib, sys\n"
        f"with open({str(seen)!r}, 'ab') as file:\n"
        "    for name in ('cmdline', 'environ'):\n"
        "        file.write(pathlib.Path('/proc/self', name).read_bytes())\n"
        "os.execv('/usr/bin/git', ['git', *sys.argv[1:]])\n"
    )
    (front / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{front}:/usr/bin:/bin")
    monkeypatch.setenv("BITBUCKET_ACCESS_TOKEN", token)
    from bitdeps.git.program import git_program

    git_program.cache_clear()
    try:
        project.lock(BITBUCKET_ACCESS_TOKEN=token, **BY_GIT)
    finally:
        git_program.cache_clear()
    assert b"fetch" in seen.read_bytes()
    assert token.encode() not in seen.read_bytes()
    assert {one.principal for one in sandbox.requests(".git/git-upload-pack")} == {"repository access token"}
