"""Which files of a package are placed: globs, and the digest `s1` of a selection.

Globs (DESIGN, "Selection") match whole paths, case-sensitively:

- `*` matches any characters within a part of the path, `?` one of them, a leading dot too;
- `[ab]`, `[a-z]`, `[!ab]` (or `[^ab]`) match one character of, or not of, a set, never `/`;
- `**` as a whole part matches zero or more parts; at the end of a glob, one or more;
- everything else stands for itself. There is no escape: write `[*]` for a star.
"""

import re
from collections.abc import Callable, Sequence
from hashlib import sha256

from bitdeps.core.names import path_problem

_TOKEN = re.compile(
    r"(?P<stars>\*+)|(?P<any>\?)|\[(?P<negated>[!^])?(?P<members>\]?[^\]]*)\]|(?P<literal>.)",
    re.DOTALL,
)

COMMIT_VENDOR_EXCLUDE = ("**/.gitattributes", "**/.gitignore")
"""What `commit-vendor = true` adds to the `exclude` of every package, transitive ones included."""


def effective_exclude(exclude: Sequence[str], *, commit_vendor: bool) -> tuple[str, ...]:
    """Return the globs that are in force, which are also those that `selection` in the lock covers."""
    return tuple(dict.fromkeys((*exclude, *(COMMIT_VENDOR_EXCLUDE if commit_vendor else ()))))


def selection_digest(
    *,
    subdir: str | None,
    include: Sequence[str],
    exclude: Sequence[str],
    patches: Sequence[tuple[str, str]],
) -> str | None:
    """Return `s1:` and 64 hex digits, or None where nothing is selected.

    `patches` are pairs of a name (as the manifest's globs found it) and the SHA-256 of its bytes
    in hex. Order and repetition within the lists mean nothing, so they do not count.

    The digest is SHA-256 over four sections in this order: `subdir`, `include`, `exclude`,
    `patches`. A section is `NAME COUNT LF` and then COUNT items, each `LENGTH ":" BYTES LF` with
    the length in bytes, in decimal, and the text in UTF-8; items are sorted by their bytes. The
    section `subdir` has no item or one; an item of `patches` is `HEX SP NAME`.
    """
    if subdir is None and not include and not exclude and not patches:
        return None
    sections = {
        "subdir": [] if subdir is None else [subdir],
        "include": include,
        "exclude": exclude,
        "patches": [f"{digest} {name}" for name, digest in patches],
    }
    state = sha256()
    for name, texts in sections.items():
        items = sorted({text.encode() for text in texts})
        state.update(b"%s %d\n" % (name.encode(), len(items)))
        for item in items:
            state.update(b"%d:%s\n" % (len(item), item))
    return f"s1:{state.hexdigest()}"


def glob_problem(glob: str) -> str | None:
    """Say why a glob can match no path, or means something else than it seems to, or return None."""
    if glob.endswith("/"):
        return f"ends with `/`; write `{glob}**` for everything below"
    problem = path_problem(glob)
    if problem is not None:
        return problem
    tokens = (token for part in glob.split("/") for token in _TOKEN.finditer(part))
    return next((problem for problem in map(_token_problem, tokens) if problem is not None), None)


def compile_globs(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return a function that tells whether a path (without `/` at either end) matches one of the globs.

    The time is at most quadratic in the length of the path, whatever the globs are: each piece
    between stars is matched at its first place only, which decides as well as any later one.
    """
    if not patterns:
        return lambda _: False
    match = re.compile("|".join(_regex(glob) for glob in sorted(set(patterns)))).fullmatch
    return lambda path: match(f"{path}/") is not None


def _token_problem(token: re.Match[str]) -> str | None:
    members = token["members"]
    if token["literal"] == "[":
        return "holds `[` without `]`"
    if members is None:
        return None
    if not members:
        return "holds an empty set"
    if "[:" in members:
        return "holds a character class; write its characters, such as `[a-z]`"
    if any(low > high for low, high in _ranges(members)):
        return f"holds the set `{token[0]}`, whose range is the wrong way round"
    return None


def _regex(glob: str) -> str:
    """Translate a glob for a path that ends with `/`: runs of parts, with `**` between them."""
    runs = [""]
    for part in glob.split("/"):
        if part == "**":
            runs.append("")
        else:
            runs[-1] += _part_regex(part)
    first, *others = runs
    if not others:
        return first
    *middle, last = others
    # A run has a fixed number of parts, so where it first fits leaves the most for what follows.
    searched = "".join(f"(?>(?:[^/]+/)*?{run})" for run in middle if run)
    return f"{first}{searched}(?:[^/]+/){'*' if last else '+'}{last}"


def _part_regex(part: str) -> str:
    """Translate one part and the `/` behind it."""
    pieces = [""]
    for token in _TOKEN.finditer(part):
        if token["stars"]:
            pieces.append("")
        else:
            pieces[-1] += _token_regex(token)
    first, *others = pieces
    if not others:
        return f"{first}/"
    *middle, last = others
    # Every token matches one character, so the first place of a piece leaves the most for what follows.
    searched = "".join(f"(?>[^/]*?{piece})" for piece in middle if piece)
    return f"{first}{searched}[^/]*{last}/"


def _token_regex(token: re.Match[str]) -> str:
    if token["any"]:
        return "[^/]"
    if token["members"] is None:
        return re.escape(token["literal"])
    ranges = "".join(f"{re.escape(low)}-{re.escape(high)}" for low, high in _ranges(token["members"]))
    return f"(?!/)[{'^' if token['negated'] else ''}{ranges}]"


def _ranges(members: str) -> list[tuple[str, str]]:
    """Return the first and last character of each range of a set; a single character is a range."""
    ranges, rest = [], members
    while rest:
        is_range = len(rest) > 2 and rest[1] == "-"  # noqa: PLR2004 (a range has three characters)
        ranges.append((rest[0], rest[2] if is_range else rest[0]))
        rest = rest[3:] if is_range else rest[1:]
    return ranges
