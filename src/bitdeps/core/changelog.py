"""What an update brings, as Markdown for the description of a pull request.

Titles of commits and names of files come from strangers: they are escaped, and stand on one line.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bitdeps.core.bitbucket.history import ChangedFile, LoggedCommit
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.core.names import RepoName

MOST_COMMITS = 50
MOST_FILES = 100
_SHORT = 12
_LICENCE = re.compile(r"(?:LICEN[CS]E|COPYING|NOTICE|UNLICENSE)(?:[.-][^/]*)?", re.IGNORECASE)
LICENCES_AT_THE_TOP = tuple(
    f"{name}{end}"
    for name in ("LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE")
    for end in ("", ".md", ".txt", ".rst")
)
"""What a licence of a whole repository is usually called."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#~!])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One package that is another one now, that came (`old` is None) or went (`new` is None)."""

    name: str
    old: LockedPackage | None
    new: LockedPackage | None
    commits: tuple[LoggedCommit, ...] | None = None
    """Newest first; None where they are not known."""
    has_more_commits: bool = False
    files: tuple[ChangedFile, ...] | None = None


def changelog(sections: Sequence[Section], *, web: str) -> str:
    """Write all sections below a table of them; `web` is the address of Bitbucket's pages."""
    if not sections:
        return "# Dependency updates\n\nNothing changed.\n"
    rows = [f"| {_text(each.name)} | {_label(each.old)} | {_label(each.new)} | {_note(each)} |" for each in sections]
    head = ["# Dependency updates", "", "| package | old | new | |", "|---|---|---|---|", *rows, ""]
    parts = [line for each in sections if each.old and each.new for line in _section(each, each.old, each.new, web)]
    return "\n".join([*head, *parts])


def compare_link(web: str, repository: RepoName, old: LockedPackage, new: LockedPackage) -> str:
    """Return the page that compares two pins; Bitbucket writes the new one first, then a carriage return."""
    return f"{web}/{repository}/branches/compare/{_revision(new)}%0D{_revision(old)}"


def licence_files(files: Iterable[ChangedFile], subdir: str | None) -> tuple[str, ...]:
    """Return which of the changed files are licences: at the top of the repository, or of the package's directory."""
    top = "" if subdir is None else f"{subdir}/"
    paths = {path for file in files for path in (file.path, file.old_path) if path is not None}
    return tuple(sorted(path for path in paths if _LICENCE.fullmatch(path.removeprefix(top))))


def _revision(package: LockedPackage) -> str:
    return quote(package.tag, safe="") if package.tag is not None and package.branch is None else package.commit


def _label(package: LockedPackage | None) -> str:
    return "-" if package is None else _code(package.label)


def _note(section: Section) -> str:
    if section.new is None or section.old is None:
        return "removed" if section.new is None else "new"
    return "licence changed" if _licences(section) else ""


def _licences(section: Section) -> tuple[str, ...]:
    subdir = None if section.new is None else section.new.identity.subdir
    return licence_files(section.files or (), subdir)


def _section(section: Section, old: LockedPackage, new: LockedPackage, web: str) -> list[str]:
    repository = new.identity.repository
    lines = [f"## {_text(section.name)}: {_code(old.label)} -> {_code(new.label)}", ""]
    if old.commit == new.commit:
        return [*lines, f"The same commit, `{new.commit[:_SHORT]}`.", ""]
    lines += [f"[Compare on Bitbucket]({compare_link(web, repository, old, new)})", ""]
    lines += _licence_lines(_licences(section))
    lines += _commit_lines(section, repository, web)
    lines += _file_lines(section.files)
    return lines


def _licence_lines(paths: Sequence[str]) -> list[str]:
    return [f"**Licence changed:** {', '.join(map(_code, paths))}", ""] if paths else []


def _commit_lines(section: Section, repository: RepoName, web: str) -> list[str]:
    commits = section.commits
    if commits is None:
        return ["The commits between cannot be listed: one of the two is gone from the repository.", ""]
    if not commits:
        return ["No commits are new: the new pin is an ancestor of the old one.", ""]
    more = "More than " if section.has_more_commits else ""
    lines = [f"{more}{len(commits)} commit{'' if len(commits) == 1 else 's'}:", ""]
    for each in commits:
        author = f" ({_text(each.author)})" if each.author else ""
        link = f"[`{each.commit[:_SHORT]}`]({web}/{repository}/commits/{each.commit})"
        lines.append(f"- {link} {_text(each.title)}{author}")
    return [*lines, ""]


def _file_lines(files: Sequence[ChangedFile] | None) -> list[str]:
    if not files:
        return []
    added, removed = sum(file.added for file in files), sum(file.removed for file in files)
    count = f"{len(files)} file{'' if len(files) == 1 else 's'} changed"
    lines = [f"{count}, {added} lines added, {removed} removed:", ""]
    for file in files[:MOST_FILES]:
        before = f" from {_code(file.old_path)}" if file.old_path is not None else ""
        lines.append(f"- {file.status} {_code(file.path)}{before} (+{file.added} -{file.removed})")
    if len(files) > MOST_FILES:
        lines.append(f"- and {len(files) - MOST_FILES} more")
    return [*lines, ""]


def _text(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _code(text: str) -> str:
    safe = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text).replace("|", "\\|")
    return f"`` {safe} ``" if "`" in safe else f"`{safe}`"
