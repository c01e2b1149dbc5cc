"""The examples of the build how-tos build with what `deps` places, and notice when that changed."""

import ast
import json
import shutil
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.checkout import Checkout

ROOT = Path(__file__).resolve().parents[2]
BUILDS = ROOT / "examples" / "builds"
PAGES = ROOT / "docs" / "how-to"
TOOLS = {"cmake": ("cmake", "make", "cc"), "make": ("make", "cc"), "protobuf": ("make",)}


@pytest.fixture
def example(request: pytest.FixtureRequest, acme: Mapping[str, str], tmp_path: Path) -> Checkout:
    """Give a copy of the example that the test is named for, as git has it."""
    name = str(request.param)
    missing = [tool for tool in TOOLS.get(name, ()) if shutil.which(tool) is None]
    assert not missing, f"not installed: {', '.join(missing)} (.ci/run installs them)"
    root, home = tmp_path / name, tmp_path / "home"
    ignored = shutil.ignore_patterns("vendor", ".deps", "build", "dist", "__pycache__")
    shutil.copytree(BUILDS / name, root, ignore=ignored)
    home.mkdir()
    return Checkout(root=root, home=home, variables={**acme, "CI": "true"})


@pytest.mark.parametrize("example", ["cmake"], indirect=True)
def test_cmake_builds_and_notices_an_update(example: Checkout) -> None:
    """v2.4.1 decodes a plus; nothing is compiled when vendor did not change."""
    text = example.sh("cmake -S . -B build 2>&1", code=1)
    assert "vendor/ is not there: run `deps install`" in text
    example.sh("deps install && cmake -S . -B build && cmake --build build")
    assert example.sh("build/hello '/x?name=a+b'") == "hello a+b\n"
    example.sh("deps install")
    assert "Building" not in example.sh("cmake --build build")
    example.sh("deps update http-kit && deps install && cmake --build build")
    assert example.sh("build/hello '/x?name=a+b'") == "hello a b\n"
    example.sh("deps verify")


@pytest.mark.parametrize("example", ["make"], indirect=True)
def test_make_installs_builds_and_notices_an_update(example: Checkout) -> None:
    example.sh("make")
    assert example.sh("build/hello '/x?name=a+b'") == "hello a+b\n"
    assert "-o build/hello" not in example.sh("make")
    # A comment in the manifest changes nothing in vendor, so nothing is compiled.
    example.sh("echo '# a comment' >> deps.toml")
    assert "-o build/hello" not in example.sh("make")
    example.sh("deps update http-kit && make")
    assert example.sh("build/hello '/x?name=a+b'") == "hello a b\n"
    example.sh("deps verify")


@pytest.mark.parametrize("example", ["python"], indirect=True)
def test_python_imports_the_vendored_package(example: Checkout) -> None:
    """From where it lies, and from a wheel that holds it; byte code beside it is no alarm."""
    example.sh("deps install")
    printed = {"id": "o1", "total": 1200}
    path = "src:vendor/json-lite/src"
    assert json.loads(example.sh("python -m shop", {"PYTHONPATH": path})) == printed
    assert list((example.root / "vendor").rglob("__pycache__"))
    example.sh("deps verify")
    example.sh("python -m build --wheel --no-isolation --outdir dist .")
    [wheel] = (example.root / "dist").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"shop/__main__.py", "json_lite/__init__.py", "json_lite/writer.py"} <= names
    assert not [name for name in names if "__pycache__" in name]
    shutil.rmtree(example.root / "vendor")
    assert json.loads(example.sh("python -m shop", {"PYTHONPATH": str(wheel)})) == printed


@pytest.mark.parametrize("example", ["protobuf"], indirect=True)
def test_protobuf_generates_from_vendored_files(example: Checkout) -> None:
    """With the compiler of grpcio-tools, which is protoc."""
    example.sh(f"make PROTOC='{sys.executable} -m grpc_tools.protoc'")
    assert example.sh("python order.py", {"PYTHONPATH": "build"}) == "o1 p1 3 STATE_PAID\n"
    assert "grpc_tools" not in example.sh(f"make PROTOC='{sys.executable} -m grpc_tools.protoc'")
    example.sh("deps verify")


@pytest.mark.parametrize("example", ["bazel"], indirect=True)
def test_what_bazel_is_told_is_there(example: Checkout) -> None:
    """Bazel itself is not run: the page says so. Its files parse, and what they name exists once installed."""
    example.sh("deps install")
    found: list[str] = []
    for name in ("BUILD.bazel", "MODULE.bazel"):
        for node in ast.walk(ast.parse((example.root / name).read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "/" in node.value:
                found += [node.value] if not node.value.startswith("@") else []
    assert sorted(found) == sorted(
        ["vendor/http-kit/src/*.c", "vendor/http-kit/include/**/*.h", "vendor/http-kit/include", "src/main.c"]
    )
    assert [pattern for pattern in found if not list(example.root.glob(pattern))] == []
    assert "was not run" in (PAGES / "bazel.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("page", "files"),
    [
        ("cmake", ("cmake/CMakeLists.txt",)),
        ("make", ("make/Makefile",)),
        ("bazel", ("bazel/BUILD.bazel", "bazel/MODULE.bazel")),
        ("python-packages", ("python/pyproject.toml", "python/deps.toml")),
        ("protobuf", ("protobuf/Makefile",)),
    ],
)
def test_a_page_shows_the_files_that_are_built(page: str, files: tuple[str, ...]) -> None:
    """The page includes them, so the two cannot differ."""
    text = (PAGES / f"{page}.md").read_text("utf-8")
    for file in files:
        assert f"```{{literalinclude}} ../../examples/builds/{file}\n" in text
        assert (BUILDS / file).exists()
