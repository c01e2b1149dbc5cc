"""A hundred repositories of many shapes, brought by both transports: the same locks, the same files."""

import random
import stat
from pathlib import Path

import pytest

from support.locking import Locking
from support.repos import Executable, Files, Link, Repo
from support.sandbox import Sandbox

COUNT = 100
NAMES = (
    "a",
    "README.md",
    "src/main.c",
    "src/deep/er/x.h",
    "grün/ü.txt",
    "日本語.md",
    "two words",
    "UPPER",
    ".dot/.file",
    "z.bat",
)
ATTRIBUTES = (
    "*.md export-ignore",
    "src export-ignore",
    "*.bat eol=crlf",
    "* text=auto",
    "*.c ident",
    "*.txt text working-tree-encoding=UTF-16LE",
    "* -text",
    "a export-subst",
    "*.h text eol=lf",
)


def shape(dice: random.Random) -> Files:
    """A tree: small or large, text or not, with links, long names, executables and attributes."""
    files: dict[str, str | bytes | Executable | Link] = {"always": "here\n"}
    for name in dice.sample(NAMES, dice.randint(1, len(NAMES))):
        kinds: dict[str, str | bytes | Executable] = {
            "text": f"{dice.random()}\n" * dice.randint(1, 50),
            "crlf": "one\r\ntwo\r\n",
            "binary": dice.randbytes(dice.randint(1, 3000)),
            "empty": "",
            "run": Executable("#!/bin/sh\nexit 0\n"),
            "id": "$Id$ stays or is written\n",
        }
        files[name] = kinds[dice.choice(sorted(kinds))]
    if dice.random() < 0.4:
        files["link"] = Link(dice.choice(("always", "nowhere", "sub/../always")))
    if dice.random() < 0.3:
        files["/".join(["long" * 10] * dice.randint(1, 6)) + "/leaf"] = "far down\n"
    if dice.random() < 0.2:
        files |= {f"many/{number}": f"{number}\n" for number in range(dice.randint(10, 200))}
    if dice.random() < 0.5:
        files[".gitattributes"] = "\n".join(dice.sample(ATTRIBUTES, dice.randint(1, 3))) + "\n"
    return files


def make(sandbox: Sandbox, number: int) -> tuple[Repo, str]:
    """A repository with some history; give it and what the manifest says of it."""
    dice = random.Random(number)  # noqa: S311 (shapes, no secret)
    repo = sandbox.repository(f"r{number}", {"first": "1"})
    commit = repo.commit(shape(dice), branch=dice.choice(("main", "feature/x")))
    entry = dice.choice(("tag", "annotated", "branch", "commit"))
    if entry in ("tag", "annotated"):
        repo.tag("v1/x", commit, message="annotated\n" if entry == "annotated" else None)
        return repo, f'r{number} = {{ tag = "v1/x" }}'
    repo.branch("pinned", commit)
    return (
        repo,
        f'r{number} = {{ branch = "pinned" }}' if entry == "branch" else f'r{number} = {{ commit = "{commit}" }}',
    )


def placed(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and link below the vendor directory: mode and bytes by path."""
    found = {}
    for path in (root / "vendor").rglob("*"):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            found[str(path.relative_to(root))] = (stat.S_IFLNK, str(path.readlink()).encode())
        elif stat.S_ISREG(mode):
            found[str(path.relative_to(root))] = (mode, path.read_bytes())
    return found


@pytest.mark.timeout(600)
def test_a_hundred_repositories_by_both_ways(sandbox: Sandbox, tmp_path: Path) -> None:
    """The locks differ in the two keys that only an archive has; trees are git's; every proof is one."""
    made = [make(sandbox, number) for number in range(COUNT)]
    by = {}
    for way in ("archive", "git"):
        by[way] = Locking(sandbox=sandbox, root=tmp_path / way)
        by[way].write("\n".join(entry for _, entry in made))
        sandbox.clear_requests()
        by[way].lock(DEPS_TRANSPORT=way)
        by[way].install(DEPS_TRANSPORT=way)
        assert len(sandbox.requests("/get/")) == (COUNT if way == "archive" else 0)
    keys = ("archive-sha256", "archive-size")
    without = {
        name: {key: value for key, value in table.items() if key not in keys}
        for name, table in by["archive"].packages.items()
    }
    assert by["git"].packages == without
    assert placed(by["git"].root) == placed(by["archive"].root)
    proofs = {repo.full_name: by["git"].entry(repo)["proof"] for repo, _ in made}
    assert set(proofs.values()) == {"commit", "export"}
    for repo, _ in made:
        entry = by["git"].entry(repo)
        is_whole = entry["tree"] == repo.git("rev-parse", f"{entry['commit']}^{{tree}}")
        assert is_whole == (entry["proof"] == "commit")
