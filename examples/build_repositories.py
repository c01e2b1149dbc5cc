"""Make the example repositories: bare git repositories `DIR/WORKSPACE/REPO.git`, and `DIR/sandbox.toml`.

    python examples/build_repositories.py DIR            then: python -m bitdeps.sandbox --root DIR
    python examples/build_repositories.py DIR --table    print the commit of each tag and branch as TOML

Commit ids are the same on every machine and with every version of git: authors, dates and contents are fixed, and git
runs without the configuration and the environment of the user. `examples/repositories/commits.toml` holds them, and a
test compares.
"""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from fast_import import PEOPLE, stream
from history import History, read_histories

SOURCES = Path(__file__).resolve().parent / "repositories"
CONSUMER = "storefront-ci"
_CONFIGURATION = {
    "core.attributesFile": os.devnull,
    "core.hooksPath": os.devnull,
    "fastimport.unpackLimit": "1",
    "gc.auto": "0",
    "init.defaultBranch": "main",
}


def build(target: Path) -> None:
    """Make every repository, and a `sandbox.toml` with a consumer whose secret is new each time.

    Raises:
        FileExistsError: one of the repositories is there already.
        RuntimeError: git is missing or refused.
    """
    histories = read_histories(SOURCES)
    for history in histories:
        _build_repository(history, target / f"{history.name}.git")
    settings = target / "sandbox.toml"
    settings.touch(mode=0o600)
    settings.write_text(_sandbox_settings(histories), encoding="utf-8")


def _build_repository(history: History, path: Path) -> None:
    path.mkdir(parents=True)
    _git(path, "init", "--quiet", "--bare", "--template=", ".")
    _git(path, "fast-import", "--quiet", "--date-format=raw", stdin=b"".join(stream(history)))
    _git(path, "pack-refs", "--all")


def _environment() -> dict[str, str]:
    """Give all that git may see: nothing of the user's but where programs and temporary files are."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    settings = {
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": str(len(_CONFIGURATION)),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_DEFAULT_HASH": "sha1",
        "GIT_DEFAULT_REF_FORMAT": "files",
        "HOME": os.devnull,
        "LC_ALL": "C",
        "TZ": "UTC",
    }
    for number, (key, value) in enumerate(_CONFIGURATION.items()):
        settings |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return kept | settings


def _git(repository: Path, *arguments: str, stdin: bytes = b"") -> str:
    program = shutil.which("git")
    if program is None:
        message = "`git` is not installed"
        raise RuntimeError(message)
    command = [program, "-C", str(repository), *arguments]
    done = subprocess.run(command, input=stdin, env=_environment(), capture_output=True, check=False)
    if done.returncode:
        message = f"git {arguments[0]} in {repository.name}: {done.stderr.decode(errors='replace').strip()}"
        raise RuntimeError(message)
    return done.stdout.decode()


def _sandbox_settings(histories: list[History]) -> str:
    """Write who exists: the authors, a consumer of the workspace `acme`, and what git does not know."""
    lines = ["# Written by build_repositories.py; the secret opens this local Bitbucket alone.", ""]
    for name, person in PEOPLE.items():
        display, _, mail = person.rstrip(">").partition(" <")
        lines += [
            f"[users.{name}]",
            f'display-name = "{display}"',
            f'email = "{mail}"',
            'access = { acme = "write" }',
            "",
        ]
    lines += [f"[consumers.{CONSUMER}]", f'secret = "{secrets.token_urlsafe(24)}"', 'workspace = "acme"', ""]
    for history in histories:
        lines += [
            f'[repositories."{history.name}"]',
            f'description = "{history.description}"',
            f'language = "{history.language}"',
            f"private = {str(history.private).lower()}",
            "",
        ]
    return "\n".join(lines)


def commit_table(target: Path) -> str:
    """Write the commit of each tag and branch of the repositories below a folder as TOML."""
    lines = [
        "# The commit of each tag and branch: `build_repositories.py DIR --table`. Never edit it: a change is a bug."
    ]
    names = "--format=%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end) %(refname)"
    for path in sorted(target.glob("*/*.git")):
        lines += ["", f'["{path.parent.name}/{path.stem}"]']
        for row in _git(path, "for-each-ref", names).splitlines():
            commit, _, ref = row.partition(" ")
            lines.append(f'"{ref.removeprefix("refs/")}" = "{commit}"')
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run the command line; 1 where it failed."""
    parser = argparse.ArgumentParser(description="Make the example repositories.")
    parser.add_argument("target", type=Path, metavar="DIR", help="a new or empty folder")
    parser.add_argument("--table", action="store_true", help="print the commit of each tag and branch")
    options = parser.parse_args()
    try:
        build(options.target)
    except (OSError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if options.table:
        sys.stdout.buffer.write(commit_table(options.target).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
