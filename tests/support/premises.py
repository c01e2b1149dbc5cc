"""Reads an explanation back: which facts does the printed text claim, and do they hold and suffice?

Nothing here looks at the derivation: the text alone is parsed, and checked against the catalog.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bitdeps.core.manifest.model import DependencyManifest, Unusable
from bitdeps.core.names import Identity, parse_identity
from bitdeps.core.requirement import Demand
from bitdeps.core.resolver.model import Candidate, ManifestQuery, Root
from support.graphs import World, demand
from support.slow_search import accepts, version_of

_ID = r"acme/[a-z0-9-]+(?://[a-z0-9-]+)?"
_ITEM = r"(?:branch |commit )?\S+?(?: to \S+?)?"
_NAMES = rf"{_ITEM}(?:, {_ITEM})*(?: and {_ITEM})?"
_WHAT = r"(?:tag|version|branch|commit) \S+(?: pattern \S+)?(?: prereleases)?"
_NOTE = r"(?: \([^()]*\))?"
_ROOT = re.compile(
    rf"deps\.toml(?::(?P<line>\d+))? requires (?P<target>{_ID})(?P<alone> alone)?(?: (?P<what>{_WHAT}){_NOTE})?"
)
_DEPENDENCY = re.compile(
    rf"(?P<who>{_ID}) (?P<names>{_NAMES}) requires? (?P<target>{_ID})(?P<alone> alone)?(?: (?P<what>{_WHAT}){_NOTE})?"
)
_OVERRIDE = re.compile(rf"`\[overrides\]` sets (?P<target>{_ID}) to (?P<what>{_WHAT}){_NOTE}")
_BARRED = re.compile(rf"(?P<who>{_ID}) (?P<names>{_NAMES}) cannot be used \((?P<reason>[^()]*)\)")
_ONE = re.compile(rf"(?P<target>{_ID}) is one commit with its dependencies and alone")
_NUMBERED = re.compile(r".* \((?P<number>\d+)\)")
_LINE = re.compile(r"(?:\((?P<number>\d+)\) )?(?:So, because|And because|Because) (?P<rest>.*)\.")

Subject = tuple[Identity, bool]
Choice = Mapping[Subject, str | None]


@dataclass(frozen=True, slots=True)
class Claim:
    """One printed fact, read back: `who` of these commits (the root, if None) needs `target` to be accepted."""

    kind: str
    who: Identity | None = None
    commits: frozenset[str] = frozenset()
    target: Subject | None = None
    accepted: frozenset[str] | None = None

    def subjects(self) -> set[Subject]:
        if self.kind in ("one", "override"):
            assert self.target is not None
            return {self.target, (self.target[0], not self.target[1])}
        found = set() if self.who is None else {(self.who, False)}
        return found | ({self.target} if self.target is not None else set())

    def holds(self, choice: Choice) -> bool:
        if self.kind == "barred":
            assert self.who is not None
            return choice[self.who, False] not in self.commits
        assert self.target is not None
        value = choice[self.target]
        if self.kind in ("one", "override"):
            other = choice[self.target[0], not self.target[1]]
            if self.kind == "one":
                return value is None or other is None or value == other
            return all(each is None or each in (self.accepted or ()) for each in (value, other))
        if self.who is not None and choice[self.who, False] not in self.commits:
            return True
        return value is not None and (self.accepted is None or value in self.accepted)


class Reader:
    """Reads texts about one world."""

    def __init__(self, world: World, root: Root, pins: Mapping[Identity, Candidate]) -> None:
        self.world, self.root, self.pins = world, root, pins

    def claims(self, text: str) -> list[Claim]:
        """Return every premise of a text, each once; fails on one that the catalog does not confirm."""
        found: dict[str, None] = {}
        numbers: set[str] = set()
        for line in text.splitlines():
            match = _LINE.fullmatch(line.strip())
            assert match is not None, line
            parts = _reasons(match["rest"])
            assert parts is not None, line
            for part in parts:
                numbered = _NUMBERED.fullmatch(part)
                if _form(part) is not None:
                    found[part] = None
                else:
                    assert numbered is not None, part
                    assert numbered["number"] in numbers, part
            numbers |= {match["number"]} - {None}
        return [self._claim(part) for part in found]

    def _claim(self, text: str) -> Claim:
        kind, match = _form(text) or ("", None)
        assert match is not None
        if kind == "one":
            return Claim("one", target=(_identity(match["target"]), False))
        if kind == "barred":
            who = _identity(match["who"])
            commits = self._commits(who, match["names"])
            for commit in commits:
                assert self._manifest(who, commit) == Unusable(reason=match["reason"]), text
            return Claim("barred", who=who, commits=commits)
        if kind == "override":
            asked = demand(f"{match['target'].removeprefix('acme/')} {match['what']}")
            assert self.root.overrides[asked.identity] == asked.requirement, text
            return Claim("override", target=(asked.identity, False), accepted=self._accepted(asked))
        return self._requires(kind, match, text)

    def _requires(self, kind: str, match: re.Match[str], text: str) -> Claim:
        identity, alone = _identity(match["target"]), match["alone"] is not None
        asked = None
        if match["what"] is not None:
            asked = demand(f"{match['target'].removeprefix('acme/')} {match['what']}{match['alone'] or ''}")
        assert (asked is None) == (identity in self.root.overrides), text
        who, commits = None, frozenset[str]()
        if kind == "dependency":
            who = _identity(match["who"])
            commits = self._commits(who, match["names"])
            for commit in commits:
                found = self._manifest(who, commit)
                assert isinstance(found, DependencyManifest), text
                assert any(_is(each, identity, asked, alone=alone) for each in found.demands), text
        else:
            entries = [entry for entry in self.root.demands if str(entry.line) == match["line"]]
            assert any(_is(entry.demand, identity, asked, alone=alone) for entry in entries), text
        accepted = None if asked is None else self._accepted(asked)
        return Claim(kind, who=who, commits=commits, target=(identity, alone), accepted=accepted)

    def _accepted(self, asked: Demand) -> frozenset[str]:
        return frozenset(accepts(self.world, asked.identity, asked.requirement, self.pins))

    def _manifest(self, identity: Identity, commit: str) -> DependencyManifest | Unusable:
        return self.world.manifest(ManifestQuery(identity=identity, commit=commit))

    def _commits(self, identity: Identity, names: str) -> frozenset[str]:
        items = [item for part in names.split(", ") for item in part.split(" and ")]
        return frozenset(commit for item in items for commit in self._named(identity, item))

    def _named(self, identity: Identity, item: str) -> Iterator[str]:
        tags = self.world.tags.get(identity.repository, {})
        first, dash, last = item.partition(" to ")
        if dash:
            for pattern in (None, f"{identity.repository.repo}-{{version}}"):
                low, high = version_of(first, pattern), version_of(last, pattern)
                if low is not None and high is not None:
                    versions = {tag: version_of(tag, pattern) for tag in tags}
                    yield from (tags[tag] for tag, each in versions.items() if each is not None and low <= each <= high)
        elif item.startswith("commit "):
            (commit,) = {each for each in self.world.commits(identity) if each.startswith(item[7:])}
            yield commit
        else:
            yield self.world.branches[identity.repository][item[7:]] if item.startswith("branch ") else tags[item]


def satisfiable(claims: list[Claim]) -> bool:
    """Try every choice: each commit that is named, some other commit, or nothing, for every subject."""
    subjects = sorted({subject for claim in claims for subject in claim.subjects()})
    named: dict[Identity, set[str | None]] = {identity: {None, "another"} for identity, _ in subjects}
    for claim in claims:
        if claim.who is not None:
            named[claim.who] |= claim.commits
        if claim.target is not None:
            named[claim.target[0]] |= claim.accepted or set()
    due: list[list[Claim]] = [[] for _ in subjects]
    for claim in claims:
        due[max(subjects.index(subject) for subject in claim.subjects())].append(claim)

    def extend(choice: dict[Subject, str | None]) -> bool:
        if len(choice) == len(subjects):
            return True
        subject, checks = subjects[len(choice)], due[len(choice)]
        options = ({**choice, subject: value} for value in named[subject[0]])
        return any(all(claim.holds(each) for claim in checks) and extend(each) for each in options)

    return extend({})


def _form(text: str) -> tuple[str, re.Match[str]] | None:
    forms = {"root": _ROOT, "dependency": _DEPENDENCY, "override": _OVERRIDE, "barred": _BARRED, "one": _ONE}
    return next(((kind, match) for kind, form in forms.items() if (match := form.fullmatch(text))), None)


def _reasons(text: str) -> list[str] | None:
    """Split `A and B, CONCLUSION` into A and B."""
    for comma in re.finditer(", ", text):
        parts = _split(text[: comma.start()])
        if parts is not None:
            return parts
    return None


def _split(text: str) -> list[str] | None:
    if _form(text) is not None or _NUMBERED.fullmatch(text) is not None:
        return [text]
    for joint in re.finditer(" and ", text):
        if _form(text[: joint.start()]) is not None or _NUMBERED.fullmatch(text[: joint.start()]) is not None:
            rest = _split(text[joint.end() :])
            if rest is not None:
                return [text[: joint.start()], *rest]
    return None


def _identity(text: str) -> Identity:
    identity = parse_identity(text)
    assert identity is not None, text
    return identity


def _is(found: Demand, identity: Identity, asked: Demand | None, *, alone: bool) -> bool:
    """Tell whether a manifest's demand is the one that a text names."""
    return found == asked if asked is not None else (found.identity, found.transitive) == (identity, not alone)
