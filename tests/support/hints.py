"""Does what a printed hint says, from its text alone."""

import re
import tomllib
from dataclasses import replace

from bitdeps.core.names import parse_identity
from bitdeps.core.requirement import Kind, Requirement
from bitdeps.core.resolver.model import Root

_ENTRY = r"`(?P<key>[^`]+)` \(deps\.toml:(?P<line>\d+)\)"
_CHANGE = re.compile(rf"change {_ENTRY} to `(?P<toml>[^`]+)`")
_PRERELEASES = re.compile(rf"add `(?P<toml>prereleases = true)` to {_ENTRY}")
_ADD = re.compile(r"(?:add (?P<one>`.*`) to `\[overrides\]`|let `\[overrides\]` say (?P<many>`.*`))")
_REMOVE = re.compile(r'remove `"(?P<identity>[^"]+)"` from `\[overrides\]`')


def follow(hint: str, root: Root) -> Root:
    """Return the root manifest after somebody did what a hint says."""
    if match := _CHANGE.fullmatch(hint) or _PRERELEASES.fullmatch(hint):
        return _edit(root, match["key"], int(match["line"]), tomllib.loads(match["toml"]))
    if match := _REMOVE.fullmatch(hint):
        gone = parse_identity(match["identity"])
        assert gone in root.overrides
        return replace(root, overrides={each: value for each, value in root.overrides.items() if each != gone})
    match = _ADD.fullmatch(hint)
    assert match is not None, hint
    overrides = dict(root.overrides)
    for line in (match["one"] or match["many"]).strip("`").split("` and `"):
        for text, value in tomllib.loads(line).items():
            identity = parse_identity(text)
            assert identity is not None
            overrides[identity] = Requirement(kind="tag", value=value["tag"])
    assert overrides != root.overrides
    return replace(root, overrides=overrides)


def _edit(root: Root, key: str, line: int, values: dict[str, str | bool]) -> Root:
    """Set keys of one entry, as an editor would."""
    (entry,) = (each for each in root.demands if (each.key, each.line) == (key, line))
    old = entry.demand.requirement
    ((name, value),) = values.items()
    if name == "prereleases":
        new = replace(old, prereleases=bool(value))
    else:
        assert name in ("tag", "version")
        kind: Kind = "tag" if name == "tag" else "version"
        new = Requirement(kind=kind, value=str(value), pattern=old.pattern, prereleases=old.prereleases)
    assert new != old
    changed = replace(entry, demand=replace(entry.demand, requirement=new))
    return replace(root, demands=tuple(changed if each is entry else each for each in root.demands))
