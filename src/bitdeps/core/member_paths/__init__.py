"""Rules on the names and links of what is placed (DESIGN section 8, SECURITY.md 1.4 D and E).

They decide what an archive may make the file system do, so this module is a security boundary:
a change here needs a second reader.

Names, everywhere: valid UTF-8; no control character, line separator or override of the writing
direction; no backslash; no part that git, NTFS or HFS+ takes for `.git`; not longer or deeper
than the caps; no two names that fold to one under NFC and case. Names that Windows cannot hold
are refused there and listed elsewhere.

Links: relative; lexically inside what is placed; no link among the proper prefixes of the
target; no chain of links that returns to itself. A dangling link is fine, so is one to an
ancestor.

A name that breaks a rule is no reason to give up the archive: what `exclude` leaves out is not
judged, and the error prints the line.
"""

from collections.abc import Collection, Mapping
from typing import Final

from bitdeps.core.member_paths.folding import fold
from bitdeps.core.member_paths.limits import PathLimits
from bitdeps.core.member_paths.links import link_problems
from bitdeps.core.member_paths.names import collisions, name_problems, windows_warnings
from bitdeps.core.member_paths.wording import NameProblem, display, exclude_pattern, refusal

__all__ = [
    "NameProblem",
    "PathLimits",
    "check_members",
    "display",
    "exclude_pattern",
    "fold",
    "refusal",
    "windows_warnings",
]

_LISTED: Final = 20


def check_members(
    paths: Collection[str], links: Mapping[str, str], *, limits: PathLimits, windows: bool = False
) -> None:
    """Refuse names and links that may not be placed.

    Args:
        paths: of all files and links, relative to the root of what is placed.
        links: targets by path, for those of `paths` that are links.
        limits: caps on names.
        windows: whether names that Windows cannot hold are refused too.

    Raises:
        ArchiveRefusedError: for the first problem; the hint names the `exclude` line for all of them.

    """
    problems = [*name_problems(paths, limits), *collisions(paths), *link_problems(links, limits)]
    if windows:
        problems += windows_warnings(paths)
    if problems:
        first = problems[0]
        count = len({problem.member for problem in problems}) - 1
        more = f", and {count} more {'name' if count == 1 else 'names'}" if count else ""
        raise refusal(first.rule, first.why + more, first.member, hint=_hint(problems))


def _hint(problems: list[NameProblem]) -> str:
    patterns = list(dict.fromkeys(problem.pattern for problem in problems))
    if len(patterns) > _LISTED:
        patterns = list(dict.fromkeys(_widened(pattern) for pattern in patterns))
    quoted = ", ".join('"' + pattern.replace('"', '\\"') + '"' for pattern in patterns)
    return f"to go without, add to the entry in `deps.toml`: `exclude = [{quoted}]`"


def _widened(pattern: str) -> str:
    top, slash, _ = pattern.partition("/")
    return f"{top}/**" if slash else pattern
