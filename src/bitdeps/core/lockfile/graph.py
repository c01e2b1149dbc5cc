"""What holds between the packages of a lockfile.

- No two have one name, or overlapping places.
- `A` is in the `requested` of `B` exactly where `B` is in the `requires` of `A`.
- Each is required, through others or not, by the project.
- `groups` stands exactly where only groups of the project lead, and lists all that do.
"""

from collections.abc import Mapping

from bitdeps.core.lockfile.groups import package_groups
from bitdeps.core.lockfile.model import LockedPackage
from bitdeps.core.lockfile.requested import OVERRIDE, is_root, read_lines
from bitdeps.core.manifest.positions import KeyPath
from bitdeps.core.manifest.problems import Problems
from bitdeps.core.names import Identity, fold, overlapping
from bitdeps.core.requirement import Requested

Packages = Mapping[Identity, LockedPackage]
Lines = Mapping[Identity, tuple[Requested, ...]]


def check_graph(packages: Packages, problems: Problems) -> None:
    """Report packages that contradict each other, or that the project does not need."""
    lines = {identity: read_lines(package.requested) for identity, package in packages.items()}
    _check_places(packages, problems)
    _check_origins(lines, problems)
    _check_requires(packages, lines, problems)
    _check_requested(packages, lines, problems)
    _check_groups(packages, problems)


def _path(identity: Identity, key: str) -> KeyPath:
    return ("packages", str(identity), key)


def _check_places(packages: Packages, problems: Problems) -> None:
    names: dict[str, Identity] = {}
    for identity, package in packages.items():
        namesake = names.setdefault(fold(package.name), identity)
        if namesake != identity:
            problems.add(_path(identity, "name"), f"`{package.name}` is also the name of `{namesake}`")
    order = list(packages.values())
    for one, other in overlapping([package.path for package in order]):
        first, second = order[one], order[other]
        problem = f"`{second.path}` overlaps `{first.path}`, the place of `{first.identity}`"
        problems.add(_path(second.identity, "path"), problem)


def _check_origins(lines: Lines, problems: Problems) -> None:
    """Report two lines of one origin: an identity has one entry in each manifest."""
    for identity, requested in lines.items():
        origins = ["project" if is_root(line.origin) else line.origin for line in requested]
        for origin in sorted({origin for origin in origins if origins.count(origin) > 1}):
            problems.add(_path(identity, "requested"), f"has two lines of `{origin}`")


def _check_requires(packages: Packages, lines: Lines, problems: Problems) -> None:
    for identity, package in packages.items():
        for required in package.requires:
            if required not in packages:
                problems.add(_path(identity, "requires"), f"names `{required}`, which is not in the lockfile")
            elif str(identity) not in [line.origin for line in lines[required]]:
                problem = f"names `{required}`, whose `requested` does not name `{identity}`"
                problems.add(_path(identity, "requires"), problem)


def _check_requested(packages: Packages, lines: Lines, problems: Problems) -> None:
    known = {str(identity): package for identity, package in packages.items()}
    for identity, requested in lines.items():
        path = _path(identity, "requested")
        for origin in (line.origin for line in requested):
            if is_root(origin) or origin == OVERRIDE:
                continue
            if origin not in known:
                problems.add(path, f"names `{origin}`, which is not in the lockfile")
            elif identity not in known[origin].requires:
                problems.add(path, f"names `{origin}`, whose `requires` does not name `{identity}`")


def _check_groups(packages: Packages, problems: Problems) -> None:
    leading = package_groups({identity: package.requested for identity, package in packages.items()})
    for identity, package in packages.items():
        groups = leading.get(identity)
        if groups is None:
            problems.add(("packages", str(identity)), "nothing requires it")
        elif groups != package.groups:
            expected = f"expected {', '.join(f'`{group}`' for group in groups)}" if groups else "expected none"
            problems.add(_path(identity, "groups"), f"{expected}: that is what leads here")
