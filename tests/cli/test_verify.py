"""`deps verify` and what `install` sees: each way to change a tree, with state, with the cache alone, with neither."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.program import Program
from support.repos import Executable, Files, Link
from support.sandbox import Sandbox

FILES: Files = {
    "a.c": "int a;\n",
    "b.c": "int b;\n",
    "dir/c.c": "int c;\n",
    "run": Executable("#!/bin/sh\n"),
    "link": Link("a.c"),
}
MANIFEST = '[project]\nworkspace = "acme"\n\n[dependencies]\nlib = { tag = "v1" }\nother = { tag = "v1" }\n'


@pytest.fixture
def installed(deps: Program, sandbox: Sandbox) -> Program:
    """Give a project with two packages in place."""
    for name in ("lib", "other"):
        sandbox.repository(name, FILES, tags=["v1"])
    deps.manifest(MANIFEST)
    deps("install")
    return deps


@pytest.mark.parametrize("known", [True, False])
def test_each_file_is_read_once(installed: Program, known: bool) -> None:  # noqa: FBT001 (parametrized)
    """Digest and tree come from one reading, in the short way and in the long one."""
    if not known:
        shutil.rmtree(installed.root / ".deps")
    program = (
        "import sys\n"
        "opened = []\n"
        "def hook(event, arguments):\n"
        "    if event == 'open' and isinstance(arguments[0], bytes) and b'/vendor/' in arguments[0]:\n"
        "        opened.append(arguments[0].rpartition(b'/vendor/')[2].decode())\n"
        "sys.addaudithook(hook)\n"
        "sys.argv = ['deps', 'verify']\n"
        "from bitdeps.cli.entry import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print('opened', *sorted(opened))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=installed.root,
        env=installed.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = [f"{name}/{path}" for name in ("lib", "other") for path in ("a.c", "b.c", "dir/c.c", "run")]
    assert done.stderr.startswith("Verified 2 packages, 10 files")
    assert done.stdout.split() == ["opened", *expected]


def edit_keeping_size_and_mtime(lib: Path) -> None:
    before = (lib / "a.c").stat()
    (lib / "a.c").write_text("int z;\n")
    os.utime(lib / "a.c", ns=(before.st_atime_ns, before.st_mtime_ns))


def replace_keeping_size_and_mtime(lib: Path) -> None:
    before = (lib / "a.c").stat()
    (lib / "new").write_text("int z;\n")
    os.utime(lib / "new", ns=(before.st_atime_ns, before.st_mtime_ns))
    (lib / "new").rename(lib / "a.c")


def link_elsewhere(lib: Path) -> None:
    (lib / "link").unlink()
    (lib / "link").symlink_to("b.c")


def file_for_directory(lib: Path) -> None:
    shutil.rmtree(lib / "dir")
    (lib / "dir").write_text("no directory\n")


def directory_for_file(lib: Path) -> None:
    (lib / "a.c").unlink()
    (lib / "a.c").mkdir()
    (lib / "a.c" / "x").write_text("x\n")


def file_for_link(lib: Path) -> None:
    (lib / "link").unlink()
    (lib / "link").write_text("int a;\n")


EDITS: list[tuple[Callable[[Path], object], list[str]]] = [
    (lambda lib: (lib / "a.c").write_text("int much_more;\n"), ["`vendor/lib/a.c` was modified"]),
    (edit_keeping_size_and_mtime, ["`vendor/lib/a.c` was modified"]),
    (replace_keeping_size_and_mtime, ["`vendor/lib/a.c` was modified"]),
    (lambda lib: (lib / "a.c").unlink(), ["`vendor/lib/a.c` is missing"]),
    (lambda lib: (lib / "extra.txt").write_text("x\n"), ["`vendor/lib/extra.txt` is not ours"]),
    (lambda lib: (lib / "run").chmod(0o644), ["`vendor/lib/run` has another executable bit"]),
    (lambda lib: (lib / "a.c").chmod(0o755), ["`vendor/lib/a.c` has another executable bit"]),
    (link_elsewhere, ["`vendor/lib/link` was modified"]),
    (file_for_link, ["`vendor/lib/link` is another kind of file"]),
    (file_for_directory, []),
    (directory_for_file, []),
]


@pytest.mark.parametrize("known", ["state", "cache", "nothing"])
@pytest.mark.parametrize("number", range(len(EDITS)))
def test_an_edit_is_named_and_seen(installed: Program, number: int, known: str) -> None:
    """By `verify` (exit 3) and by `install`, which changes nothing; `--force` puts it back."""
    edit, lines = EDITS[number]
    edit(installed.vendor / "lib")
    if known != "state":
        shutil.rmtree(installed.root / ".deps")
    if known == "nothing":
        installed("cache", "clean")
    text = installed("verify", code=3).text
    if known == "nothing":
        assert "- `lib`: `vendor/lib` is d1:" in text
        assert "neither `.deps/` nor the cache knows its files" in text
    else:
        for line in lines:
            assert f"- {line}\n" in text
    assert "vendor/other" not in text
    alarm = installed("install", code=3).text
    assert alarm.startswith("error: `lib`: holds changes that `deps` did not make:\n")
    if known != "nothing":
        for line in lines:
            assert f"- {line}\n" in alarm
    installed("install", "--force")
    installed("verify")


def test_a_right_tree_passes_with_state_with_the_cache_and_with_neither(installed: Program) -> None:
    assert installed("verify").text == "Verified 2 packages, 10 files in TIME\n"
    shutil.rmtree(installed.root / ".deps")
    assert installed("verify").text == "Verified 2 packages, 10 files in TIME\n"
    installed("cache", "clean")
    assert installed("verify").text == "Verified 2 packages, 10 files in TIME\n"
    assert not (installed.root / ".deps").exists()


def test_a_missing_package_is_named(installed: Program) -> None:
    shutil.rmtree(installed.vendor / "lib")
    assert installed("verify", code=3).text == (
        "error: the vendor directory is not what `deps.lock` says, 1 difference:\n"
        "- `vendor/lib` is missing\n"
        "\n"
        "hint: `deps install --force` puts back what the lock says\n"
    )
    assert installed("install").text == "Installed 1, kept 1 in TIME\n+ lib v1\n"


def test_what_lies_beside_is_kept_named_and_can_be_allowed(installed: Program) -> None:
    (installed.vendor / "notes.txt").write_text("mine\n")
    (installed.vendor / "stuff").mkdir()
    (installed.vendor / "stuff" / "x").write_text("mine\n")
    warning = (
        "warning: `vendor/notes.txt`, `vendor/stuff/`: are not from `deps.lock`, and left alone\n"
        'hint: to allow, write `ignore = ["vendor/notes.txt", "vendor/stuff/**"]` in `[project]`\n'
    )
    assert installed("install").text == f"Kept 2 in TIME\n{warning}"
    assert installed("verify", code=3).text == (
        "error: the vendor directory is not what `deps.lock` says, 2 differences:\n"
        "- `vendor/notes.txt` is not from `deps.lock`\n"
        "- `vendor/stuff/` is not from `deps.lock`\n"
        "\n"
        "hint: to allow what lies beside the packages, write "
        '`ignore = ["vendor/notes.txt", "vendor/stuff/**"]` in `[project]`\n'
    )
    installed.manifest(MANIFEST.replace("\n\n", '\nignore = ["vendor/notes.txt", "vendor/stuff/**"]\n\n', 1))
    assert installed("install").text == "Kept 2 in TIME\n"
    installed("verify")
    assert (installed.vendor / "stuff" / "x").read_text() == "mine\n"


def test_force_moves_what_was_edited_to_the_trash(installed: Program) -> None:
    (installed.vendor / "lib" / "a.c").write_text("my work\n")
    (installed.vendor / "lib" / "mine.txt").write_text("my file\n")
    text = installed("install", "--force").text
    assert text.splitlines()[:2] == ["Updated 1, kept 1 in TIME", "~ lib v1"]
    kept = {path.name: path.read_text() for path in (installed.root / ".deps" / "trash").rglob("*") if path.is_file()}
    assert kept == {"a.c": "my work\n", "mine.txt": "my file\n"}


def test_verify_works_on_a_read_only_tree(installed: Program) -> None:
    """Nothing is written, nor tried to be: the tree is owned by another user in spirit, its bits say so."""
    for directory, _, _ in os.walk(installed.root):
        Path(directory).chmod(0o555)
    try:
        assert installed("verify").text == "Verified 2 packages, 10 files in TIME\n"
        assert installed("install").text == "Kept 2 in TIME\n"
    finally:
        for directory, _, _ in os.walk(installed.root):
            Path(directory).chmod(0o755)


def test_json_names_the_failure(installed: Program) -> None:
    assert installed("verify", "--json").document == {"packages": 2, "files": 10, "notes": []}
    (installed.vendor / "lib" / "a.c").unlink()
    assert installed("verify", "--json", code=3).document == {
        "error": {
            "code": "edited-vendor",
            "message": (
                "the vendor directory is not what `deps.lock` says, 1 difference:\n- `vendor/lib/a.c` is missing"
            ),
            "hint": "`deps install --force` puts back what the lock says",
        }
    }


def test_a_placed_file_that_ignore_matches_is_still_ours(installed: Program) -> None:
    installed.manifest(MANIFEST.replace("\n\n", '\nignore = ["**/*.c"]\n\n', 1))
    installed("install")
    assert installed("verify").text == "Verified 2 packages, 10 files in TIME\n"
    shutil.rmtree(installed.root / ".deps")
    assert installed("verify").text == "Verified 2 packages, 10 files in TIME\n"
    (installed.vendor / "lib" / "new.c").write_text("allowed\n")
    installed("verify")
    (installed.vendor / "lib" / "a.c").write_text("edited\n")
    assert "- `vendor/lib/a.c` was modified\n" in installed("verify", code=3).text


def test_ignore_patterns_may_start_at_a_vendor_directory_of_any_name(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", FILES, tags=["v1"])
    head = '[project]\nworkspace = "acme"\nvendor = "third/v"\nignore = ["lib/x.o"]\n\n'
    deps.manifest(head + '[dependencies]\nlib = { tag = "v1" }\n')
    deps("install")
    (deps.root / "third" / "v" / "lib" / "x.o").write_text("object\n")
    for words in (["install"], ["install", "--frozen"], ["verify"]):
        assert "x.o" not in deps(*words).text
    assert deps("verify", "--json").document["files"] == 5


def test_an_extra_file_comes_with_the_line_that_allows_it(installed: Program) -> None:
    (installed.vendor / "lib" / "new.txt").write_text("x\n")
    line = 'ignore = ["vendor/lib/new.txt"]'
    assert installed("verify", code=3).text.endswith(
        f"hint: to allow what was added, write `{line}` in `[project]`; "
        "`deps install --force` puts back what the lock says\n"
    )
    installed.manifest(MANIFEST.replace("\n\n", f"\n{line}\n\n", 1))
    installed("verify")


def test_without_state_and_cache_install_fetches_what_names_the_files(installed: Program) -> None:
    (installed.vendor / "lib" / "a.c").write_text("edited\n")
    shutil.rmtree(installed.root / ".deps")
    installed("cache", "clean")
    assert "- `vendor/lib/a.c` was modified\n" in installed("install", code=3).text


def test_a_local_checkout_is_named_as_one(installed: Program) -> None:
    (installed.root / "checkout").mkdir()
    (installed.root / "deps.local.toml").write_text('[paths]\nlib = "checkout"\n')
    installed("install")
    assert installed("verify", code=3).text == (
        "error: the vendor directory is not what `deps.lock` says, 1 difference:\n"
        "- `vendor/lib` is the local checkout `checkout` (`deps.local.toml`)\n"
        "\n"
        "hint: take `lib` out of `deps.local.toml` and run `deps install`\n"
    )
