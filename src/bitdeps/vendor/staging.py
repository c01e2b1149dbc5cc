"""Trees under construction, on the file system where they will be placed.

A holder is a directory for one place: the tree is unpacked into it as `new`, and what it
displaces ends in it. It is called `....stage` until the swap was recorded and `....swap` from
then on: the first kind holds nothing but our own, the second perhaps somebody's edits.
"""

import os
import stat
from collections.abc import Callable, Iterable

from bitdeps.core.plan.edits import File
from bitdeps.core.plan.model import Step
from bitdeps.errors import IntegrityError
from bitdeps.vendor.disk import BESIDE, device_of, open_directory, prepare_state_directory, refusing, remove_tree
from bitdeps.vendor.hashing import files_digest
from bitdeps.vendor.state import load_state
from bitdeps.vendor.swap import Name, exchange
from bitdeps.vendor.trash import Trash

STAGE = ".stage"
SWAP = ".swap"

Exchange = Callable[[Name, Name], bool]
Unpack = Callable[[str], dict[str, File]]
"""Fills an empty directory (absolute path) and says with what: mode and SHA-256 by path."""


class Staged:
    """A tree that is ready to be placed."""

    __slots__ = ("files", "holder", "step")

    def __init__(self, step: Step, holder: str, files: dict[str, File]) -> None:
        """Keep the step, the holder (relative to the project, without its suffix), and mode and SHA-256 by path."""
        self.step = step
        self.holder = holder
        self.files = files


class Staging:
    """All holders of one run; `stage` may be called from several threads at a time.

    Whoever makes one holds the lock of the project.
    """

    def __init__(self, project: str, swap: Exchange = exchange) -> None:
        """Choose names that no other run has; another `swap` stands for a system without an exchange."""
        import itertools
        import time

        prepare_state_directory(project)
        self.project = project
        self.swap = swap
        self.token = f"{time.time_ns():x}-{os.getpid():x}"
        self.numbers = itertools.count()
        self.home = os.lstat(os.path.join(project, ".deps", "staging")).st_dev

    def stage(self, step: Step, unpack: Unpack) -> Staged:
        """Build the tree of one step and check it against the step's digest.

        Raises:
            IntegrityError: where the tree is not what the lock names.
            LocalError: where the system refuses.

        """
        holder = self.make_holder(step.path)
        root = os.path.join(self.project, holder + STAGE, "new")
        try:
            with refusing("unpacked", step.path):
                if step.digest.startswith("link:"):
                    os.symlink(step.digest.removeprefix("link:"), root)
                    return Staged(step, holder, {})
                os.mkdir(root)
                files = unpack(root)
            check_digest(step, files)
        except BaseException:
            remove_tree(os.path.dirname(root))
            raise
        return Staged(step, holder, files)

    def make_holder(self, path: str) -> str:
        """Make an empty holder where a place can be reached by rename; return it without its suffix.

        Raises:
            LocalError: where the system refuses.

        """
        name = f"{self.token}-{next(self.numbers)}"
        parent = path.rpartition("/")[0]
        with refusing("staged", path):
            if device_of(self.project, parent) == self.home:
                holder = f".deps/staging/{name}"
            else:
                holder = f"{parent}/{BESIDE}{name}" if parent else f"{BESIDE}{name}"
            os.close(open_directory(self.project, holder + STAGE, create=True))
        return holder


def check_digest(step: Step, files: dict[str, File]) -> None:
    """Compare the files of a tree with the digest that a step names.

    Raises:
        IntegrityError: where they differ.

    """
    digest = files_digest(files)
    if digest != step.digest:
        message = f"`{step.name}`: content differs from `deps.lock`: expected {step.digest}, found {digest}"
        raise IntegrityError(message, hint="the vendor directory is as before; `deps lock --check` compares the pins")


def sweep(project: str, places: Iterable[str]) -> tuple[str, ...]:
    """Delete holders that no run has in use any more; return what was moved to `.deps/trash/`.

    Moved are those that were part of a swap of which the state knows nothing (it was lost): they may hold
    edits. What the state names is left to `recover`. Whoever calls it holds the lock of the project.

    Raises:
        LocalError: where the system refuses to move one.

    """
    parents = {path.rpartition("/")[0] for path in places}
    trash = Trash(project)
    state = load_state(project)
    named = set() if state is None else {place.holder for place in state.places.values()}
    for directory in (".deps/staging", *sorted(parents)):
        for name in _names(os.path.join(project, directory)):
            if directory != ".deps/staging" and not name.startswith(BESIDE):
                continue
            holder = f"{directory}/{name}" if directory else name
            if holder in named:
                continue
            if name.endswith(SWAP) and _names(os.path.join(project, holder)):
                trash.take(os.path.join(project, holder), name)
            else:
                remove_tree(os.path.join(project, holder))
    return tuple(trash.moved)


def _names(directory: str) -> list[str]:
    try:
        if not stat.S_ISDIR(os.lstat(directory).st_mode):
            return []
        return sorted(os.listdir(directory))
    except OSError:
        return []
