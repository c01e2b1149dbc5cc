"""Differences between trees, file by file, and how they are told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bitdeps.core.plan.model import Edit, Step
from bitdeps.errors import EditedVendorError

File = tuple[str, str]
"""Mode (`100644`, `100755`, `120000`, or `other` for a pipe and its like) and SHA-256 in hex."""
MOST_LISTED = 20
WORDS = {
    "modified": "was modified",
    "missing": "is missing",
    "extra": "is not ours",
    "mode": "has another executable bit",
    "kind": "is another kind of file",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What the file system of a tree can hold."""

    modes: bool = True
    links: bool = True


ALL = Abilities()


def compare(expected: Mapping[str, File], actual: Mapping[str, File], abilities: Abilities = ALL) -> tuple[Edit, ...]:
    """Name every difference of a tree from what it should be, sorted by path.

    What the file system cannot hold is no difference: an executable bit, a link that is a plain file with
    its target as the content (as git checks it out there).
    """
    both = expected.keys() & actual.keys()
    edits = [edit for path in both for edit in _file_edits(path, expected[path], actual[path], abilities)]
    edits += differing_names(missing=expected.keys() - both, extra=actual.keys() - both)
    return tuple(sorted(edits))


def differing_names(*, missing: Collection[str], extra: Collection[str]) -> list[Edit]:
    """Name missing and extra files; a file in place of a directory, or the other way round, is of another kind."""
    extra_parents = {parent for path in extra for parent in _parents(path)}
    missing_parents = {parent for path in missing for parent in _parents(path)}
    edits = [Edit(path=path, kind="kind" if path in extra_parents else "missing") for path in missing]
    edits += [Edit(path=path, kind="kind" if path in missing_parents else "extra") for path in extra]
    return edits


def _file_edits(path: str, expected: File, actual: File, abilities: Abilities) -> Iterable[Edit]:
    wanted, found = expected[0], actual[0]
    if (wanted == "120000") != (found == "120000") or found == "other":
        if abilities.links or wanted != "120000" or found == "other":
            yield Edit(path=path, kind="kind")
            return
    elif wanted != found and abilities.modes:
        yield Edit(path=path, kind="mode")
    if expected[1] != actual[1]:
        yield Edit(path=path, kind="modified")


def _parents(path: str) -> Iterable[str]:
    parent = path.rpartition("/")[0]
    while parent:
        yield parent
        parent = parent.rpartition("/")[0]


def edit_lines(path: str, edits: Sequence[Edit]) -> list[str]:
    """Write one line for each difference at a place, without a cap."""
    from bitdeps.core.member_paths import display

    return [f"`{display(f'{path}/{edit.path}' if edit.path else path)}` {WORDS[edit.kind]}" for edit in edits]


def edited_error(stops: Sequence[Step]) -> EditedVendorError:
    """Make the one error that names everything in all edited places (the list is capped)."""
    lines = [line for step in stops for line in _stop_lines(step)]
    shown = [f"- {line}" for line in lines[:MOST_LISTED]]
    if len(lines) > MOST_LISTED:
        shown.append(f"- and {len(lines) - MOST_LISTED} more")
    packages = dict.fromkeys(step.name for step in stops)
    names = ", ".join(f"`{name}`" for name in packages)
    verb = "holds" if len(packages) == 1 else "hold"
    message = f"{names}: {verb} changes that `deps` did not make:\n" + "\n".join(shown)
    return EditedVendorError(message, hint=_hint(stops))


def _stop_lines(step: Step) -> list[str]:
    if step.edits:
        return edit_lines(step.path, step.edits)
    wanted = "`deps.lock` does not want it" if not step.digest else "it is not what `deps.lock` wants"
    return [f"`{step.path}`: {wanted}, and `.deps/` has no record of placing it as it is"]


def _hint(stops: Sequence[Step]) -> str:
    extra = [f"{step.path}/{edit.path}" for step in stops for edit in step.edits if edit.kind == "extra"]
    only_extra = all(edit.kind == "extra" for step in stops for edit in step.edits) and extra
    force = "`deps install --force` replaces the whole directory and moves what was edited or added to `.deps/trash/`"
    if not extra:
        return f"{force}; to keep a change, make it a patch (`patches` in `deps.toml`) or use `deps.local.toml`"
    line = ignore_line(extra)
    return f"to allow {'them' if only_extra else 'the extra files'}, write {line} in `[project]`; {force}"


def ignore_line(paths: Sequence[str]) -> str:
    """Write the line of `[project]` that allows extra files; the paths are relative to the project.

    A path that ends with `/` stands for everything below it.
    """
    from bitdeps.core.member_paths import exclude_pattern

    patterns = list(dict.fromkeys(_pattern(exclude_pattern(path.rstrip("/")), path) for path in paths))
    if len(patterns) > MOST_LISTED:
        patterns = list(dict.fromkeys(f"{exclude_pattern(path.rpartition('/')[0])}/**" for path in paths))
    quoted = ", ".join('"' + pattern.replace('"', '\\"') + '"' for pattern in patterns[:MOST_LISTED])
    return f"`ignore = [{quoted}]`"


def _pattern(escaped: str, path: str) -> str:
    return f"{escaped}/**" if path.endswith("/") else escaped
