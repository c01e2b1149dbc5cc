"""`deps init`, `deps cache`, `--version`."""

import tomllib

from support.program import Program
from support.sandbox import Sandbox


def test_init_makes_a_project_that_can_be_installed(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", {"a.txt": "a\n"}, tags=["v1"])
    assert deps("init", "--workspace", "acme").text == (
        "Wrote deps.toml\nWrote .gitignore\nWrote .gitattributes\nAdd a dependency with `deps add WORKSPACE/REPO`\n"
    )
    text = (deps.root / "deps.toml").read_text()
    assert text == '[project]\nname = "storefront"\nworkspace = "acme"\n\n[dependencies]\n'
    assert tomllib.loads(text)["project"] == {"name": "storefront", "workspace": "acme"}
    assert (deps.root / ".gitignore").read_text() == "/vendor/\n/deps.local.toml\n"
    assert (deps.root / ".gitattributes").read_text() == "deps.lock text eol=lf\n"
    deps.manifest(text + 'lib = { tag = "v1" }\n')
    deps("install")
    deps("verify")


def test_init_keeps_what_is_there(deps: Program) -> None:
    (deps.root / ".gitignore").write_text("*.o\n/vendor/")
    deps("init")
    assert (deps.root / ".gitignore").read_text() == "*.o\n/vendor/\n/deps.local.toml\n"
    before = (deps.root / "deps.toml").read_bytes()
    assert deps("init", code=2).text == (
        f"error: `deps.toml`: there is one already in `{deps.root}`\n\nhint: edit it, then run `deps install`\n"
    )
    assert (deps.root / "deps.toml").read_bytes() == before


def test_init_refuses_names_that_cannot_be(deps: Program) -> None:
    assert deps("init", "--name", "a b", code=2).text.startswith("error: `--name a b`: must be letters")
    assert deps("init", "--workspace", "a/b", code=2).text == (
        "error: `--workspace a/b`: is no workspace of Bitbucket\n"
        "\n"
        "hint: copy it from the address: `bitbucket.org/WORKSPACE/...`\n"
    )
    assert list(deps.root.iterdir()) == []
    assert deps("init", "--dry-run").text.startswith("Would write deps.toml\n")
    assert list(deps.root.iterdir()) == []


def test_the_cache_is_measured_and_emptied(deps: Program, sandbox: Sandbox) -> None:
    sandbox.repository("lib", {"a.txt": "a\n"}, tags=["v1"])
    deps.manifest('[dependencies]\nlib = { workspace = "acme", tag = "v1" }\n')
    deps("lock")
    assert deps("cache", "dir").stdout == f"{deps.cache}\n"
    assert deps("cache", "size").stdout == "1 archive, 0.0 MiB\n"
    assert deps("cache", "clean", "--dry-run").text == "Would remove 1 archive, 0.0 MiB\n"
    assert deps("cache", "size", "--json").document["archives"] == 1
    assert deps("cache", "clean").text == "Removed 1 archive, 0.0 MiB\n"
    assert deps("cache", "size").stdout == "0 archives, 0.0 MiB\n"
    elsewhere = deps.home / "elsewhere"
    assert deps("cache", "dir", "--cache-dir", str(elsewhere)).stdout == f"{elsewhere}\n"
    assert deps("--json", "cache", "dir", DEPS_CACHE_DIR=str(elsewhere)).document == {"dir": str(elsewhere)}


def test_version(deps: Program) -> None:
    from bitdeps import __version__

    assert deps("--version").stdout == f"deps {__version__}\n"
    assert deps("--json", "--version").stdout == f"deps {__version__}\n"
