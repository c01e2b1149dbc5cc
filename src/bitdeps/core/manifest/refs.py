"""Names of tags and branches, tag patterns, commits: what git and DESIGN section 2 accept.

- A ref name passes `git check-ref-format refs/tags/NAME` and does not begin with `-`
  (https://git-scm.com/docs/git-check-ref-format).
- A tag pattern is literal text with exactly one `{version}`, and makes ref names.
- A commit is 40 lower-case hex digits.
"""

import re

from bitdeps.core.names import COMMIT, shown

PLACEHOLDER = "{version}"
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]")
_HEX = re.compile(r"[0-9a-fA-F]+", re.ASCII)


def ref_problem(name: str) -> str | None:
    """Say why a text cannot be the name of a tag or branch, or return None."""
    if not name:
        return "is empty"
    bad = _FORBIDDEN.search(name)
    if bad is not None:
        what = "a space" if bad[0] == " " else "a control character" if not bad[0].isprintable() else f"`{bad[0]}`"
        return f"holds {what}, which git allows in no ref name"
    for text in ("..", "@{", "//"):
        if text in name:
            return f"holds `{text}`, which git allows in no ref name"
    if name.startswith(("-", "/")) or name.endswith(("/", ".")):
        return "must not begin with `-` or `/`, nor end with `/` or `.`"
    if any(part.startswith(".") or part.endswith(".lock") for part in name.split("/")):
        return "must not have a part that begins with `.` or ends with `.lock`"
    return None


def pattern_problem(pattern: str) -> str | None:
    """Say why a text cannot be a `tag-pattern`, or return None."""
    found = pattern.count(PLACEHOLDER)
    if found != 1:
        return f"must hold `{PLACEHOLDER}` exactly once, found it {found} times"
    problem = ref_problem(pattern.replace(PLACEHOLDER, "1"))
    return problem and f"matches no tag: a tag of this form {problem}"


def commit_problem(commit: str) -> str | None:
    """Say why a text cannot be a commit, or return None."""
    return _object_problem(commit, "commit")


def tree_problem(tree: str) -> str | None:
    """Say why a text cannot be a tree of git, or return None."""
    return _object_problem(tree, "tree")


def _object_problem(text: str, kind: str) -> str | None:
    if COMMIT.fullmatch(text):
        return None
    if not text:
        return f"is empty; write the 40 hex digits of a {kind}"
    if COMMIT.fullmatch(text.lower()):
        return f"must be in lower case: `{text.lower()}`"
    if _HEX.fullmatch(text):
        return f"must be all 40 hex digits of a {kind}, found {len(text)}"
    return f"must be the 40 hex digits of a {kind}, found {shown(text)}"
