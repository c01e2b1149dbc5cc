"""What things are called: repositories, identities, keys.

Names decide which directory is written and which credential is sent, so this module is a
security boundary: a change here needs a second reader.

- A workspace or repository slug is `[a-z0-9_][a-z0-9._-]*`, compared in lower case.
- An identity is `workspace/repo`, or `workspace/repo//subdir` (DESIGN section 2).
- A key matches `[A-Za-z0-9][A-Za-z0-9._-]*` and is no Windows device name.
- A path has no empty part, `.` or `..`, no backslash, no control character, and no part that
  some file system opens as `.git`.
- A destination is a path that every file system can hold, and none of the files of `deps` or git.
- Two names collide when they are equal under case folding of their NFC form.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

SLUG = re.compile(r"[a-z0-9_][a-z0-9._-]*", re.ASCII)
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_PATH_RULES = (
    (re.compile(r"\A\Z"), "is empty"),
    (re.compile(r"[\x00-\x1f\x7f]"), "holds a control character"),
    (re.compile(r"\A(?:/|[A-Za-z]:)"), "must be a relative path"),
    (re.compile(r"\\"), "must use `/`, not `\\`"),
    (re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)"), "must not hold an empty part, `.` or `..`"),
)
COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    + [f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789\u00b9\u00b2\u00b3"],
)

# Code points that HFS+ ignores in names: utf8.c of git, next_hfs_char.
_HFS_IGNORED = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_WINDOWS_REFUSED = re.compile(r'[<>:"|?*]')
_SHOWN = 60  # characters
_OWN_FILES = frozenset([".deps", "deps.toml", "deps.lock", "deps.local.toml"])
_GIT_FILES = frozenset([".gitattributes", ".gitignore", ".gitmodules"])


@dataclass(frozen=True, slots=True, order=True)
class RepoName:
    """A repository of Bitbucket Cloud: two lower-case slugs."""

    workspace: str
    repo: str

    def __str__(self) -> str:
        """Write `workspace/repo`."""
        return f"{self.workspace}/{self.repo}"


@dataclass(frozen=True, slots=True)
class Identity:
    """What has one version in a resolution: a repository, or one directory of it."""

    repository: RepoName
    subdir: str | None = None

    def __str__(self) -> str:
        """Write `workspace/repo` or `workspace/repo//subdir`."""
        return str(self.repository) if self.subdir is None else f"{self.repository}//{self.subdir}"

    def __lt__(self, other: "Identity") -> bool:
        """Order as the text does, which is the order of the lockfile."""
        return str(self) < str(other)


def slug(text: str) -> str | None:
    """Return the lower-case slug, or None where the text is none."""
    lower = text.lower()
    # Not every text that is ASCII in lower case was ASCII before: KELVIN SIGN becomes `k`.
    is_slug = text.isascii() and SLUG.fullmatch(lower) and not lower.endswith(".git")
    return lower if is_slug else None


def parse_identity(text: str) -> Identity | None:
    """Read `workspace/repo` or `workspace/repo//subdir`, or return None."""
    name, _, subdir = text.partition("//")
    workspace, slash, repo = name.partition("/")
    home, leaf = slug(workspace), slug(repo)
    if not slash or home is None or leaf is None or ("//" in text and path_problem(subdir)):
        return None
    return Identity(RepoName(home, leaf), subdir or None)


def is_windows_device(part: str) -> bool:
    """Tell whether Windows opens a device for this file name, whatever its extension."""
    return part.partition(".")[0].rstrip(" ").lower() in WINDOWS_DEVICES


def key_problem(key: str) -> str | None:
    """Say why a text cannot be the key of a dependency or group, or return None."""
    if not KEY.fullmatch(key):
        return "must be letters, digits, `.`, `_` and `-`, and begin with a letter or digit"
    if is_windows_device(key) or key.endswith("."):
        return "is reserved on Windows"
    return None


def is_git_name(part: str) -> bool:
    """Tell whether some file system opens `.git` for this part of a path.

    The rules are those of git's `is_ntfs_dotgit` and `is_hfs_dotgit` (path.c, utf8.c).
    """
    on_hfs = _HFS_IGNORED.sub("", part).lower()
    on_ntfs = part.partition(":")[0].rstrip(". ").lower()
    return on_hfs == ".git" or on_ntfs in (".git", "git~1")


def path_problem(path: str) -> str | None:
    """Say why a path of a manifest or lockfile is not a plain relative path, or return None."""
    for pattern, problem in _PATH_RULES:
        if pattern.search(path):
            return problem
    return "must not lead into `.git`" if any(map(is_git_name, path.split("/"))) else None


def destination_problem(path: str) -> str | None:
    """Say why nothing may be placed at a path relative to the manifest, or return None."""
    problem = path_problem(path)
    if problem is not None:
        return problem
    parts = path.split("/")
    if fold(parts[0]) in _OWN_FILES:
        return f"must not lead into `{parts[0]}`, which is a file of `deps`"
    for part in parts:
        if fold(part) in _GIT_FILES:
            return f"must not hold `{part}`, which is a file of git"
        if is_windows_device(part) or part[-1] in ". " or _WINDOWS_REFUSED.search(part):
            return f"holds {shown(part)}, which Windows cannot store"
    return None


def fold(name: str) -> str:
    """Return the form in which colliding names and paths are equal: NFC, then case folded."""
    if name.isascii():
        return name.lower()
    from unicodedata import normalize

    return normalize("NFC", normalize("NFC", name).casefold())


def contains(outer: str, inner: str) -> bool:
    """Tell whether a path is the other, or lies inside it, on some file system."""
    return f"{fold(inner)}/".startswith(f"{fold(outer)}/")


def overlapping(paths: Sequence[str]) -> list[tuple[int, int]]:
    """Return the indexes of paths of which one is the other or lies inside it, each path with the first such."""
    folded = [tuple(fold(path).split("/")) for path in paths]
    first: dict[tuple[str, ...], int] = {}
    for index, parts in enumerate(folded):
        first.setdefault(parts, index)
    pairs: set[tuple[int, int]] = set()
    for index, parts in enumerate(folded):
        outer = [first[parts[:length]] for length in range(1, len(parts) + 1) if parts[:length] in first]
        pairs.update((min(other, index), max(other, index)) for other in outer if other != index)
    return sorted(pairs, key=lambda pair: (pair[1], pair[0]))


def shown(text: str) -> str:
    """Return a text for a message: in backticks, cut where it is long, nothing invisible."""
    safe = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[:_SHOWN])
    return f"`{safe}{'...' if len(text) > _SHOWN else ''}`"
