"""The `requested` strings of `deps.lock`: who asks for what."""

from collections.abc import Iterable

from bitdeps.core.manifest.refs import commit_problem, pattern_problem, ref_problem
from bitdeps.core.manifest.specifier import normal_specifier
from bitdeps.core.names import key_problem, parse_identity
from bitdeps.core.requirement import Requested, Requirement, parse_requested

PROJECT = "project"
OVERRIDE = "override"
_GROUP = f"{PROJECT}."


def read_lines(texts: Iterable[str]) -> tuple[Requested, ...]:
    """Take the `requested` strings of a package apart."""
    return tuple(requested for requested in map(parse_requested, texts) if requested is not None)


def is_root(origin: str) -> bool:
    """Tell whether the root manifest itself asks."""
    return origin == PROJECT or origin.startswith(_GROUP)


def group_of(origin: str) -> str | None:
    """Return the group of `project.GROUP`; None for every other origin."""
    return origin.removeprefix(_GROUP) if origin.startswith(_GROUP) else None


def requested_problem(text: str) -> str | None:
    """Say why a text is no `requested` string as `deps` writes them, or return None."""
    requested = parse_requested(text)
    if requested is None:
        return "is not `FROM: KIND VALUE`"
    if not _is_origin(requested.origin):
        return "must begin with `project`, `project.GROUP`, `override` or an identity"
    problem = _requirement_problem(requested.requirement)
    if problem is None and requested.origin == OVERRIDE and not requested.transitive:
        return "has `alone`, which an override cannot have"
    return problem and f"names a {requested.requirement.kind} that {problem}"


def _is_origin(origin: str) -> bool:
    if is_root(origin):
        group = group_of(origin)
        return group is None or key_problem(group) is None
    identity = parse_identity(origin)
    return origin == OVERRIDE or (identity is not None and str(identity) == origin)


def _requirement_problem(requirement: Requirement) -> str | None:
    value = requirement.value
    if requirement.pattern is not None and pattern_problem(requirement.pattern) is not None:
        return "has a `pattern` that can match no tag"
    if requirement.kind in ("branch", "commit") and (requirement.pattern is not None or requirement.prereleases):
        return "has `pattern` or `prereleases`, which go with a tag or version"
    if requirement.kind == "commit":
        return commit_problem(value)
    if requirement.kind == "version":
        return None if normal_specifier(value) == value else "is no specifier in normal form"
    return ref_problem(value)
