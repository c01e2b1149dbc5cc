"""GNU tar, bsdtar and git must make of an accepted archive what we make of it."""

import os
import shutil
import subprocess
import zlib
from pathlib import Path

from bitdeps.archive import open_archive
from bitdeps.config.settings import ArchiveLimits
from support.fuzz.oracle import compare_with_disk, expect, on_disk, with_numbers
from support.tarballs import gz

PROGRAMS = {"tar": ("--no-same-owner",), "bsdtar": ("--no-same-owner", "--no-xattrs", "--no-fflags")}


def unpackers() -> list[str]:
    """Return the programs that are installed: GNU tar, and bsdtar where libarchive's tools are."""
    return [program for program in PROGRAMS if shutil.which(program)]


def compare(data: bytes, limits: ArchiveLimits, folder: Path) -> int:
    """Unpack with each program and compare; return the number of comparisons.

    Raises:
        UnexpectedError: where one of them gives another tree.

    """
    path = folder / "archive.tar.gz"
    path.write_bytes(data)
    with open_archive(str(path), limits=limits) as archive:
        survey = archive.survey
    for program in unpackers():
        root = folder / program
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        _unpack(program, path, root)
        if survey.entries and not any(root.iterdir()):
            # It knows no tar whose first header has an owner or a time that is no number, which we ignore.
            again = folder / "numbers.tar.gz"
            again.write_bytes(gz(with_numbers(zlib.decompress(data, 31)), level=1))
            _unpack(program, again, root)
            again.unlink()
        compare_with_disk(on_disk(root), survey)
        expect(_tree_by_git(root, folder / "git") == survey.tree, f"git has another tree than {survey.tree}")
        shutil.rmtree(root)
    path.unlink()
    return len(unpackers()) + 1


def _unpack(program: str, path: Path, root: Path) -> None:
    """Ignore the exit code: a time that is no number is an error to them, and the file is written."""
    command = [program, "-xzf", str(path), "--strip-components=1", *PROGRAMS[program], "-C", str(root)]
    subprocess.run(command, env={**os.environ, "LC_ALL": "C.UTF-8"}, capture_output=True, check=False, timeout=300)
    for folder, folders, names in os.walk(root):
        for name in [*folders, *names]:
            place = Path(folder, name)
            if not place.is_symlink():
                place.chmod(place.stat().st_mode | (0o700 if place.is_dir() else 0o600))


def _tree_by_git(root: Path, repository: Path) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_DIR": str(repository),
        "GIT_WORK_TREE": str(root),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }

    def git(*arguments: str) -> str:
        run = subprocess.run(["git", *arguments], env=environment, check=True, capture_output=True, text=True, cwd=root)
        return run.stdout.strip()

    if not repository.exists():
        subprocess.run(
            ["git", "init", "--quiet", "--bare", str(repository)], check=True, env={"PATH": os.environ["PATH"]}
        )
    git("-c", "core.bare=false", "-c", "core.fileMode=true", "add", "--all", "--force", ".")
    return git("write-tree")
