"""Resolution as a pure function (DESIGN section 5).

- What is unknown counts as unconstrained. So "no solution" is final, whatever else is unknown,
  and an answer that rests on something unknown is `Incomplete`.
- The answer is the first solution in a fixed order (module `agenda`), so it does not depend on the
  order of the manifest's entries, nor on how often the caller had to fetch something.
"""

from collections.abc import Mapping

from bitdeps.core.explain import Derivation, explain
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.answer import Ambiguous, ambiguous, missing, resolution
from bitdeps.core.resolver.changes import Change, changed, overriding
from bitdeps.core.resolver.clause import Clause
from bitdeps.core.resolver.failure import AmbiguousVersionError, ConflictError
from bitdeps.core.resolver.model import Candidate, Catalog, Incomplete, Resolution, Root, RootDemand
from bitdeps.core.resolver.proof import derive
from bitdeps.core.resolver.propagation import Refuted
from bitdeps.core.resolver.relaxation import Relaxations
from bitdeps.core.resolver.search import Search

_SHORT = 12


def solve(root: Root, catalog: Catalog, *, prefer: Mapping[Identity, Candidate]) -> Resolution | Incomplete:
    """Choose one candidate for each identity, or say what must be fetched first.

    Raises:
        ConflictError: where no versions fit together; the message is the explanation.
        AmbiguousVersionError: where the version to choose is tagged on two commits.

    """
    search = Search(root, catalog, prefer)
    answer = _outcome(search)
    if isinstance(answer, Clause):
        raise _conflict(search, answer)
    if isinstance(answer, Ambiguous):
        raise _ambiguity(search, answer)
    return answer


def _outcome(search: Search) -> Resolution | Incomplete | Ambiguous | Clause:
    try:
        search.run()
    except Refuted as refuted:
        return refuted.clause
    return missing(search) or ambiguous(search) or resolution(search)


def _relaxations(search: Search) -> Relaxations:
    catalog, prefer = search.candidates.catalog, search.candidates.prefer

    def trial(root: Root) -> Resolution | Incomplete | None:
        answer = _outcome(Search(root, catalog, prefer))
        return answer if isinstance(answer, Resolution | Incomplete) else None

    def conflict(root: Root) -> Derivation | None:
        changed_search = Search(root, catalog, prefer)
        answer = _outcome(changed_search)
        return derive(changed_search, answer) if isinstance(answer, Clause) else None

    return Relaxations(search.root, catalog, trial, conflict)


def _conflict(search: Search, refuted: Clause) -> ConflictError:
    derivation = derive(search, refuted)
    advice = _relaxations(search).advice(derivation)
    return ConflictError(explain(derivation), derivation=derivation, hint=advice.hint, wanted=advice.wanted)


def _ambiguity(search: Search, found: Ambiguous) -> AmbiguousVersionError:
    demand, requirement = found.ask.demand, found.ask.accepted.requirement
    entry = next((each for each in search.root.demands if each.demand == demand and found.ask.by_root), None)
    if demand.identity in search.root.overrides:
        who = f"`[overrides]` sets {demand.identity} to {requirement}"
    else:
        place = f"deps.toml:{entry.line}" if entry is not None and entry.line else found.ask.origin
        who = f"{place} requires {demand.identity} {requirement}"
    listed = " and ".join(f"`{tag.name}` ({tag.commit[:_SHORT]})" for tag in found.tags)
    message = f"{who}: its version {found.version} is tagged on more than one commit, {listed}"
    advice = _relaxations(search).first(_named(search.root, found, entry))
    return AmbiguousVersionError(message, tags=found.tags, hint=advice.hint, wanted=advice.wanted)


def _named(root: Root, found: Ambiguous, entry: RootDemand | None) -> list[Change]:
    """Propose to say which of the tags is meant."""
    identity = found.ask.demand.identity
    overrides = [overriding(root, identity, tag.name) for tag in found.tags]
    if entry is None or identity in root.overrides:
        return overrides
    pattern = entry.demand.requirement.pattern
    named = [Requirement(kind="tag", value=tag.name, pattern=pattern) for tag in found.tags]
    return [*(changed(root, entry, requirement) for requirement in named), *overrides]
