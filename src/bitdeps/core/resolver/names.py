"""What the commits of a derivation are called: by tag, else by branch, else by their digits."""

from collections.abc import Sequence

from bitdeps.core.names import Identity
from bitdeps.core.resolver.candidates import Accepted
from bitdeps.core.resolver.search import Search

_SHORT = 12

Names = dict[Identity, dict[str, str]]
Versions = dict[Identity, tuple[str, ...]]


def commit_names(search: Search, requirements: Sequence[tuple[Identity, Accepted]]) -> tuple[Names, Versions]:
    """Return the name of every commit that is known, and the order of those that are versions."""
    asked: dict[Identity, list[Accepted]] = {identity: [] for identity, _ in search.variables}
    for identity, accepted in requirements:
        asked[identity].append(accepted)
    names: Names = {}
    versions: Versions = {}
    for identity, found in asked.items():
        versioned = _versioned(search, identity, found)
        exact = _exact(search, identity, found)
        versions[identity] = tuple(versioned)
        names[identity] = {
            commit: versioned.get(commit) or exact.get(commit) or f"commit {commit[:_SHORT]}"
            for commit in search.candidates.commits(identity, ~0)
        }
    return names, versions


def _versioned(search: Search, identity: Identity, asked: list[Accepted]) -> dict[str, str]:
    """Return commits that are versions, oldest first, under the pattern of the first range."""
    patterns = [accepted.requirement.pattern for accepted in asked if accepted.requirement.kind == "version"]
    pattern = min(patterns, key=lambda each: each or "", default=None)
    listing = search.candidates.listing(identity.repository)
    names: dict[str, str] = {}
    for entry in () if listing is None else listing.versions(pattern).versions:
        for tag in entry.tags:
            names.setdefault(tag.commit, tag.name)
    return dict(reversed(names.items()))


def _exact(search: Search, identity: Identity, asked: list[Accepted]) -> dict[str, str]:
    names: dict[str, str] = {}
    tags = search.candidates.catalog.tags.get(identity.repository, ())
    for tag in sorted(tags, key=lambda tag: (len(tag.name), tag.name)):
        names.setdefault(tag.commit, tag.name)
    pin = search.candidates.prefer.get(identity)
    if pin is not None and pin.tag is not None:
        names.setdefault(pin.commit, pin.tag)
    for kind in ("tag", "branch"):
        for accepted in asked:
            if accepted.requirement.kind == kind and accepted.unknown is None:
                for commit in search.candidates.commits(identity, accepted.values):
                    name = accepted.requirement.value if kind == "tag" else f"branch {accepted.requirement.value}"
                    names.setdefault(commit, name)
    return names
