"""Does what a printed hint says, from its text alone."""

import re
import tomllib
from dataclasses import replace

from bitdeps.core.names import parse_identity
from bitdeps.core.requirement import Kind, Requirement
from bitdeps.core.resolver.model import Root, RootDemand

_ENTRY = r"`(?P<key>[^`]+)` \(deps\.toml:(?P<line>\d+)\)"
_CHANGE = re.compile(rf"change {_ENTRY} to `(?P<toml>[^`]+)`")
_SET = re.compile(rf"(?:add|set) `(?P<toml>(?:prereleases|transitive|tag-pattern) = [^`]+)` (?:to|in) {_ENTRY}")
_GO = re.compile(rf"remove {_ENTRY}")
_ADD = re.compile(r"(?:add (?P<one>`.*`) to `\[overrides\]`|let `\[overrides\]` say (?P<many>`.*`))")
_REMOVE = re.compile(r'remove `"(?P<identity>[^"]+)"` from `\[overrides\]`')


def follow(hint: str, root: Root) -> Root:
    """Return the root manifest after somebody did everything that a hint says."""
    for part in hint.split("; "):
        root = _follow(part, root)
    return root


def _follow(hint: str, root: Root) -> Root:
    if match := _CHANGE.fullmatch(hint) or _SET.fullmatch(hint):
        return _edit(root, match["key"], int(match["line"]), tomllib.loads(match["toml"]))
    if match := _GO.fullmatch(hint):
        gone_entry = _entry(root, match["key"], int(match["line"]))
        return replace(root, demands=tuple(each for each in root.demands if each is not gone_entry))
    if match := _REMOVE.fullmatch(hint):
        gone = parse_identity(match["identity"])
        assert gone in root.overrides
        return replace(root, overrides={each: value for each, value in root.overrides.items() if each != gone})
    return _override(hint, root)


def _override(hint: str, root: Root) -> Root:
    match = _ADD.fullmatch(hint)
    assert match is not None, hint
    overrides = dict(root.overrides)
    for line in (match["one"] or match["many"]).strip("`").split("` and `"):
        for text, value in tomllib.loads(line).items():
            identity = parse_identity(text)
            assert identity is not None
            assert (match["one"] is not None) <= (identity not in overrides), hint
            overrides[identity] = Requirement(kind="tag", value=value["tag"])
    assert overrides != root.overrides
    return replace(root, overrides=overrides)


def _entry(root: Root, key: str, line: int) -> RootDemand:
    (entry,) = (each for each in root.demands if (each.key, each.line) == (key, line))
    return entry


def _edit(root: Root, key: str, line: int, values: dict[str, str | bool]) -> Root:
    """Set keys of one entry, as an editor would."""
    entry = _entry(root, key, line)
    old = entry.demand
    ((name, value),) = values.items()
    if name == "transitive":
        new = replace(old, transitive=bool(value))
    else:
        new = replace(old, requirement=_edited(old.requirement, name, value))
    assert new != old
    changed = replace(entry, demand=new)
    return replace(root, demands=tuple(changed if each is entry else each for each in root.demands))


def _edited(old: Requirement, name: str, value: str | bool) -> Requirement:  # noqa: FBT001 - a value of TOML
    if name == "prereleases":
        return replace(old, prereleases=bool(value))
    if name == "tag-pattern":
        return replace(old, pattern=str(value))
    assert name in ("tag", "version")
    kind: Kind = "tag" if name == "tag" else "version"
    return Requirement(kind=kind, value=str(value), pattern=old.pattern, prereleases=old.prereleases)
