"""`include`, `exclude`, `subdir`, `into`, patches, `commit-vendor`: what is placed is what was selected."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from wcmatch import glob

from support.program import Program
from support.repos import Executable, Files, Link
from support.sandbox import Sandbox
from support.trees import snapshot

FILES: Files = {
    "LICENSE": "free\n",
    "COPYING.md": "too\n",
    "README.md": "hi\n",
    "src/a.c": "int a;\n",
    "src/.hidden/b.c": "int b;\n",
    "src/deep/er/c.h": "int c;\n",
    "src/deep/er/d.png": b"\x89PNG",
    "docs/e.md": "e\n",
    "docs/LICENSE": "not at the top\n",
    "bin/run": Executable("#!/bin/sh\n"),
    "link": Link("src/a.c"),
}
HEAD = '[project]\nworkspace = "acme"\n\n[dependencies]\n'
PATCH = """\
--- a/src/a.c
+++ b/src/a.c
@@ -1 +1,2 @@
-int a;
+int patched;
+int more;
"""
SECOND_PATCH = """\
--- a/src/a.c
+++ b/src/a.c
@@ -1,2 +1,3 @@
-int patched;
+int twice;
 int more;
+int third;
"""


def by_wcmatch(include: list[str], exclude: list[str]) -> set[str]:
    """Say what another library's globs select."""
    flags = glob.GLOBSTAR | glob.DOTGLOB | glob.FORCEUNIX

    def matches(path: str, patterns: list[str]) -> bool:
        return any(glob.globmatch(path, pattern, flags=flags) for pattern in patterns)

    chosen = {path for path in FILES if not include or matches(path, include)}
    kept = {"LICENSE", "COPYING.md"}
    return {path for path in chosen if not matches(path, exclude)} | kept


@pytest.mark.parametrize(
    ("include", "exclude"),
    [
        (["src/**"], []),
        (["**"], ["**/*.png", "docs/**", "link"]),
        (["src/*", "docs/*.md"], []),
        (["**/*.[ch]"], ["src/deep/**"]),
        (["src/**"], ["src/.hidden/**"]),
        (["*"], []),
        (["**"], ["**/?.md"]),
    ],
)
def test_a_selection_is_what_another_glob_matcher_says(
    deps: Program, sandbox: Sandbox, include: list[str], exclude: list[str]
) -> None:
    sandbox.repository("lib", FILES, tags=["v1"])
    deps.manifest(HEAD + f'lib = {{ tag = "v1", include = {include}, exclude = {exclude} }}\n'.replace("'", '"'))
    deps("install")
    assert set(snapshot(deps.vendor / "lib")) == by_wcmatch(include, exclude)
    deps("verify")
    assert deps("install", "--locked").text == "Kept 1 in TIME\n"


def test_a_part_of_a_repository_goes_where_it_should(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("mono", {**FILES, "deps.toml": "broken ["}, tags=["v1"])
    deps.manifest(HEAD + 'mono = { tag = "v1", subdir = "src/deep", into = "third_party/mono" }\n')
    deps("install")
    assert set(snapshot(deps.root / "third_party" / "mono")) == {"er/c.h", "er/d.png"}
    assert deps.lock["acme/mono//src/deep"]["path"] == "third_party/mono"
    deps("verify")


def test_patches_are_applied_in_order_and_change_the_lock(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", FILES, tags=["v1"])
    (deps.root / "patches").mkdir()
    first = deps.root / "patches" / "1.patch"
    first.write_text(PATCH)
    (deps.root / "patches" / "2.patch").write_text(SECOND_PATCH)
    deps.manifest(HEAD + 'lib = { tag = "v1", patches = ["patches/*.patch"] }\n')
    deps("install")
    assert (deps.vendor / "lib" / "src" / "a.c").read_text() == "int twice;\nint more;\nint third;\n"
    deps("verify")
    first.write_text(PATCH + "\n")
    assert deps("install", "--locked", code=1).text.splitlines()[1] == (
        "  lib: selection changed (subdir, include, exclude, patches, or `commit-vendor`)"
    )


def test_a_patch_that_does_not_apply_changes_nothing(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", FILES, tags=["v1"])
    deps.manifest(HEAD + 'lib = { tag = "v1" }\n')
    deps("install")
    before, lock = snapshot(deps.vendor), deps.lock_text
    (deps.root / "wrong.patch").write_text(PATCH.replace("-int a;", "-int b;"))
    deps.manifest(HEAD + 'lib = { tag = "v1", patches = ["wrong.patch"] }\n')
    assert deps("install", code=1).text == (
        "error: `lib`: patch `wrong.patch` does not apply:\n"
        "- `src/a.c`: hunk 1 (line 1) does not fit\n"
        "\n"
        "hint: make `wrong.patch` anew for this version; the vendor directory is as before\n"
    )
    assert (snapshot(deps.vendor), deps.lock_text) == (before, lock)


@pytest.mark.parametrize("target", ["../../outside", "/etc/passwd", "../src/../../x"])
def test_a_link_out_is_refused_with_a_line_that_works(deps: Program, sandbox: Sandbox, target: str) -> None:
    sandbox.repository("lib", {**FILES, "src/out": Link(target)}, tags=["v1"])
    deps.manifest(HEAD + 'lib = { tag = "v1" }\n')
    text = deps("install", code=3).text
    line = 'exclude = ["src/out"]'
    assert f"`{line}`" in text
    assert not deps.vendor.exists()
    assert not (deps.root / "deps.lock").exists()
    deps.manifest(HEAD + f'lib = {{ tag = "v1", {line} }}\n')
    deps("install")
    assert "src/out" not in snapshot(deps.vendor / "lib")


def git(directory: Path, *words: str, **variables: str) -> str:
    env = {"PATH": os.environ["PATH"], "HOME": str(directory.parent), "GIT_CONFIG_NOSYSTEM": "1", **variables}
    done = subprocess.run(["git", *words], cwd=directory, env=env, check=True, capture_output=True, text=True)
    return done.stdout


def test_a_vendor_directory_in_git_survives_a_hostile_checkout(deps: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    """Cloned under `core.autocrlf=true`, with a dependency that fights it, `verify` passes without `.deps/`."""
    fighter: Files = {
        **FILES,
        ".gitattributes": "* text=auto eol=crlf ident\n*.c working-tree-encoding=UTF-16\n",
        ".gitignore": "*\n!.gitignore\n",
        "src/.gitattributes": "*.c text eol=crlf\n",
        "src/.gitignore": "*.c\n",
        "crlf.txt": b"one\r\ntwo\r\n",
        "ident.c": "/* $Id$ */\n",
    }
    sandbox.repository("lib", fighter, tags=["v1"])
    deps.manifest(HEAD.replace("\n\n", "\ncommit-vendor = true\n\n", 1) + 'lib = { tag = "v1" }\n')
    deps("install")
    assert not [path for path in snapshot(deps.vendor / "lib") if path.endswith((".gitattributes", ".gitignore"))]
    who = {f"GIT_{role}_{what}": "x@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    git(deps.root, "init", "-q")
    (deps.root / ".gitignore").write_text("*.c\n")
    git(deps.root, "add", "-A")
    git(deps.root, "commit", "-qm", "vendored", **who)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "-c", "core.autocrlf=true", "-c", "core.eol=crlf", str(deps.root), str(clone))
    assert not (clone / ".deps").exists()
    assert b"\r\n" not in (clone / "vendor" / "lib" / "src" / "a.c").read_bytes()
    there = Program(root=clone, home=tmp_path / "other home", service=deps.service)
    assert there("verify").text.startswith("Verified 1 package, ")
    assert there("install", "--locked").text == "Kept 1 in TIME\n"
    shutil.rmtree(clone / "vendor" / "lib" / "docs")
    assert "- `vendor/lib/docs/e.md` is missing\n" in there("verify", code=3).text


def test_the_two_git_files_are_put_back(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", FILES, tags=["v1"])
    deps.manifest(HEAD.replace("\n\n", "\ncommit-vendor = true\n\n", 1) + 'lib = { tag = "v1" }\n')
    deps("install")
    ours = deps.vendor / ".gitattributes"
    text = ours.read_text()
    ours.unlink()
    assert "`vendor/.gitattributes` is missing" in deps("verify", code=3).text
    deps("install")
    assert ours.read_text() == text
    ours.write_text("mine\n")
    assert deps("verify", code=3).text.count("vendor/.gitattributes") == 1
    assert "`vendor/.gitattributes` was modified" in deps("install", code=3).text
    deps("install", "--force")
    assert ours.read_text() == text
    deps("verify")


def test_an_update_in_a_clone_of_a_committed_vendor_directory_needs_no_force(deps: Program, sandbox: Sandbox) -> None:
    repo = sandbox.repository("lib", FILES, tags=["v1"])
    repo.commit({"src/a.c": "int two;\n"}, tags=["v2"])
    head = HEAD.replace("\n\n", "\ncommit-vendor = true\n\n", 1)
    deps.manifest(head + 'lib = { tag = "v1" }\n')
    deps("install")
    shutil.rmtree(deps.root / ".deps")
    deps.manifest(head + 'lib = { tag = "v2" }\n')
    assert deps("install").text.splitlines()[1:] == ["Updated 1 in TIME", "~ lib v1 -> v2"]
    assert not (deps.root / ".deps" / "trash").exists()
    deps("verify")
