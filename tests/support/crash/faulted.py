"""`deps` in a small project, run again and again from one beginning, with a call of it that fails."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.crash.shim import Call, Fault, Shim
from support.program import Program
from support.sandbox import Sandbox
from support.trees import Snapshot, snapshot

ZYGOTE = Path(__file__).with_name("zygote.py")
NAMES = ("one", "two", "three")
MANIFEST = '[project]\nworkspace = "acme"\n\n[dependencies]\n'


def manifest(tag: str) -> str:
    return MANIFEST + "".join(f'{name} = {{ tag = "{tag}" }}\n' for name in NAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended: exit code (or minus the signal), what it said, and the calls that it made."""

    code: int
    stderr: str
    calls: tuple[Call, ...]


@dataclass(slots=True, kw_only=True)
class Faulted:
    """A place where runs of `deps` begin from the same files."""

    top: Path
    shim: Shim
    service: Mapping[str, str]
    process: "subprocess.Popen[str]"
    locks: dict[str, bytes]
    trees: dict[str, Snapshot]

    @property
    def root(self) -> Path:
        """The project."""
        return self.top / "now/project"

    @property
    def home(self) -> Path:
        """HOME, with the cache in it."""
        return self.top / "now/home"

    @property
    def environment(self) -> dict[str, str]:
        """All that `deps` sees."""
        own = {"HOME": str(self.home), "TMPDIR": str(self.top / "now/tmp"), "LANG": "C.UTF-8"}
        return {"PATH": os.environ["PATH"], "DEPS_TIMEOUTS_WAIT": "0.02", **own, **self.service}

    @property
    def watched(self) -> tuple[str, ...]:
        """Everything that a run may touch."""
        return (str(self.top / "now"), "/socket")

    def begin(self, name: str) -> None:
        """Go back to the beginning of one command."""
        shutil.rmtree(self.top / "now", ignore_errors=True)
        shutil.copytree(self.top / name, self.top / "now", symlinks=True)

    def __call__(self, *words: str, fault: Fault | None = None, record: bool = False) -> Outcome:
        """Run `deps` once."""
        self.shim.arm(self.watched, fault, record=record)
        out, err = self.top / "stdout", self.top / "stderr"
        request = {
            "words": words,
            "directory": str(self.root),
            # For its children; the process itself has the shim already.
            "environment": {**self.environment, **self.shim.environment},
            "stdout": str(out),
            "stderr": str(err),
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        status = int(self.process.stdout.readline())
        calls = self.shim.disarm()
        return Outcome(code=os.waitstatus_to_exitcode(status), stderr=err.read_text(), calls=calls)

    @property
    def vendor(self) -> Snapshot:
        """What lies in the vendor directory now."""
        return snapshot(self.root / "vendor")

    @property
    def lock(self) -> bytes:
        """What the lock holds now."""
        return (self.root / "deps.lock").read_bytes()

    def problems(self) -> list[str]:
        """Name what is neither old nor new (P1, P2)."""
        found = [] if self.lock in self.locks.values() else ["the lock is neither old nor new"]
        now = self.vendor
        torn = [name for name in NAMES if part(now, name) not in [part(tree, name) for tree in self.trees.values()]]
        return found + [f"vendor/{name} is neither old nor new" for name in torn]

    def leftovers(self) -> list[str]:
        """Name what a finished run must not leave."""
        known = {"deps.toml", "deps.lock", "vendor", ".deps"}
        found = [path.name for path in self.root.iterdir() if path.name not in known]
        found += [str(path) for path in (self.root / ".deps").rglob("*") if path.parent.name in ("staging", "trash")]
        state = {"lock", "state", "stamp", ".gitignore", "staging"}
        return found + [path.name for path in (self.root / ".deps").iterdir() if path.name not in state]


def part(tree: Snapshot, name: str) -> Snapshot:
    return {path: entry for path, entry in tree.items() if path.startswith(f"{name}/")}


@contextmanager
def faulted(top: Path, sandbox: Sandbox) -> Iterator[Faulted]:
    """Make three dependencies in two versions, and the beginnings of `lock` and of `install`."""
    sandbox.use_workspace("acme")
    for name in NAMES:
        repo = sandbox.repository(name, {f"d/f{n}.txt": f"{name} {n}\n" for n in range(2)}, tags=["v1"])
        repo.commit({f"d/g{n}.txt": f"{name} {n}\n" for n in range(2)}, tags=["v2"])
    shim = Shim(top)
    program = Program(root=top / "now/project", home=top / "now/home", service=sandbox.environment())
    for directory in (program.root, program.home, top / "now/tmp"):
        directory.mkdir(parents=True)
    locks, trees = {}, {}
    for tag in ("v2", "v1"):
        program.manifest(manifest(tag))
        program("install")
        locks[tag], trees[tag] = program.lock_text.encode(), snapshot(program.vendor)
    shutil.rmtree(program.cache)
    program.manifest(manifest("v2"))
    shutil.copytree(top / "now", top / "lock", symlinks=True)
    (program.root / "deps.lock").write_bytes(locks["v2"])
    shutil.copytree(top / "now", top / "install", symlinks=True)
    environment = {**os.environ, **shim.environment, "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [sys.executable, str(ZYGOTE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Faulted(top=top, shim=shim, service=sandbox.environment(), process=process, locks=locks, trees=trees)
        assert process.stdin is not None
        process.stdin.close()
