"""Random edits of lockfiles, what a merge of two of them must give, and real merges by git."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bitdeps.core.lockfile.format import format_lockfile
from support.locks import lock

State = dict[str, tuple[str, frozenset[str]]]
"""Tag and `requested` lines of each package; names sort as their identities do."""
DRIVER = f"'{sys.executable}' -m bitdeps lock merge %O %A %B"


def text(state: State) -> str:
    return format_lockfile(lock({name: (tag, sorted(lines)) for name, (tag, lines) in state.items()}))


def random_state(rng: Random, size: int) -> State:
    names = sorted(rng.sample([f"p{number:02}" for number in range(40)], size))
    state: State = {}
    for name in names:
        tag = f"v1.{rng.randrange(5)}"
        state[name] = (tag, frozenset({f"project: tag {tag}"}))
    for _ in range(size // 2):
        require(state, rng)
    return state


def require(state: State, rng: Random) -> None:
    """Let one package require a later one, so that there are no cycles."""
    source, target = sorted(rng.sample(sorted(state), 2))
    tag, lines = state[target]
    state[target] = (tag, lines | {f"acme/{source}: version >=1"})


def bump(state: State, name: str, rng: Random) -> None:
    tag, lines = state[name]
    new = f"v{rng.randrange(2, 5)}.{rng.randrange(3)}"
    state[name] = (new, frozenset(line.replace(f"project: tag {tag}", f"project: tag {new}") for line in lines))


def add(state: State, name: str) -> None:
    state[name] = ("v1.0", frozenset({"project: tag v1.0"}))


def drop(state: State, name: str) -> None:
    """Take a package out that the project alone requires."""
    del state[name]
    for other, (tag, lines) in state.items():
        state[other] = (tag, frozenset(line for line in lines if not line.startswith(f"acme/{name}:")))


def edited(state: State, rng: Random) -> State:
    """Give a state after a few edits of every kind."""
    changed = dict(state)
    for _ in range(rng.randrange(1, 5)):
        droppable = [name for name, (_, lines) in changed.items() if all(line[0] == "p" for line in lines)]
        kind = rng.choice(["bump", "bump", "add", "drop", "require"])
        if kind == "bump":
            bump(changed, rng.choice(sorted(changed)), rng)
        elif kind == "add":
            add(changed, f"p{rng.randrange(40):02}{rng.choice('xyz')}")
        elif kind == "drop" and droppable and len(changed) > 2:
            drop(changed, rng.choice(sorted(droppable)))
        elif kind == "require":
            require(changed, rng)
    return changed


def expected(base: State, ours: State, theirs: State) -> State | None:
    """Merge by the plain rules, line by line and tag by tag; None where both sides moved a tag, differently."""
    merged: State = {}
    for name in sorted({*ours, *theirs}):
        before, one, other = (state.get(name, ("", frozenset())) for state in (base, ours, theirs))
        lines = (one[1] & other[1]) | ((one[1] | other[1]) - before[1])
        merged[name] = (_tag(before[0], one[0], other[0]), lines)
    while True:
        kept = {
            name: (tag, frozenset(line for line in lines if line[0] == "p" or line[5:].partition(":")[0] in merged))
            for name, (tag, lines) in merged.items()
        }
        kept = {name: (tag, lines) for name, (tag, lines) in kept.items() if lines}
        if kept == merged:
            break
        merged = kept
    if any(tag == "conflict" or _contradict(tag, lines) for tag, lines in merged.values()):
        return None
    return merged


def _tag(before: str, one: str, other: str) -> str:
    if not one or not other:
        return one or other
    if other in (one, before):
        return one
    return other if one == before else "conflict"


def _contradict(tag: str, lines: frozenset[str]) -> bool:
    wanted = {line.removeprefix("project: tag ") for line in lines if line.startswith("project: tag ")}
    return not wanted <= {tag}


@dataclass(frozen=True, slots=True, kw_only=True)
class GitMerge:
    """How `git merge` ended: with 0 or 1, and what it left."""

    status: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GitRepository:
    """A repository in which lockfiles are merged."""

    path: Path

    def git(self, *arguments: str, statuses: tuple[int, ...] = (0,)) -> int:
        environment = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        command = ["git", "-c", "gc.auto=0", "-c", "core.fsync=none", *arguments]
        done = subprocess.run(command, cwd=self.path, env=environment, capture_output=True, check=False, timeout=60)
        assert done.returncode in statuses, done.stderr.decode()
        return done.returncode

    def prepare(self, attributes: str) -> None:
        self.git("init", "-q", "-b", "main")
        (self.path / ".gitattributes").write_text(attributes, encoding="utf-8")
        self.git("add", ".gitattributes")
        self.git("commit", "-q", "-m", "first")

    def merge(self, base: str, ours: str, theirs: str) -> GitMerge:
        """Commit three lockfiles on two branches, and merge them."""
        file = self.path / "deps.lock"
        self.git("checkout", "-q", "-f", "-B", "work", "main")
        for branch, content in (("work", base), ("theirs", theirs), ("work", ours)):
            if branch == "theirs":
                self.git("checkout", "-q", "-B", "theirs")
            elif content is ours:
                self.git("checkout", "-q", "work")
            file.write_text(content, encoding="utf-8")
            self.git("add", "deps.lock")
            self.git("commit", "-q", "--allow-empty", "-m", "edit")
        status = self.git("merge", "-q", "--no-edit", "theirs", statuses=(0, 1))
        merged = file.read_text(encoding="utf-8")
        if status:
            self.git("merge", "--abort")
        return GitMerge(status=status, text=merged)
