"""Contents of repositories in a seed file: commits, files, generated files, tags."""

import base64
import binascii
import hashlib
import re
from pathlib import Path
from typing import Any

from bitdeps.sandbox.build import AUTHOR, DATE, Blob, CommitPlan, TagPlan
from bitdeps.sandbox.problems import SeedError
from bitdeps.sandbox.seeds.keys import Table, take, take_moment, take_texts

DAY = 24 * 3600
# git fast-import and an archive are held in memory.
LARGEST, MOST = 1 << 30, 250_000
_NUMBER = re.compile(r"\{n(?::(\d{2}))?\}")
_SOURCES = ("text", "base64", "size", "link", "submodule", "file", "delete")


def parse_commit(table: Table, number: int, branch: str, folder: Path | None) -> CommitPlan:
    """Read the commit with this number (1 for the first); the default date is that many days after 2024-01-01.

    Raises:
        SeedError: naming the commit and what is wrong.
    """
    where = f"commit {number}"
    try:
        date = _seconds(table, DATE + (number - 1) * DAY)
        author = take(table, "author", str, AUTHOR)
        files: dict[str, Blob | None] = {}
        if "directory" in table:
            files |= _directory(take(table, "directory", str), folder)
        for path, value in take(table, "files", dict, {}).items():
            files |= _file(path, value, folder)
        plan = CommitPlan(
            files=files,
            message=take(table, "message", str, f"Commit {number}") + "\n",
            author=author,
            date=date,
            branch=take(table, "branch", str, branch),
            base=take(table, "base", str, "") or None,
            tags=tuple(_tag(tag, author, date) for tag in take(table, "tags", list, [])),
            merges=take_texts(table, "merges", []),
        )
    except SeedError as error:
        msg = f"{where}: {error}"
        raise SeedError(msg) from error
    _nothing_left(table, where)
    return plan


def _nothing_left(table: Table, where: str) -> None:
    if table:
        msg = f"{where}: unknown key `{next(iter(table))}`"
        raise SeedError(msg)


def _seconds(table: Table, default: int) -> int:
    moment = take_moment(table, "date")
    return int(moment.timestamp()) if moment else default


def _tag(tag: Any, author: str, date: int) -> TagPlan:  # noqa: ANN401 (a name or a table)
    if isinstance(tag, str):
        return TagPlan(name=tag)
    if not isinstance(tag, dict):
        msg = "a tag is a name or a table with `name` and `message`"
        raise SeedError(msg)
    rest = dict(tag)
    name, message = take(rest, "name", str), take(rest, "message", str, "")
    plan = TagPlan(name=name, message=message + "\n" if message else None, tagger=author, date=_seconds(rest, date))
    _nothing_left(rest, f"tag `{name}`")
    return plan


def _file(path: str, value: Any, folder: Path | None) -> dict[str, Blob | None]:  # noqa: ANN401 (text or a table)
    if isinstance(value, str):
        return {path: Blob(data=value.encode())}
    if not isinstance(value, dict):
        msg = f"file `{path}`: text or a table is needed"
        raise SeedError(msg)
    rest = dict(value)
    sources = [name for name in _SOURCES if name in rest]
    if len(sources) != 1:
        msg = f"file `{path}`: exactly one of {', '.join(_SOURCES)} is needed"
        raise SeedError(msg)
    count = take(rest, "count", int) if "count" in rest else None
    if count is not None and not 1 <= count <= MOST:
        msg = f"file `{path}`: `count` is 1 to {MOST}"
        raise SeedError(msg)
    executable = take(rest, "executable", bool, default=False)
    seed = take(rest, "seed", str, path)
    source = rest.pop(sources[0])
    _nothing_left(rest, f"file `{path}`")
    if count is None:
        return {path: _blob(sources[0], source, executable=executable, seed=seed, folder=folder)}
    if not _NUMBER.search(path):
        msg = f"file `{path}`: `count` needs {{n}} or {{n:04}} in the path"
        raise SeedError(msg)
    numbered = ((_number(path, n), _number(source, n) if isinstance(source, str) else source, n) for n in range(count))
    return {
        name: _blob(sources[0], text, executable=executable, seed=f"{seed} {n}", folder=folder)
        for name, text, n in numbered
    }


def _number(text: str, number: int) -> str:
    return _NUMBER.sub(lambda match: str(number).zfill(int(match[1] or 0)), text)


def _blob(source: str, value: Any, *, executable: bool, seed: str, folder: Path | None) -> Blob | None:  # noqa: ANN401
    if source == "delete":
        return None
    if source == "size":
        if type(value) is not int or not 0 <= value <= LARGEST:
            msg = f"`size` is a number of bytes, at most {LARGEST}"
            raise SeedError(msg)
        # No part repeats, and the function is a standard: the same bytes on every machine and every Python.
        data = hashlib.shake_256(seed.encode()).digest(value)
        return Blob(data=data, mode="100755" if executable else "100644")
    if not isinstance(value, str):
        msg = f"`{source}` must be text"
        raise SeedError(msg)
    if source in {"link", "submodule"}:
        return Blob(data=value.encode(), mode="120000" if source == "link" else "160000")
    data = _load(value, folder) if source == "file" else _decode(value) if source == "base64" else value.encode()
    return Blob(data=data, mode="100755" if executable else "100644")


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        msg = f"`base64`: {error}"
        raise SeedError(msg) from error


def _below(name: str, folder: Path | None) -> Path:
    if folder is None:
        msg = "`file` and `directory` work in seed files only"
        raise SeedError(msg)
    return folder / name


def _load(name: str, folder: Path | None) -> bytes:
    try:
        return _below(name, folder).read_bytes()
    except OSError as error:
        msg = f"`file`: cannot read `{name}`: {error.strerror}"
        raise SeedError(msg) from error


def _directory(name: str, folder: Path | None) -> dict[str, Blob | None]:
    """Take a directory of this machine as it is: bytes, executable bits and links."""
    top = _below(name, folder)
    if not top.is_dir():
        msg = f"`directory`: `{name}` is no directory"
        raise SeedError(msg)
    files: dict[str, Blob | None] = {}
    for path in sorted(top.rglob("*")):
        relative = path.relative_to(top).as_posix()
        if path.is_symlink():
            files[relative] = Blob(data=str(path.readlink()).encode(), mode="120000")
        elif path.is_file():
            mode = "100755" if path.stat().st_mode & 0o100 else "100644"
            files[relative] = Blob(data=path.read_bytes(), mode=mode)
    return files
