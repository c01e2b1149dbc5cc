"""What every command starts from: flags, console, settings, project."""

import os
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, Self, TypeVar

from bitdeps.cli.console import Console, standard
from bitdeps.config.flags import Flags, read_flags
from bitdeps.config.settings import Settings
from bitdeps.errors import UsageError
from bitdeps.ops.project import Project, find_root, open_project
from bitdeps.ops.waiting import wait_for

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of one command."""

    flags: Flags
    console: Console

    @classmethod
    def start(cls, given: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Self:
        """Merge what was given with the environment, and open the console."""
        flags = read_flags(given, environ)
        return cls(flags=flags, console=standard(flags))

    @property
    def directory(self) -> str:
        """The directory to work from.

        Raises:
            UsageError: where there is none; a typing error must not reach the project of a parent.

        """
        directory = self.flags.directory or "."
        if not os.path.isdir(directory):  # noqa: PTH112 - pathlib costs more than the rest of a short run
            message = f"`-C {directory}`: there is no such directory"
            raise UsageError(message, hint="check `-C` and `DEPS_DIRECTORY`")
        return directory

    def settings(self, root: str | None = None) -> Settings:
        """Read every setting; `root` is where a `.env` may lie."""
        from bitdeps.config.environment import read_settings

        offline = self.flags.offline or None
        return read_settings(project_dir=root or self.directory, cache_dir=self.flags.cache_dir, offline=offline)

    def wait(self, work: Callable[_P, Coroutine[Any, Any, _T]], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Call an asynchronous function, as `wait_for` does, and show what it is busy with."""
        if not self.console.shows_progress:
            return wait_for(work, *args, **kwargs)
        from bitdeps.cli.progress import watched

        return wait_for(watched, self.console, work, *args, **kwargs)

    def project(self) -> Project:
        """Find and read the project.

        Raises:
            ManifestError: where there is no manifest, or it is wrong.

        """
        return open_project(find_root(self.directory))
