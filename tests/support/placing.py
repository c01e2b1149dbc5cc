"""A project whose vendor directory is filled from dictionaries, by the same steps that an install takes."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bitdeps.core.plan.decide import plan
from bitdeps.core.plan.edits import File, edited_error
from bitdeps.core.plan.model import Edit, Plan, Wanted
from bitdeps.vendor.commit import commit, recover
from bitdeps.vendor.foreign import foreign_beside
from bitdeps.vendor.idle import ignored_paths, kept_places
from bitdeps.vendor.inputs import inputs_digest
from bitdeps.vendor.lock import project_lock
from bitdeps.vendor.observe import Sight, known_places, observe
from bitdeps.vendor.staging import Exchange, Staging, sweep
from bitdeps.vendor.state import State, load_state
from bitdeps.vendor.swap import exchange
from support.repos import Executable, Link

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - only for `tempfile`, made unique there
"""A file system in memory, where there is one: for thousands of installs on a disk that others use, too."""

Tree = Mapping[str, str | Executable | Link]
"""Text of plain and executable files, and targets of links, by path."""


def mode_and_bytes(value: str | Executable | Link) -> tuple[str, bytes]:
    if isinstance(value, Link):
        return "120000", value.target.encode()
    content, mode = (value.content, "100755") if isinstance(value, Executable) else (value, "100644")
    return mode, content.encode() if isinstance(content, str) else content


def d1(tree: Tree) -> str:
    """DESIGN section 3, written down once more."""
    rows = sorted((path.encode(), *mode_and_bytes(value)) for path, value in tree.items())
    text = b"".join(b"%s %s %s\n" % (m.encode(), hashlib.sha256(b).hexdigest().encode(), p) for p, m, b in rows)
    return f"d1:{hashlib.sha256(text).hexdigest()}"


def files_of(tree: Tree) -> dict[str, File]:
    facts = {path: mode_and_bytes(value) for path, value in tree.items()}
    return {path: (mode, hashlib.sha256(content).hexdigest()) for path, (mode, content) in facts.items()}


def write_tree(root: Path, tree: Tree) -> None:
    for path, value in tree.items():
        mode, content = mode_and_bytes(value)
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if mode == "120000":
            target.symlink_to(content.decode())
        else:
            target.write_bytes(content)
            target.chmod(0o755 if mode == "100755" else 0o644)


def read_tree(root: Path) -> dict[str, tuple[str, bytes]]:
    """Everything below a directory that is no directory: mode and bytes by path."""
    found: dict[str, tuple[str, bytes]] = {}
    for parent, directories, names in os.walk(root):
        for name in (*names, *(name for name in directories if (Path(parent) / name).is_symlink())):
            path = Path(parent) / name
            mode = path.lstat().st_mode
            key = path.relative_to(root).as_posix()
            if stat.S_ISLNK(mode):
                found[key] = ("120000", str(path.readlink()).encode())
            else:
                found[key] = ("100755" if mode & 0o100 else "100644", path.read_bytes())
    return found


def names_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def expect_tree(root: Path, tree: Tree) -> None:
    assert read_tree(root) == {path: mode_and_bytes(value) for path, value in tree.items()}


def unpacker(tree: Tree) -> Callable[[str], dict[str, File]]:
    def unpack(root: str) -> dict[str, File]:
        write_tree(Path(root), tree)
        return files_of(tree)

    return unpack


@dataclass(slots=True, kw_only=True)
class Vendored:
    """A project; `install` takes trees or link targets by place, as a lock would name them."""

    root: Path
    ignore: tuple[str, ...] = ()
    git_files: bool = False
    swap: Exchange = exchange
    beside: bool = False
    """Stage beside the places, as where `.deps/` is on another file system."""
    trashed: list[str] = field(default_factory=list)

    def install(self, trees: Mapping[str, Tree | str], *, label: str = "v1", **options: bool) -> Plan:
        root = str(self.root)
        write_lock(self.root, trees, label)
        with project_lock(root, timeout=10, waiting=print):
            state = load_state(root)
            self.trashed += recover(root, state, self.ignored)
            self.trashed += sweep(root, [*trees, *(state.places if state else ())])
            sight, todo = self.look(trees, label=label, state=state, **options)
            if todo.stops:
                raise edited_error(todo.stops)
            staging = Staging(root, self.swap)
            if self.beside:
                staging.home = -1
            staged = [staging.stage(step, unpacker(tree_at(trees, step.path))) for step in todo.fills]
            after = State(
                inputs="" if options.get("partial") else inputs_digest(root, patches=(), groups=()) or "",
                ignore=self.ignore,
                git_files=self.git_files,
            )
            self.trashed += commit(staging, todo, sight, staged, before=state, after=after, ignored=self.ignored)
        return todo

    def look(
        self, trees: Mapping[str, Tree | str], *, label: str = "v1", state: State | None = None, **options: bool
    ) -> tuple[Sight, Plan]:
        wanted = {path: wanted_at(path, tree, label) for path, tree in trees.items()}
        state = state or load_state(str(self.root))
        partial = options.get("partial", False)
        sight = observe(str(self.root), wanted, state, self.ignored, partial=partial)
        return sight, plan(wanted, known_places(state), sight.observed, **options)

    @property
    def ignored(self) -> Callable[[str], bool]:
        return ignored_paths(self.ignore)

    def foreign(self, places: Iterable[str]) -> tuple[str, ...]:
        return foreign_beside(str(self.root), "vendor", list(places), self.ignored)

    def kept(self) -> int | None:
        return kept_places(str(self.root), ())

    def trash(self) -> dict[str, bytes]:
        """What lies in the trash, without the directories named after the time."""
        found = read_tree(self.root / ".deps" / "trash")
        return {path.partition("/")[2]: content for path, (_, content) in found.items()}


def wanted_at(path: str, tree: Tree | str, label: str) -> Wanted:
    name = path.rpartition("/")[2]
    digest = f"link:{tree}" if isinstance(tree, str) else d1(tree)
    return Wanted(path=path, identity=f"acme/{name}", name=name, label=label, digest=digest)


def tree_at(trees: Mapping[str, Tree | str], path: str) -> Tree:
    tree = trees[path]
    return {} if isinstance(tree, str) else tree


def write_lock(root: Path, trees: Mapping[str, Tree | str], label: str) -> None:
    """Stand in for manifest and lock: bytes that differ where what is wanted differs."""
    root.mkdir(exist_ok=True)
    (root / "deps.toml").write_text("[project]\n")
    rows = (f"{path} {wanted_at(path, tree, label).digest} {label}\n" for path, tree in sorted(trees.items()))
    (root / "deps.lock").write_text("".join(rows))


def actions(todo: Plan) -> dict[str, str]:
    return {step.path: step.action for step in todo.steps}


def edit_kinds(edits: Iterable[Edit]) -> dict[str, str]:
    return {edit.path: edit.kind for edit in edits}
