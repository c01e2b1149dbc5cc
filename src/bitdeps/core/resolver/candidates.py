"""Which commits a requirement accepts, as far as the catalog tells.

- What is unknown accepts any commit, and says which question would settle it.
- A pin (a locked candidate) that fits a requirement by its name needs no look-up: a branch that
  moved on still accepts the commit it is locked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bitdeps.core.names import Identity, RepoName
from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.clause import PRESENT
from bitdeps.core.resolver.listing import Listing, Ranked, listing_of
from bitdeps.core.resolver.model import Candidate, Catalog, RefQuery
from bitdeps.core.versions import allows, read_version


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Accepted:
    """What a requirement accepts of an identity."""

    requirement: Requirement
    values: int
    """A set of commits (module `clause`)."""
    unknown: RepoName | RefQuery | None = None
    """The listing or look-up without which `values` is a guess."""
    fits_pin: bool = False
    """The pin's own tag, branch or commit is what is required."""
    holds_pin: bool = False
    """The pin is accepted for certain, by name or by commit."""
    ranking: tuple[Ranked, ...] = ()
    """For a range: newest first; commits of one version by length of the tag, then by tag."""


def fits(requirement: Requirement, pin: Candidate) -> bool:
    """Tell whether a pin is what a requirement names, without asking anybody."""
    if requirement.kind == "tag":
        return pin.tag == requirement.value
    if requirement.kind == "branch":
        return pin.branch == requirement.value
    if requirement.kind == "commit":
        return pin.commit == requirement.value
    version = None if pin.tag is None else read_version(pin.tag, requirement.pattern)
    return version is not None and allows(requirement, version)


class Candidates:
    """The catalog, seen as sets of commits."""

    def __init__(self, catalog: Catalog, prefer: Mapping[Identity, Candidate]) -> None:
        self.catalog = catalog
        self.prefer = prefer
        self._bits: dict[Identity, dict[str, int]] = {}
        self._accepted: dict[tuple[Identity, Requirement], Accepted] = {}

    def bit(self, identity: Identity, commit: str) -> int:
        """Return the set that holds one commit."""
        bits = self._known(identity)
        bit = bits.get(commit)
        if bit is None:
            bit = bits[commit] = 2 << len(bits)
        return bit

    def commit(self, identity: Identity, bit: int) -> str:
        """Return the commit of a set that holds only this one."""
        return next(commit for commit, each in self._known(identity).items() if each == bit)

    def commits(self, identity: Identity, values: int) -> tuple[str, ...]:
        """Return the known commits of a set."""
        return tuple(commit for commit, bit in self._known(identity).items() if bit & values)

    def _known(self, identity: Identity) -> dict[str, int]:
        bits = self._bits.get(identity)
        if bits is None:
            listing = self.listing(identity.repository)
            bits = self._bits[identity] = {} if listing is None else dict(listing.bits)
        return bits

    def accepted(self, identity: Identity, requirement: Requirement) -> Accepted:
        """Return what a requirement accepts of an identity."""
        key = (identity, requirement)
        found = self._accepted.get(key)
        if found is None:
            exact = requirement.kind != "version"
            asked = self._exact(identity, requirement) if exact else self._range(identity, requirement)
            found = self._accepted[key] = self._with_pin(identity, asked)
        return found

    def listing(self, repository: RepoName) -> Listing | None:
        """Return the tags of a repository, or None where they are unknown."""
        tags = self.catalog.tags.get(repository)
        return None if tags is None else listing_of(tags)

    def _range(self, identity: Identity, requirement: Requirement) -> Accepted:
        listing = self.listing(identity.repository)
        if listing is None:
            return Accepted(requirement=requirement, values=PRESENT, unknown=identity.repository)
        values, ranking = listing.range(requirement)
        return Accepted(requirement=requirement, values=values, ranking=ranking)

    def _exact(self, identity: Identity, requirement: Requirement) -> Accepted:
        query = RefQuery(repository=identity.repository, kind=requirement.kind, name=requirement.value)
        known, commit = self._look_up(query)
        if known:
            values = 0 if commit is None else self.bit(identity, commit)
            return Accepted(requirement=requirement, values=values)
        values = self.bit(identity, requirement.value) if requirement.kind == "commit" else PRESENT
        return Accepted(requirement=requirement, values=values, unknown=query)

    def _look_up(self, query: RefQuery) -> tuple[bool, str | None]:
        """Return whether the catalog has the answer, and the answer."""
        if query in self.catalog.refs:
            return True, self.catalog.refs[query]
        listing = self.listing(query.repository)
        if listing is None:
            return False, None
        if query.kind == "tag":
            return True, listing.commits.get(query.name)
        tagged = query.kind == "commit" and query.name in listing.bits
        return tagged, query.name if tagged else None

    def _with_pin(self, identity: Identity, found: Accepted) -> Accepted:
        pin = self.prefer.get(identity)
        if pin is None:
            return found
        named, bit = fits(found.requirement, pin), self.bit(identity, pin.commit)
        values = found.values | bit if named else found.values
        return Accepted(
            requirement=found.requirement,
            values=values,
            unknown=found.unknown,
            fits_pin=named,
            holds_pin=named or (found.unknown is None and bool(values & bit)),
            ranking=found.ranking,
        )
