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
TOOLS = {"bazel": ("bazel", "cc"), "cmake": ("cmake", "make", "cc"), "make": ("make", "cc"), "protobuf": ("make",)}
# What Debian's Bazel would download; it has two of them as packages, and none of rules_cc that fits it.
RULES = Path("/usr/share/bazel/rules")
RULES_CC = ("cc_binary", "cc_import", "cc_library", "cc_proto_library", "cc_toolchain", "cc_toolchain_suite")


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


def bazel_command(home: Path) -> str:
    """Give `bazel build` without a network: before modules, with the rules of C that are built into this version."""
    rules = home / "rules_cc"
    (rules / "cc").mkdir(parents=True)
    (rules / "WORKSPACE").touch()
    (rules / "cc" / "BUILD").touch()
    (rules / "cc" / "defs.bzl").write_text("".join(f"{name} = native.{name}\n" for name in RULES_CC))
    repositories = {"rules_cc": rules, "rules_java": RULES / "java", "rules_proto": RULES / "proto"}
    overridden = " ".join(f"--override_repository={name}={path}" for name, path in repositories.items())
    return f"bazel --batch --output_user_root={home}/bazel build {overridden}"


@pytest.mark.timeout(400)  # it starts a Java machine three times
@pytest.mark.parametrize("example", ["bazel"], indirect=True)
def test_bazel_builds_and_notices_an_update(example: Checkout) -> None:
    """The sources are those that BUILD.bazel declares, since actions run in a sandbox; nothing is built twice."""
    (example.root / "WORKSPACE").touch()
    build = f"{bazel_command(example.home)} //:hello 2>&1"
    example.sh(f"deps install && {build}")
    assert example.sh("bazel-bin/hello '/x?name=a+b'") == "hello a+b\n"
    assert "INFO: 1 process: 1 internal.\n" in example.sh(build)
    example.sh(f"deps update http-kit && deps install && {build}")
    assert example.sh("bazel-bin/hello '/x?name=a+b'") == "hello a b\n"
    example.sh("deps verify")


@pytest.mark.parametrize("example", ["bazel"], indirect=True)
def test_what_a_module_names_is_there(example: Checkout) -> None:
    """The Bazel that builds here knows no modules, so MODULE.bazel and its comment are parsed."""
    example.sh("deps install")
    text = (example.root / "MODULE.bazel").read_text("utf-8")
    shown = "\n".join(line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#     "))
    calls = [node for node in ast.walk(ast.parse(f"{text}\n{shown}")) if isinstance(node, ast.Call)]
    assert [ast.unparse(call.func) for call in calls] == ["module", "bazel_dep", "bazel_dep", "local_path_override"]
    [path] = [word.value for word in calls[-1].keywords if word.arg == "path"]
    assert (example.root / ast.literal_eval(path)).is_dir()


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
