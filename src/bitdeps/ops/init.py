"""Make a project: a manifest, and what git should know about it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bitdeps.core.names import key_problem, slug
from bitdeps.errors import ManifestError, UsageError
from bitdeps.ops.project import LOCAL_OVERRIDES, LOCKFILE, MANIFEST, decode, read_file, refuse_obstacle, write_atomic
from bitdeps.ops.waiting import wait_for

IGNORED = ("/vendor/", f"/{LOCAL_OVERRIDES}")
ATTRIBUTE = f"{LOCKFILE} text eol=lf"
MERGE_ATTRIBUTE = f"{LOCKFILE} merge=deps"


@dataclass(frozen=True, slots=True, kw_only=True)
class InitReport:
    """Which files were written; the paths are relative to `root`."""

    root: str
    written: tuple[str, ...]


def add_merge_driver(directory: str, *, dry_run: bool) -> InitReport:
    """Let git merge lockfiles package by package: a line in `.gitattributes`, and two of this clone's configuration.

    Raises:
        LocalError: where the directory is in no git repository, or a file cannot be written.

    """
    from bitdeps.ops.revision import set_merge_driver

    root = os.path.abspath(directory)
    text = _text(root, ".gitattributes")
    changed = with_lines(text, (MERGE_ATTRIBUTE,))
    if not dry_run:
        wait_for(set_merge_driver, root)
        if changed != text:
            _write(root, {".gitattributes": changed})
    return InitReport(root=root, written=() if changed == text else (".gitattributes",))


def init(directory: str, *, name: str | None, workspace: str | None, dry_run: bool) -> InitReport:
    """Write `deps.toml`, and add to `.gitignore` and `.gitattributes` what is missing there.

    Raises:
        ManifestError: where there is a manifest already; nothing is changed then.
        UsageError: where a name or workspace cannot be used.
        LocalError: where a file cannot be read or written.

    """
    root = os.path.abspath(directory)
    if has_manifest(root):
        message = f"`{MANIFEST}`: there is one already in `{root}`"
        raise ManifestError(message, hint="edit it, then run `deps install`")
    files = {
        MANIFEST: manifest_text(name=name or project_name(root), workspace=workspace),
        ".gitignore": with_lines(_text(root, ".gitignore"), IGNORED),
        ".gitattributes": with_lines(_text(root, ".gitattributes"), (ATTRIBUTE,)),
    }
    changed = {path: text for path, text in files.items() if text != _text(root, path)}
    if not dry_run:
        _write(root, changed)
    return InitReport(root=root, written=tuple(changed))


def has_manifest(directory: str) -> bool:
    """Tell whether a directory has a manifest.

    Raises:
        ManifestError: where something else than a file has its name.

    """
    refuse_obstacle(directory)
    return os.path.lexists(os.path.join(directory, MANIFEST))


def manifest_text(*, name: str, workspace: str | None) -> str:
    """Write the first manifest of a project.

    Raises:
        UsageError: where a name or workspace cannot be used.

    """
    problem = key_problem(name)
    if problem is not None:
        message = f"`--name {name}`: {problem}"
        raise UsageError(message, hint="name the project with `--name NAME`")
    if workspace is not None and slug(workspace) is None:
        message = f"`--workspace {workspace}`: is no workspace of Bitbucket"
        raise UsageError(message, hint="copy it from the address: `bitbucket.org/WORKSPACE/...`")
    home = "" if workspace is None else f'workspace = "{workspace}"\n'
    return f'[project]\nname = "{name}"\n{home}\n[dependencies]\n'


def project_name(root: str) -> str:
    """Make a name out of that of the directory."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", os.path.basename(root)).strip("-._")
    return name if name and key_problem(name) is None else "project"


def with_lines(text: str, lines: tuple[str, ...]) -> str:
    """Append the lines that a text does not have yet, ended as its own are; the rest stays as it is."""
    present = {line.strip() for line in text.splitlines()}
    missing = [line for line in lines if line not in present]
    if not missing:
        return text
    end = "\r\n" if "\r\n" in text else "\n"
    ended = text if not text or text.endswith("\n") else text + end
    return ended + "".join(f"{line}{end}" for line in missing)


def _text(root: str, path: str) -> str:
    content = read_file(os.path.join(root, path))
    return "" if content is None else decode(content, path)


def _write(root: str, files: Mapping[str, str]) -> None:
    # The manifest comes last: where a write before it fails, `deps init` can be run again.
    for path in sorted(files, key=lambda path: path == MANIFEST):
        write_atomic(os.path.join(root, path), files[path].encode())
