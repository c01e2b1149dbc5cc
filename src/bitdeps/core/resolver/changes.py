"""Edits of the root manifest, in words and as the root that they give."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bitdeps.core.names import Identity
from bitdeps.core.requirement import Demand, Requirement
from bitdeps.core.resolver.model import Root, RootDemand


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One edit of the root manifest, in words, and the root that it gives."""

    hint: str
    root: Root


def overriding(root: Root, identity: Identity, tag: str) -> Change:
    """Propose an override."""
    overrides = {identity: Requirement(kind="tag", value=tag)}
    return Change(hint=overrides_hint(root, overrides), root=with_overrides(root, overrides))


def overrides_hint(root: Root, overrides: Mapping[Identity, Requirement]) -> str:
    """Say which lines `[overrides]` needs."""
    lines = [_line(identity, overrides[identity]) for identity in sorted(overrides)]
    if len(lines) == 1 and not overrides.keys() & root.overrides.keys():
        return f"add {lines[0]} to `[overrides]`"
    return f"let `[overrides]` say {' and '.join(lines)}"


def changed(root: Root, entry: RootDemand, requirement: Requirement) -> Change:
    """Propose another tag or range for an entry."""
    root = with_requirement(root, entry, requirement)
    return Change(hint=f"change {_entry(entry)} to `{requirement.kind} = {quoted(requirement.value)}`", root=root)


def with_prereleases(root: Root, entry: RootDemand) -> Change:
    """Propose to count pre-releases of an entry."""
    root = with_requirement(root, entry, replace(entry.demand.requirement, prereleases=True))
    return Change(hint=f"add `prereleases = true` to {_entry(entry)}", root=root)


def with_pattern(root: Root, entry: RootDemand, pattern: str) -> Change:
    """Propose to read the tags of an entry by another pattern."""
    verb = "add" if entry.demand.requirement.pattern is None else "set"
    preposition = "to" if verb == "add" else "in"
    root = with_requirement(root, entry, replace(entry.demand.requirement, pattern=pattern))
    hint = f"{verb} `tag-pattern = {quoted(pattern)}` {preposition} {_entry(entry)}"
    return Change(hint=hint, root=root)


def alone(root: Root, entry: RootDemand) -> Change:
    """Propose to leave out what an entry requires itself."""
    demand = replace(entry.demand, transitive=False)
    return Change(hint=f"add `transitive = false` to {_entry(entry)}", root=_with_demand(root, entry, demand))


def removed(root: Root, entry: RootDemand) -> Change:
    """Propose to do without an entry."""
    demands = tuple(each for each in root.demands if each is not entry)
    return Change(hint=f"remove {_entry(entry)}", root=replace(root, demands=demands))


def without_override(root: Root, identity: Identity) -> Change:
    """Propose to let those decide who ask for a package."""
    overrides = {each: value for each, value in root.overrides.items() if each != identity}
    hint = f"remove `{quoted(str(identity))}` from `[overrides]`"
    return Change(hint=hint, root=replace(root, overrides=overrides))


def with_overrides(root: Root, overrides: Mapping[Identity, Requirement]) -> Root:
    """Return the root with more overrides, or other ones."""
    return replace(root, overrides={**root.overrides, **overrides})


def with_requirement(root: Root, entry: RootDemand, requirement: Requirement) -> Root:
    """Return the root with another requirement in one entry."""
    return _with_demand(root, entry, replace(entry.demand, requirement=requirement))


def quoted(text: str) -> str:
    """Write a TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _with_demand(root: Root, entry: RootDemand, demand: Demand) -> Root:
    demands = tuple(replace(each, demand=demand) if each is entry else each for each in root.demands)
    return replace(root, demands=demands)


def _entry(entry: RootDemand) -> str:
    place = f" (deps.toml:{entry.line})" if entry.line else ""
    return f"`{entry.key or entry.demand.identity}`{place}"


def _line(identity: Identity, requirement: Requirement) -> str:
    return f"`{quoted(str(identity))} = {{ {requirement.kind} = {quoted(requirement.value)} }}`"
