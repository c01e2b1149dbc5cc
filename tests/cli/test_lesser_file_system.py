"""A project on a file system without executable bits and links: all that it can hold is there, and no false alarm."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support.git_archives import git, new_repository
from support.lesser import lesser
from support.program import Program
from support.repos import Executable, Files, Link
from support.sandbox import Sandbox

FILES: Files = {
    "a.c": "int a;\n",
    "bin/run": Executable("#!/bin/sh\n"),
    "latest": Link("bin"),
    "dangling": Link("not/here"),
    "grün/ö.txt": "ä\n",
}
PATCH = "--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-int a;\n+int z;\n"
MANIFEST = '[project]\nworkspace = "acme"\n\n[dependencies]\nlib = { tag = "v1" }\nother = { tag = "v1" }\n'
COMPARED = (
    "note: the file system of `vendor` holds no executable bits: compared without them\n"
    "note: the file system of `vendor` holds no symbolic links: compared by their targets\n"
)
PLACED = (
    "note: the file system of `vendor` holds no executable bits: placed without them\n"
    "note: the file system of `vendor` holds no symbolic links: each is a file that holds its target\n"
)


@pytest.fixture
def poor(deps: Program, sandbox: Sandbox, tmp_path: Path) -> Iterator[Program]:
    """Give a project there, with two packages that it wants."""
    for name in ("lib", "other"):
        sandbox.repository(name, FILES, tags=["v1"]).commit({"a.c": "int b;\n"}, tags=["v2"])
    with lesser(tmp_path) as root:
        program = replace(deps, root=root / "storefront")
        program.manifest(MANIFEST)
        yield program


def contents(root: Path) -> dict[str, bytes]:
    files = (Path(parent) / name for parent, _, names in os.walk(root) for name in names)
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


def expected(a_c: str = "int a;\n") -> dict[str, bytes]:
    """The bytes of the files, and the targets of the links, as git writes them with `core.symlinks=false`."""
    return {
        "a.c": a_c.encode(),
        "bin/run": b"#!/bin/sh\n",
        "latest": b"bin",
        "dangling": b"not/here",
        "grün/ö.txt": "ä\n".encode(),
    }


def test_everything_else_is_placed_and_verified(poor: Program) -> None:
    """With the record, and without it; a link is a file that holds its target."""
    assert poor("install").text == f"Resolved 2 packages in TIME\nInstalled 2 in TIME\n+ lib v1\n+ other v1\n{PLACED}"
    assert contents(poor.vendor / "lib") == expected()
    assert not (poor.vendor / "lib/latest").is_symlink()
    assert poor("verify").text == f"Verified 2 packages, 10 files in TIME\n{COMPARED}"
    assert poor("install").text == "Kept 2 in TIME\n"
    shutil.rmtree(poor.root / ".deps")
    assert poor("verify").text == f"Verified 2 packages, 10 files in TIME\n{COMPARED}"
    assert poor("install").text == f"Kept 2 in TIME\n{COMPARED}"
    assert poor("install").text == "Kept 2 in TIME\n"


def test_an_edit_is_still_seen_and_nothing_else_is_replaced(poor: Program) -> None:
    poor("install")
    (poor.vendor / "lib/latest").write_text("lib")
    for lost in (False, True):
        if lost:
            shutil.rmtree(poor.root / ".deps")
        assert "- `vendor/lib/latest` was modified\n" in poor("verify", code=3).text
        assert poor("install", code=3).text.startswith(
            "error: `lib`: holds changes that `deps` did not make:\n- `vendor/lib/latest` was modified\n\nhint: "
        )
    assert poor("install", "--force").text.startswith("Updated 1, kept 1 in TIME\n~ lib v1\nnote: what was edited ")
    assert contents(poor.vendor / "lib") == expected()
    poor("verify")


def test_a_patch_is_applied_to_what_git_would_have(poor: Program) -> None:
    """Executable files and links do not stand in the way of a patch to another file."""
    (poor.root / "a.patch").write_text(PATCH)
    poor.manifest(MANIFEST.replace('lib = { tag = "v1" }', 'lib = { tag = "v1", patches = ["a.patch"] }'))
    assert poor("install").text.endswith(f"+ lib v1\n+ other v1\n{PLACED}")
    assert contents(poor.vendor / "lib") == expected("int z;\n")
    assert poor("verify").text == f"Verified 2 packages, 10 files in TIME\n{COMPARED}"


def test_branches_of_a_committed_vendor_directory(deps: Program, poor: Program) -> None:
    """What git checks out there is right for `verify` and `install`, on both branches, and for a new lock."""
    committed = MANIFEST.replace("\n\n", "\ncommit-vendor = true\n\n", 1)
    new_repository(deps.root)
    for branch, tag in (("main", "v1"), ("next", "v2")):
        deps.manifest(committed.replace('lib = { tag = "v1" }', f'lib = {{ tag = "{tag}" }}'))
        deps("install")
        git(deps.root, "checkout", "-q", "-B", branch)
        git(deps.root, "add", "--all")
        git(deps.root, "commit", "-q", "-m", branch)
    shutil.rmtree(poor.root)
    git(poor.root.parent, "clone", "-q", "--branch", "main", str(deps.root), poor.root.name)
    for branch in ("main", "next", "main"):
        git(poor.root, "checkout", "-q", branch)
        assert poor("install", "--locked").text.startswith("Kept 2 in TIME\n")
        assert poor("verify").text == f"Verified 2 packages, 10 files in TIME\n{COMPARED}"
    shutil.rmtree(poor.root / ".deps")
    poor.manifest(committed.replace('lib = { tag = "v1" }', 'lib = { tag = "v2" }'))
    assert poor("install").text.splitlines()[1:3] == ["Updated 1, kept 1 in TIME", "~ lib v1 -> v2"]
    found = hashlib.sha256(contents(poor.vendor / "lib")["a.c"]).hexdigest()
    assert found == hashlib.sha256(b"int b;\n").hexdigest()
