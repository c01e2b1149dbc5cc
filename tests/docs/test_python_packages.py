"""The how-to of Python packages: a vendored repository with its own `pyproject.toml`, as a path package."""

import sysconfig
import tomllib
from pathlib import Path

import pytest

from support.checkout import Checkout
from support.pages import blocks
from support.sandbox import Sandbox

VENDORED = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "json-lite"
version = "3.12.0"

[tool.hatch.build.targets.wheel]
packages = ["src/json_lite"]
"""
SHOP = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
packages = ["src/shop"]

"""
MANIFEST = """\
[project]
workspace = "acme"

[dependencies]
json-lite = { tag = "v3.12.0" }
"""
# Nothing may be downloaded here, so the build back end is the one that the tests run with.
OFFLINE = "--no-build-isolation --offline"


@pytest.fixture
def project(sandbox: Sandbox, tmp_path: Path) -> Checkout:
    """Give a project that has json-lite installed by `deps`, a virtual environment, and the page's `pyproject.toml`."""
    sandbox.use_workspace("acme")
    files = {"pyproject.toml": VENDORED, "src/json_lite/__init__.py": "def dumps(value):\n    return str(value)\n"}
    sandbox.repository("json-lite", files, tags=["v3.12.0"])
    root = tmp_path / "shop"
    (root / "src" / "shop").mkdir(parents=True)
    (root / "src" / "shop" / "__init__.py").write_text("from json_lite import dumps\n")
    (root / "deps.toml").write_text(MANIFEST)
    [page] = [block for block in blocks("python-packages", "toml") if "[tool.uv.sources]" in block]
    assert tomllib.loads(page)["tool"]["uv"]["sources"] == {"json-lite": {"path": "vendor/json-lite"}}
    (root / "pyproject.toml").write_text(SHOP + page)
    checkout = Checkout(root=root, home=tmp_path, variables=sandbox.environment())
    checkout.sh("deps lock && deps install && python -m venv --without-pip .venv && deps verify")
    return checkout


@pytest.mark.parametrize(
    "command",
    [
        f"uv pip install -q --python .venv {OFFLINE} .",
        "pip --python .venv/bin/python install -q --no-build-isolation ./vendor/json-lite .",
    ],
)
def test_a_vendored_package_is_installed_from_its_path(project: Checkout, command: str) -> None:
    """By uv, which reads the source from `pyproject.toml`, and by pip, which is told; vendor stays right."""
    project.sh(command, {"PYTHONPATH": sysconfig.get_path("purelib")})
    imported = "import json_lite, shop; print(json_lite.__file__); print(shop.dumps(3))"
    lines = project.sh(f'.venv/bin/python -c "{imported}"').splitlines()
    assert lines[0].startswith(str(project.root / ".venv"))
    assert lines[1] == "3"
    project.sh("deps verify")
