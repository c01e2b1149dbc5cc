"""`deps lock`: what it writes, and that nothing but its inputs decides about it."""

import subprocess
from pathlib import Path

import pytest

from support.program import Program
from support.repos import Executable, Files, Link, Repo
from support.sandbox import Sandbox
from support.trees import d1, git_archive, git_tree, snapshot

FILES: Files = {
    "README.md": "hi\n",
    "bin/run": Executable("#!/bin/sh\necho hi\n"),
    "src/a.c": b"int a;\r\n",
    "src/latest": Link("a.c"),
    "grün/ö.txt": "ä\n",
    "empty": "",
    "a.b/x": "1\n",
    "a/x": "2\n",
}
ODD_TAGS = ["release/2024#1", "100%-ok", "v1.0+b.2", "grün/1", "rev1", "@scope/pkg@1.0.3"]


def rev(repo: Repo, name: str) -> str:
    return repo.git("rev-parse", f"{name}^{{commit}}")


def expect_entry(deps: Program, repo: Repo, commit: str, scratch: Path) -> None:
    """Compare an entry with what git, tar and ten lines of the tests say."""
    entry = deps.lock[repo.full_name]
    tree = git_archive(repo, commit, scratch / "tree")
    assert entry["commit"] == commit
    assert entry["content"] == d1(snapshot(tree))
    assert entry["tree"] == git_tree(tree, scratch / "git")


@pytest.mark.parametrize("tag", ODD_TAGS)
def test_any_tag_that_git_allows_is_locked(deps: Program, sandbox: Sandbox, tmp_path: Path, tag: str) -> None:
    repo = sandbox.repository("lib", FILES)
    wanted = repo.commit({"more.txt": "more\n"})
    repo.tag(tag, wanted, message="annotated\n")
    repo.commit({"more.txt": "even more\n"})
    deps.manifest(f'[dependencies]\nlib = {{ workspace = "acme", tag = "{tag}" }}\n')
    deps("lock")
    assert deps.lock["acme/lib"]["tag"] == tag
    expect_entry(deps, repo, wanted, tmp_path)


@pytest.mark.parametrize(
    ("requirement", "name"),
    [
        ('tag = "v1.2.0"', "v1.2.0"),
        ('branch = "next/one"', "next/one"),
        ('version = ">=1,<2"', "v1.10.0"),
        ('version = "~=1.2.0"', "v1.2.0"),
    ],
)
def test_each_kind_of_requirement(deps: Program, sandbox: Sandbox, tmp_path: Path, requirement: str, name: str) -> None:
    repo = sandbox.repository("lib", FILES, tags=["v1.2.0"])
    repo.commit({"more.txt": "1\n"}, tags=["v1.10.0"])
    repo.commit({"more.txt": "2\n"}, tags=["v2.0.0rc1", "nightly"])
    repo.branch("next/one", repo.commit({"more.txt": "3\n"}))
    deps.manifest(f'[project]\nworkspace = "acme"\n[dependencies]\nlib = {{ {requirement} }}\n')
    deps("lock")
    expect_entry(deps, repo, rev(repo, name), tmp_path)


def test_a_commit_is_locked(deps: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    repo = sandbox.repository("lib", FILES)
    wanted = rev(repo, "main")
    repo.commit({"more.txt": "1\n"})
    deps.manifest(f'[dependencies]\nlib = {{ workspace = "acme", commit = "{wanted}" }}\n')
    deps("lock")
    entry = deps.lock["acme/lib"]
    assert not {"tag", "branch", "version"} & entry.keys()
    expect_entry(deps, repo, wanted, tmp_path)


def environments(tmp_path: Path) -> list[dict[str, str]]:
    """Give two environments that differ in everything that must not matter."""
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    (hostile / ".gitconfig").write_text("[core]\n\tautocrlf = true\n\teol = crlf\n[tar]\n\tumask = 0077\n")
    return [
        {"TZ": "UTC", "LANG": "C.UTF-8"},
        {"HOME": str(hostile), "TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
    ]


def test_the_lock_is_the_same_on_every_machine(deps: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    """HOME, TZ, LANG, umask, git configuration and the order of the entries change no byte."""
    for name in ("one", "two", "three"):
        sandbox.repository(name, {**FILES, "name.txt": name}, tags=["v1.0", "v1.1", "v2.0b1"])
    entries = [f'{name} = {{ version = ">=1" }}\n' for name in ("one", "two", "three")]
    head = '[project]\nworkspace = "acme"\n\n[dependencies]\n'
    texts = []
    for order, mask, variables in zip((entries, entries[::-1]), ("022", "077"), environments(tmp_path), strict=True):
        deps.manifest(head + "".join(order))
        (deps.root / "deps.lock").unlink(missing_ok=True)
        command = ["sh", "-c", f'umask {mask}; exec "$0" -m bitdeps lock', __import__("sys").executable]
        subprocess.run(command, cwd=deps.root, env={**deps.environment, **variables}, check=True, capture_output=True)
        texts.append((deps.root / "deps.lock").read_bytes())
    assert texts[0] == texts[1]
    assert texts[0].startswith(
        b"# Written by `deps`. Commit it; do not edit it. After a merge conflict run `deps lock`.\n"
    )


def test_tomli_w_writes_it_in_the_order_of_the_design(deps: Program, sandbox: Sandbox) -> None:
    """The bytes are those of tomli-w for the values in the order of DESIGN section 3."""
    import tomllib

    import tomli_w

    sandbox.repository("lib", FILES, tags=["v1.0"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1.0", include = ["src/**"] }\n')
    deps("lock")
    comment, _, body = deps.lock_text.partition("\n")
    assert comment == "# Written by `deps`. Commit it; do not edit it. After a merge conflict run `deps lock`."
    assert tomli_w.dumps(tomllib.loads(body)) == body
    order = (
        "name path uuid tag version commit tree proof content archive-sha256 archive-size selection placed requested"
    )
    assert [key for key in order.split() if key in deps.lock["acme/lib"]] == list(deps.lock["acme/lib"])


def test_an_unchanged_lock_is_not_written_again(deps: Program, sandbox: Sandbox) -> None:
    """The second `lock` costs one look-up for the tag, no download, and leaves the file alone."""
    sandbox.repository("lib", FILES, tags=["v1.0"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1.0" }\n')
    assert deps("lock").text == "Resolved 1 package in TIME\n+ lib v1.0\n"
    before = (deps.root / "deps.lock").stat()
    sandbox.clear_requests()
    assert deps("lock").text == "Resolved 1 package in TIME\n"
    after = (deps.root / "deps.lock").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert [entry.path.partition("?")[0] for entry in sandbox.requests()] == [
        "/2.0/repositories/acme/lib/refs/tags/v1.0"
    ]


def test_a_changed_manifest_moves_nothing_else(deps: Program, sandbox: Sandbox) -> None:
    """A branch pin stays where it is until `update`; the new entry is added."""
    repo = sandbox.repository("lib", FILES)
    sandbox.repository("other", FILES, tags=["v1"])
    deps.manifest('[project]\nworkspace = "acme"\n[dependencies]\nlib = { branch = "main" }\n')
    deps("lock")
    locked = deps.lock["acme/lib"]
    repo.commit({"more.txt": "1\n"})
    deps.manifest('[project]\nworkspace = "acme"\n[dependencies]\nlib = { branch = "main" }\nother = { tag = "v1" }\n')
    assert deps("lock").text == "Resolved 2 packages in TIME\n+ other v1\n"
    assert deps.lock["acme/lib"] == locked


def test_check_says_whether_the_lock_would_change(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", FILES, tags=["v1.0", "v1.1"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1.0" }\n')
    assert deps("lock", "--check", code=1).text == ("Resolved 1 package in TIME\n+ lib v1.0\ndeps.lock would change\n")
    assert not (deps.root / "deps.lock").exists()
    deps("lock")
    text = deps.lock_text
    assert deps("lock", "--check").text == "Resolved 1 package in TIME\ndeps.lock would stay as it is\n"
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1.1" }\n')
    assert deps("lock", "--check", code=1).text == (
        "Resolved 1 package in TIME\n~ lib v1.0 -> v1.1\ndeps.lock would change\n"
    )
    assert deps("lock", "--check", "--offline", code=1).text == (
        "error: `deps.lock` does not match `deps.toml`:\n"
        "  lib: tag v1.0 -> v1.1\n"
        "\n"
        "hint: run `deps lock` and commit `deps.lock`\n"
    )
    assert deps.lock_text == text
