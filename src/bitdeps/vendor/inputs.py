"""The digest of everything that an install starts from, so that an unchanged project is known by its bytes.

On the path of a run that has nothing to do: no dataclasses, no typing, no parsing (see `state`).
"""

import os
from collections.abc import Iterable

FILES = ("deps.toml", "deps.lock", "deps.local.toml")


def inputs_digest(project: str, *, patches: Iterable[str], groups: Iterable[str]) -> str | None:
    """Return a digest over the bytes of manifest, lock, local overrides and patches, and the wanted groups.

    `patches` are the patterns of the manifest that was in force (`State.patches`): its bytes are covered, so
    they are the same as long as the digest is. None where a file cannot be read, or there is no manifest or lock.
    """
    import hashlib

    try:
        names = [*FILES, *_patch_files(project, sorted(patches))]
        contents = [_read(os.path.join(project, name)) for name in names]
    except OSError:
        return None
    if contents[0] is None or contents[1] is None:
        return None
    state = hashlib.sha256()
    for label, content in (*zip(names, contents, strict=True), ("groups", "\n".join(sorted(set(groups))).encode())):
        state.update(f"{label} {-1 if content is None else len(content)}\n".encode("utf-8", "surrogateescape"))
        state.update(content or b"")
    return state.hexdigest()


def _patch_files(project: str, patterns: list[str]) -> list[str]:
    if not patterns:
        return []
    from bitdeps.vendor.patches import patch_names

    return sorted({name for pattern in patterns for name in patch_names(project, pattern)})


def _read(path: str) -> bytes | None:
    try:
        # A pipe says nothing here, and is not waited for; the full program refuses it.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            return file.read() or b""
    except FileNotFoundError:
        return None
