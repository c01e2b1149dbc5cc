"""From clauses to a derivation that names identities, commits and lines."""

from collections.abc import Iterator, Mapping

from bitdeps.core.explain import derivation as told
from bitdeps.core.names import Identity
from bitdeps.core.requirement import Requirement
from bitdeps.core.resolver.candidates import Accepted
from bitdeps.core.resolver.clause import ABSENT, Clause
from bitdeps.core.resolver.facts import Barred, Fact, OneVersion, Overridden, Requires, RootRequires
from bitdeps.core.resolver.names import commit_names
from bitdeps.core.resolver.refutation import leaves, minimal, shortest, steps
from bitdeps.core.resolver.rotation import Premise
from bitdeps.core.resolver.search import Search
from bitdeps.core.versions import allows


def derive(search: Search, refuted: Clause) -> told.Derivation:
    """Return a short derivation of a contradiction that a search ran into."""
    premises = _narrowed(search, minimal(_premises(search, refuted)))
    proof = shortest(premises)
    requirements = list(_requirements(search, premises))
    names, versions = commit_names(search, requirements)
    return told.Derivation(last=_told(search, proof), names=names, versions=versions)


def _premises(search: Search, refuted: Clause) -> list[Premise]:
    """Return what a proof rests on, each as a whole.

    An override speaks of an identity with its dependencies and alone; that both are one commit holds
    for every commit. The search has added only the clauses of it that it came upon.
    """
    premises: dict[int | tuple[type, Identity], Premise] = {}
    for clause in leaves(refuted):
        fact = search.facts[clause.fact or 0]
        if isinstance(fact, Overridden):
            premises[Overridden, fact.identity] = _override(search, fact, clause.fact)
        elif isinstance(fact, OneVersion):
            premises[OneVersion, fact.identity] = _one_version(search, fact, clause.fact)
        else:
            premises[id(clause)] = (clause,)
    return list(premises.values())


def _override(search: Search, fact: Overridden, index: int | None) -> Premise:
    others = ~(fact.accepted.values | ABSENT)
    targets = [number for number, (identity, _) in enumerate(search.variables) if identity == fact.identity]
    return tuple(Clause({target: others}, fact=index) for target in targets if others)


def _one_version(search: Search, fact: OneVersion, index: int | None) -> Premise:
    whole = search.variable(fact.identity, alone=False)
    alone = search.variable(fact.identity, alone=True)
    commits = sorted(search.candidates.commits(fact.identity, ~0))
    bits = [search.candidates.bit(fact.identity, commit) for commit in commits]
    return tuple(
        Clause({one: bit, other: ~(bit | ABSENT)}, fact=index)
        for bit in bits
        for one, other in ((whole, alone), (alone, whole))
    )


def _narrowed(search: Search, premises: list[Clause]) -> list[Clause]:
    """Leave out candidates that no premise asks for, so that each is named for a reason.

    The rest still contradicts itself: were there a choice that it allows, each candidate that
    nothing asks for could be taken out of that choice, and it would keep the premises as they were.
    """
    wanted: dict[Identity, int] = {}
    for identity, accepted in _requirements(search, premises):
        wanted[identity] = wanted.get(identity, 0) | accepted.values
    narrow = []
    for clause in premises:
        fact = search.facts[clause.fact or 0]
        terms = dict(clause.terms)
        if isinstance(fact, Requires | Barred):
            terms[fact.variable] &= wanted[search.variables[fact.variable][0]]
        narrow.append(Clause(terms, fact=clause.fact))
    return narrow


def _requirements(search: Search, premises: list[Clause]) -> Iterator[tuple[Identity, Accepted]]:
    for clause in premises:
        fact = search.facts[clause.fact or 0]
        if isinstance(fact, RootRequires) and fact.accepted is not None:
            yield fact.root.demand.identity, fact.accepted
        elif isinstance(fact, Requires) and fact.accepted is not None:
            yield fact.demand.identity, fact.accepted
        elif isinstance(fact, Overridden):
            yield fact.identity, fact.accepted


def _told(search: Search, proof: Clause) -> told.Step:
    done: dict[int, told.Step] = {}
    for clause in steps(proof):
        terms = _terms(search, clause.terms)
        if clause.derived is None:
            fact = _fact(search, clause, search.facts[clause.fact or 0])
            done[id(clause)] = told.Premise(terms=terms, fact=fact)
        else:
            left, right, pivot = clause.derived
            subject = _subject(search, pivot)
            done[id(clause)] = told.Inference(terms=terms, left=done[id(left)], right=done[id(right)], pivot=subject)
    return done[id(proof)]


def _subject(search: Search, variable: int) -> told.Subject:
    identity, alone = search.variables[variable]
    return told.Subject(identity=identity, alone=alone)


def _terms(search: Search, terms: Mapping[int, int]) -> dict[told.Subject, told.Choices]:
    order = sorted(terms, key=lambda variable: search.variables[variable])
    return {_subject(search, variable): _choices(search, variable, terms[variable]) for variable in order}


def _choices(search: Search, variable: int, values: int) -> told.Choices:
    commits = search.candidates.commits(search.variables[variable][0], values if values >= 0 else ~values)
    return told.Choices(commits=frozenset(commits), others=values < 0, absent=bool(values & ABSENT))


def _fact(search: Search, clause: Clause, fact: Fact) -> told.Fact:
    if isinstance(fact, OneVersion):
        return told.OneVersion(identity=fact.identity)
    if isinstance(fact, Overridden):
        variable = next(iter(clause.terms), None)
        return told.Overridden(
            subject=told.Subject(identity=fact.identity) if variable is None else _subject(search, variable),
            requirement=fact.accepted.requirement,
            accepted=_commits(search, fact.identity, fact.accepted.values),
            prereleases=_prereleases(search, fact.identity, fact.accepted),
        )
    if isinstance(fact, Barred):
        commits = _commits(search, search.variables[fact.variable][0], clause.terms[fact.variable])
        return told.Barred(subject=_subject(search, fact.variable), commits=commits, reason=fact.reason)
    return _required(search, clause, fact)


def _required(search: Search, clause: Clause, fact: Requires | RootRequires) -> told.Required:
    demand = fact.root.demand if isinstance(fact, RootRequires) else fact.demand
    accepted = None if fact.accepted is None else _commits(search, demand.identity, fact.accepted.values)
    prereleases = () if fact.accepted is None else _prereleases(search, demand.identity, fact.accepted)
    if isinstance(fact, RootRequires):
        return told.Required(
            demander=None, line=fact.root.line, demand=demand, accepted=accepted, prereleases=prereleases
        )
    subject = _subject(search, fact.variable)
    commits = _commits(search, subject.identity, clause.terms[fact.variable])
    return told.Required(demander=subject, commits=commits, demand=demand, accepted=accepted, prereleases=prereleases)


def _commits(search: Search, identity: Identity, values: int) -> frozenset[str]:
    return frozenset(search.candidates.commits(identity, values))


def _prereleases(search: Search, identity: Identity, accepted: Accepted) -> tuple[str, ...]:
    """Return the tags that a range without any would accept, were pre-releases wanted."""
    requirement = accepted.requirement
    listing = search.candidates.listing(identity.repository)
    if requirement.kind != "version" or accepted.values or listing is None:
        return ()
    loose = Requirement(kind="version", value=requirement.value, prereleases=True)
    versions = listing.versions(requirement.pattern).versions
    return tuple(entry.tags[0].name for entry in versions if allows(loose, entry.version))
