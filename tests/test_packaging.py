"""What is released: the wheel holds everything that it must, nothing else, and runs."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

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
    assert info["entry_points.txt"].decode() == "[console_scripts]\ndeps = bitdeps.cli.entry:program\n"
    assert info["licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    metadata = message_from_bytes(info["METADATA"])
    assert metadata["Name"] == "bitdeps"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_all("Provides-Extra") == ["dev", "keyring", "remote", "sandbox", "sbom"]


def test_package_of_the_wheel_runs(wheel: Path, tmp_path: Path) -> None:
    """The packed modules, not those of the work tree, answer `python -m bitdeps --version`."""
    command = [sys.executable, "-m", "bitdeps", "--version"]
    # A wheel is a zip file, and Python runs packages from zip files.
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path, env={"PYTHONPATH": str(wheel)}
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, f"deps {VERSION}\n", "")


def made_in(folder: Path, **variables: str) -> dict[str, bytes]:
    """Run `make dist` in a clone, with the tools that are installed here; give what it made."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    command = ["sh", "-c", "umask $MASK && exec make --old-file=.venv/.installed dist"]
    made = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    files = {path.name: path.read_bytes() for path in (folder / "dist").iterdir()}
    # The made-up secrets of the tests are in the clone, and no test may leave one behind.
    shutil.rmtree(folder)
    return files


@pytest.mark.timeout(300)
def test_a_release_is_the_same_wherever_it_is_made(tmp_path: Path) -> None:
    """`make dist` twice: another directory, mask, time zone and locale, and the same bytes."""
    one = made_in(tmp_path / "one", MASK="022", TZ="UTC", LC_ALL="C.UTF-8")
    two = made_in(tmp_path / "another place", MASK="077", TZ="Asia/Tokyo", LC_ALL="C")
    assert one == two
    assert one.keys() == {f"bitdeps-{VERSION}-py3-none-any.whl", f"bitdeps-{VERSION}.tar.gz", "bitdeps.cdx.json"}
    text = one["bitdeps.cdx.json"].decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    refs = {each["ref"]: each.get("dependsOn", []) for each in bill["dependencies"]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = {ref.removeprefix("pkg:pypi/").partition("@")[0] for ref in refs[bill["metadata"]["component"]["bom-ref"]]}
    assert direct == {each.partition(">")[0] for each in project["dependencies"]}
    pinned = (ROOT / "requirements" / "dev.txt").read_text().lower()
    assert [each["name"] for each in bill["components"] if f"{each['name']}=={each['version']} " not in pinned] == []
