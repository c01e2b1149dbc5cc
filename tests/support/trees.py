"""What git and the shell say of trees: the independent half of every comparison."""

import hashlib
import os
import subprocess
from pathlib import Path

from support.repos import Repo

Snapshot = dict[str, tuple[str, str]]
"""Mode and SHA-256 (of a link: of its target), by path."""


def snapshot(root: Path) -> Snapshot:
    """Read a tree; directories are implied."""
    found: Snapshot = {}
    for directory, names, files in os.walk(root):
        for name in [*files, *[name for name in names if (Path(directory) / name).is_symlink()]]:
            path = Path(directory) / name
            if path.is_symlink():
                mode, body = "120000", os.fsencode(path.readlink())
            else:
                mode, body = "100755" if path.stat().st_mode & 0o100 else "100644", path.read_bytes()
            found[str(path.relative_to(root))] = (mode, hashlib.sha256(body).hexdigest())
    return found


def d1(tree: Snapshot) -> str:
    """Digest a tree as DESIGN section 3 says, in as many lines."""
    lines = sorted((path.encode(), mode, sha256) for path, (mode, sha256) in tree.items())
    state = hashlib.sha256()
    for path, mode, sha256 in lines:
        state.update(f"{mode} {sha256} ".encode() + path + b"\n")
    return f"d1:{state.hexdigest()}"


def git_archive(repo: Repo, commit: str, target: Path) -> Path:
    """Unpack `git archive COMMIT` with tar."""
    target.mkdir(parents=True)
    archive = subprocess.run(["git", "-C", str(repo.path), "archive", commit], capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", str(target)], input=archive.stdout, check=True)
    return target


def git_tree(directory: Path, scratch: Path) -> str:
    """Return what `git write-tree` says of a directory."""
    env = {"PATH": os.environ["PATH"], "GIT_DIR": str(scratch), "GIT_WORK_TREE": str(directory), "HOME": str(scratch)}
    for command in (["init", "-q"], ["config", "core.autocrlf", "false"], ["add", "-A", "-f"]):
        subprocess.run(["git", *command], env=env, cwd=directory, check=True, capture_output=True)
    done = subprocess.run(["git", "write-tree"], env=env, cwd=directory, check=True, capture_output=True, text=True)
    return done.stdout.strip()
