"""Whether the pin of an entry is what was asked for: an edit that the checks on form let through."""

from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.lockfile.parse import RESTORE_HINT, parse_lockfile
from bitdeps.core.lockfile.requested import OVERRIDE, is_root, read_lines
from bitdeps.core.manifest.problems import Problems
from bitdeps.core.requirement import Requested, Requirement, naming_order
from bitdeps.errors import LockfileError


def read_lock(text: str, *, file: str = "deps.lock") -> Lockfile:
    """Read a lockfile and check each pin against what is requested; `file` is its name in messages.

    Raises:
        LockfileError: with every problem of the file, or with the one that hides all others.

    """
    lockfile = parse_lockfile(text, file=file)
    problems = Problems(file=file, text=text)
    for package in lockfile.packages.values():
        for key, problem in contradictions(package):
            problems.add(("packages", str(package.identity), key), problem)
    problems.raise_if_any(LockfileError, hint=RESTORE_HINT)
    return lockfile


def contradictions(package: LockedPackage) -> tuple[tuple[str, str], ...]:
    """Say by key where an entry is not what its own `requested` gives; nothing for what `deps lock` writes.

    - The override, else the requirement of the root, else a tag before a version before a branch, names the entry:
      with that tag, with a tag that is such a version, with that branch, or with neither.
    - `version` is what the namer reads the tag as.
    - Where a commit is requested, it is that one.
    """
    lines = read_lines(package.requested)
    asked = [line for line in lines if line.origin == OVERRIDE] or list(lines)
    namer = min(asked, key=_naming_order).requirement
    expected = _names(package, namer)
    found = {"tag": package.tag, "branch": package.branch, "version": package.version}
    problems = [(key, _differs(expected[key], namer)) for key in found if found[key] != expected[key]]
    if not problems and namer.kind == "version" and not _allows(namer, package.version):
        key, what = ("tag", "it") if package.version is None else ("version", f"`{package.version}`")
        problems.append((key, f"{what} is not within `{namer.value}`, which is requested"))
    commits = sorted({line.requirement.value for line in asked if line.requirement.kind == "commit"})
    problems += [("commit", f"expected `{commit}`: it is requested") for commit in commits if commit != package.commit]
    return tuple(problems)


def _naming_order(line: Requested) -> tuple[bool, int, int, str]:
    return naming_order(line.requirement, by_root=is_root(line.origin) or line.origin == OVERRIDE)


def _names(package: LockedPackage, namer: Requirement) -> dict[str, str | None]:
    if namer.kind == "commit":
        return {"tag": None, "branch": None, "version": None}
    if namer.kind == "branch":
        return {"tag": None, "branch": namer.value, "version": None}
    tag = package.tag if namer.kind == "version" else namer.value
    return {"tag": tag, "branch": None, "version": _version(tag, namer.pattern)}


def _version(tag: str | None, pattern: str | None) -> str | None:
    from bitdeps.core.versions import read_version

    version = None if tag is None else read_version(tag, pattern)
    return None if version is None else str(version)


def _allows(namer: Requirement, version: str | None) -> bool:
    from bitdeps.core.versions import allows, parse_version

    parsed = None if version is None else parse_version(version)
    return parsed is not None and allows(namer, parsed)


def _differs(expected: str | None, namer: Requirement) -> str:
    return (
        f"expected {'none' if expected is None else f'`{expected}`'}: what is requested is {namer.kind} `{namer.value}`"
    )
