"""Odd files where the project's own are expected, and the hint that every failure ends with."""

import os
from pathlib import Path

import pytest

from support.excerpts import without_excerpt
from support.program import Program
from support.sandbox import Sandbox


@pytest.mark.parametrize("words", [["install"], ["verify"], ["lock"], ["init"], ["init", "--merge-driver"]])
def test_a_manifest_that_is_a_dangling_link(deps: Program, words: list[str]) -> None:
    """Neither the link's target nor the project above is touched."""
    deps.manifest("[dependencies]\n")
    inner = deps.root / "inner"
    inner.mkdir()
    (inner / "deps.toml").symlink_to("gone.toml")
    assert deps(*words, code=2, cwd=inner).text == (
        "error: `deps.toml`: is a link to `gone.toml`, which is not there\n"
        "\n"
        f"hint: make it, or remove the link `{inner}/deps.toml`, then run the command again\n"
    )
    assert [path.name for path in inner.iterdir()] == ["deps.toml"]


@pytest.mark.parametrize("words", [["install"], ["verify"], ["lock"], ["init"]])
def test_a_manifest_that_is_a_directory(deps: Program, words: list[str]) -> None:
    (deps.root / "deps.toml").mkdir()
    assert deps(*words, code=2).text == (
        "error: `deps.toml`: is a directory, not a file\n"
        "\n"
        f"hint: move `{deps.root}/deps.toml` away, then run the command again\n"
    )


def test_a_manifest_that_is_a_pipe_holds_nobody_up(deps: Program) -> None:
    os.mkfifo(deps.root / "deps.toml")
    assert deps("install", code=2).text == (
        "error: `deps.toml`: is no regular file\n"
        "\n"
        f"hint: move `{deps.root}/deps.toml` away, then run the command again\n"
    )


@pytest.mark.parametrize("words", [["install"], ["install", "--locked"], ["verify"], ["lock"]])
def test_a_lock_that_is_a_pipe_or_no_text(deps: Program, sandbox: Sandbox, words: list[str]) -> None:
    """It holds nobody up, also where the last install was complete."""
    sandbox.repository("lib", {"a.txt": "a\n"}, tags=["v1"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1" }\n')
    deps("install")
    (deps.root / "deps.lock").unlink()
    os.mkfifo(deps.root / "deps.lock")
    assert deps(*words, code=1).text == (
        f"error: `deps.lock`: is no regular file\n\nhint: move `{deps.root}/deps.lock` away\n"
    )
    (deps.root / "deps.lock").unlink()
    (deps.root / "deps.lock").write_bytes(b"# \xff\n")
    assert deps(*words, code=2).text == (
        "error: deps.lock:1: is not UTF-8 (byte 2)\n"
        "\n"
        "hint: restore `deps.lock` from version control, or remove it and run `deps lock`\n"
    )


def test_a_linked_manifest_and_lock_stay_links(deps: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.repository("lib", {"a.txt": "a\n"}, tags=["v1"])
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "manifest.toml").write_text("[dependencies]\n", encoding="utf-8")
    (deps.root / "deps.toml").symlink_to(shared / "manifest.toml")
    (deps.root / "deps.lock").symlink_to("../shared/deps.lock")
    deps("add", "acme/lib@v1")
    assert (deps.root / "deps.toml").readlink() == shared / "manifest.toml"
    assert (deps.root / "deps.lock").readlink() == Path("../shared/deps.lock")
    assert "[dependencies.lib]" in (shared / "manifest.toml").read_text(encoding="utf-8")
    assert sorted(path.name for path in shared.iterdir()) == ["deps.lock", "manifest.toml"]
    deps("install", "--locked")


def test_init_keeps_the_line_ends_of_a_file(deps: Program) -> None:
    (deps.root / ".gitignore").write_bytes(b"*.o\r\n*.a")
    deps("init")
    assert (deps.root / ".gitignore").read_bytes() == b"*.o\r\n*.a\r\n/vendor/\r\n/deps.local.toml\r\n"
    assert (deps.root / ".gitattributes").read_bytes() == b"deps.lock text eol=lf\n"


def test_warnings_for_programs_are_message_and_hint(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", {"a.txt": "a\n"}, tags=["v1"])
    deps.manifest(
        '[project]\nworkspace = "acme"\n[dependencies]\nlib = { tag = "v1" }\n'
        '[overrides]\n"acme/none" = { tag = "v1" }\n'
    )
    unused = {
        "message": "the override of `acme/none` is not used: nothing requires it",
        "hint": "remove it from `[overrides]` in `deps.toml`",
    }
    assert deps("lock", "--json").document["warnings"] == [unused]
    (deps.vendor / "mine").mkdir(parents=True)
    (deps.vendor / "mine" / "a.txt").write_text("mine\n", encoding="utf-8")
    (found,) = deps("install", "--json").document["warnings"]
    assert sorted(found) == ["hint", "message"]
    assert "\n" not in found["message"]


MANIFEST_HINT = "correct `deps.toml`; `docs/reference/manifest.md` lists every key"


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        (
            {"DEPS_CONCURRENCY": "many"},
            "error: `DEPS_CONCURRENCY`: must be a whole number that is not negative\n\nhint: such as `8`\n",
        ),
        (
            {"DEPS_TIMEOUTS_READ": "-1"},
            "error: `DEPS_TIMEOUTS_READ`: must be a number of seconds above 0\n\nhint: such as `30` or `2.5`\n",
        ),
        (
            {"DEPS_TRANSPORT": "ftp"},
            (
                "error: `DEPS_TRANSPORT`: must be `auto`, `archive` or `git`\n\n"
                "hint: leave it out for `auto`: archives, and git where they are refused\n"
            ),
        ),
        (
            {"DEPS_API_URL": "api"},
            (
                "error: `DEPS_API_URL`: not an address: it must be `https://HOST` with an optional port and path, "
                "without a user name, query or fragment\n\nhint: such as `https://api.bitbucket.org/2.0`\n"
            ),
        ),
        (
            {"DEPS_GIT_URL": "ssh://a b"},
            (
                "error: `DEPS_GIT_URL`: not an address: it must be `ssh://USER@HOST` with an optional port and path\n\n"
                "hint: such as `ssh://git@bitbucket.org`\n"
            ),
        ),
    ],
)
def test_a_wrong_setting_comes_with_an_example(deps: Program, variables: dict[str, str], text: str) -> None:
    deps.manifest("[dependencies]\n")
    deps.extra |= variables
    assert deps("lock", code=2).text == text


def test_a_user_file_that_cannot_be_used(deps: Program) -> None:
    deps.manifest("[dependencies]\n")
    path = deps.home / ".config" / "deps" / "config.toml"
    path.mkdir(parents=True)
    assert deps("lock", code=2).text == f"error: `{path}`: Is a directory\n\nhint: correct or remove `{path}`\n"
    path.rmdir()
    path.write_text("a =", encoding="utf-8")
    assert deps("lock", code=2).text == (
        f"error: `{path}`: not TOML: Invalid value (at end of document)\n\nhint: correct or remove `{path}`\n"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[dependency]\n", "1:2: dependency: unknown key; did you mean `dependencies`?"),
        (
            '[dependencies]\nkit = { workspace = "acme", commit = "" }\n',
            "2:29: dependencies.kit.commit: is empty; write the 40 hex digits of a commit",
        ),
        (
            '[dependencies]\nkit = { workspace = "", tag = "v1" }\n',
            "2:9: dependencies.kit.workspace: is empty",
        ),
        (
            '[dependencies]\nkit.tag = "v1"\n[dependencies.kit]\nworkspace = "acme"\n',
            "3:18: is no TOML: cannot declare `dependencies.kit` twice",
        ),
        ("[[dependencies]]\n[dependencies]\n", "2:14: is no TOML: cannot declare `dependencies` twice"),
    ],
)
def test_a_wrong_manifest_ends_with_a_hint(deps: Program, text: str, problem: str) -> None:
    deps.manifest(text)
    said = without_excerpt(deps("lock", code=2).text)
    assert said == f"error: deps.toml:{problem}\n\nhint: {MANIFEST_HINT}\n"


def test_an_error_without_a_hint_of_its_own_gets_that_of_its_kind(deps: Program) -> None:
    (deps.home / "file").write_text("", encoding="utf-8")
    path = deps.home / "file" / "cache"
    assert deps("cache", "clean", code=1, DEPS_CACHE_DIR=str(path)).text == (
        f"error: cannot make the cache `{path}`: Not a directory\n"
        "\n"
        "hint: check the path, who may write there and the free space, then run the command again\n"
    )
    assert deps("auth", "token", "--for", "a b", code=2, DEPS_JSON="1").document["error"]["hint"] == (
        "`deps --help` lists every command and option, `docs/reference/settings.md` every setting"
    )
