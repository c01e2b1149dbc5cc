"""The real program in a real project: `deps` as a process, in an environment of its own."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.canaries import MARK


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one run of the program gave."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """Give stderr with its durations as TIME and the address of the service as SERVICE."""
        text = re.sub(r"\b[\d.]+ m?s\b", "TIME", self.stderr)
        return re.sub(r"http://127\.0\.0\.1:\d+|127\.0\.0\.1:\d+", "SERVICE", text)

    @property
    def document(self) -> Any:  # noqa: ANN401  # JSON
        """Give the JSON document on stdout."""
        return json.loads(self.stdout)


@dataclass(slots=True, kw_only=True)
class Program:
    """A project directory and the environment that `deps` is run in."""

    root: Path
    home: Path
    service: Mapping[str, str]
    """Variables that say where the service is."""
    extra: dict[str, str] = field(default_factory=dict)
    _failed: list[tuple[tuple[str, ...], Path, dict[str, str]]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Give the whole environment: nothing of the machine's but PATH, TMPDIR and what measures coverage."""
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "TMPDIR", "COVERAGE_"))}
        own = {"HOME": str(self.home), "DEPS_TIMEOUTS_WAIT": "0.02", "LANG": "C.UTF-8"}
        return {**kept, **own, **self.service, **self.extra}

    def __call__(self, *words: str, code: int = 0, cwd: Path | None = None, **variables: str) -> Ran:
        """Run `deps`, and demand an exit code."""
        environment = {**self.environment, **variables}
        ran = self._run(words, cwd or self.root, environment)
        assert ran.code == code, f"exit code {ran.code}, not {code}\n{ran.stdout}\n{ran.stderr}"
        if code != 0 and self._holds_secrets(environment):
            self._failed.append((words, cwd or self.root, environment))
        return ran

    def fail_again(self) -> None:
        """Run once more, with tracebacks (`-vv`), whatever failed while there was a secret to show."""
        for words, directory, environment in self._failed:
            self._run(words, directory, {"DEPS_TIMEOUTS_LOGIN": "0.1", **environment, "DEPS_VERBOSE": "2"})

    def _run(self, words: tuple[str, ...], directory: Path, environment: Mapping[str, str]) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "bitdeps", *words],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=100,
        )
        return Ran(code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def _holds_secrets(self, environment: Mapping[str, str]) -> bool:
        stored = self.home / ".config" / "deps" / "credentials.json"
        return stored.exists() or any(MARK in value for value in environment.values())

    def manifest(self, text: str) -> None:
        """Write `deps.toml`."""
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "deps.toml").write_text(text, encoding="utf-8")

    @property
    def lock(self) -> dict[str, Any]:
        """Give the packages of `deps.lock`, read with tomllib."""
        import tomllib

        packages: dict[str, Any] = tomllib.loads(self.lock_text).get("packages", {})
        return packages

    @property
    def lock_text(self) -> str:
        """Give the text of `deps.lock`."""
        return (self.root / "deps.lock").read_text(encoding="utf-8")

    @property
    def vendor(self) -> Path:
        """Give the vendor directory."""
        return self.root / "vendor"

    @property
    def cache(self) -> Path:
        """Give the cache directory."""
        return self.home / ".cache" / "deps"
