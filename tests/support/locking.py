"""Locking and installing in tests: a project of its own, settings that are quick, one call."""

import asyncio
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from bitdeps.config.settings import Settings
from bitdeps.errors import DepsError
from bitdeps.ops.install import InstallRequest, install
from bitdeps.ops.lock import LockRequest, lock
from bitdeps.ops.project import open_project
from bitdeps.ops.report import InstallReport, LockReport
from support.canaries import refuse_in_traceback
from support.remotes import quick_settings
from support.repos import Repo
from support.sandbox import Sandbox

if TYPE_CHECKING:
    from bitdeps.ops.proof import ProofPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Locking:
    """A project in a directory of its own, and the sandbox that it locks from."""

    sandbox: Sandbox
    root: Path

    def write(self, dependencies: str) -> None:
        """Write the manifest: `dependencies` are lines such as `kit = { tag = "v1" }`."""
        self.root.mkdir(parents=True, exist_ok=True)
        text = f'[project]\nname = "shop"\nworkspace = "{self.sandbox.workspace}"\n\n[dependencies]\n{dependencies}\n'
        (self.root / "deps.toml").write_text(text, encoding="utf-8")

    def settings(self, **more: str) -> Settings:
        """Make settings; each project has a cache of its own."""
        cache = {"DEPS_CACHE_DIR": str(self.root / "cache")}
        return quick_settings(self.root, self.sandbox.environment(), **(cache | more))

    def lock(self, *, proof: str = "try", **more: str) -> LockReport:
        """Lock."""
        return asyncio.run(
            lock(open_project(str(self.root)), self.settings(**more), LockRequest(proof=cast("ProofPolicy", proof)))
        )

    def refused(self, *, proof: str = "try", **more: str) -> DepsError:
        """Lock, which must fail; give the error, and see that no lock was written."""
        before = self.bytes
        try:
            self.lock(proof=proof, **more)
        except DepsError as error:
            assert self.bytes == before
            refuse_in_traceback(error)
            return error
        msg = "the lock was written"
        raise AssertionError(msg)

    def install(self, **more: str) -> InstallReport:
        """Install what the lock says, and nothing else."""
        request = InstallRequest(locked=True)
        return asyncio.run(install(open_project(str(self.root)), self.settings(**more), request, say=lambda _: None))

    @property
    def bytes(self) -> bytes | None:
        """The lock, or None where there is none."""
        path = self.root / "deps.lock"
        return path.read_bytes() if path.exists() else None

    def entry(self, repo: Repo) -> dict[str, Any]:
        """Give the table of a repository, as TOML says it."""
        table: dict[str, Any] = self.packages[repo.full_name]
        return table

    @property
    def packages(self) -> dict[str, dict[str, Any]]:
        """Give all tables, by identity."""
        tables: dict[str, dict[str, Any]] = tomllib.loads((self.bytes or b"").decode())["packages"]
        return tables
