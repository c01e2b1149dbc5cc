"""Patches: found by the manifest's globs, applied by `git apply` where nothing else has a say.

git runs in a repository of its own that is empty, with a configuration that is empty and
attributes that switch every conversion off: neither the user's settings, nor the project's
repository, nor a `.gitattributes` among the files changes a byte.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bitdeps.core.member_paths import PathLimits, check_members
from bitdeps.core.plan.edits import File
from bitdeps.core.selection import compile_globs
from bitdeps.errors import ArchiveRefusedError, DepsError, LocalError, NotFoundError
from bitdeps.vendor.disk import refusing
from bitdeps.vendor.hashing import hash_tree

WILD = re.compile(r"[*?\[]")
ATTRIBUTES = "* -text -ident -filter -working-tree-encoding -whitespace\n"
# https://git-scm.com/docs/git-apply: no fuzz, every line of context must be there.
COMMAND = ("-c", "core.bare=false", "apply", "-p1", "--whitespace=nowarn", "-")
NO_PATCH = ("No valid patches in input", "unrecognized input")
"""What git says to a file without a patch, since 2.35 and before."""
MOST_LISTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One patch; `name` is relative to the manifest."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The SHA-256 that `selection` in the lock covers, in hex."""
        import hashlib

        return hashlib.sha256(self.content).hexdigest()


def read_patches(project: str, patterns: Sequence[str]) -> tuple[Patch, ...]:
    """Read the patches that globs or paths relative to the manifest name, in the order they are applied in.

    Raises:
        NotFoundError: where a pattern matches no file; names all of them.
        LocalError: where a file cannot be read.

    """
    found = {pattern: tuple(patch_names(project, pattern)) for pattern in patterns}
    empty = [pattern for pattern, names in found.items() if not names]
    if empty:
        listed = ", ".join(f"`{pattern}`" for pattern in empty)
        verb = "matches" if len(empty) == 1 else "match"
        raise NotFoundError(f"`patches`: {listed} {verb} no file", hint="check `patches` in `deps.toml`")
    names = {name for some in found.values() for name in some}
    return tuple(Patch(name=name, content=_read(project, name)) for name in sorted(names, key=os.fsencode))


def patch_names(project: str, pattern: str) -> Iterator[str]:
    """Yield the files that a glob or path relative to the manifest names."""
    parts = pattern.split("/")
    plain = next((index for index, part in enumerate(parts) if WILD.search(part)), len(parts))
    if plain == len(parts):
        if os.path.isfile(os.path.join(project, pattern)):
            yield pattern
        return
    depth = None if "**" in parts else len(parts) - plain
    matches = compile_globs([pattern])
    for name in _files_below(project, "/".join(parts[:plain]), depth):
        if matches(name):
            yield name


def _files_below(project: str, directory: str, depth: int | None) -> Iterator[str]:
    try:
        with os.scandir(os.path.join(project, directory)) as entries:
            for entry in entries:
                name = f"{directory}/{entry.name}" if directory else entry.name
                if not entry.is_dir():
                    yield name
                elif depth != 1 and not entry.is_symlink():
                    yield from _files_below(project, name, None if depth is None else depth - 1)
    except (FileNotFoundError, NotADirectoryError):
        return


def _read(project: str, name: str) -> bytes:
    """Read a patch as it was committed: all lines end in CR LF only where git's `core.autocrlf` made them so."""
    with refusing("read", name), open(os.path.join(project, name), "rb") as file:
        content = file.read()
    is_converted = content.count(b"\r\n") == content.count(b"\n")
    return content.replace(b"\r\n", b"\n") if is_converted else content


def apply_patches(root: str, patches: Sequence[Patch], *, package: str, limits: PathLimits) -> dict[str, File]:
    """Apply patches to a tree in their order; return mode and SHA-256 by path of what came out.

    Raises:
        DepsError: where one does not apply, with file and hunk; the tree must be thrown away.
        ArchiveRefusedError: where what came out breaks a rule on names or links.
        LocalError: where there is no git.

    """
    import shutil
    import tempfile

    git = shutil.which("git")
    if git is None:
        raise LocalError("`git`: not found, and patches need it", hint="install git, or remove `patches`")
    with refusing("patched", package), tempfile.TemporaryDirectory(prefix="deps-git-") as scratch:
        _make_repository(scratch)
        for patch in patches:
            _apply(git, scratch, root, patch, package)
        tree = hash_tree(root, "", lambda _: False)
        links = {
            path: os.fsdecode(os.readlink(os.path.join(root, path)))
            for path, (mode, _) in tree.files.items()
            if mode == "120000"
        }
    try:
        check_members(list(tree.files), links, limits=limits)
    except ArchiveRefusedError as error:
        message = f"`{package}`: what the patches make is refused: {error}"
        raise ArchiveRefusedError(error.rule, error.member, message, hint="change the patch") from error
    return tree.files


def _make_repository(scratch: str) -> None:
    for directory in ("objects", "refs", "info"):
        os.mkdir(os.path.join(scratch, directory))
    for name, text in (("HEAD", "ref: refs/heads/none\n"), ("info/attributes", ATTRIBUTES)):
        with open(os.path.join(scratch, name), "w", encoding="ascii") as file:
            file.write(text)


def _apply(git: str, scratch: str, root: str, patch: Patch, package: str) -> None:
    import subprocess

    environment = {
        "LC_ALL": "C",
        "HOME": scratch,
        "XDG_CONFIG_HOME": scratch,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_DIR": scratch,
        "GIT_WORK_TREE": root,
    }
    command = [git, *COMMAND]
    done = subprocess.run(command, input=patch.content, cwd=root, env=environment, capture_output=True, check=False)
    if done.returncode != 0:
        reasons = "\n".join(f"- {line}" for line in _reasons(done.stderr.decode("utf-8", "replace"), patch))
        message = f"`{package}`: patch `{patch.name}` does not apply:\n{reasons}"
        raise DepsError(message, hint=f"make `{patch.name}` anew for this version; the vendor directory is as before")


def _reasons(stderr: str, patch: Patch) -> list[str]:
    """Say what git says, with the hunk that it means."""
    lines = [line.removeprefix("error: ") for line in stderr.splitlines() if line.startswith("error: ")]
    reasons: list[str] = []
    for line in lines:
        failed = re.fullmatch(r"patch failed: (.+):(\d+)", line)
        if failed is not None:
            reasons.append(f"`{failed[1]}`: hunk {_hunk(patch, failed[1], failed[2])} (line {failed[2]}) does not fit")
        elif line.startswith(NO_PATCH):
            reasons.append("it holds no patch")
        elif not line.endswith(": patch does not apply"):
            reasons.append(line)
    return reasons[:MOST_LISTED] or [stderr.strip().partition("\n")[0] or "git gives no reason"]


def _hunk(patch: Patch, path: str, line: str) -> int:
    """Return the number of the hunk that begins at a line, counted within its file from 1."""
    number = 0
    inside = False
    for row in patch.content.decode("utf-8", "replace").splitlines():
        if row.startswith("--- "):
            inside = row[4:].partition("\t")[0].partition("/")[2] == path
            number = 0
        elif inside and row.startswith("@@ -"):
            number += 1
            if re.match(rf"@@ -{line}[, ]", row):
                return number
    return number
