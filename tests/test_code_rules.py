"""The rules about code that no linter of ours knows: sizes, words, and who may touch what."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "bitdeps"
LONGEST_FILE = 300
LONGEST_FUNCTION = 45
FORBIDDEN_WORDS = re.compile(r"\b(?:TODO|FIXME|XXX|HACK|NotImplementedError|pragma: no cover)\b")
FORBIDDEN_NAMES = re.compile(r"utils?|helpers?|misc|common|.*_utils?|.*_helpers?|managers?|handlers?|services?")
FORBIDDEN_CLASSES = re.compile(r".*(?:Manager|Helper|Handler|Service|Util|Utils)")
# What `bitdeps.core` must not even call by name; import-linter holds its imports, but sees only top-level packages.
IO_BUILTINS = {"open", "print", "input", "breakpoint", "exec", "eval"}
IO_MODULES = {"urllib.request", "urllib.response", "http.client", "importlib.resources"}

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)


def python_files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found
    return found


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """The syntax tree of every module below `src`, by path."""
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_bytes()) for path in python_files("src")}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, type_of_function))


def names_used(tree: ast.AST) -> Iterator[str]:
    """Dotted names as written: `os.environ`, `open`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Name):
            yield node.id


def modules_imported(tree: ast.AST) -> Iterator[str]:
    """Imported modules, and imported names as if they were modules, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_files_are_short() -> None:
    """A file holds one concept and can be read in one go."""
    sizes = {path: path.read_bytes().count(b"\n") for path in python_files("src", "tests")}
    assert {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size >= LONGEST_FILE} == {}


def test_functions_are_short(trees: dict[str, ast.Module]) -> None:
    sizes = {
        f"{name}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for name, tree in trees.items()
        for node in functions(tree)
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}


def test_nothing_is_left_for_later() -> None:
    """Neither a note to oneself nor a stub is in the product."""
    assert [
        str(path.relative_to(ROOT)) for path in python_files("src") if FORBIDDEN_WORDS.search(path.read_text())
    ] == []


def test_names_say_what_a_thing_is(trees: dict[str, ast.Module]) -> None:
    """No module and no class has a name that would fit anything."""
    modules = [name for name in trees if FORBIDDEN_NAMES.fullmatch(Path(name).stem)]
    classes = [
        f"{name}:{node.name}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and FORBIDDEN_CLASSES.fullmatch(node.name)
    ]
    assert modules + classes == []


def test_only_config_reads_the_environment(trees: dict[str, ast.Module]) -> None:
    """`bitdeps.config` alone asks for variables; the sandbox, a program of its own, may too."""
    readers = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv"}
    users = {n for n, tree in trees.items() if readers & {*names_used(tree), *modules_imported(tree)}}
    allowed = ("src/bitdeps/config/", "src/bitdeps/config.py", "src/bitdeps/sandbox/")
    assert {name for name in users if not name.startswith(allowed)} == set()
    assert any(name.startswith("src/bitdeps/config") for name in users)


def test_core_does_no_input_and_output(trees: dict[str, ast.Module]) -> None:
    core = {name: tree for name, tree in trees.items() if name.startswith("src/bitdeps/core/")}
    assert {n for n, tree in core.items() if IO_BUILTINS & set(names_used(tree))} == set()
    assert {n for n, tree in core.items() if IO_MODULES & set(modules_imported(tree))} == set()


def test_core_knows_no_clock(trees: dict[str, ast.Module]) -> None:
    """The types of datetime are values; asking for the present moment is reading the clock."""
    clocks = {"now", "utcnow", "today"}
    core = {name: tree for name, tree in trees.items() if name.startswith("src/bitdeps/core/")}
    callers = {
        name
        for name, tree in core.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in clocks
    }
    assert callers == set()


def test_tests_patch_nothing() -> None:
    """Tests are scenarios against the sandbox and real files."""
    patches = {"unittest.mock", "mock", "pytest_mock", "respx", "responses", "httpx.MockTransport"}
    users = {
        str(path.relative_to(ROOT))
        for path in python_files("tests")
        for tree in [ast.parse(path.read_bytes())]
        if patches & {*modules_imported(tree), *names_used(tree)}
    }
    assert users == set()


def test_every_test_can_fail() -> None:
    """A test asserts something, expects an error, or calls a check that does."""
    words = ("assert", "raises", "check", "expect")
    idle = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in python_files("tests")
        if path.name.startswith("test_")
        for node in functions(ast.parse(path.read_bytes()))
        if node.name.startswith("test_") and not any(word in ast.unparse(node) for word in words)
    ]
    assert idle == []
