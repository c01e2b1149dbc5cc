"""Each hostile archive of SECURITY.md 1.5 has the outcome that README.md beside this file lists.

The archives are made by `support.hostile`; the table in README.md is what must be true of them.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bitdeps.archive import open_archive
from bitdeps.config.settings import ArchiveLimits
from bitdeps.errors import ArchiveRefusedError
from support.hostile import CASES

README = Path(__file__).with_name("README.md")
ROW = re.compile(
    r"^\| (?P<name>\d\d-[a-z0-9.-]+) \| (?P<outcome>refused: `[a-z-]+`|placed)(?:,[^|]*)? \|$", re.MULTILINE
)
OUTCOMES = {row["name"]: row["outcome"] for row in ROW.finditer(README.read_text(encoding="utf-8"))}
NUMBERS = {
    int(number) for number in re.findall(r"^\| (\d\d)(?:-[^|]+)? \|", README.read_text(encoding="utf-8"), re.MULTILINE)
}
# Past this nothing would be refused for its size, its number of files or its depth alone.
MOST_KIB = 256 * 1024


def few(path: str) -> str | None:
    """Leave out most of the archive that is at the cap: it is the reader that is tested, not the disk."""
    return None if path.isdigit() and path >= "0001000" else path


def place(archive: Path, root: Path) -> ArchiveRefusedError | None:
    """Read and place an archive; give the refusal. Any other exception is a failure."""
    try:
        with open_archive(str(archive), limits=ArchiveLimits()) as opened:
            opened.extract(str(root), few)
    except ArchiveRefusedError as error:
        return error
    return None


def test_every_case_has_a_row_and_every_row_a_case() -> None:
    """README.md lists exactly the archives that there are, and all fifty numbers of SECURITY.md 1.5."""
    assert OUTCOMES.keys() == CASES.keys()
    assert set(range(1, 51)) == NUMBERS


@pytest.mark.parametrize("name", sorted(CASES))
def test_outcome(name: str, tmp_path: Path) -> None:
    """The outcome is the listed one; a refused archive leaves nothing, and none writes beside its root."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_bytes(b"kept")
    root = tmp_path / "staging" / "root"
    root.mkdir(parents=True)
    archive = tmp_path / "archive.tar.gz"
    archive.write_bytes(CASES[name]())

    error = place(archive, root)

    if error is None:
        assert OUTCOMES[name] == "placed"
    else:
        assert OUTCOMES[name] == f"refused: `{error.rule}`"
        assert error.exit_code == 3
        assert str(error).startswith(f"archive refused ({error.rule}): ")
        assert str(error).isprintable()
        assert list(root.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive.tar.gz", "elsewhere", "staging"]
    assert [path.name for path in (tmp_path / "staging").iterdir()] == ["root"]
    assert (tmp_path / "elsewhere" / "kept").read_bytes() == b"kept"
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["kept"]


READ = """
import resource, sys
from pathlib import Path
from bitdeps.archive import open_archive
from bitdeps.config.settings import ArchiveLimits
from bitdeps.core.member_paths import check_members
from bitdeps.errors import ArchiveRefusedError
resource.setrlimit(resource.RLIMIT_CPU, (5, 6))
try:
    with open_archive(sys.argv[1], limits=ArchiveLimits()) as archive:
        paths = [entry.path for entry in archive.survey.entries]
        check_members(paths, archive.survey.links, limits=ArchiveLimits())
except ArchiveRefusedError:
    pass
# ru_maxrss would count the process that started this one.
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")))
"""
LARGE = [name for name in sorted(CASES) if name[:2] in {"06", "21", "33", "34", "35", "36"}]


@pytest.mark.parametrize("name", LARGE)
def test_memory(name: str, tmp_path: Path) -> None:
    """Reading and judging an archive takes less than 256 MiB and 5 seconds of work, also one that is at a cap."""
    archive = tmp_path / "archive.tar.gz"
    archive.write_bytes(CASES[name]())
    command = [sys.executable, "-c", READ, str(archive)]

    # Measuring coverage in there would be measured too.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}

    run = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)

    assert int(run.stdout) < MOST_KIB
