"""Where each package is placed and what it is called (DESIGN, "Settled semantics": Transitive).

A package has the root manifest's key for it; else the last part of its subdir; else its
repository's name. Nothing depends on the order in which the resolution found it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bitdeps.core.manifest.model import Manifest
from bitdeps.core.names import Identity, fold, key_problem, overlapping
from bitdeps.errors import ManifestError


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Name and destination of a package; the path is relative to the manifest."""

    name: str
    path: str


def place(manifest: Manifest, requested: Mapping[Identity, Sequence[str]]) -> dict[Identity, Placement]:
    """Name and place every package of a resolution.

    Raises:
        ManifestError: where two packages would have one name or one place; the hint is the entry to add.

    """
    own = {entry.identity: entry for entry in manifest.dependencies}
    places: dict[Identity, Placement] = {}
    for identity in sorted(requested):
        entry = own.get(identity)
        name = default_name(identity) if entry is None else entry.key
        path = f"{manifest.vendor}/{name}" if entry is None else manifest.path(entry)
        places[identity] = Placement(name=name, path=path)
    _check(places, requested)
    return places


def default_name(identity: Identity) -> str:
    """Return what a package is called that the root manifest does not name."""
    return identity.repository.repo if identity.subdir is None else identity.subdir.rpartition("/")[2]


def _check(places: Mapping[Identity, Placement], requested: Mapping[Identity, Sequence[str]]) -> None:
    names: dict[str, Identity] = {}
    for identity, placement in places.items():
        problem = key_problem(placement.name)
        if problem is not None:
            by = _by(requested[identity])
            message = f"`{identity}`: cannot be placed as `{placement.name}`: the name {problem}{by}"
            raise ManifestError(message, hint=_entry(identity))
        other = names.setdefault(fold(placement.name), identity)
        if other != identity:
            raise _clash(identity, other, places, requested)
    order = list(places)
    for first, second in overlapping([places[identity].path for identity in order]):
        raise _clash(order[first], order[second], places, requested)


def _clash(
    one: Identity,
    other: Identity,
    places: Mapping[Identity, Placement],
    requested: Mapping[Identity, Sequence[str]],
) -> ManifestError:
    first, second = sorted((one, other))
    message = (
        f"`{first}`{_by(requested[first])} and `{second}`{_by(requested[second])} would be placed in one place: "
        f"`{places[first].path}` and `{places[second].path}`"
    )
    return ManifestError(message, hint=_entry(second))


def _entry(identity: Identity) -> str:
    subdir = "" if identity.subdir is None else f', subdir = "{identity.subdir}"'
    repository = identity.repository
    return (
        "give it another name in `deps.toml`: "
        f'`another-name = {{ workspace = "{repository.workspace}", repo = "{repository.repo}"{subdir}, ... }}`'
    )


def _by(requested: Iterable[str]) -> str:
    origins = [line.partition(": ")[0] for line in requested if not line.startswith("override: ")]
    return f" (required by {', '.join(f'`{origin}`' for origin in origins)})"
