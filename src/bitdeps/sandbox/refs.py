"""List the tags and branches of a bare repository; git is asked again only when a ref file changed."""

import os
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

from bitdeps.sandbox.git import git
from bitdeps.sandbox.objects import AnnotatedTag, Objects, parse_tag

RefKind = Literal["tag", "branch"]
_FORMAT = "%(objectname)%00%(objecttype)%00%(refname)"
_PREFIXES: dict[RefKind, str] = {"tag": "refs/tags/", "branch": "refs/heads/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A tag or branch, peeled to its commit; `annotation` is the tag object of an annotated tag."""

    kind: RefKind
    name: str
    commit: str
    annotation: AnnotatedTag | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefTable:
    """All refs of a repository, in git's order."""

    tags: dict[str, Ref]
    branches: dict[str, Ref]

    def of(self, kind: RefKind) -> dict[str, Ref]:
        """Give the refs of one kind by name."""
        return self.tags if kind == "tag" else self.branches


class Refs:
    """Reads ref tables and remembers them while the files below `refs` and `packed-refs` stay the same."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._known: dict[Path, tuple[tuple[tuple[int, int, int], ...], RefTable]] = {}
        self._lock = Lock()

    def table(self, repository: Path) -> RefTable:
        """Give the current refs."""
        fingerprint = _fingerprint(repository)
        with self._lock:
            held = self._known.get(repository)
        if held is not None and held[0] == fingerprint:
            return held[1]
        table = self._read(repository)
        with self._lock:
            self._known[repository] = (fingerprint, table)
        return table

    def forget(self, repository: Path) -> None:
        """Read this repository anew the next time."""
        with self._lock:
            self._known.pop(repository, None)

    def _read(self, repository: Path) -> RefTable:
        text = git(repository, "for-each-ref", f"--format={_FORMAT}", *_PREFIXES.values()).decode("utf-8", "replace")
        rows = [line.split("\0") for line in text.splitlines()]
        annotations = self._peel(repository, [name for name, kind, _ in rows if kind == "tag"])
        table = RefTable(tags={}, branches={})
        for name, kind, full in rows:
            chain = annotations.get(name)
            commit = chain[1] if chain else name
            if kind not in {"tag", "commit"} or not commit:
                continue
            ref_kind: RefKind = "tag" if full.startswith(_PREFIXES["tag"]) else "branch"
            short = full.removeprefix(_PREFIXES[ref_kind])
            ref = Ref(kind=ref_kind, name=short, commit=commit, annotation=chain[0] if chain else None)
            table.of(ref_kind)[short] = ref
        return table

    def _peel(self, repository: Path, names: list[str]) -> dict[str, tuple[AnnotatedTag, str]]:
        """Follow tag objects, also tags of tags, to the commit; an empty text when there is none."""
        outer = {name: parse_tag(data) for name, (_, data) in self._objects.read(repository, names).items()}
        targets = {name: tag.target for name, tag in outer.items()}
        while True:
            read = self._objects.read(repository, targets.values())
            inner = {name: read.get(target, ("", b"")) for name, target in targets.items()}
            if all(kind != "tag" for kind, _ in inner.values()):
                break
            targets = {
                name: parse_tag(data).target if kind == "tag" else targets[name] for name, (kind, data) in inner.items()
            }
        return {name: (outer[name], targets[name] if inner[name][0] == "commit" else "") for name in outer}


def _fingerprint(repository: Path) -> tuple[tuple[int, int, int], ...]:
    marks = [_mark(os.fspath(repository / "packed-refs")), _mark(os.fspath(repository / "HEAD"))]
    for folder, folders, files in os.walk(repository / "refs"):
        folders.sort()
        marks.append(_mark(folder))
        marks.extend(_mark(os.path.join(folder, name)) for name in sorted(files))  # noqa: PTH118 (speed)
    return tuple(marks)


def _mark(path: str) -> tuple[int, int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116 (speed)
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_mtime_ns, status.st_size)
