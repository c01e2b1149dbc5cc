"""What of an archive is placed: selected, judged, patched (DESIGN, "Selection")."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bitdeps.core.member_paths import PathLimits, check_members, display, exclude_pattern
from bitdeps.core.plan.edits import ALL, File
from bitdeps.core.plan.selected import Selection, select_paths, select_submodules
from bitdeps.errors import DepsError
from bitdeps.vendor.abilities import probe
from bitdeps.vendor.elsewhere import made_elsewhere
from bitdeps.vendor.patches import Patch, apply_patches

if TYPE_CHECKING:
    from bitdeps.archive import Archive

WHOLE = Selection()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """How the content of a package is made from its archive."""

    package: str
    """Its name, for messages."""
    limits: PathLimits
    selection: Selection = WHOLE
    patches: tuple[Patch, ...] = ()
    lfs_pointers: bool = False
    """Whether pointers of Git LFS are accepted in place of their content."""


def unpack(archive: "Archive", content: Content, root: str) -> dict[str, File]:
    """Write what is placed below `root`, an empty directory; return mode and SHA-256 by path.

    Raises:
        ArchiveRefusedError: where a name or link may not be placed.
        NotFoundError: where the subdir does not exist or an `include` pattern matches nothing.
        DepsError: where a patch does not apply, or a pointer or submodule would be placed.
        LocalError: where the system refuses.

    """
    chosen = _chosen(archive, content)
    if not content.patches:
        placed = archive.extract(root, chosen.get)
        return {file.path: (file.mode, file.sha256) for file in placed}

    def patched(directory: str) -> dict[str, File]:
        archive.extract(directory, chosen.get)
        return apply_patches(directory, content.patches, package=content.package, limits=content.limits)

    return patched(root) if probe(root) in (ALL, None) else made_elsewhere(patched, root)


def expected_files(archive: "Archive", content: Content) -> dict[str, File]:
    """Return what `unpack` would write, by path; only where there are patches anything is written, and deleted again.

    Raises:
        DepsError: as `unpack`.

    """
    if content.patches:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="deps-") as scratch:
            root = os.path.join(scratch, "tree")
            os.mkdir(root)
            return unpack(archive, content, root)
    chosen = _chosen(archive, content)
    links = {chosen[path]: target for path, target in archive.survey.links.items() if path in chosen}
    check_members(list(chosen.values()), links, limits=content.limits)
    return {chosen[entry.path]: (entry.mode, entry.sha256) for entry in archive.survey.entries if entry.path in chosen}


def _chosen(archive: "Archive", content: Content) -> dict[str, str]:
    found = archive.survey
    selection = content.selection
    chosen = select_paths([entry.path for entry in found.entries], selection, package=content.package)
    pointers = [chosen[path] for path in found.lfs_pointers if path in chosen]
    if pointers and not content.lfs_pointers:
        what = "is a Git LFS pointer: you would get a small text file in place of its content"
        raise _stand_in(content.package, pointers, what, ', or `lfs = "pointers"` to take them as they are')
    submodules = select_submodules(found.empty_directories, selection)
    if submodules:
        what = "is a submodule: you would get nothing in its place"
        raise _stand_in(content.package, submodules, what, "; what it holds can be an entry of its own")
    return chosen


def _stand_in(package: str, paths: Sequence[str], what: str, otherwise: str) -> DepsError:
    more = f" (and {len(paths) - 1} more)" if len(paths) > 1 else ""
    patterns = ", ".join('"' + exclude_pattern(path).replace('"', '\\"') + '"' for path in sorted(paths))
    message = f"`{package}`: `{display(paths[0])}`{more} {what}"
    return DepsError(message, hint=f"add to the entry in `deps.toml`: `exclude = [{patterns}]`{otherwise}")
