"""The example repositories of the workspaces `acme` and `acme-platform`, made by `examples/build_repositories.py`."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

# What the storefront's deps.toml asks for, as git says it: repository, revision (`:` leads into a directory), paths.
STOREFRONT: dict[str, tuple[str, ...]] = {
    "assets": ("acme/assets", "refs/tags/release/2024#1"),
    "catalogue": ("acme-platform/bulk", "fba46213104c34372fdfea1af9fb1e81cd53179c", "products"),
    "engine": ("acme/engine", "refs/tags/v1.1:runtime"),
    "engine-tools": ("acme/engine", "refs/tags/tools/v1.2.0:tools"),
    "fixtures": ("acme/fixtures", "refs/heads/main"),
    "http-kit": ("acme/http-kit", "refs/tags/v2.4.1", ":(exclude)Makefile", ":(exclude)tests"),
    "json-lite": ("acme/json-lite", "refs/tags/v3.11.3"),
    "logging": ("acme/logging", "refs/tags/v1.3.1"),
    "protos": ("acme-platform/protos", "refs/tags/protos-v4.2.0"),
}
EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


def build_acme(target: Path, *, environment: Mapping[str, str] | None = None, umask: int = 0o022) -> str:
    """Make the repositories as a user would, by the command line; give the table that it prints."""
    command = [sys.executable, "-B", str(EXAMPLES / "build_repositories.py"), str(target), "--table"]
    done = subprocess.run(
        command, env={**os.environ, **(environment or {})}, umask=umask, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    return done.stdout.decode()


def read_git(repository: Path, *arguments: str) -> str:
    """Run git on a repository for its output, without the user's configuration."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LC_ALL": "C"}
    command = ["git", "-c", "core.quotePath=false", "-C", str(repository), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout.decode()


def repositories(root: Path) -> dict[str, Path]:
    """Give the bare repositories below a root by `workspace/repo`."""
    return {f"{path.parent.name}/{path.stem}": path for path in sorted(root.glob("*/*.git"))}


def place(repository: Path, target: Path, revision: str, *paths: str) -> None:
    """Unpack what `git archive` gives for a revision."""
    target.mkdir(parents=True)
    archive = target.with_name(f"{target.name}.tar")
    read_git(repository, "archive", "--format=tar", f"--output={archive}", revision, "--", *paths)
    subprocess.run(["tar", "-x", "-f", str(archive), "-C", str(target)], check=True)
    archive.unlink()


def fill_storefront(root: Path, project: Path) -> None:
    """Place in a copy of the storefront what `deps` should, by git alone."""
    for name, (repository, *wanted) in STOREFRONT.items():
        place(repositories(root)[repository], project / "vendor" / name, *wanted)
    for patch in sorted((project / "patches").iterdir()):
        subprocess.run(["git", "apply", str(patch)], cwd=project / "vendor" / "http-kit", check=True)


def snapshot(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Give kind and content of every file and link below a folder: what git would keep of it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = ("link", os.fsencode(path.readlink()))
        elif path.is_file():
            found[name] = ("executable" if path.stat().st_mode & 0o100 else "file", path.read_bytes())
    return found
