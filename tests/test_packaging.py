"""What is released: the wheel holds everything that it must, nothing else, and runs."""

import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built from the work tree with the installed build back end."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (path,) = out.glob("bitdeps-*.whl")
    return path


def test_wheel_holds_every_module_and_the_typing_marker(wheel: Path) -> None:
    """The wheel's package is `src/bitdeps`, whole: the sandbox and `py.typed` are part of it."""
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("bitdeps/")}
    sources = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src/bitdeps").rglob("*.py")}
    assert packed == sources | {"bitdeps/py.typed"}
    assert "bitdeps/sandbox/__init__.py" in packed


def test_wheel_holds_nothing_beside_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert tops == {"bitdeps", f"bitdeps-{VERSION}.dist-info"}


def test_wheel_installs_the_command_and_carries_its_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = {name.partition("/")[2]: archive.read(name) for name in archive.namelist() if ".dist-info/" in name}
    assert info["entry_points.txt"].decode() == "[console_scripts]\ndeps = bitdeps.cli.entry:main\n"
    assert info["licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    metadata = message_from_bytes(info["METADATA"])
    assert metadata["Name"] == "bitdeps"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_all("Provides-Extra") == ["dev", "keyring", "sandbox", "sbom"]


def test_package_of_the_wheel_runs(wheel: Path, tmp_path: Path) -> None:
    """The packed modules, not those of the work tree, answer `python -m bitdeps --version`."""
    command = [sys.executable, "-m", "bitdeps", "--version"]
    # A wheel is a zip file, and Python runs packages from zip files.
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path, env={"PYTHONPATH": str(wheel)}
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, f"deps {VERSION}\n", "")
