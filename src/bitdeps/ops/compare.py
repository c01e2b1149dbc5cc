"""What differs between an archive and what git makes of its commit, in words."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bitdeps.core.digest import Entry
from bitdeps.core.member_paths import display
from bitdeps.errors import IntegrityError
from bitdeps.ops.sources import Wanted

MOST_LISTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A path of the archive or of the commit, and what is wrong with it."""

    path: str
    what: str


def compare_trees(archive: Iterable[Entry], commit: Iterable[Entry]) -> list[Difference]:
    """Compare an archive with what git makes of the commit, sorted by path."""
    got = {entry.path: (entry.mode, entry.sha256) for entry in archive}
    due = {entry.path: (entry.mode, entry.sha256) for entry in commit}
    differences = []
    for path in sorted(got.keys() | due.keys()):
        what = _what(got.get(path), due.get(path))
        if what is not None:
            differences.append(Difference(path=path, what=what))
    return differences


def other_archive(wanted: Wanted, differences: Sequence[Difference], substituted: Collection[str]) -> IntegrityError:
    """Make the alarm for an archive that is not its commit.

    `substituted` are the files in which git itself writes what may differ from place to place.
    """
    lines = [f"- `{display(one.path)}` {one.what}" for one in differences[:MOST_LISTED]]
    if len(differences) > MOST_LISTED:
        lines.append(f"- and {len(differences) - MOST_LISTED} more")
    message = (
        f"`{wanted.name}`: the archive of `{wanted.repository}` is not what git makes of commit {wanted.commit}:\n"
        + "\n".join(lines)
    )
    hint = "nothing was locked; ask the owners, and whoever runs what is between you and the service"
    if {one.path for one in differences} <= set(substituted):
        hint = (
            "`export-subst` writes into these files what may depend on where the archive is made; "
            "look at them, and lock with `deps lock --no-proof` if they are right"
        )
    return IntegrityError(message, hint=hint)


def _what(got: tuple[str, str] | None, due: tuple[str, str] | None) -> str | None:
    if got == due:
        return None
    if due is None:
        return "is not in the commit"
    if got is None:
        return "is missing in the archive"
    return "has another content" if got[1] != due[1] else f"has mode {got[0]}, in the commit {due[0]}"
