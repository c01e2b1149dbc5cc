"""A project as a CI machine has it: a fresh clone, `deps` on PATH, nothing of the machine's environment."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from support.canaries import MARK

BIN = Path(sys.executable).parent
_QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "LANG": "C.UTF-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A directory, and the environment that commands are run in there."""

    root: Path
    home: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Give all of it: `deps`, `python` and `pip` are those that the tests run with."""
        kept = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
        own = {"HOME": str(self.home), "PATH": f"{BIN}:{os.environ['PATH']}", "DEPS_TIMEOUTS_WAIT": "0.02"}
        # pip must not look for a newer self, and needs no index: what a recipe installs is there.
        pip = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INDEX": "1"}
        return {**kept, **_QUIET, **pip, **own, **self.variables}

    def sh(self, script: str, *variables: Mapping[str, str], code: int = 0) -> str:
        """Run a script as CI does, with more variables, stopping where a command fails; give its output."""
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", script],
            cwd=self.root,
            env={name: value for some in (self.environment, *variables) for name, value in some.items()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=110,
        )
        assert done.returncode == code, f"exit code {done.returncode}\n{script}\n{done.stdout}"
        assert MARK not in done.stdout
        return done.stdout


def commit_all(root: Path, message: str = "Change") -> str:
    """Put everything that git does not ignore into a commit of a new or old repository; give the commit."""
    who = ("-c", "user.name=T", "-c", "user.email=t@example.com")
    environment = {**_QUIET, "PATH": os.environ["PATH"], "HOME": str(root)}
    if not (root / ".git").exists():
        subprocess.run(["git", "init", "-q", "-b", "main"], cwd=root, env=environment, check=True)
    subprocess.run(["git", "add", "-A"], cwd=root, env=environment, check=True)
    subprocess.run(["git", *who, "commit", "-q", "-m", message], cwd=root, env=environment, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, env=environment, check=True, capture_output=True)
    return head.stdout.decode().strip()
