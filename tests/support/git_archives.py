"""Archives that git makes, of trees that are given as dictionaries."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from support.placing import Tree, write_tree

GITLINK = "3f2c1e9d0a5b4c6d7e8f90a1b2c3d4e5f6a7b8c9"


def git(directory: Path, *arguments: str | Path, stdin: bytes | None = None) -> bytes:
    """Run git where neither the user's nor the system's settings count."""
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
        "HOME": str(directory),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }
    command = ["git", "-c", "init.defaultBranch=main", *map(str, arguments)]
    return subprocess.run(command, cwd=directory, env=environment, input=stdin, check=True, capture_output=True).stdout


def new_repository(directory: Path) -> None:
    """Make a repository that keeps every byte, whatever a `.gitattributes` in it says."""
    git(directory, "init", "-q")
    (directory / ".git/info/attributes").write_text("* -text -ident -filter -working-tree-encoding\n")


def archive_of(directory: Path, tree: Tree, *, submodules: Iterable[str] = ()) -> str:
    """Commit a tree in a new repository below `directory` and return the path of its archive."""
    directory.mkdir()
    write_tree(directory / "work", tree)
    work = directory / "work"
    work.mkdir(exist_ok=True)
    new_repository(work)
    git(work, "add", "--all", "--force")
    for path in submodules:
        git(work, "update-index", "--add", "--cacheinfo", f"160000,{GITLINK},{path}")
    git(work, "commit", "-q", "--allow-empty", "-m", "All")
    archive = directory / "archive.tar.gz"
    git(work, "archive", "--format=tar.gz", "--prefix=acme-kit-3f2c1e9d0a5b/", "-o", archive, "HEAD")
    return str(archive)


def diff_of(directory: Path, before: Tree, after: Tree) -> bytes:
    """Return the patch that git makes of two trees."""
    directory.mkdir()
    new_repository(directory)
    for tree in (before, after):
        git(directory, "rm", "-rqf", "--ignore-unmatch", ".")
        write_tree(directory, tree)
        git(directory, "add", "--all", "--force")
        git(directory, "commit", "-q", "--allow-empty", "-m", "Tree")
    return git(directory, "diff", "--binary", "HEAD~1", "HEAD")
