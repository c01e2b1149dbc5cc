"""`deps.toml` changed in its text: tags, new entries, entries that go. Everything else stays, byte for byte.

What an edit gives is read again and compared with what was meant; where the two differ, or where
the layout of a file leaves no safe place, the user is told what to write.
"""

import tomllib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bitdeps.core.manifest.positions import KeyPath, scan
from bitdeps.core.manifest.problems import key_text
from bitdeps.errors import ManifestError

if TYPE_CHECKING:
    from tomlkit.items import String

Document = dict[str, object]


def with_tags(text: str, tags: Mapping[KeyPath, str]) -> str:
    """Replace the value of `tag` in each entry, in the quotes that it has.

    Raises:
        ManifestError: where the file is written in a way that cannot be changed safely.
    """

    def change(values: Document) -> None:
        for path, tag in tags.items():
            _at(values, path)["tag"] = tag

    changed = _retagged_by_tomlkit(text, tags)
    if changed is None or not _is_meant(text, changed, change):
        raise _by_hand(tags)
    return changed


def entry_text(path: KeyPath, values: Mapping[str, object]) -> str:
    """Write an entry as a table of its own; Renovate reads `workspace`, `repo` and `tag` in this order."""
    from tomli_w import dumps

    return f"[{key_text(path)}]\n{dumps(dict(values), multiline_strings=False)}"


def with_entry(text: str, path: KeyPath, values: Mapping[str, object]) -> str:
    """Insert an entry behind the last of its section, or else at the end of the file.

    Raises:
        ManifestError: says what to write, where the section is written so that nothing can be added.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    written = entry_text(path, values).replace("\n", end)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
    index = _end_of_section(text, lines, path[:-1])
    before = [end] if index and lines[index - 1].strip() else []
    after = [end] if index < len(lines) and lines[index].strip() else []
    changed = "".join([*lines[:index], *before, written, *after, *lines[index:]])

    def change(document: Document) -> None:
        table = document
        for part in path[:-1]:
            table = table.setdefault(part, {})  # type: ignore[assignment,arg-type]
        table[str(path[-1])] = dict(values)

    if not _is_meant(text, changed, change):
        message = f"deps.toml: `{key_text(path[:-1])}` is written in a way that takes no further table"
        raise ManifestError(message, hint=f"add by hand:\n{entry_text(path, values)}".rstrip())
    return changed


def without_entry(text: str, path: KeyPath) -> str:
    """Remove an entry; comments between entries stay.

    Raises:
        ManifestError: where the file is written in a way that cannot be changed safely.
    """
    lines = text.splitlines(keepends=True)
    keep = _without(lines, _owners(text), path)

    def change(values: Document) -> None:
        del _at(values, path[:-1])[str(path[-1])]

    for changed in (keep, _removed_by_tomlkit(text, path)):
        if changed is not None and _is_meant(text, changed, change):
            return changed
    message = f"deps.toml: `{key_text(path)}` is written in a way that cannot be removed safely"
    raise ManifestError(message, hint="remove it by hand, then run `deps install`")


def _at(document: Mapping[str, object], path: KeyPath) -> dict[str, object]:
    table: object = document
    for part in path:
        table = table[part]  # type: ignore[index]  # a wrong type is caught by the caller
    return table  # type: ignore[return-value]


def _retagged_by_tomlkit(text: str, tags: Mapping[KeyPath, str]) -> str | None:
    from tomlkit import dumps, parse
    from tomlkit.exceptions import TOMLKitError

    try:
        document = parse(text)
        for path, tag in tags.items():
            entry = _at(document, path)
            entry["tag"] = _requoted(entry["tag"], tag)
        return dumps(document)
    except (TOMLKitError, KeyError, TypeError):
        return None


def _requoted(old: object, text: str) -> "String":
    from tomlkit import string
    from tomlkit.items import String, StringType

    if not isinstance(old, String):
        raise TypeError("not a string")
    kind = old._t  # noqa: SLF001 (tomlkit tells the kind of quotes nowhere else)
    if kind in (StringType.SLL, StringType.MLL) and "'" in text:
        kind = StringType.SLB
    literal = kind in (StringType.SLL, StringType.MLL)
    raw = text if literal else string(text).as_string()[1:-1]
    return String(kind, text, raw, old.trivia)


def _is_meant(before: str, after: str, change: Callable[[Document], None]) -> bool:
    """Tell whether a text says what the old one says with one change made."""
    wanted = tomllib.loads(before)
    try:
        change(wanted)
        return _pruned(tomllib.loads(after)) == _pruned(wanted)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError):
        return False


def _pruned(table: Mapping[str, object]) -> Document:
    """Leave out tables that hold nothing: a section without entries says what an absent one says."""
    values = {key: _pruned(value) if isinstance(value, dict) else value for key, value in table.items()}
    return {key: value for key, value in values.items() if value != {}}


def _by_hand(tags: Mapping[KeyPath, str]) -> ManifestError:
    listed = "\n".join(f'- {key_text(path)}.tag = "{tag}"' for path, tag in tags.items())
    return ManifestError(
        f"deps.toml: is written in a way that cannot be changed safely; wanted is\n{listed}",
        hint="make the change by hand, then run `deps lock`",
    )


def _owners(text: str) -> dict[int, KeyPath]:
    """Return for each line (from 0) on which a key or element begins what it belongs to."""
    found: dict[int, list[tuple[int, KeyPath]]] = {}
    for path, position in scan(text).positions.items():
        found.setdefault(position.line - 1, []).append((position.column, path))
    # The header of a table that was made before, by `[dependencies.x]`, has no position of its own.
    owners: dict[int, KeyPath] = {
        line: () for line, written in enumerate(text.splitlines()) if written.lstrip().startswith("[")
    }
    for line, paths in found.items():
        owner: KeyPath = ()
        # `dependencies.a.tag`: each part has a position, and the last says the most.
        for _, path in sorted(paths, key=lambda pair: (pair[0], len(pair[1]))):
            owner = path if path[: len(owner)] == owner else owner
        owners[line] = owner
    return owners


def _end_of_section(text: str, lines: list[str], section: KeyPath) -> int:
    """Return the line before which a new table of a section goes."""
    owners = _owners(text)
    own = [line for line, path in owners.items() if path[: len(section)] == section]
    if not own:
        return len(lines)
    following = [line for line in owners if line > max(own)]
    index = min(following, default=len(lines))
    if following:
        # What stands right above the next table belongs to it.
        while index > max(own) + 1 and lines[index - 1].lstrip().startswith("#"):
            index -= 1
    while index > max(own) + 1 and not lines[index - 1].strip():
        index -= 1
    return index


def _without(lines: list[str], owners: Mapping[int, KeyPath], path: KeyPath) -> str:
    removed: set[int] = set()
    line = 0
    while line < len(lines):
        if owners.get(line, ())[: len(path)] != path:
            line += 1
            continue
        start = line
        line += 1
        while line < len(lines) and (line not in owners or owners[line][: len(path)] == path):
            line += 1
        end = line
        while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
            end -= 1
        removed.update(range(start, end))
        # One empty line between what is left is enough.
        if start == 0 or not lines[start - 1].strip():
            while end < len(lines) and not lines[end].strip():
                removed.add(end)
                end += 1
    kept = [text for number, text in enumerate(lines) if number not in removed]
    if len(lines) - 1 in removed:
        while kept and not kept[-1].strip():
            kept.pop()
    return "".join(kept)


def _removed_by_tomlkit(text: str, path: KeyPath) -> str | None:
    from tomlkit import dumps, parse
    from tomlkit.exceptions import TOMLKitError

    try:
        document = parse(text)
        del _at(document, path[:-1])[str(path[-1])]
        return dumps(document)
    except (TOMLKitError, KeyError, TypeError, AttributeError):
        return None
