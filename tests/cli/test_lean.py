"""The path with nothing to do: what it imports, and that it judges as the full program does."""

import subprocess
import sys

import pytest

from support.program import Program
from support.sandbox import Sandbox

HEAVY = ("typer", "rich", "httpx", "requests", "packaging", "asyncio", "pydantic", "tomlkit", "ssl")
SHOW = (
    "import sys; from bitdeps.cli.entry import main; code = main(sys.argv[1:]); "
    f"print([name for name in {HEAVY!r} if name in sys.modules]); sys.exit(code)"
)


@pytest.fixture
def installed(deps: Program, sandbox: Sandbox) -> Program:
    """Give a project with two packages in place."""
    for name in ("lib", "other"):
        sandbox.repository(name, {"a.c": "int a;\n", "dir/b.c": "int b;\n"}, tags=["v1"])
    deps.manifest(
        '[project]\nworkspace = "acme"\nignore = ["**/*.o"]\n\n'
        '[dependencies]\nlib = { tag = "v1" }\nother = { version = ">=1", exclude = ["dir/**"] }\n'
    )
    deps("install")
    return deps


def imported(deps: Program, *words: str) -> str:
    """Run the program and give which of the heavy modules it had imported at its end."""
    done = subprocess.run(
        [sys.executable, "-c", SHOW, *words],
        cwd=deps.root,
        env=deps.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("words", [["install"], ["install", "--locked"], ["verify"], ["--version"], ["install", "-q"]])
def test_nothing_heavy_is_imported_where_there_is_nothing_to_do(installed: Program, words: list[str]) -> None:
    assert imported(installed, *words) == "[]"


def test_the_same_words_import_the_full_program_where_something_is_wrong(installed: Program) -> None:
    """So that the test above cannot pass because the list is wrong."""
    (installed.vendor / "lib" / "a.c").unlink()
    (installed.vendor / "lib" / "dir" / "b.c").unlink()
    (installed.vendor / "lib" / "dir").rmdir()
    (installed.vendor / "lib").rmdir()
    assert "'typer'" in imported(installed, "install")


@pytest.mark.parametrize(
    "change",
    [
        "echo >> vendor/lib/a.c",
        "rm vendor/lib/a.c",
        "touch vendor/lib/extra",
        "touch vendor/beside",
        "chmod +x vendor/lib/a.c",
        "rm vendor/lib/a.c && ln -s dir vendor/lib/a.c",
        "echo '# comment' >> deps.toml",
        "echo '# comment' >> deps.lock",
        "touch vendor/lib/a.c",
        "touch vendor/lib/a.o",
        "rm -rf .deps",
        "echo x > .deps/state",
        "mv vendor elsewhere && ln -s elsewhere vendor",
        "mv vendor/lib elsewhere && ln -s ../elsewhere vendor/lib",
    ],
)
@pytest.mark.parametrize("command", ["install", "verify"])
def test_both_ways_judge_alike(installed: Program, change: str, command: str) -> None:
    """With `--json` the full program answers; without, the lean path may."""
    subprocess.run(["sh", "-c", change], cwd=installed.root, check=True)
    codes = []
    for words in ([command, "--json"], [command]):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "bitdeps",
                *words,
                *(["--dry-run"] if "--json" in words and command == "install" else []),
            ],
            cwd=installed.root,
            env=installed.environment,
            capture_output=True,
            check=False,
        )
        codes.append(done.returncode)
    assert codes[0] == codes[1]


def test_a_quiet_run_says_nothing(installed: Program) -> None:
    assert installed("install", "-q").stderr == ""
    assert installed("verify", "--quiet").stderr == ""


def test_flags_of_the_environment_are_honoured(installed: Program) -> None:
    assert installed("install", DEPS_JSON="1").document["kept"] == 2
    assert installed("install", DEPS_QUIET="1").stderr == ""
    assert installed("-C", str(installed.root), "install", cwd=installed.home).text == "Kept 2 in TIME\n"
    assert installed("install", cwd=installed.home, DEPS_DIRECTORY=str(installed.root)).text == "Kept 2 in TIME\n"
    assert installed("install", cwd=installed.vendor / "lib").text == "Kept 2 in TIME\n"
