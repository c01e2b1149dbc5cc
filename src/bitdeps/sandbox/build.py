"""Make git repositories with fixed dates and authors, through `git fast-import`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bitdeps.sandbox.git import git

AUTHOR = "Sandbox <sandbox@example.com>"
# 2024-01-01T00:00:00Z
DATE = 1_704_067_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """What is at a path: mode `100644`, `100755`, `120000` (bytes are the target) or `160000` (a commit's hex)."""

    data: bytes
    mode: str = "100644"


@dataclass(frozen=True, slots=True, kw_only=True)
class TagPlan:
    """A tag of a commit: annotated when it has a message."""

    name: str
    message: str | None = None
    tagger: str = AUTHOR
    date: int = DATE


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitPlan:
    """One commit: `files` changes the tree of the parent (None removes), dates in seconds since 1970 (UTC).

    `base` is a branch, tag or commit to start from; without it the commit goes on top of its branch.
    """

    files: Mapping[str, Blob | None]
    message: str = "Change"
    author: str = AUTHOR
    date: int = DATE
    branch: str = "main"
    base: str | None = None
    tags: tuple[TagPlan, ...] = ()
    merges: tuple[str, ...] = field(default=())


def create_repository(path: Path, *, branch: str = "main") -> None:
    """Make an empty bare repository whose HEAD names a branch."""
    path.mkdir(parents=True)
    git(path, "init", "--bare", "--quiet", "--template=", ".")
    (path / "HEAD").write_bytes(f"ref: refs/heads/{branch}\n".encode())


def add_commits(path: Path, plans: Iterable[CommitPlan]) -> list[str]:
    """Add commits to a bare repository; gives their hashes in order.

    Raises:
        GitError: when git refuses, for example the name of a tag.
    """
    plans = list(plans)
    known = {name: f"{name}^0" for name in git(path, "for-each-ref", "--format=%(refname)").decode().split("\n")}
    marks = path / "fast-import-marks"
    stream = b"".join(_commit(number, plan, known) for number, plan in enumerate(plans, start=1))
    git(path, "fast-import", "--quiet", "--force", f"--export-marks={marks}", stdin=stream)
    by_mark = dict(line.split(" ") for line in marks.read_text(encoding="ascii").splitlines())
    marks.unlink()
    return [by_mark[f":{number}"] for number in range(1, len(plans) + 1)]


def _data(data: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(data), data)


def _quoted(path: str) -> bytes:
    raw = path.encode("utf-8", "surrogateescape")
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'


def _change(path: str, blob: Blob | None) -> bytes:
    if blob is None:
        return b"D %b\n" % _quoted(path)
    mode = blob.mode.encode()
    if blob.mode == "160000":
        return b"M %b %b %b\n" % (mode, blob.data, _quoted(path))
    return b"M %b inline %b\n%b" % (mode, _quoted(path), _data(blob.data))


def _point(name: str, known: dict[str, str]) -> str:
    """Spell a branch, tag or hash so that fast-import takes it as a commit."""
    return known.get(f"refs/heads/{name}") or known.get(f"refs/tags/{name}") or name


def _commit(number: int, plan: CommitPlan, known: dict[str, str]) -> bytes:
    """Write one commit; `known` says how to spell each ref: a mark of this stream, or what the repository has."""
    ref = f"refs/heads/{plan.branch}"
    who = f"{plan.author} {plan.date} +0000"
    head = f"commit {ref}\nmark :{number}\nauthor {who}\ncommitter {who}\n".encode()
    parts = [head, _data(plan.message.encode())]
    if plan.base is not None:
        parts.append(f"from {_point(plan.base, known)}\n".encode())
    elif ref in known:
        parts.append(f"from {known[ref]}\n".encode())
    parts += [f"merge {_point(name, known)}\n".encode() for name in plan.merges]
    parts += [_change(path, blob) for path, blob in plan.files.items()]
    known[ref] = f":{number}"
    for tag in plan.tags:
        parts.append(_tag(tag, f":{number}"))
        known[f"refs/tags/{tag.name}"] = f":{number}"
    return b"".join(parts)


def _tag(tag: TagPlan, commit: str) -> bytes:
    if tag.message is None:
        return f"reset refs/tags/{tag.name}\nfrom {commit}\n".encode()
    head = f"tag {tag.name}\nfrom {commit}\ntagger {tag.tagger} {tag.date} +0000\n".encode()
    return head + _data(tag.message.encode())


def add_tag(path: Path, tag: TagPlan, commit: str) -> None:
    """Make or move a tag."""
    git(path, "fast-import", "--quiet", "--force", stdin=_tag(tag, commit))


def add_branch(path: Path, name: str, commit: str) -> None:
    """Make or move a branch."""
    git(path, "update-ref", f"refs/heads/{name}", commit)


def remove_ref(path: Path, full_name: str) -> None:
    """Remove a tag or branch, named as `refs/tags/NAME` or `refs/heads/NAME`."""
    git(path, "update-ref", "-d", full_name)
