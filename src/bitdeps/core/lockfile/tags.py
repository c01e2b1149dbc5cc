"""Whether the tag and version of an entry are what was asked for: an edit that the checks on form let through."""

from bitdeps.core.lockfile.model import LockedPackage, Lockfile
from bitdeps.core.lockfile.requested import OVERRIDE, read_lines
from bitdeps.core.requirement import Requirement


def contradictions(lock: Lockfile) -> tuple[str, ...]:
    """Say which entries contradict themselves, sorted by identity; nothing for what `deps lock` writes.

    - Where a tag is requested (by the override, where there is one), the entry has one of those tags, since a
      tag names an entry before every other kind of requirement.
    - `version` is what the tag is read as, by one of the patterns that are requested or by the default one.
    """
    return tuple(problem for package in lock.packages.values() if (problem := _contradiction(package)) is not None)


def _contradiction(package: LockedPackage) -> str | None:
    lines = read_lines(package.requested)
    overriding = [line for line in lines if line.origin == OVERRIDE]
    asked = [line.requirement for line in overriding or lines]
    tags = sorted({requirement.value for requirement in asked if requirement.kind == "tag"})
    if tags and package.tag not in tags:
        expected = " or ".join(f"`{tag}`" for tag in tags)
        return f'packages."{package.identity}".tag: expected {expected}: that is what is requested'
    if package.version is not None and not _is_read_so(package, asked):
        return f'packages."{package.identity}".version: is not what the tag `{package.tag}` is read as'
    return None


def _is_read_so(package: LockedPackage, asked: list[Requirement]) -> bool:
    from bitdeps.core.versions import read_version

    patterns = {requirement.pattern for requirement in asked} | {None}
    readings = [read_version(package.tag or "", pattern) for pattern in patterns]
    return package.version in [str(reading) for reading in readings if reading is not None]
