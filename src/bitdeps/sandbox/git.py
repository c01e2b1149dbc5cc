"""Run git with a fixed environment, so that its answers do not depend on the machine."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

_CONFIG = {
    "core.attributesFile": os.devnull,
    "core.autocrlf": "false",
    "core.eol": "lf",
    "core.quotePath": "false",
    "gc.auto": "0",
    "init.defaultBranch": "main",
    "safe.directory": "*",
    "tar.umask": "0002",
}


class GitError(Exception):
    """Git refused; the text is what it said."""


@cache
def git_program() -> str:
    """Find git once.

    Raises:
        GitError: when git is not installed.
    """
    found = shutil.which("git")
    if found is None:
        msg = "`git` is not installed"
        raise GitError(msg)
    return found


def git_environment(config: dict[str, str] | None = None) -> dict[str, str]:
    """Give the whole environment of a git process: no user or system configuration, UTC, plain locale."""
    settings = _CONFIG | (config or {})
    environment = {
        "PATH": os.path.dirname(git_program()) + os.pathsep + os.defpath,  # noqa: PTH120 (a string is wanted)
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
        "TZ": "UTC",
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    for number, (key, value) in enumerate(settings.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment


@cache
def _default_environment() -> dict[str, str]:
    return git_environment()


def git(repository: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Run one git command in a bare repository and give its standard output.

    Raises:
        GitError: when git exits with another status than 0.
    """
    done = subprocess.run(
        [git_program(), "-C", str(repository), *arguments],
        input=stdin,
        capture_output=True,
        env=_default_environment(),
        check=False,
    )
    if done.returncode != 0:
        raise GitError(done.stderr.decode("utf-8", "replace").strip() or f"git {arguments[0]} failed")
    return done.stdout
