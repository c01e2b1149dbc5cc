"""How names are shown, and how one is left out: refusals, their members, their `exclude` patterns."""

import re
from dataclasses import dataclass
from typing import Final

from bitdeps.errors import ArchiveRefusedError

_GIT_IN_PATTERN: Final = re.compile(r"(^|/)\.(?=git(?:/|$))", re.IGNORECASE)
_DRIVE: Final = re.compile(r"^([A-Za-z]):")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameProblem:
    """A name that may not be placed."""

    rule: str
    member: str
    why: str
    """Reads behind the member's name."""
    pattern: str
    """The `exclude` pattern that leaves it out."""

    def __str__(self) -> str:
        """Say what is wrong with which member."""
        return f"`{display(self.member)}` {self.why}"


def refusal(rule: str, why: str, member: str = "", *, hint: str | None = None) -> ArchiveRefusedError:
    """Make the one error of the reader; `why` reads behind the member's name, if there is one."""
    shown = display(member)
    subject = f"`{shown}` {why}" if member else why
    return ArchiveRefusedError(rule, shown, f"archive refused ({rule}): {subject}", hint=hint)


def display(name: str) -> str:
    """Write a name so that no terminal acts on it, and not longer than a line or two."""
    text = "".join(char if char.isprintable() and char != "\\" else _escape(char) for char in name[:200])
    return text if len(name) <= 200 else f"{text}... ({len(name)} characters)"  # noqa: PLR2004 - the same length


def exclude_pattern(path: str) -> str:
    """Write a path as a glob for `exclude`; a character that a manifest cannot say becomes `?`."""
    text = "".join(char if char.isprintable() and char not in "\\*?[" else "?" for char in path)
    return _DRIVE.sub(r"\1?", _GIT_IN_PATTERN.sub(r"\1[.]", text))


def _escape(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")
