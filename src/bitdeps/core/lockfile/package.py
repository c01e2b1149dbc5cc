"""One table of `[packages]`."""

import re
from collections.abc import Callable

from bitdeps.core.lockfile.keys import PACKAGE, REQUIRED
from bitdeps.core.lockfile.model import LockedPackage, Proof
from bitdeps.core.lockfile.requested import requested_problem
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.manifest.problems import Problems
from bitdeps.core.manifest.refs import commit_problem, ref_problem, tree_problem
from bitdeps.core.manifest.specifier import normal_specifier
from bitdeps.core.manifest.values import Table, has_type, right_values, string, strings
from bitdeps.core.names import Identity, destination_problem, key_problem, parse_identity, shown

_UUID = re.compile(r"\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}", re.ASCII | re.IGNORECASE)
_HEX = re.compile(r"[0-9a-fA-F]*", re.ASCII)
_VERSION = re.compile(r"[^*,\s]+")
_PROOFS: tuple[Proof, ...] = ("commit", "export", "none")
_SHA256 = 64  # hex digits


def read_package(key: str, value: object, problems: Problems) -> LockedPackage | None:
    """Read one package; None where it has problems, which are reported."""
    before = len(problems.found)
    path: KeyPath = ("packages", key)
    identity = _read_identity(key, path, problems)
    if not has_type(value, "table", path, problems) or not isinstance(value, dict):
        return None
    values = right_values(value, path, PACKAGE, problems)
    for name in (known.name for known in PACKAGE if known.name in REQUIRED):
        if name not in value:
            problems.add(path, f"`{name}` is missing")
    _check_texts(values, path, problems)
    _check_lists(values, path, problems)
    _check_combinations(value, identity, path, problems)
    if identity is None or len(problems.found) > before:
        return None
    return _package(identity, values)


def _read_identity(key: str, path: KeyPath, problems: Problems) -> Identity | None:
    identity = parse_identity(key)
    if identity is None:
        problems.add(path, "must be `workspace/repo`, or `workspace/repo//subdir`")
    elif str(identity) != key:
        problems.add(path, f"must be in lower case: `{identity}`")
    return identity


def _check_texts(values: Table, path: KeyPath, problems: Problems) -> None:
    for name, check in _CHECKS.items():
        text = string(values, name)
        problem = None if text is None else check(text)
        if problem is not None:
            problems.add((*path, name), problem)
    size = values.get("archive-size")
    if isinstance(size, int) and size < 1:
        problems.add((*path, "archive-size"), f"expected a number of bytes, found `{size}`")


def _check_lists(values: Table, path: KeyPath, problems: Problems) -> None:
    for name, check in _LISTS.items():
        texts = strings(values, name)
        for index, text in enumerate(texts):
            problem = "is listed twice" if text in texts[:index] else check(text)
            if problem is not None:
                problems.add((*path, name, index), f"{shown(text)} {problem}")


def _check_combinations(table: Table, identity: Identity | None, path: KeyPath, problems: Problems) -> None:
    """Report keys that go together or exclude each other; `table` is the package as written."""
    if "tag" in table and "branch" in table:
        problems.add((*path, "branch"), "stands beside `tag`; a pin has one of them, or neither")
    if "version" in table and "tag" not in table:
        problems.add((*path, "version"), "is written for a tag alone, and there is no `tag`")
    pairs = (("archive-size", "archive-sha256"), ("archive-sha256", "archive-size"))
    for one, other in (*pairs, ("placed", "selection"), ("selection", "placed"), ("subdir", "selection")):
        if one in table and other not in table:
            problems.add((*path, one), f"goes with `{other}`, which is missing")
    subdir = table.get("subdir")
    is_text = subdir is None or isinstance(subdir, str)  # Another type was reported.
    if identity is not None and is_text and subdir != identity.subdir:
        wanted = "has no subdir" if identity.subdir is None else f"has the subdir `{identity.subdir}`"
        problems.add((*path, "subdir"), f"must be the package's own, which {wanted}")


def _package(identity: Identity, values: Table) -> LockedPackage:
    size = values.get("archive-size")
    requires = (parse_identity(text) for text in strings(values, "requires"))
    return LockedPackage(
        identity=identity,
        name=str(values["name"]),
        path=str(values["path"]),
        uuid=string(values, "uuid"),
        tag=string(values, "tag"),
        branch=string(values, "branch"),
        version=string(values, "version"),
        commit=str(values["commit"]),
        tree=str(values["tree"]),
        proof=next((proof for proof in _PROOFS if proof == values.get("proof")), None),
        content=str(values["content"]),
        archive_sha256=string(values, "archive-sha256"),
        archive_size=size if isinstance(size, int) else None,
        selection=string(values, "selection"),
        placed=string(values, "placed"),
        groups=tuple(sorted(strings(values, "groups"))),
        requires=tuple(sorted(required for required in requires if required is not None)),
        requested=tuple(sorted(strings(values, "requested"))),
    )


def _hex_problem(text: str, length: int, prefix: str = "") -> str | None:
    """Say why a text is not a prefix and so many lower-case hex digits."""
    algorithm, colon, digits = text.rpartition(":")
    if algorithm + colon != prefix:
        wanted = f"`{prefix}` and {length} hex digits" if prefix else f"{length} hex digits and nothing before them"
        return f"is of another algorithm: expected {wanted}, found {shown(text)}"
    if not _HEX.fullmatch(digits):
        return f"expected {length} hex digits, found {shown(text)}"
    if len(digits) != length:
        return f"expected {length} hex digits, found {len(digits)}"
    return "must be in lower case" if digits != digits.lower() else None


def _prefixed(prefix: str) -> Callable[[str], str | None]:
    return lambda text: _hex_problem(text, _SHA256, prefix)


def _uuid_problem(text: str) -> str | None:
    return None if _UUID.fullmatch(text) else f"expected a UUID in braces, found {shown(text)}"


def _version_problem(text: str) -> str | None:
    is_version = _VERSION.fullmatch(text) and normal_specifier(f"=={text}")
    return None if is_version else f"expected a version (PEP 440), found {shown(text)}"


def _proof_problem(text: str) -> str | None:
    return None if text in _PROOFS else f'expected `"commit"`, `"export"` or `"none"`, found {shown(text)}'


def _required_problem(text: str) -> str | None:
    identity = parse_identity(text)
    return None if identity is not None and str(identity) == text else "is no identity"


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "name": key_problem,
    "path": destination_problem,
    "uuid": _uuid_problem,
    "tag": ref_problem,
    "branch": ref_problem,
    "version": _version_problem,
    "commit": commit_problem,
    "tree": tree_problem,
    "proof": _proof_problem,
    "content": _prefixed("d1:"),
    "archive-sha256": _prefixed(""),
    "selection": _prefixed("s1:"),
    "placed": _prefixed("d1:"),
}
_LISTS: dict[str, Callable[[str], str | None]] = {
    "groups": key_problem,
    "requires": _required_problem,
    "requested": requested_problem,
}
