"""The repository's own rules about its files: what they may hold, and what must agree with what."""

import os
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bitdeps import errors

ROOT = Path(__file__).resolve().parent.parent
LARGEST_TEXT = 2_000_000
# Written without the hosts' full names, so that this file passes its own test.
INDEX_HOST = re.compile(
    r"pypi\.(?:org|io)|pythonhosted\.|registry\.(?:npm|yarn)|deb(?:ian)?\.debian\.|https?://\S+/simple\b|\.whl(?:#|\?)"
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|farm)/")


def repository_files() -> list[Path]:
    """Every file that is or would be committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    paths = [ROOT / os.fsdecode(name) for name in sorted(set(listed)) if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    return repository_files()


@pytest.fixture(scope="module")
def texts(files: list[Path]) -> dict[str, str]:
    """The text of every text file by its path; binary files are those that git takes for binary: they hold a NUL."""
    contents = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files}
    assert all(len(data) < LARGEST_TEXT for data in contents.values()), "a large file belongs to no repository"
    return {name: data.decode() for name, data in contents.items() if b"\0" not in data and is_utf8(data)}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_the_usual_files_are_there(files: list[Path]) -> None:
    """What a stranger looks for first exists."""
    expected = {
        ".ci/run",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "SECURITY.md",
        "docs/explanation/architecture.md",
        "requirements/dev.txt",
        "src/bitdeps/py.typed",
    }
    assert expected - {path.relative_to(ROOT).as_posix() for path in files} == set()


def test_ci_script_is_executable() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_no_file_names_a_package_index(texts: dict[str, str]) -> None:
    """Where packages come from is the user's matter."""
    assert [name for name, text in texts.items() if INDEX_HOST.search(text)] == []


def test_no_file_holds_a_path_of_a_machine(texts: dict[str, str]) -> None:
    assert [name for name, text in texts.items() if MACHINE_PATH.search(text) or f"{ROOT}/" in text] == []


def test_text_files_end_with_one_newline_and_have_no_carriage_returns(texts: dict[str, str]) -> None:
    """Golden outputs and recorded bodies are bytes to compare; everything else is text for people."""
    ours = {name: text for name, text in texts.items() if "/golden/" not in name and "/data/" not in name}
    wrong = [
        n for n, text in ours.items() if text and (not text.endswith("\n") or text.endswith("\n\n") or "\r" in text)
    ]
    assert wrong == []


def test_names_of_test_files_are_unique(files: list[Path]) -> None:
    """A test is found by the name of its file alone."""
    names = Counter(
        path.name for path in files if path.is_relative_to(ROOT / "tests") and path.name.startswith("test_")
    )
    assert [name for name, count in names.items() if count > 1] == []


def decisions(texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, text) for name, text in texts.items() if re.fullmatch(r"docs/adr/\d{4}-[a-z0-9-]+\.md", name))


def test_every_decision_is_listed_in_the_index(texts: dict[str, str]) -> None:
    index = texts["docs/adr/index.md"]
    names = [Path(name).name for name, _ in decisions(texts)]
    assert names
    assert [name for name in names if f"| [{name[:4]}]({name}) |" not in index] == []


def test_every_decision_has_its_parts(texts: dict[str, str]) -> None:
    """A record says when, whether it still stands, what was asked, what was decided and what it costs."""
    parts = ["- Status: ", "- Date: 20", "\n## Context\n", "\n## Decision\n", "\n## Consequences\n"]
    missing = [(name, part.strip()) for name, text in decisions(texts) for part in parts if part not in text]
    assert missing == []


def test_numbers_of_decisions_are_unique(texts: dict[str, str]) -> None:
    numbers = Counter(Path(name).name[:4] for name, _ in decisions(texts))
    assert [number for number, count in numbers.items() if count > 1] == []


def modules_of(folder: Path) -> set[str]:
    """The dotted names of a package's modules and subpackages, one level deep."""
    entries = [path for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    prefix = folder.relative_to(ROOT / "src").as_posix().replace("/", ".")
    return {f"{prefix}.{path.stem}" for path in entries if path.stem != "__init__"}


def test_code_map_names_every_module_that_exists_and_no_other(texts: dict[str, str]) -> None:
    """The architecture's code map agrees with `src`."""
    _, _, code_map = texts["docs/explanation/architecture.md"].partition("## Code map")
    named = set(re.findall(r"^\| `(bitdeps[\w.]+)` \|", code_map, flags=re.MULTILINE))
    package = ROOT / "src/bitdeps"
    existing = (modules_of(package) - {"bitdeps.core"}) | modules_of(package / "core")
    assert named == existing


def package_name(requirement: str) -> str:
    return re.split(r"[\[<>=~!; ]", requirement, maxsplit=1)[0]


def test_every_dependency_has_its_reason(texts: dict[str, str], project: dict[str, Any]) -> None:
    """docs/explanation/dependencies.md explains what pyproject.toml asks for, group by group."""
    table = project["project"]
    groups = {"At a user's": table["dependencies"]}
    groups |= {f"Extra `{extra}`": wanted for extra, wanted in table["optional-dependencies"].items()}
    sections = re.split(r"^## ", texts["docs/explanation/dependencies.md"], flags=re.MULTILINE)[1:]
    explained = {
        s.splitlines()[0]: re.findall(r"^\| ([a-z0-9-]+) \| .{10,} \|$", s, flags=re.MULTILINE) for s in sections
    }
    assert explained == {title: sorted(map(package_name, wanted)) for title, wanted in groups.items()}


def test_every_development_requirement_is_pinned_and_hashed(texts: dict[str, str], project: dict[str, Any]) -> None:
    """requirements/dev.txt pins everything with hashes, and covers what pyproject.toml asks for."""
    joined = texts["requirements/dev.txt"].replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert [line for line in lines if not re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []
    extras = project["project"]["optional-dependencies"].values()
    wanted = {package_name(text) for group in (project["project"]["dependencies"], *extras) for text in group}
    assert wanted - {line.split("==")[0] for line in lines} == set()


def test_every_ignored_rule_has_its_reason(texts: dict[str, str]) -> None:
    """A rule of ruff is ignored only with a comment that says why."""
    _, _, lint = texts["pyproject.toml"].partition("[tool.ruff.lint]")
    lint, _, _ = lint.partition("[tool.ruff.lint.flake8-type-checking]")
    rules = re.findall(r'^    "[A-Z]+\d+",.*$', lint, flags=re.MULTILINE)
    assert rules
    assert [rule for rule in rules if not re.search(r"# .{10,}", rule)] == []


def test_examples_of_toml_in_the_documentation_parse(texts: dict[str, str]) -> None:
    """What a page shows as TOML can be copied."""
    pages = [name for name in texts if name.endswith(".md")]
    fence = re.compile(r"^```toml\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
    blocks = [(name, block) for name in pages for block in fence.findall(texts[name])]
    assert {name for name, _ in blocks} >= {"README.md"}
    assert [name for name, block in blocks if tomllib.loads(block) == {}] == []


def test_every_error_code_is_documented(texts: dict[str, str]) -> None:
    """docs/reference/errors.md lists the codes that errors have, with their exit codes, and no other."""
    classes = [item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, errors.DepsError)]
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \| .+ \|$", texts["docs/reference/errors.md"], flags=re.MULTILINE)
    assert sorted(rows) == sorted({(item.code, str(item.exit_code)) for item in classes})


def test_every_threat_names_tests_that_are_there(texts: dict[str, str]) -> None:
    """Each row of SECURITY.md's table has an attacker, an answer and tests; each test exists, under that name."""
    lines = texts["SECURITY.md"].partition("| attacker |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(lines) > 30
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        assert len(cells) == 4, line
        assert all(cells), line
        named = re.findall(r"`([^`]+)`", cells[3])
        assert named, line
        for file, _, name in (each.partition("::") for each in named):
            text = texts.get(f"tests/{file}", "")
            assert "def test_" in text, f"{file} is no file of tests"
            assert f"def {name}(" in text or not name, f"{file} has no {name}"
