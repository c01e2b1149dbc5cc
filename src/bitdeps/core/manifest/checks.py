"""What holds between entries: one for each identity, no colliding names, no overlapping places."""

from collections.abc import Sequence

from bitdeps.core.manifest.entry import Draft
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.manifest.problems import Problems, key_text
from bitdeps.core.names import Identity, contains, fold, overlapping


def check_entries(drafts: Sequence[Draft], vendor: str, problems: Problems) -> None:
    """Report entries that cannot stand beside each other, each by its first reason alone."""
    distinct = [draft for draft in _distinct(drafts, problems) if not _replaces_vendor(draft, vendor, problems)]
    places = [draft.destination(vendor) for draft in distinct]
    for first, second in overlapping(places):
        draft = distinct[second]
        path: KeyPath = draft.path if draft.into is None else (*draft.path, "into")
        taken = f"`{places[first]}`, the place of {_named(distinct[first].path, problems)}"
        problems.add(path, f"`{places[second]}` overlaps {taken}")


def check_group_names(groups: Sequence[str], problems: Problems) -> None:
    """Report groups whose names are equal under case folding."""
    seen: dict[str, str] = {}
    for group in groups:
        first = seen.setdefault(fold(group), group)
        if first != group:
            problems.add(("groups", group), f"differs from the group `{first}` by case alone")


def _distinct(drafts: Sequence[Draft], problems: Problems) -> list[Draft]:
    """Return the first entry of each identity and name, and report the others."""
    identities: dict[Identity, KeyPath] = {}
    names: dict[str, KeyPath] = {}
    distinct = []
    for draft in drafts:
        same_name = names.setdefault(fold(draft.key), draft.path)
        same_identity = draft.path
        if draft.identity is not None:
            same_identity = identities.setdefault(draft.identity, draft.path)
        if same_identity != draft.path:
            other = _named(same_identity, problems)
            problems.add(draft.path, f"is `{draft.identity}`, as {other} is; there is one entry for each identity")
        elif same_name != draft.path:
            how = "has the name of" if same_name[-1] == draft.key else "differs by case alone from"
            problems.add(draft.path, f"{how} {_named(same_name, problems)}")
        else:
            distinct.append(draft)
    return distinct


def _replaces_vendor(draft: Draft, vendor: str, problems: Problems) -> bool:
    if draft.into is None or not contains(draft.into, vendor):
        return False
    problems.add((*draft.path, "into"), f"would replace the vendor directory `{vendor}`")
    return True


def _named(path: KeyPath, problems: Problems) -> str:
    return f"`{key_text(path)}` (line {problems.position(path).line})"
