"""A project with every kind of lock entry, and every way to edit its lock that still parses."""

import asyncio
import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from bitdeps.core.lockfile.keys import PACKAGE
from bitdeps.errors import DepsError
from bitdeps.ops.install import InstallRequest, install
from bitdeps.ops.lock import LockRequest, lock
from bitdeps.ops.project import open_project
from support.locking import Locking
from support.sandbox import Sandbox

KIT, JSON, ENGINE, ASSETS, FIXTURES, EVIL = (
    f"edits/{name}" for name in ("kit", "json-lite", "engine//runtime", "assets", "fixtures", "evil")
)
MANIFEST = """kit = { tag = "v1" }
json-lite = { version = ">=1" }
assets = { branch = "main" }
engine = { tag = "v1", subdir = "runtime", exclude = ["**/*.png"] }

[groups.test]
fixtures = { tag = "v7" }"""

Packages = dict[str, dict[str, Any]]
Edit = Callable[[Packages, "World"], object]
Tree = dict[str, tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The honest lock, what is placed by it, and commits that an attacker would like to see in it."""

    sandbox: Sandbox
    packages: Packages
    honest: Tree
    """What the honest lock places, every group included."""
    warm: Path
    """A cache that holds every archive."""
    evil: dict[str, Any]
    """The entry that an honest lock would have for the attacker's repository."""
    newer: dict[str, Any]
    """The entry for `kit` at v2."""
    impostor: dict[str, Any]
    """The entry for a commit of `kit` that no tag ever had."""


def make_world(sandbox: Sandbox, folder: Path) -> World:
    """Make the repositories and lock; each entry that an attacker wants is one that `deps` wrote elsewhere."""
    sandbox.use_workspace("edits")
    sandbox.repository("json-lite", {"json.c": "json\n"}, tags=["v1.0"])
    manifest = '[project]\nname = "kit"\n[dependencies]\njson-lite = { version = ">=1" }\n'
    kit = sandbox.repository("kit", {"deps.toml": manifest, "kit.c": "one\n"}, tags=["v1"])
    kit.commit({"kit.c": "two\n"}, tags=["v2"])
    impostor = kit.commit({"deps.toml": manifest, "kit.c": "evil\n"}, branch="side")
    sandbox.repository("engine", {"runtime/r.c": "r\n", "runtime/x.png": "p\n", "o.c": "o\n"}, tags=["v1"])
    sandbox.repository("assets", {"a": "a\n"})
    sandbox.repository("evil", {"deps.toml": manifest, "kit.c": "evil\n"}, tags=["v1"])
    sandbox.repository("fixtures", {"f": "f\n"}, tags=["v7"])

    def locked(name: str, text: str) -> Locking:
        project = Locking(sandbox=sandbox, root=folder / name)
        project.write(text)
        project.lock()
        return project

    honest = locked("honest", MANIFEST)
    everything = InstallRequest(locked=True, all_groups=True)
    asyncio.run(install(open_project(str(honest.root)), honest.settings(), everything, say=lambda _: None))
    return World(
        sandbox=sandbox,
        packages=honest.packages,
        honest=tree_of(honest.root / "vendor"),
        warm=honest.root / "cache",
        evil=locked("evil", 'kit = { repo = "evil", tag = "v1" }').packages[EVIL],
        newer=locked("newer", 'kit = { tag = "v2" }').packages[KIT],
        impostor=locked("impostor", f'kit = {{ commit = "{impostor}" }}').packages[KIT],
    )


def tree_of(root: Path) -> Tree:
    """Give all files and links below a directory."""
    found: Tree = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = ("link", bytes(path.readlink()))
        elif path.is_file():
            found[name] = ("executable" if path.stat().st_mode & 0o100 else "file", path.read_bytes())
    return found


def takes(identity: str, source: str, *keys: str) -> Edit:
    """Give an entry the values of another: `evil`, `newer`, `impostor`, or that of an identity."""

    def edit(packages: Packages, world: World) -> None:
        entry = packages[source] if "/" in source else getattr(world, source)
        packages[identity] |= {key: entry[key] for key in keys}

    return edit


def puts(identity: str, key: str, value: object) -> Edit:
    return lambda packages, _: packages[identity].__setitem__(key, value)


def drops(identity: str, *keys: str) -> Edit:
    return lambda packages, _: [packages[identity].pop(key) for key in keys]


def moves(identity: str, other: str) -> Edit:
    """Put an entry under another identity, everywhere."""

    def edit(packages: Packages, _: World) -> None:
        packages[other] = packages.pop(identity)
        for entry in packages.values():
            for key in ("requires", "requested"):
                entry[key] = [text.replace(f"{identity}", f"{other}") for text in entry.get(key, [])]
                if not entry[key]:
                    del entry[key]

    return edit


def adds(**more: object) -> Edit:
    """Add the entry of the attacker's repository."""

    def edit(packages: Packages, world: World) -> None:
        entry = {key: value for key, value in world.evil.items() if key not in {"requires", "requested"}}
        packages[EVIL] = entry | {"name": "evil", "path": "vendor/evil"} | more

    return edit


def both(*edits: Edit) -> Edit:
    return lambda packages, world: [edit(packages, world) for edit in edits]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What became of an edited lock: the exit code and first line of each command; 0 and no text where it went well."""

    locked: tuple[int, str]
    frozen: tuple[int, str]
    offline: tuple[int, str]
    """`install --frozen --offline`, with every honest archive in the cache."""
    check: tuple[int, str]
    placed: tuple[Tree, Tree, Tree]
    """What is in the vendor directory after each of the three."""


def attempt(world: World, edit: Edit, folder: Path, *, prepare: Callable[[Path], object] = lambda _: None) -> Attempt:
    """Try an edited lock in fresh projects."""
    packages = copy.deepcopy(world.packages)
    edit(packages, world)
    text = written(packages)
    ways = {
        "locked": (InstallRequest(locked=True, all_groups=True), {}),
        "frozen": (InstallRequest(frozen=True, all_groups=True), {}),
        "offline": (
            InstallRequest(frozen=True, all_groups=True),
            {"DEPS_CACHE_DIR": str(world.warm), "DEPS_OFFLINE": "1"},
        ),
    }
    codes, trees = [], []
    for name, (request, more) in ways.items():
        project = _project(world, folder / name, text, prepare)
        settings = project.settings(**more)
        codes.append(
            _code(lambda p=project, s=settings, r=request: install(open_project(str(p.root)), s, r, say=lambda _: None))  # type: ignore[misc]
        )
        trees.append(tree_of(project.root / "vendor"))
    project = _project(world, folder / "check", text, prepare)
    check = _code(lambda: lock(open_project(str(project.root)), project.settings(), LockRequest(write=False)))
    return Attempt(
        locked=codes[0], frozen=codes[1], offline=codes[2], check=check, placed=(trees[0], trees[1], trees[2])
    )


def _project(world: World, root: Path, text: str, prepare: Callable[[Path], object]) -> Locking:
    project = Locking(sandbox=world.sandbox, root=root)
    project.write(MANIFEST)
    (root / "deps.lock").write_text(text, encoding="utf-8")
    prepare(root)
    return project


def _code(work: Callable[[], Any]) -> tuple[int, str]:
    try:
        report = asyncio.run(work())
    except DepsError as error:
        return error.exit_code, " ".join(str(error).split())
    return (1, "the lock would change") if getattr(report, "changed", False) else (0, "")


def written(packages: Packages) -> str:
    """Write a lock as DESIGN section 3 says: the comment, then tomli-w's output in this order."""
    ordered = {
        identity: {key.name: packages[identity][key.name] for key in PACKAGE if key.name in packages[identity]}
        for identity in sorted(packages)
    }
    comment = "# Written by `deps`. Commit it; do not edit it. After a merge conflict run `deps lock`.\n"
    return comment + tomli_w.dumps({"lock-version": 1, "packages": ordered})
