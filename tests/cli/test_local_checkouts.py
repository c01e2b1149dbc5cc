"""`deps.local.toml`: work on two repositories at once, never by accident."""

from pathlib import Path

import pytest

from support.program import Program
from support.sandbox import Sandbox

HEAD = '[project]\nworkspace = "acme"\n\n[dependencies]\n'


@pytest.fixture
def checkout(deps: Program, sandbox: Sandbox) -> Path:
    """Give a checkout of `lib` beside an installed project that uses it."""
    sandbox.repository("lib", {"a.txt": "pinned\n"}, tags=["v1"])
    sandbox.repository("app", {"deps.toml": '[dependencies]\nlib.tag = "v1"\n'}, tags=["v1"])
    deps.manifest(HEAD + 'app = { tag = "v1" }\n')
    deps("install")
    path = deps.root.parent / "lib"
    path.mkdir()
    (path / "a.txt").write_text("edited\n")
    return path


def local(deps: Program, text: str) -> None:
    (deps.root / "deps.local.toml").write_text(text, encoding="utf-8")


def test_a_checkout_takes_the_place_of_a_package(deps: Program, sandbox: Sandbox, checkout: Path) -> None:
    """A link, also for a transitive package; every summary says so; without the file the pin comes back."""
    lock = deps.lock_text
    local(deps, '[paths]\nlib = "../lib"\n')
    sandbox.clear_requests()
    note = "note: `lib` is the local checkout `../lib` (deps.local.toml)\n"
    assert deps("install").text == f"Updated 1, kept 1 in TIME\n~ lib v1 -> ../../lib\n{note}"
    assert (deps.vendor / "lib").is_symlink()
    assert (deps.vendor / "lib").resolve() == checkout
    (checkout / "a.txt").write_text("edited again\n")
    assert (deps.vendor / "lib" / "a.txt").read_text() == "edited again\n"
    for words in ([], ["-v"], ["--no-locked"]):
        assert deps("install", *words).text == f"Kept 2 in TIME\n{note}"
    assert "- `vendor/lib` is the local checkout `../lib` (`deps.local.toml`)\n" in deps("verify", code=3).text
    assert deps.lock_text == lock
    assert sandbox.requests() == []
    (deps.root / "deps.local.toml").unlink()
    assert deps("install").text == "Updated 1, kept 1 in TIME\n~ lib ../../lib -> v1\n"
    assert (deps.vendor / "lib" / "a.txt").read_text() == "pinned\n"
    assert (checkout / "a.txt").read_text() == "edited again\n"


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(("words", "ci"), [(["--locked"], ""), ([], "true"), (["--locked", "lib"], "0"), (["-q"], "1")])
def test_a_locked_install_refuses_it(deps: Program, words: list[str], ci: str) -> None:
    local(deps, '[paths]\nlib = "../lib"\n')
    assert deps("install", *words, code=2, CI=ci).text == (
        "error: `deps.local.toml`: a locked install takes no local checkouts, and it names `lib`\n"
        "\n"
        "hint: remove `deps.local.toml`, or run with `--no-locked`\n"
    )
    assert not (deps.vendor / "lib").is_symlink()


def test_an_absolute_path_and_an_empty_file(deps: Program, checkout: Path) -> None:
    local(deps, "")
    assert deps("install", "--locked").text == "Kept 2 in TIME\n"
    local(deps, f'[paths]\nlib = "{checkout}"\n')
    deps("install")
    assert (deps.vendor / "lib").readlink() == checkout


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            '[paths]\nlip = "../lib"\n',
            "deps.local.toml: `paths.lip`: `deps.lock` has no package of this name",
            "the names are `app`, `lib`",
        ),
        (
            '[paths]\nlib = "../nothing"\n',
            "deps.local.toml: `paths.lib`: `../nothing` is no directory",
            "correct or remove `deps.local.toml`",
        ),
        (
            "[paths]\nlib = 1\n[path]\n",
            (
                "deps.local.toml: `path`: is unknown; there is only `[paths]`\n"
                "deps.local.toml: `paths.lib`: must be a path"
            ),
            "correct or remove `deps.local.toml`",
        ),
        (
            '[paths]\nlib = "vendor/app"\n',
            "deps.local.toml: `paths.lib`: `vendor/app` is a place that `deps` fills itself",
            "name a checkout outside of it",
        ),
        ("paths = 1\n", "deps.local.toml: `paths`: must be a table", "correct or remove `deps.local.toml`"),
        (
            "[paths\n",
            "deps.local.toml: is no TOML: Expected ']' at the end of a table declaration (at line 1, column 7)",
            'write it as `[paths]` and lines such as `json-lite = "../json-lite"`',
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(deps: Program, text: str, message: str, hint: str) -> None:
    local(deps, text)
    assert deps("install", code=2).text == f"error: {message}\n\nhint: {hint}\n"
    assert (deps.vendor / "lib" / "a.txt").read_text() == "pinned\n"


@pytest.mark.usefixtures("checkout")
def test_remove_says_that_it_is_still_named(deps: Program) -> None:
    local(deps, '[paths]\napp = "../lib"\n')
    text = deps("remove", "app", "--no-install").text
    assert text == "Resolved 0 packages in TIME\n- app\n- lib\nnote: `app` is still named in `deps.local.toml`\n"
