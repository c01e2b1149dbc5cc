"""The two files that keep a vendor directory in git byte for byte (DESIGN, "Vendor in git")."""

import os
from typing import TYPE_CHECKING

from bitdeps.vendor.disk import open_directory, refusing, write_durably

if TYPE_CHECKING:
    from bitdeps.core.plan.model import Edit, Step
    from bitdeps.vendor.trash import Trash

CONTENT = {
    ".gitattributes": b"* -text -ident -filter -working-tree-encoding\n",
    ".gitignore": b"!*\n",
}


def git_files(vendor: str) -> tuple[str, ...]:
    """Return the paths of the two files, relative to the project."""
    return tuple(f"{vendor}/{name}" for name in CONTENT)


def git_files_as_written(project: str, vendor: str) -> bool:
    """Tell whether both files are there, as we write them.

    Raises:
        LocalError: where one cannot be read.

    """
    return all(_read(project, f"{vendor}/{name}") == content for name, content in CONTENT.items())


def git_file_edits(project: str, vendor: str) -> tuple["Edit", ...]:
    """Return what is missing or different among the two files.

    Raises:
        LocalError: where one cannot be read.

    """
    from bitdeps.core.plan.model import Edit

    edits: list[Edit] = []
    for name, content in CONTENT.items():
        found = _read(project, f"{vendor}/{name}")
        if found != content:
            edits.append(Edit(path=name, kind="missing" if found is None else "modified"))
    return tuple(edits)


def git_files_step(project: str, vendor: str) -> "Step | None":
    """Return a step that stops where one of the two files was edited, for the error about edits.

    Raises:
        LocalError: where one cannot be read.

    """
    from bitdeps.core.plan.model import Step

    edits = tuple(edit for edit in git_file_edits(project, vendor) if edit.kind == "modified")
    return Step(action="stop", path=vendor, identity="", name=vendor, digest="files", edits=edits) if edits else None


def write_git_files(project: str, vendor: str, trash: "Trash") -> None:
    """Write the two files where they are missing or different; different ones go to the trash.

    Raises:
        LocalError: where the system refuses.

    """
    edits = git_file_edits(project, vendor)
    if edits:
        with refusing("made", vendor):
            os.close(open_directory(project, vendor, create=True))
    for edit in edits:
        path = f"{vendor}/{edit.path}"
        if edit.kind == "modified":
            trash.take(os.path.join(project, path), path)
        write_durably(os.path.join(project, path), CONTENT[edit.path], path)


def remove_git_files(project: str, vendor: str) -> None:
    """Delete the two files where they are as we wrote them.

    Raises:
        LocalError: where the system refuses.

    """
    for name, content in CONTENT.items():
        path = f"{vendor}/{name}"
        if _read(project, path) == content:
            with refusing("removed", path):
                os.unlink(os.path.join(project, path))


def is_git_file(project: str, path: str, vendor: str) -> bool:
    """Tell whether a path of the project is one of the two, as we write it."""
    parent, _, name = path.rpartition("/")
    return parent == vendor and name in CONTENT and _read(project, path) == CONTENT[name]


def _read(project: str, path: str) -> bytes | None:
    absolute = os.path.join(project, path)
    if os.path.islink(absolute) or not os.path.isfile(absolute):
        return b"" if os.path.lexists(absolute) else None
    with refusing("read", path), open(absolute, "rb") as file:
        return file.read(4096)
