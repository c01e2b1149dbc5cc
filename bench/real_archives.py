"""How many archives of real repositories the reader refuses, and why.

    python bench/real_archives.py [--each N] [--twins N] DIRECTORY...

A directory is a git repository (its newest commit is archived, and with `--each` older ones, evenly spread), or holds
source distributions, each of which is committed to a repository of its own first. Nothing is written to them.

Each archive is read, judged, placed, and compared with what GNU tar unpacks; where no attribute and no submodule makes
an archive differ from its commit, its tree id is compared with git's too. A refusal of a name must print an `exclude`
line, and with that line everything else must be placed. Ends with 1 where one of these is not so.

`--twins N`: also commit, to the first N repositories, a file whose name differs from another's in case alone; few
repositories have such names.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bitdeps.archive import Archive, open_archive
from bitdeps.config.settings import ArchiveLimits
from bitdeps.core.member_paths import check_members
from bitdeps.core.selection import compile_globs
from bitdeps.errors import ArchiveRefusedError

LIMITS = ArchiveLimits()
MOST_BYTES = 150_000_000
LONG, DEEP = 100, 9
POINTER = "version https://git-lfs.github.com/spec/v1"
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)|.*[<>:\"|?*]|.*[. ]$", re.IGNORECASE)
CONVERTS = re.compile(rb"export-subst|export-ignore|eol=|\btext\b|\bcrlf\b|ident|working-tree-encoding|filter=")

Tree = dict[str, tuple[str, str]]


@dataclass(slots=True)
class Totals:
    """What came of all archives."""

    archives: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    went_round: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    repositories: set[str] = field(default_factory=set)
    tree_ids: int = 0
    skipped: int = 0


class Repository:
    """A repository that is read; what must be added goes to an object store of its own."""

    def __init__(self, name: str, path: Path, scratch: Path) -> None:
        self.name = name
        self.path = path
        self.scratch = scratch
        objects = path / ".git/objects" if (path / ".git").is_dir() else path / "objects"
        (scratch / "objects").mkdir(exist_ok=True)
        self.environment = {
            "PATH": os.environ["PATH"],
            "GIT_DIR": str(objects.parent),
            "GIT_OBJECT_DIRECTORY": str(scratch / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(objects),
            "GIT_INDEX_FILE": str(scratch / "index"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }

    def git(self, *arguments: str, data: bytes = b"", fails: bool = False) -> bytes:
        """Run git; `fails` says that it may."""
        run = subprocess.run(
            ["git", *arguments],
            input=data,
            env=self.environment,
            cwd=self.scratch,
            check=not fails,
            capture_output=True,
        )
        return run.stdout

    def revisions(self, each: int) -> list[str]:
        """Give the newest commit and others, evenly spread over the history."""
        commits = self.git("rev-list", "--first-parent", "HEAD", fails=True).decode().split()
        step = max(1, len(commits) // each)
        return commits[::step][:each]

    def entries(self, revision: str) -> list[tuple[str, str, str]]:
        """Give mode, object and path of all files, links and submodules."""
        lines = self.git("ls-tree", "-r", "-z", "--full-tree", revision).split(b"\0")[:-1]
        facts = (line.partition(b"\t") for line in lines)
        return [(head[:6].decode(), head.split()[2].decode(), os.fsdecode(path)) for head, _, path in facts]

    def whole(self, revision: str) -> str:
        """Give the revision, or a commit without the files that this copy of the repository lacks."""
        entries = self.entries(revision)
        blobs = {blob for mode, blob, _ in entries if mode != "160000"}
        answers = self.git("cat-file", "--batch-check", data="\n".join(blobs).encode()).decode().splitlines()
        lacking = {line.split()[0] for line in answers if line.endswith("missing")}
        if not lacking:
            return revision
        return self.commit([entry for entry in entries if entry[1] not in lacking])

    def commit(self, entries: list[tuple[str, str, str]]) -> str:
        """Make a commit of these files."""
        (self.scratch / "index").unlink(missing_ok=True)
        lines = b"".join(f"{mode} {blob}\t".encode() + os.fsencode(path) + b"\0" for mode, blob, path in entries)
        self.git("-c", "core.protectNTFS=false", "update-index", "-z", "--index-info", data=lines)
        tree = self.git("write-tree", "--missing-ok").decode().strip()
        return self.git("commit-tree", "-m", "x", tree).decode().strip()

    def with_twin(self, revision: str) -> str | None:
        """Make a commit with a file more, named as another but for its case."""
        entries = self.entries(revision)
        paths = {path for _, _, path in entries}
        for mode, blob, path in entries:
            twin = path.swapcase()
            if mode == "100644" and "/" not in path and twin.lower() == path.lower() and twin not in paths:
                return self.commit([*entries, (mode, blob, twin)])
        return None


def kinds(repository: Repository, revision: str, entries: list[tuple[str, str, str]]) -> set[str]:
    """Say what is odd about a commit, as git shows it."""
    paths = [path for _, _, path in entries]
    attributes = b"\n".join(
        repository.git("cat-file", "blob", blob) for _, blob, path in entries if path.endswith(".gitattributes")
    )
    found = {
        "links": any(mode == "120000" for mode, _, _ in entries),
        "submodules": any(mode == "160000" for mode, _, _ in entries),
        "non-ASCII names": not all(path.isascii() for path in paths),
        "names over 100 bytes or 10 deep": any(
            len(os.fsencode(path)) > LONG or path.count("/") > DEEP for path in paths
        ),
        "names that Windows lacks (`aux.c`)": any(DEVICES.match(part) for path in paths for part in path.split("/")),
        "case twins": len({path.lower() for path in paths}) < len(set(paths)),
        "CRLF attributes": bool(re.search(rb"(?m)^[^#\n]*\s(?:eol=crlf|crlf)\b", attributes)),
        "export-ignore": b"export-ignore" in attributes,
        "export-subst": b"export-subst" in attributes,
        "LFS pointers": has_pointers(repository, revision),
    }
    if not CONVERTS.search(attributes) and not found["submodules"]:
        found["plain"] = True
    return {kind for kind, there in found.items() if there}


def has_pointers(repository: Repository, revision: str) -> bool:
    """Tell whether a small file begins as a pointer does."""
    names = repository.git("grep", "-l", "-z", "-I", "-e", f"^{POINTER}", revision, fails=True).split(b"\0")[:-1]
    bodies = (repository.git("cat-file", "blob", os.fsdecode(name)) for name in names)
    return any(len(body) < 1024 and body.startswith(POINTER.encode()) for body in bodies)  # noqa: PLR2004 - as git-lfs


def judge(repository: Repository, revision: str, totals: Totals) -> None:
    """Archive one revision, read and place it, and compare."""
    entries = repository.entries(revision)
    scratch = repository.scratch
    name = f"{repository.name}@{revision[:12]}"
    archive = scratch / "archive.tar.gz"
    repository.git("archive", "--format=tar.gz", "-1", "--prefix=top/", f"--output={archive}", revision)
    found = kinds(repository, revision, entries)
    totals.repositories.add(repository.name)
    totals.archives.update(["all", *found])
    try:
        with open_archive(str(archive), limits=LIMITS) as opened:
            leave_out = round_names(opened, name, found, totals)
            for root in ("ours", "theirs"):
                shutil.rmtree(scratch / root, ignore_errors=True)
                (scratch / root).mkdir()
            opened.extract(str(scratch / "ours"), lambda path: None if leave_out(path) else path)
            subprocess.run(
                ["tar", "-xzf", str(archive), "--strip-components=1", "-C", str(scratch / "theirs")], check=True
            )
            theirs = {path: facts for path, facts in on_disk(scratch / "theirs").items() if not leave_out(path)}
            if on_disk(scratch / "ours") != theirs:
                totals.problems.append(f"{name}: other files than GNU tar's")
            if "plain" in found:
                totals.tree_ids += 1
                if opened.survey.tree != repository.git("rev-parse", f"{revision}^{{tree}}").decode().strip():
                    totals.problems.append(f"{name}: another tree id than git's")
    except ArchiveRefusedError as error:
        totals.problems.append(f"{name}: {error}")


def round_names(opened: Archive, name: str, found: set[str], totals: Totals) -> Callable[[str], bool]:
    """Give what the printed `exclude` line leaves out, or nothing where no name is refused."""
    paths = [entry.path for entry in opened.survey.entries]
    try:
        check_members(paths, opened.survey.links, limits=LIMITS)
    except ArchiveRefusedError as error:
        totals.refused[f"{error.rule}: {name}"] += 1
        totals.went_round.update(found)
        line = re.search(r"`(exclude = .*)`$", str(error.hint), re.DOTALL)
        if line is None:
            raise
        print(f"{name}: {error}\n  {line[1][:300]}", flush=True)
        return compile_globs(tomllib.loads(line[1])["exclude"])
    return lambda _path: False


def on_disk(root: Path) -> Tree:
    """Give mode and SHA-256 of each file and link."""
    found: Tree = {}
    for folder, folders, names in os.walk(root):
        for name in [*names, *folders]:
            path = Path(folder, name)
            key = path.relative_to(root).as_posix()
            if path.is_symlink():
                found[key] = ("120000", os.readlink(path))  # noqa: PTH115 - as it is
            elif path.is_file():
                mode = "100755" if path.stat().st_mode & 0o100 else "100644"
                found[key] = (mode, hashlib.sha256(path.read_bytes()).hexdigest())
    return found


def repositories(directories: list[Path], scratch: Path) -> Iterator[tuple[str, Path]]:
    """Give name and place of each repository; source distributions become some."""
    for directory in directories:
        if (directory / "HEAD").is_file() or (directory / ".git").is_dir():
            yield "/".join(directory.parts[-2:]), directory
            continue
        for file in sorted(directory.glob("*.tar.gz")):
            work = scratch / "sdist"
            shutil.rmtree(work, ignore_errors=True)
            with tarfile.open(file) as tar:
                tar.extractall(work, filter="data")
            for words in (["init", "--quiet"], ["add", "--all", "--force"], ["commit", "--quiet", "-m", file.name]):
                configured = ["-c", "user.name=a", "-c", "user.email=a", "-c", "core.autocrlf=false"]
                subprocess.run(["git", "-C", str(work), *configured, *words], check=True)
            yield file.name, work


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=1)
    parser.add_argument("--twins", type=int, default=0)
    parser.add_argument("--most-bytes", type=int, default=MOST_BYTES, help="pass over larger trees")
    parser.add_argument("directories", type=Path, nargs="+")
    options = parser.parse_args()
    totals = Totals()
    with TemporaryDirectory(prefix="deps-real-") as folder, suppress(KeyboardInterrupt):
        for number, (name, path) in enumerate(repositories(options.directories, Path(folder))):
            with TemporaryDirectory(dir=folder) as scratch:
                one = Repository(name, path.resolve(), Path(scratch))
                judge_some(one, options.each, totals, twin=number < options.twins, most=options.most_bytes)
    show(totals)
    return 1 if totals.problems else 0


def judge_some(one: Repository, each: int, totals: Totals, *, twin: bool, most: int) -> None:
    """Judge some revisions of a repository, and one made of the newest."""
    revisions = [one.whole(revision) for revision in one.revisions(each)]
    twins = [one.with_twin(revisions[0])] if twin and revisions else []
    for revision in [*revisions, *filter(None, twins)]:
        sizes = one.git("ls-tree", "-r", "-l", "--full-tree", revision).decode("utf-8", "replace")
        if sum(int(line.split()[3]) for line in sizes.splitlines() if line[:2] == "10") > most:
            totals.skipped += 1
        else:
            judge(one, revision, totals)


def show(totals: Totals) -> None:
    """Print the counts as tables."""
    print(f"\n{totals.archives['all']} archives of {len(totals.repositories)} repositories; {totals.skipped} too large")
    print(f"{totals.tree_ids} tree ids compared with git's\n")
    print("| kind | archives | a name refused, placed with the printed `exclude` line |\n|---|---|---|")
    for kind, count in totals.archives.most_common():
        print(f"| {kind} | {count} | {totals.went_round[kind]} |")
    print("\n| refused | archives |\n|---|---|")
    for rule, count in Counter(key.partition(":")[0] for key in totals.refused).most_common():
        print(f"| `{rule}` | {count} |")
    for problem in totals.problems:
        print(f"problem: {problem}")


if __name__ == "__main__":
    sys.exit(main())
