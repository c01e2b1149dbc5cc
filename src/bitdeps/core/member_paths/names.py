"""Rules on single names, and on names beside each other."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bitdeps.core.member_paths.folding import fold
from bitdeps.core.member_paths.limits import PathLimits
from bitdeps.core.member_paths.wording import NameProblem, display, exclude_pattern
from bitdeps.core.names import is_windows_device

# Cc, the separators that `str.splitlines` knows, the embeddings, overrides and isolates of
# https://www.unicode.org/reports/tr9/, and what `surrogateescape` makes of bytes that are no UTF-8.
_BAD_CHARACTER: Final = re.compile("[\0-\x1f\x7f-\x9f\\\\\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# As `is_ntfs_dotgit` of git's path.c; applied to a folded name.
_GIT_DIRECTORY: Final = re.compile(r"(?:^|/)((?:\.git|git~1)[ .]*)(?:$|[/:])")
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_NOT_ON_WINDOWS: Final = re.compile(r'[<>:"|?*]')


def name_problems(paths: Iterable[str], limits: PathLimits) -> Iterator[NameProblem]:
    """Find the names that break a rule by themselves, each file or directory once."""
    short = min(limits.part, limits.path)
    seen = set()
    for path in paths:
        plain = path.isascii() and len(path) <= short and path.count("/") < limits.depth
        if not plain or _BAD_CHARACTER.search(path) or ".git" in path.lower() or "~" in path:
            problem = _name_problem(path, limits)
            if problem is not None and problem.member not in seen:
                seen.add(problem.member)
                yield problem


def collisions(paths: Iterable[str]) -> Iterator[NameProblem]:
    """Find names, of files and of their directories, that fold to one."""
    files: dict[str, str] = {}
    directories: dict[str, str] = {}
    for path in paths:
        other = files.setdefault(fold(path), path)
        if other != path:
            yield _collision(path, other, "")
        directory = path.rpartition("/")[0]
        while directory:
            other = directories.setdefault(fold(directory), directory)
            if other != directory:
                yield _collision(directory, other, "/**")
            if other is not directory:
                break
            directory = directory.rpartition("/")[0]
    for key in sorted(files.keys() & directories.keys()):
        yield _collision(files[key], directories[key], "")


def windows_warnings(paths: Iterable[str]) -> list[NameProblem]:
    """List the names that Windows cannot hold: devices, a dot or space at the end, `:` and its like."""
    found: dict[str, NameProblem] = {}
    for path in paths:
        parts = path.split("/")
        for index, part in enumerate(parts):
            why = _windows_problem(part)
            if why is not None:
                problem = _at_part("windows-name", parts, index, why)
                found.setdefault(problem.member, problem)
    return list(found.values())


def character_problem(text: str) -> tuple[str, str] | None:
    """Return the rule that a character of a name or target breaks, and why, or None."""
    bad = _BAD_CHARACTER.search(text)
    if bad is None:
        return None
    if bad[0] == "\\":
        return "backslash", "holds a backslash, which some systems take for `/`"
    if "\ud800" <= bad[0] <= "\udfff":
        return "encoding", "is not UTF-8"
    return "control-character", "holds a control character"


def _name_problem(path: str, limits: PathLimits) -> NameProblem | None:
    parts = path.split("/")
    for index, part in enumerate(parts):
        bad = character_problem(part)
        if bad is not None:
            return _at_part(bad[0], parts, index, bad[1])
        if _GIT_DIRECTORY.search(fold(part)):
            return _at_part("git-directory", parts, index, "can stand for `.git`")
        if len(part.encode()) > limits.part:
            return _at_part("part-length", parts, index, f"has a part of more than {limits.part} bytes")
    if len(path.encode()) > limits.path:
        why = f"is longer than {limits.path} bytes"
        return NameProblem(rule="path-length", member=path, why=why, pattern=exclude_pattern(path))
    if len(parts) > limits.depth:
        why = f"is more than {limits.depth} directories deep"
        return NameProblem(rule="depth", member=path, why=why, pattern=exclude_pattern(path))
    return None


def _at_part(rule: str, parts: list[str], index: int, why: str) -> NameProblem:
    """Blame the file or directory that the part names."""
    member = "/".join(parts[: index + 1])
    below = "" if index == len(parts) - 1 else "/**"
    return NameProblem(rule=rule, member=member, why=why, pattern=exclude_pattern(member) + below)


def _windows_problem(part: str) -> str | None:
    if is_windows_device(part):
        return "is the name of a device on Windows"
    if part.endswith((".", " ")):
        return "ends with a dot or space, which Windows drops"
    bad = _NOT_ON_WINDOWS.search(part)
    return None if bad is None else f"holds `{bad[0]}`, which Windows does not allow"


def _collision(path: str, other: str, below: str) -> NameProblem:
    why = f"and `{display(other)}` are one name where case or accents do not count"
    return NameProblem(rule="collision", member=path, why=why, pattern=exclude_pattern(path) + below)
