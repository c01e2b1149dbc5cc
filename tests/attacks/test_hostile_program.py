"""Each hostile archive is served to the whole program: nothing gets in, nothing is written elsewhere.

The local Bitbucket gives it in place of the real archive, and proof is off, so that the reader stands alone. README.md
beside this file says what must come of each.
"""

import re
import stat
from pathlib import Path

import pytest

from support.hostile import CASES
from support.measured import MOST_KIB, measured
from support.program import Program
from support.repos import Link
from support.sandbox import Sandbox

README = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
OUTCOMES = dict(
    re.findall(r"^\| (\d\d-[a-z0-9.-]+) \| (refused: `[a-z-]+`|placed)(?:,[^|]*)? \|$", README, re.MULTILINE)
)
OTHERWISE = {
    name: int(code) for name, code in re.findall(r"^\| (\d\d-[a-z0-9.-]+) \| exit (\d)[^|]* \|$", README, re.MULTILINE)
}
# What absolute names of the cases point at.
ABSOLUTE = [Path("/x"), Path("/tmp/x"), Path("/evil")]  # noqa: S108
WATCHED = [Path("/etc/passwd")]
LOCKED = [*OTHERWISE, *(name for name, outcome in OUTCOMES.items() if outcome == "placed")]
LOCKED += {outcome: name for name, outcome in OUTCOMES.items() if name not in LOCKED}.values()


@pytest.fixture
def deps(sandbox: Sandbox, tmp_path: Path) -> Program:
    """Give a project that wants one honest repository, and a directory that nobody may touch."""
    sandbox.use_workspace("acme")
    sandbox.repository("kit", {"README": "honest\n"}, tags=["v1"])
    for name in ("project", "home", "elsewhere"):
        (tmp_path / name).mkdir()
    (tmp_path / "elsewhere" / "kept").write_bytes(b"kept")
    program = Program(root=tmp_path / "project", home=tmp_path / "home", service=sandbox.environment())
    program.manifest('[dependencies]\nkit = { workspace = "acme", tag = "v1" }\n')
    return program


def serve(sandbox: Sandbox, archive: Path, name: str) -> None:
    archive.write_bytes(CASES[name]())
    sandbox.fault("tampered-archive", path="/acme/kit/get/*", how="file", file=str(archive), times=None)


def facts(paths: list[Path]) -> list[object]:
    """Give what changes when somebody writes there."""
    found = [path.lstat() if path.exists() or path.is_symlink() else None for path in paths]
    return [None if one is None else (one.st_mode, one.st_uid, one.st_size, one.st_mtime_ns) for one in found]


def untouched(root: Path) -> None:
    """Nothing lies beside the project and the home, and in the home there is the cache alone."""
    assert {path.name for path in root.iterdir()} <= {"archive", "elsewhere", "home", "peak", "project"}
    assert [path.name for path in (root / "elsewhere").iterdir()] == ["kept"]
    assert (root / "elsewhere" / "kept").read_bytes() == b"kept"
    assert [path.name for path in (root / "home").iterdir()] == [".cache"]
    assert [path.name for path in (root / "home" / ".cache").iterdir()] == ["deps"]
    cache = root / "home" / ".cache" / "deps" / "v1"
    assert list((cache / "tmp").iterdir()) == []
    links = [path for path in cache.rglob("*") if path.is_symlink()]
    assert links == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", sorted(CASES))
def test_lock_and_install(name: str, deps: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    """Locked for the first time: no lock and nothing in vendor, or all of it in its own directory."""
    serve(sandbox, tmp_path / "archive", name)
    if name == "35-entries-250000":
        # It is the program that is tested, not the disk.
        deps.manifest('[dependencies]\nkit = { workspace = "acme", tag = "v1", include = ["0000*"] }\n')
    before = facts([*ABSOLUTE, *WATCHED])
    ran = measured(deps, "lock", "--no-proof", peak=tmp_path / "peak")
    expected = OTHERWISE.get(name, 0 if OUTCOMES[name] == "placed" else 3)
    assert ran.code == expected, ran.text
    assert ran.kib < MOST_KIB
    if expected == 3 and name not in OTHERWISE:
        rule = OUTCOMES[name].partition("`")[2].removesuffix("`")
        assert f"archive refused ({rule}): " in ran.text
    if expected == 0:
        ran = measured(deps, "install", "--locked", peak=tmp_path / "peak")
        assert (ran.code, ran.kib < MOST_KIB) == (0, True), ran.text
        assert [path.name for path in deps.vendor.iterdir()] == ["kit"]
        modes = {
            stat.S_IMODE(path.lstat().st_mode) & 0o7000 for path in deps.vendor.rglob("*") if not path.is_symlink()
        }
        assert modes <= {0}
    else:
        assert {path.name for path in deps.root.iterdir()} == {"deps.toml"}
    untouched(tmp_path)
    assert facts([*ABSOLUTE, *WATCHED]) == before


def test_the_printed_line_goes_around_names_that_are_refused(deps: Program, sandbox: Sandbox) -> None:
    """Names that are one elsewhere, links that lead out: the hint's line, put into the manifest, brings the rest."""
    kit = sandbox.repository("odd", {"README": "1\n", "readme": "2\n", "a b/[x].c": "3\n", "kept": "4\n"})
    kit.commit({"a b/out": Link("../../x"), "C:/n": "5\n", "q'\"/p\\": "6\n", "l": Link("/etc")}, tags=["v1"])
    entry = 'odd = {{ workspace = "acme", tag = "v1"{} }}'
    deps.manifest(f"[dependencies]\n{entry.format('')}\n")
    ran = deps("lock", code=3)
    line = re.search(r"`(exclude = \[.*\])`", ran.stderr)
    assert line is not None, ran.stderr
    deps.manifest(f"[dependencies]\n{entry.format(f', {line[1]}')}\n")
    deps("install")
    placed = sorted(path.relative_to(deps.vendor).as_posix() for path in deps.vendor.rglob("*") if not path.is_dir())
    assert placed == ["odd/C:/n", "odd/README", "odd/a b/[x].c", "odd/kept"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", sorted(LOCKED))
def test_in_place_of_the_locked_archive(name: str, deps: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    """Served to a lock that names honest content: an alarm, and vendor stays empty, also where it is well formed."""
    deps("lock")
    lock = deps.lock_text
    deps("cache", "clean")
    serve(sandbox, tmp_path / "archive", name)
    ran = measured(deps, "install", "--locked", peak=tmp_path / "peak")
    assert ran.code == (4 if OTHERWISE.get(name) == 4 else 3), ran.text
    assert ran.kib < MOST_KIB
    assert not deps.vendor.exists() or list(deps.vendor.iterdir()) == []
    assert deps.lock_text == lock
    untouched(tmp_path)
